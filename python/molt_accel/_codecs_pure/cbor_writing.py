"""Python objects to CBOR, without recursion.

    [5, "JFK"]  ->  82            array of 2
                    05            5
                    63 4a 46 4b   "JFK"

Specification: RFC 8949; canonical forms: RFC 7049, section 3.9, and RFC 8949, section 4.2.1.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any, Final, NoReturn
from uuid import UUID

from molt_accel._codecs_pure.binding import bound
from molt_accel._codecs_pure.cbor_reading import shortest_reference
from molt_accel._codecs_pure.flags import (
    CBOR_CANONICAL,
    CBOR_DATETIME_NUMBERS,
    CBOR_SORTED,
    DEPTH,
    DJANGO_TYPES,
    DRF_TYPES,
    ISO_TYPES,
)
from molt_accel._codecs_pure.texts import text_default

__all__ = ["cbor_dumps"]

_Default = Callable[[Any], Any]

_TEXT_TYPES: Final = DJANGO_TYPES | DRF_TYPES | ISO_TYPES
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)


def cbor_dumps(
    value: Any,
    flags: int = 0,
    default: _Default | None = None,
    extras: dict[str, Any] | None = None,
    /,
) -> bytes:
    """A value as CBOR.

    `extras` are the twin's alone: ``value_sharing``, ``string_referencing`` and
    ``indefinite_containers``, as cbor2 has them, and ``encoders``, by a type the function that
    answers what is written in place of its instances.
    """
    return _Writer(flags, default, **(extras or {})).write(value)


def _refuse(value: Any) -> NoReturn:
    raise TypeError(f"cannot encode type {type(value)}")


class _Raw:
    """Bytes that stand in the output as they are."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


