"""A decorator for views that return a QuerySet.

@offload
def departures(request):
    return Flight.objects.filter(origin="JFK").values("id", "carrier")[:1000]
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from django.db.models.query import QuerySet
from django.http.response import HttpResponseBase

from molt_accel.django.responses import QuerySetResponse

__all__ = ["offload"]


def offload(view: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Answers the QuerySet that a view returns with a `QuerySetResponse`.

    Works on synchronous and asynchronous views; a view may still return an ``HttpResponse``, which
    passes through. `options` are those of `QuerySetResponse`: ``@offload(style="compact")``.
    Raises ``TypeError`` when the view returns anything else.
    """
    if view is None:
        return functools.partial(offload, **options)
    function = view
    if inspect.iscoroutinefunction(view):

        @functools.wraps(view)
        async def answer_async(*args: Any, **kwargs: Any) -> Any:
            result = await function(*args, **kwargs)
            if isinstance(result, HttpResponseBase):
                return result
            _check(result, function)
            return await QuerySetResponse.acreate(result, **options)

        return answer_async

    @functools.wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        if isinstance(result, HttpResponseBase):
            return result
        _check(result, function)
        return QuerySetResponse(result, **options)

    return answer


def _check(result: Any, view: Callable[..., Any]) -> None:
    if not isinstance(result, QuerySet):
        raise TypeError(
            f"The view {view.__module__}.{view.__qualname__} is decorated with @offload and must "
            f"return a QuerySet or an HttpResponse, not {type(result).__name__}."
        )
