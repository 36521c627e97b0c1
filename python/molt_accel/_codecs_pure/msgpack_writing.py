"""Python objects to MessagePack, without recursion.

    [5, "JFK"]  ->  92            array of 2
                    05            5
                    a3 4a 46 4b   "JFK"

Specification: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from itertools import chain
from typing import Any, Final, NoReturn

from molt_accel._codecs_pure.binding import bound
from molt_accel._codecs_pure.flags import (
    DEPTH,
    DJANGO_TYPES,
    DRF_TYPES,
    ISO_TYPES,
    PACK_DATETIME,
    PACK_OLD,
    PACK_SINGLE,
    PACK_STRICT,
)
from molt_accel._codecs_pure.texts import text_default

__all__ = ["msgpack_dumps"]

_Default = Callable[[Any], Any]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TEXT_TYPES: Final = DJANGO_TYPES | DRF_TYPES | ISO_TYPES
_UNSIGNED: Final = (("B", 0xCC), ("H", 0xCD), ("I", 0xCE), ("Q", 0xCF))
_SIGNED: Final = (("b", 0xD0), ("h", 0xD1), ("i", 0xD2), ("q", 0xD3))


def msgpack_dumps(
    value: Any,
    flags: int = 0,
    default: _Default | None = None,
    unicode_errors: str = "strict",
    /,
) -> bytes:
    """A value as MessagePack; `unicode_errors` is the twin's alone."""
    return _Writer(flags, default, unicode_errors).write(value)


def _refuse(value: Any) -> NoReturn:
    raise TypeError(f"can not serialize {type(value).__name__!r} object")


