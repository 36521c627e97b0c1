"""SQL and parameters as sqlite3 would get them from Django's cursor."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

from molt_accel.django.reasons import NotNative, Reason

__all__ = ["adapted", "with_question_marks"]

_PLACEHOLDER = re.compile(r"(?<!%)%s")

_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})


def with_question_marks(sql: str) -> str:
    """``%s`` -> ``?`` and ``%%`` -> ``%``, as SQLiteCursorWrapper.convert_query does."""
    return _PLACEHOLDER.sub("?", sql).replace("%%", "%")


def adapted(parameters: Sequence[Any]) -> Sequence[Any]:
    """The values that sqlite3 would bind: adapters applied, subclasses as their base.

    Raises `NotNative` for a type that sqlite3 would refuse or that only an adapter of the
    project's own knows; the Python path then answers or raises as it always did.
    """
    for value in parameters:
        if type(value) not in _PLAIN or (type(value) is int and not -(2**63) <= value < 2**63):
            return [_adapted(value) for value in parameters]
    return parameters


def _adapted(value: Any) -> Any:
    kind = type(value)
    if kind not in _PLAIN:
        adapter = sqlite3.adapters.get((kind, sqlite3.PrepareProtocol))
        if adapter is not None:
            value = adapter(value)
        elif hasattr(kind, "__conform__"):
            value = value.__conform__(sqlite3.PrepareProtocol)
    value = _based(value)
    if type(value) is int and not -(2**63) <= value < 2**63:
        raise NotNative(
            Reason.PARAMETER, f"The parameter {value} does not fit into SQLite's 64-bit integers."
        )
    return value


def _based(value: Any) -> Any:
    """The value as its base class; str(value) would call an enumeration's own __str__."""
    if value is None:
        return None
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, str):
        return str.__str__(value)
    return _bytes(value)


def _bytes(value: Any) -> bytes:
    try:
        return memoryview(value).tobytes()
    except TypeError:
        raise NotNative(
            Reason.PARAMETER,
            f"A parameter is a {type(value).__name__}, which sqlite3 has no adapter for.",
        ) from None