class _Writer:
    """The bytes so far and what the values become."""

    def __init__(
        self,
        flags: int,
        default: _Default | None,
        value_sharing: bool = False,
        string_referencing: bool = False,
        indefinite_containers: bool = False,
        encoders: dict[type, _Default] | None = None,
    ) -> None:
        self.output = bytearray()
        self.flags = flags
        self.user_default = default
        self.default = text_default(flags, default, _refuse)
        self.writes_texts = bool(flags & _TEXT_TYPES)
        self.is_sorted = bool(flags & (CBOR_CANONICAL | CBOR_SORTED))
        self.order = (lambda key: key) if flags & CBOR_SORTED else (lambda key: (len(key), key))
        self.as_number = bool(flags & CBOR_DATETIME_NUMBERS)
        self.is_sharing = value_sharing
        self.is_referencing = string_referencing
        self.is_indefinite = indefinite_containers
        self.encoders = encoders or {}
        self.shared: dict[int, tuple[int, Any]] = {}
        self.strings: dict[Any, int] | None = None

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
        if not was_default and type(value) in self.encoders:
            return self.scalar_or_values(self.encoders[type(value)](value), True)
        kind = _kind(value)
        if kind is _Raw:
            self.output += value.data
        elif kind is bool:
            self.output.append(0xF5 if value else 0xF4)
        elif kind is int:
            self.integer(value)
        elif kind is str:
            self.string(_TEXT, str.encode(value), str(value))
        elif kind is bytes:
            self.string(_BYTES, bytes(value), bytes(value))
        elif kind is float:
            self.float(value)
        elif kind is list:
            return self.array(value)
        elif kind is dict:
            return self.map(value)
        elif value is None:
            self.output.append(0xF6)
        elif value is bound("cbor_undefined"):
            self.output.append(0xF7)
        else:
            return self.other(value, was_default)
        return None

    def other(self, value: Any, was_default: bool) -> Iterator[Any] | None:
        """Tags, simple values, Django's types, and what goes to ``default``."""
        if isinstance(value, _bound_class("cbor_tag")):
            self.head(_TAG, value.tag)
            return iter((value.value,))
        if isinstance(value, _bound_class("cbor_simple")):
            number = value.value
            self.output += bytes((0xE0 | number,) if number < 24 else (0xF8, number))
            return None
        if not self.writes_texts and self.own_tag(value):
            return None
        if was_default and not isinstance(value, _TAGGED):
            _refuse(value)
        return self.scalar_or_values(self.default(value), True)

    def own_tag(self, value: Any) -> bool:
        if isinstance(value, datetime) and value.utcoffset() is not None:
            self.point(value)
        elif isinstance(value, Decimal):
            self.decimal(value)
        elif isinstance(value, UUID):
            self.head(_TAG, 37)
            self.string(_BYTES, value.bytes, value.bytes)
        else:
            return False
        return True

    def point(self, value: datetime) -> None:
        if self.as_number:
            self.head(_TAG, 1)
            seconds = value.timestamp()
            if seconds.is_integer():
                self.integer(int(seconds))
            else:
                self.float(seconds)
            return
        text = value.isoformat()
        text = text[:-6] + "Z" if text.endswith("+00:00") else text
        self.head(_TAG, 0)
        self.string(_TEXT, text.encode(), text)

    def decimal(self, value: Decimal) -> None:
        if not value.is_finite():
            self.float(float("nan") if value.is_nan() else float(value))
            return
        sign, digits, exponent = value.as_tuple()
        mantissa = int(Decimal((sign, digits, 0)))
        self.head(_TAG, 4)
        self.head(_ARRAY, 2)
        self.integer(int(exponent))
        self.integer(mantissa)

    def head(self, major: int, argument: int) -> None:
        if argument < 24:
            self.output.append(major << 5 | argument)
            return
        for width, code in enumerate("BHIQ"):
            if argument < 1 << (8 << width):
                self.output += struct.pack(f">B{code}", major << 5 | 24 + width, argument)
                return

    def integer(self, value: int) -> None:
        value = int(value)
        major, argument = (_UNSIGNED, value) if value >= 0 else (_NEGATIVE, -1 - value)
        if argument < 1 << 64:
            self.head(major, argument)
            return
        self.head(_TAG, 2 + major)
        raw = argument.to_bytes((argument.bit_length() + 7) // 8, "big")
        self.string(_BYTES, raw, raw)

    def float(self, value: float) -> None:
        if value != value:
            self.output += b"\xf9\x7e\x00"
        elif value - value != 0:
            self.output += b"\xf9\x7c\x00" if value > 0 else b"\xf9\xfc\x00"
        else:
            is_short = self.is_sorted
            self.output += _shortest_float(value) if is_short else struct.pack(">Bd", 0xFB, value)

    def string(self, major: int, raw: bytes, key: Any) -> None:
        if self.strings is not None:
            if key in self.strings:
                self.head(_TAG, 25)
                self.head(_UNSIGNED, self.strings[key])
                return
            if len(raw) >= shortest_reference(len(self.strings)):
                self.strings[key] = len(self.strings)
        self.head(major, len(raw))
        self.output += raw

    def array(self, value: Any) -> Iterator[Any] | None:
        if self.refers(value):
            return None
        if self.is_indefinite:
            self.output.append(_ARRAY << 5 | 31)
            return chain(list(value), (_Raw(b"\xff"),))
        self.head(_ARRAY, len(value))
        return iter(list(value))

    def map(self, value: Any) -> Iterator[Any] | None:
        if self.refers(value):
            return None
        pairs = list(value.items())
        if self.is_sorted:
            encoded = [(self.key(key), item) for key, item in pairs]
            encoded.sort(key=lambda pair: self.order(pair[0]))
            pairs = [(_Raw(key), item) for key, item in encoded]
        if self.is_indefinite:
            self.output.append(_MAP << 5 | 31)
            return chain(chain.from_iterable(pairs), (_Raw(b"\xff"),))
        self.head(_MAP, len(pairs))
        return chain.from_iterable(pairs)

    def key(self, key: Any) -> bytes:
        return _Writer(self.flags, self.user_default).write(key)

    def refers(self, value: Any) -> bool:
        """Opens the namespace of strings; whether a reference has been written for the value."""
        if self.is_sharing:
            if id(value) in self.shared:
                self.head(_TAG, 29)
                self.head(_UNSIGNED, self.shared[id(value)][0])
                return True
            self.shared[id(value)] = (len(self.shared), value)
            self.head(_TAG, 28)
        if self.is_referencing and self.strings is None:
            self.head(_TAG, 256)
            self.strings = {}
        return False


def _shortest_float(value: float) -> bytes:
    """The shortest of 16, 32 and 64 bits that holds the same number."""
    for mark, code in ((0xF9, ">e"), (0xFA, ">f")):
        try:
            raw = struct.pack(code, value)
        except OverflowError:
            continue
        if struct.unpack(code, raw)[0] == value:
            return bytes((mark,)) + raw
    return struct.pack(">Bd", 0xFB, value)


_TAGGED: Final = (datetime, Decimal, UUID)
_KINDS: Final[dict[type, Any]] = {
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
    _Raw: _Raw,
}
_BASES: Final = (
    (int, int),
    (str, str),
    (float, float),
    ((bytes, bytearray), bytes),
    ((list, tuple), list),
    (dict, dict),
)


def _kind(value: Any) -> Any:
    """Which of CBOR's kinds the value has; None for none."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    return next((kind for base, kind in _BASES if isinstance(value, base)), None)


def _bound_class(name: str) -> Any:
    value = bound(name)
    return value if isinstance(value, type) else ()
