"""Molt's errors as HTTP answers.

    MIDDLEWARE = [..., "molt_accel.django.middleware.MoltErrorMiddleware"]

Optional: without it a `Timeout` is an exception in the view like any other, and becomes a 500.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, JsonResponse

from molt_accel.errors import Busy, InternalError, MoltError, Unavailable

__all__ = ["MoltErrorMiddleware", "error_response"]

logger = logging.getLogger("molt_accel.django")

_SENTENCES = {
    400: "The request could not be understood.",
    403: "The request is not allowed.",
    413: "The answer is larger than this server gives at once: ask for fewer rows.",
    429: "The server is busy: try again later.",
    499: "The request was cancelled.",
    501: "The request is not supported.",
    503: "The server is unavailable: try again later.",
    504: "The answer took too long: ask for fewer rows.",
}


def error_response(error: MoltError) -> JsonResponse:
    """The HTTP answer for an error by docs/formats/errors.md; its text tells no details.

    `Busy` and `Unavailable` carry ``Retry-After``.
    """
    status = error.http_status
    sentence = _SENTENCES.get(status, "The server met an error.")
    response = JsonResponse({"error": type(error).__name__, "detail": sentence}, status=status)
    if isinstance(error, (Busy, Unavailable)):
        response.headers["Retry-After"] = "1"
    return response


class MoltErrorMiddleware:
    """Answers a `MoltError` that leaves a view: a timeout with 504, a full queue with 429, …"""

    async_capable = True
    sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any | Awaitable[Any]:
        """Answers what the view answers."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> JsonResponse | None:
        """Django calls this with what a view raised."""
        if not isinstance(error, MoltError):
            return None
        level = logging.ERROR if isinstance(error, InternalError) else logging.WARNING
        logger.log(level, "%s: %s: %s", request.path, type(error).__name__, error)
        return error_response(error)
