"""Django's QuerySets answered by native code, with the bytes that Django itself would have sent.

    from molt_accel.django import QuerySetResponse

    def departures(request):
        return QuerySetResponse(Flight.objects.filter(origin="JFK").values("id", "carrier")[:1000])

    QuerySetResponse   an HttpResponse with the rows of ``values()`` or ``values_list()``
    CSVResponse        the same as a streamed download
    MoltJsonResponse   JsonResponse on Molt's codecs, for data that is no QuerySet
    offload            a decorator for views that return a QuerySet
    prepare            a function from parameters to a QuerySet, traced once
    explain            native, or why not
    counters           how many answers were native, and the reasons of the others
    ROWS               stands for the list of rows in an ``envelope``

For Django REST framework: ``molt_accel.django.drf``; for sessions and caches:
``molt_accel.django.serializers``. Add ``"molt_accel.django"`` to
INSTALLED_APPS; settings are in ``MOLT = {...}`` (`molt_accel.django.conf`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from molt_accel.django import counters as counters
    from molt_accel.django.explanation import Explanation as Explanation
    from molt_accel.django.explanation import explain as explain
    from molt_accel.django.json_response import MoltJsonResponse as MoltJsonResponse
    from molt_accel.django.offloading import offload as offload
    from molt_accel.django.placeholders import PrepareError as PrepareError
    from molt_accel.django.prepared import prepare as prepare
    from molt_accel.django.python_path import ROWS as ROWS
    from molt_accel.django.reasons import NotNative as NotNative
    from molt_accel.django.responses import CSVResponse as CSVResponse
    from molt_accel.django.responses import QuerySetResponse as QuerySetResponse

_HOMES = {
    "CSVResponse": "responses",
    "Explanation": "explanation",
    "MoltJsonResponse": "json_response",
    "NotNative": "reasons",
    "PrepareError": "placeholders",
    "QuerySetResponse": "responses",
    "ROWS": "python_path",
    "counters": "counters",
    "explain": "explanation",
    "offload": "offloading",
    "prepare": "prepared",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    # Django imports this package for its AppConfig before models can be imported.
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{home}")
    value = module if name == home == "counters" else getattr(module, name)
    globals()[name] = value
    return value