class _Writer:
    """The bytes so far and what the values become."""

    def __init__(self, flags: int, default: _Default | None, unicode_errors: str) -> None:
        self.output = bytearray()
        self.has_default = default is not None or bool(flags & _TEXT_TYPES)
        self.default = text_default(flags, default, _refuse)
        self.is_old = bool(flags & PACK_OLD)
        self.is_single = bool(flags & PACK_SINGLE)
        self.has_datetime = bool(flags & PACK_DATETIME)
        self.is_strict = bool(flags & PACK_STRICT)
        self.unicode_errors = unicode_errors

    def write(self, value: Any) -> bytes:
        """The bytes of one value."""
        open_values: list[Iterator[Any]] = [iter((value,))]
        while open_values:
            for item in open_values[-1]:
                inner = self.scalar_or_values(item)
                if inner is not None:
                    if len(open_values) > DEPTH:
                        raise RecursionError(f"containers nest deeper than {DEPTH} levels")
                    open_values.append(inner)
                    break
            else:
                open_values.pop()
        return bytes(self.output)

    def scalar_or_values(self, value: Any, was_default: bool = False) -> Iterator[Any] | None:
        """Writes a scalar, or a container's head and answers the values that come next."""
        kind = self.kind(value)
        if kind is None or value is None:
            self.output.append(0xC0)
        elif kind is bool:
            self.output.append(0xC3 if value else 0xC2)
        elif kind is int:
            if not self.integer(value):
                if was_default or not self.has_default:
                    raise OverflowError("Integer value out of range")
                return self.scalar_or_values(self.default(value), True)
        elif kind is str:
            self.text(value)
        elif kind is float:
            mark, code = (0xCA, ">Bf") if self.is_single else (0xCB, ">Bd")
            self.output += struct.pack(code, mark, value)
        elif kind is bytes:
            self.binary(value)
        elif kind is list:
            self.head(len(value), 0x90, 0x0F, 0xDC)
            # A copy, because `default` may change the list while it is written.
            return iter(list(value) if self.has_default else value)
        elif kind is dict:
            self.head(len(value), 0x80, 0x0F, 0xDE)
            return chain.from_iterable(list(value.items()) if self.has_default else value.items())
        elif kind is _Extension:
            self.extension(value)
        else:
            return self.other(value, was_default)
        return None

    def kind(self, value: Any) -> Any:
        """Which of MessagePack's kinds the value has; its own class for none."""
        exact = type(value)
        if exact in _KINDS and not (self.is_strict and exact is tuple):
            return _KINDS[exact]
        if isinstance(value, _bound_classes()):
            return _Extension
        if not self.is_strict:
            for base, kind in _BASES:
                if isinstance(value, base):
                    return kind
        return exact

    def other(self, value: Any, was_default: bool) -> Iterator[Any] | None:
        if self.has_datetime and isinstance(value, datetime) and value.tzinfo is not None:
            since = value - _EPOCH
            seconds = since.days * 86_400 + since.seconds
            self.timestamp(seconds, since.microseconds * 1000)
            return None
        if was_default:
            _refuse(value)
        if self.has_datetime and not self.has_default and isinstance(value, datetime):
            raise ValueError("can not serialize 'datetime.datetime' object where tzinfo=None")
        return self.scalar_or_values(self.default(value), True)

    def integer(self, value: int) -> bool:
        if -0x20 <= value < 0x80:
            self.output.append(value & 0xFF)
            return True
        for code, mark in _UNSIGNED if value > 0 else _SIGNED:
            try:
                self.output += struct.pack(f">B{code}", mark, value)
            except struct.error:
                continue
            return True
        return False

    def text(self, value: str) -> None:
        raw = str.encode(value, "utf-8", self.unicode_errors)
        count = len(raw)
        if 0x20 <= count < 0x100 and not self.is_old:
            self.output += bytes((0xD9, count))
        else:
            self.head(count, 0xA0, 0x1F, 0xDA)
        self.output += raw

    def binary(self, value: Any) -> None:
        raw = bytes(value)
        count = len(raw)
        if self.is_old:
            self.head(count, 0xA0, 0x1F, 0xDA)
        elif count < 0x100:
            self.output += bytes((0xC4, count))
        else:
            self.head(count, 0, -1, 0xC5)
        self.output += raw

    def head(self, count: int, small: int, small_limit: int, mark16: int) -> None:
        if count <= small_limit:
            self.output.append(small | count)
        elif count < 1 << 16:
            self.output += struct.pack(">BH", mark16, count)
        elif count < 1 << 32:
            self.output += struct.pack(">BI", mark16 + 1, count)
        else:
            raise ValueError("a value has 2**32 elements or bytes or more")

    def extension(self, value: Any) -> None:
        timestamp = bound("msgpack_timestamp")
        if timestamp is not None and isinstance(value, timestamp):
            self.timestamp(value.seconds, value.nanoseconds)
        else:
            self.extended(value.code, value.data)

    def timestamp(self, seconds: int, nanoseconds: int) -> None:
        bits = nanoseconds << 34 | seconds
        if seconds >> 34:
            self.extended(-1, struct.pack(">Iq", nanoseconds, seconds))
        else:
            self.extended(-1, bits.to_bytes(4 if bits < 1 << 32 else 8, "big"))

    def extended(self, code: int, data: bytes) -> None:
        count = len(data)
        if count in _FIXED:
            self.output.append(_FIXED[count])
        elif count < 0x100:
            self.output += bytes((0xC7, count))
        else:
            self.head(count, 0, -1, 0xC8)
        self.output += struct.pack("b", code) + data


class _Extension:
    """Stands for the classes that have been bound."""


_FIXED: Final = {1: 0xD4, 2: 0xD5, 4: 0xD6, 8: 0xD7, 16: 0xD8}
_KINDS: Final[dict[type, Any]] = {
    type(None): None,
    bool: bool,
    int: int,
    str: str,
    float: float,
    bytes: bytes,
    bytearray: bytes,
    memoryview: bytes,
    list: list,
    tuple: list,
    dict: dict,
}
_BASES: Final = (
    (int, int),
    ((bytes, bytearray), bytes),
    (str, str),
    (float, float),
    ((list, tuple), list),
    (dict, dict),
)


def _bound_classes() -> tuple[type, ...]:
    names = ("msgpack_ext", "msgpack_timestamp")
    return tuple(value for name in names if isinstance(value := bound(name), type))
