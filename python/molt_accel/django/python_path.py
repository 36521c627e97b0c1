"""The Python path: the bytes that Django sends today, for every style.

It is what native answers are compared with, and what answers whenever native code cannot.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models.query import ValuesIterable

from molt_accel._messagepack import pack
from molt_accel.django.reasons import NotNative, Reason

__all__ = ["ROWS", "column_names", "csv_pieces", "envelope_parts", "envelope_values", "render"]


class _Rows:
    """The type of `ROWS`."""

    def __repr__(self) -> str:
        return "ROWS"


ROWS: Final = _Rows()
"""Stands for the list of rows in an envelope: ``{"count": 3, "results": ROWS}``."""


def envelope_parts(
    envelope: Mapping[str, Any] | None,
) -> tuple[tuple[str, ...], str | None, tuple[str, ...]]:
    """The names before, at and after the rows; raises ``ValueError`` without exactly one `ROWS`."""
    if envelope is None:
        return (), None, ()
    names = list(envelope)
    at = [name for name in names if envelope[name] is ROWS]
    if len(at) != 1:
        raise ValueError(
            "An envelope is a dict with ROWS as exactly one of its values, such as "
            '{"count": 3, "results": ROWS}.'
        )
    position = names.index(at[0])
    return tuple(names[:position]), at[0], tuple(names[position + 1 :])


def envelope_values(envelope: Mapping[str, Any] | None) -> list[Any]:
    """The values that a run supplies; raises `NotNative` for what only an encoder knows."""
    if envelope is None:
        return []
    values = [value for value in envelope.values() if value is not ROWS]
    for value in values:
        if value is not None and type(value) not in (bool, int, float, str):
            raise NotNative(
                Reason.ENVELOPE,
                f"The envelope holds a {type(value).__name__}: only None, bool, int, float and str "
                "are written natively.",
            )
    return values


def render(rows: list[Any], style: str, envelope: Mapping[str, Any] | None) -> bytes | str:
    """The answer's text or bytes in a style; errors are those of the encoder."""
    data: Any = rows
    if envelope is not None:
        data = {name: rows if value is ROWS else value for name, value in envelope.items()}
    if style == "django":
        return json.dumps(data, cls=DjangoJSONEncoder)
    if style == "compact":
        return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    if style == "messagepack":
        return _messagepack(rows, envelope)
    raise ValueError(f"There is no style {style!r}: use django, compact or messagepack.")


def _messagepack(rows: list[Any], envelope: Mapping[str, Any] | None) -> bytes:
    data: Any = rows
    if envelope is not None:
        data = {name: rows if value is ROWS else value for name, value in envelope.items()}
    return pack(_for_messagepack(data))


def _for_messagepack(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return value
    if isinstance(value, Mapping):
        return {key: _for_messagepack(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_for_messagepack(item) for item in value]
    if isinstance(value, memoryview):
        return value.tobytes()
    return DjangoJSONEncoder().default(value)


def csv_pieces(
    rows: Iterable[Any], names: list[str] | None, byte_count: int = 1 << 16
) -> Iterator[bytes]:
    """The lines of ``csv.writer`` in pieces of about `byte_count` bytes, names first if given."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if names is not None:
        writer.writerow(names)
    for row in rows:
        if isinstance(row, dict):
            row = row.values()
        elif not isinstance(row, (list, tuple)):
            row = (row,)
        writer.writerow(row)
        if buffer.tell() >= byte_count:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue().encode()


def column_names(queryset: Any) -> list[str]:
    """The names of a QuerySet's columns in the order of its rows, as a CSV's first line."""
    query = queryset.query
    selected = getattr(query, "selected", None)
    if selected:
        return list(selected)
    names = [*query.extra_select, *query.values_select, *query.annotation_select]
    fields = list(queryset._fields or ())
    if fields and not hasattr(query, "selected"):
        fields += [name for name in query.annotation_select if name not in fields]
        if len(fields) == len(names) and not isinstance(queryset._fields, dict):
            return fields if _is_list(queryset) else names
    return names


def _is_list(queryset: Any) -> bool:
    return bool(queryset._iterable_class is not ValuesIterable)
