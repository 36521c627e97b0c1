"""`MoltJsonResponse`: Django's JsonResponse, written by Molt's codecs.

return MoltJsonResponse({"day": date(2026, 1, 2)})
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse

from molt_accel import json

__all__ = ["MoltJsonResponse"]


class MoltJsonResponse(JsonResponse):
    """A JsonResponse with the same arguments, bytes and errors.

    An `encoder` that overrides more than ``default`` writes by itself.
    """

    def __init__(
        self,
        data: Any,
        encoder: Any = DjangoJSONEncoder,
        safe: bool = True,
        json_dumps_params: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if safe and not isinstance(data, dict):
            raise TypeError(
                "In order to allow non-dict objects to be serialized set the "
                "safe parameter to False."
            )
        content: str | bytes
        if encoder is DjangoJSONEncoder and not json_dumps_params and _is_utf8(kwargs):
            content = json.dumpb(data, style="django")
        else:
            content = json.dumps(data, cls=encoder, **(json_dumps_params or {}))
        kwargs.setdefault("content_type", "application/json")
        HttpResponse.__init__(self, content=content, **kwargs)


def _is_utf8(keywords: dict[str, Any]) -> bool:
    """Whether the response has Django's own charset and that is UTF-8."""
    is_default = not ("charset" in keywords or "content_type" in keywords or "headers" in keywords)
    return is_default and settings.DEFAULT_CHARSET.lower() in ("utf-8", "utf8")
