"""A QuerySet as a streamed CSV download.

    return CSVResponse(Flight.objects.values_list("id", "carrier"), filename="flights.csv")

Rows go to the client while the query runs; neither side holds the whole file. Under ASGI the
native stream is awaited, so a client that leaves ends the query.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from molt_accel import MoltError
from molt_accel.django import answers
from molt_accel.django.asynchronous import native_run_async
from molt_accel.django.counters import count_native
from molt_accel.django.python_path import column_names, csv_pieces
from molt_accel.django.reasons import NotNative
from molt_accel.django.shape import Output, layout_of
from molt_accel.errors import Unsupported

__all__ = ["CSVResponse"]

_CHUNK_ROWS = 2000
_HOUR = 3600.0


class CSVResponse(StreamingHttpResponse):
    """The rows of a QuerySet as ``csv.writer`` writes them, with a line of names first.

    `filename` is what the browser saves as (None: shown in place), `header` False leaves the names
    out. `timeout` is how many seconds the download may take, `row_limit` and `byte_limit` (0: none)
    how large it may be; the limits of the setting ``MOLT`` are for answers in one piece and do not
    count here. The other arguments are those of ``StreamingHttpResponse``. The query runs when the
    server reads the response, once. Raises ``TypeError`` for a QuerySet of model instances.
    """

    def __init__(
        self,
        queryset: Any,
        *,
        filename: str | None = None,
        header: bool = True,
        timeout: float = _HOUR,
        row_limit: int = 0,
        byte_limit: int = 0,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("content_type", "text/csv; charset=utf-8")
        with suppress(NotNative):  # rows of another class: the Python path writes them
            layout_of(queryset)
        self._queryset = queryset
        self._limits = {"timeout": timeout, "row_limit": row_limit, "byte_limit": byte_limit}
        self._names = column_names(queryset) if header else None
        self._pieces = _pieces(queryset, self._names, self._limits)
        super().__init__(self._pieces, **kwargs)
        if filename is not None:
            disposition = content_disposition_header(True, filename)
            self.headers.setdefault("Content-Disposition", disposition)

    def __aiter__(self) -> AsyncIterator[bytes]:
        # A middleware that compresses has put its own iterator into the place of ours.
        if vars(self)["_iterator"] is not self._pieces:
            return super().__aiter__()
        return _pieces_async(self._queryset, self._names, self._limits)


class _Sent:
    """What the client has already, so that the Python path can go on behind it."""

    def __init__(self) -> None:
        self.byte_count = 0
        self._digest = hashlib.blake2b()

    def add(self, piece: bytes) -> bytes:
        self.byte_count += len(piece)
        self._digest.update(piece)
        return piece

    def rest(self, pieces: Iterator[bytes], cause: NotNative) -> Iterator[bytes]:
        """The pieces less what was sent; raises `cause` if they do not begin with it."""
        missing = self.byte_count
        digest = hashlib.blake2b()
        for piece in pieces:
            if missing:
                head, piece = piece[:missing], piece[missing:]
                digest.update(head)
                missing -= len(head)
                if not missing and digest.digest() != self._digest.digest():
                    raise cause
            if piece:
                yield piece
        if missing:
            raise cause


def _output(names: list[str] | None) -> Output:
    return Output("csv", header=names is not None)


def _python_pieces(queryset: Any, names: list[str] | None) -> Iterator[bytes]:
    return csv_pieces(queryset.iterator(chunk_size=_CHUNK_ROWS), names)


def _pieces(queryset: Any, names: list[str] | None, limits: dict[str, Any]) -> Iterator[bytes]:
    sent = _Sent()
    try:
        native = answers.native_run(queryset, _output(names))
        if native.plan is None:
            yield from csv_pieces([], names)
            return
        pieces = native.plan.statement.stream(native.arguments, **limits)
        try:
            for piece in pieces:
                yield sent.add(piece)
        except MoltError as error:
            if sent.byte_count and not isinstance(error, Unsupported):
                raise
            raise answers.not_native_or_raise(error) from error
        count_native(native.plan.lane)
        return
    except NotNative as refusal:
        answers.python_allowed(refusal)
        cause = refusal
    yield from sent.rest(_python_pieces(queryset, names), cause)


async def _pieces_async(
    queryset: Any, names: list[str] | None, limits: dict[str, Any]
) -> AsyncIterator[bytes]:
    sent = _Sent()
    try:
        native = await native_run_async(queryset, _output(names))
        if native.plan is None:
            for piece in csv_pieces([], names):
                yield piece
            return
        stream = native.plan.statement.stream_async(native.arguments, **limits)
        try:
            async for piece in stream:
                yield sent.add(piece)
        except MoltError as error:
            if sent.byte_count and not isinstance(error, Unsupported):
                raise
            raise answers.not_native_or_raise(error) from error
        finally:
            await stream.aclose()  # type: ignore[attr-defined]
        count_native(native.plan.lane)
        return
    except NotNative as refusal:
        answers.python_allowed(refusal)
        cause = refusal
    rest = sent.rest(_python_pieces(queryset, names), cause)
    while (more := await sync_to_async(lambda: next(rest, None))()) is not None:
        yield more
