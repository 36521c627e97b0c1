"""Responses whose rows come straight from the database.

return QuerySetResponse(Flight.objects.values("id", "carrier")[:1000])
return await QuerySetResponse.acreate(Flight.objects.values("id", "carrier")[:1000])
return CSVResponse(Flight.objects.values("id", "carrier"), filename="flights.csv")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpResponse
from django.utils.asyncio import async_unsafe

from molt_accel.django import answers
from molt_accel.django.asynchronous import native_run_async
from molt_accel.django.csv_response import CSVResponse
from molt_accel.django.python_path import envelope_parts, envelope_values, render
from molt_accel.django.reasons import NotNative, Reason
from molt_accel.django.shape import Output

__all__ = ["CSVResponse", "QuerySetResponse"]

_CONTENT_TYPES = {
    "django": "application/json",
    "compact": "application/json",
    "messagepack": "application/vnd.msgpack",
}

_ASCII_CHARSETS = frozenset({"utf-8", "utf8", "ascii", "us-ascii", "iso-8859-1", "latin-1"})
_UTF8_CHARSETS = frozenset({"utf-8", "utf8"})


class QuerySetResponse(HttpResponse):
    """The rows of a QuerySet: the bytes of ``JsonResponse(list(queryset), safe=False)``.

    `queryset` is what ``values()`` or ``values_list()`` returns; its layout is that of the rows:
    objects, arrays, or with ``flat=True`` single values. It is read when the response is made.

    `style` is ``django`` (the bytes of JsonResponse), ``compact`` (no spaces, UTF-8) or
    ``messagepack``, for which `format` ``"messagepack"`` is another word; ``format="csv"`` answers
    a `CSVResponse`. `envelope` puts an object around the rows: ``{"count": 3, "results": ROWS}``.
    `timeout` (seconds), `row_limit` and `byte_limit` override those of the setting ``MOLT``. The
    other arguments (``status``, ``headers``, ``content_type``, …) are those of ``HttpResponse``.

    Raises ``TypeError`` for a QuerySet of model instances, `NotNative` in strict mode, and
    `Timeout`, `TooLarge`, `Busy` or `Cancelled` of `molt_accel.errors`; errors of Django's
    compiler and encoder pass through. In a coroutine use `acreate`.
    """

    def __new__(cls, *arguments: Any, format: str = "json", **options: Any) -> Any:
        """A `CSVResponse` where `format` is ``csv``."""
        if format == "csv":
            return CSVResponse(*arguments, **options)
        return super().__new__(cls)

    def __init__(
        self,
        queryset: Any,
        *,
        safe: bool = False,
        style: str = "django",
        format: str = "json",
        envelope: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        row_limit: int | None = None,
        byte_limit: int | None = None,
        **kwargs: Any,
    ) -> None:
        style = _style(safe, style, format, envelope)
        charset = _charset(style, kwargs)
        limits = _limits(timeout, row_limit, byte_limit)
        content = _content(queryset, style, charset, envelope, limits)
        HttpResponse.__init__(self, content, **kwargs)

    @classmethod
    async def acreate(
        cls,
        queryset: Any,
        *,
        safe: bool = False,
        style: str = "django",
        format: str = "json",
        envelope: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        row_limit: int | None = None,
        byte_limit: int | None = None,
        **kwargs: Any,
    ) -> Any:
        """Makes the response in a coroutine without blocking the event loop.

        When the client goes away, the server cancels the task, which ends the native run.
        """
        if format == "csv":
            return CSVResponse(queryset, **kwargs)
        style = _style(safe, style, format, envelope)
        charset = _charset(style, kwargs)
        limits = _limits(timeout, row_limit, byte_limit)
        content = await _content_async(queryset, style, charset, envelope, limits)
        response = cls.__new__(cls)
        HttpResponse.__init__(response, content, **kwargs)
        return response


def plain_output(options: Mapping[str, Any]) -> Output | None:
    """The output of a `QuerySetResponse` whose options say no more than style and limits."""
    style = options.get("style", "django")
    is_plain = {"style", "timeout", "row_limit", "byte_limit"}.issuperset(options)
    return _PLAIN.get(style) if is_plain and isinstance(style, str) else None


def is_native_charset(output: Output) -> bool:
    """Whether the default charset is one in which native bytes are right."""
    return _is_native(str(settings.DEFAULT_CHARSET).lower(), output.style)


def ready(body: bytes | str, output: Output) -> QuerySetResponse:
    """The response of a `plain_output` whose body is there."""
    response: QuerySetResponse = object.__new__(QuerySetResponse)
    HttpResponse.__init__(response, body, content_type=_CONTENT_TYPES[output.style])
    return response


def _style(safe: bool, style: str, format: str, envelope: Mapping[str, Any] | None) -> str:
    """The style of the answer, where the arguments fit together."""
    if safe and envelope is None:
        raise TypeError(
            "In order to allow non-dict objects to be serialized set the safe parameter to False."
        )
    if format not in ("json", "messagepack"):
        raise ValueError(f"There is no format {format!r}: use json, messagepack or csv.")
    style = "messagepack" if format == "messagepack" else style
    if style not in _CONTENT_TYPES:
        raise ValueError(f"There is no style {style!r}: use django, compact or messagepack.")
    return style


def _charset(style: str, kwargs: dict[str, Any]) -> str:
    """The charset that the response will have; sets the content type if the caller names none."""
    is_plain = not kwargs
    kwargs.setdefault("content_type", _CONTENT_TYPES[style])
    if is_plain:
        return str(settings.DEFAULT_CHARSET).lower()
    # Refuses what HttpResponse refuses before the database is read.
    return (HttpResponse(b"", **kwargs).charset or "").lower()


def _limits(
    timeout: float | None, row_limit: int | None, byte_limit: int | None
) -> dict[str, Any] | None:
    if timeout is None and row_limit is None and byte_limit is None:
        return None
    given = {"timeout": timeout, "row_limit": row_limit, "byte_limit": byte_limit}
    return {name: value for name, value in given.items() if value is not None}


_PLAIN = {style: Output(style) for style in _CONTENT_TYPES}


def _is_native(charset: str, style: str) -> bool:
    return charset in (_ASCII_CHARSETS if style == "django" else _UTF8_CHARSETS)


def _output(style: str, charset: str, envelope: Mapping[str, Any] | None) -> Output:
    if not _is_native(charset, style):
        raise NotNative(
            Reason.CHARSET, f"The response's charset is {charset}: native answers are UTF-8."
        )
    return _PLAIN[style] if envelope is None else Output(style, *envelope_parts(envelope))


def _content(
    queryset: Any,
    style: str,
    charset: str,
    envelope: Mapping[str, Any] | None,
    limits: dict[str, Any] | None,
) -> bytes | str:
    _refuse_event_loop()
    try:
        output = _output(style, charset, envelope)
        native = answers.native_run(queryset, output, envelope_values(envelope))
        body = answers.run(native, limits)
        return render([], style, envelope) if body is None else body
    except NotNative as refusal:
        answers.python_allowed(refusal)
    return render(list(queryset), style, envelope)


async def _content_async(
    queryset: Any,
    style: str,
    charset: str,
    envelope: Mapping[str, Any] | None,
    limits: dict[str, Any] | None,
) -> bytes | str:
    try:
        output = _output(style, charset, envelope)
        native = await native_run_async(queryset, output, envelope_values(envelope))
        body = await answers.run_async(native, limits)
        return render([], style, envelope) if body is None else body
    except NotNative as refusal:
        answers.python_allowed(refusal)
    return await sync_to_async(lambda: render(list(queryset), style, envelope))()


@async_unsafe(
    "QuerySetResponse(...) reads the database: in a coroutine write "
    "await QuerySetResponse.acreate(...)."
)
def _refuse_event_loop() -> None:
    """Raises SynchronousOnlyOperation in a coroutine, as reading a QuerySet there does."""
