"""Tags and types beyond those that the codecs know: how cbor2 writes and reads them.

    decode_tag(30, [1, 3])      ->  Fraction(1, 3)
    encode_as_tag(Fraction(1, 3))  ->  CBORTag(30, [1, 3])

The numbers are those of the registry at https://www.iana.org/assignments/cbor-tags/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from email.message import Message
from email.parser import Parser
from fractions import Fraction
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
    ip_network,
)
from typing import Any, Final

from molt_accel._codecs_pure.cbor_tags import OWN_TAGS, decimal_parts
from molt_accel.cbor.errors import CBORDecodeValueError
from molt_accel.cbor.types import CBORTag

__all__ = ["SHARING_TAGS", "SharedValue", "decode_tag", "encode_as_tag", "frozen"]

SHARING_TAGS: Final = frozenset({25, 28, 29, 256})
"""String references, shared values, and what they refer to: for these a decoder keeps a memory."""

_DAY_ZERO: Final = date(1970, 1, 1)
_LARGEST_SHIFT: Final = 100_000


class SharedValue(ValueError):
    """A value that stands in several places: the reader with a memory must read the whole."""


def decode_tag(tag: int, value: Any) -> Any:
    """What a tag's value stands for; a `CBORTag` where the tag is unknown.

    Raises ``CBORDecodeValueError`` for a value that the tag does not allow, and `SharedValue` for
    the tags of shared values.
    """
    decoder = _DECODERS.get(tag)
    if decoder is None:
        if tag in SHARING_TAGS:
            raise SharedValue
        return CBORTag(tag, value)
    try:
        return decoder(value)
    except (ArithmeticError, OSError, TypeError, ValueError) as error:
        raise CBORDecodeValueError(f"error decoding tag {tag}: {error}") from error


def frozen(value: Any) -> Any:
    """The value as one that can be a key: lists as tuples, maps as the tuple of their pairs."""
    if isinstance(value, (list, tuple)):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return tuple((key, frozen(item)) for key, item in value.items())
    return frozenset(value) if isinstance(value, set) else value


def _big_float(value: Any) -> Decimal:
    exponent, mantissa = decimal_parts(value)
    if abs(exponent) > _LARGEST_SHIFT:
        raise ValueError(f"the exponent {exponent} is beyond what is computed")
    return Decimal(mantissa) * Decimal(2) ** exponent


def _fraction(value: Any) -> Fraction:
    numerator, denominator = _integers(value)
    return Fraction(numerator, denominator)


def _integers(value: Any) -> tuple[int, int]:
    if not isinstance(value, (list, tuple)) or [type(item) for item in value] != [int, int]:
        raise ValueError("an array of two integers was expected")
    return value[0], value[1]


def _complex(value: Any) -> complex:
    real, imaginary = value
    return complex(real, imaginary)


def _day_from_number(value: Any) -> date:
    if type(value) is not int:
        raise ValueError("tag 100 holds a number of days")
    return _DAY_ZERO + timedelta(days=value)


def _day_from_text(value: Any) -> date:
    if not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) is None:
        raise ValueError("tag 1004 holds a date as RFC 3339 writes it")
    return date.fromisoformat(value)


def _set(value: Any) -> set[Any]:
    if not isinstance(value, (list, tuple)):
        raise ValueError("tag 258 holds an array")
    return {frozen(item) for item in value}


def _message(value: Any) -> Message:
    return Parser().parsestr(value)


def _address(byte_count: int, value: Any) -> Any:
    """An address, [prefix, bytes] for a network or [bytes, prefix] for an interface (RFC 9164)."""
    if isinstance(value, bytes):
        if len(value) != byte_count:
            raise ValueError(f"an address of {byte_count} bytes was expected")
        return ip_address(value)
    first, second, *zone = value
    if isinstance(first, int) and isinstance(second, bytes):
        return ip_network((second.ljust(byte_count, b"\0"), first))
    if isinstance(first, bytes) and len(first) == byte_count:
        name = zone[0] if zone else None
        if name is None:
            return ip_interface((first, second))
        name = name.decode() if isinstance(name, bytes) else name
        address = f"{ip_address(first)}%{name}"
        return IPv6Address(address) if second is None else IPv6Interface(f"{address}/{second}")
    raise ValueError("an address, a network or an interface was expected")


def _old_address(value: Any) -> Any:
    return ip_address(value)


def _old_network(value: Any) -> Any:
    ((address, prefix),) = value.items()
    try:
        return ip_network((address, prefix))
    except ValueError:
        return ip_interface((address, prefix))


def _itself(value: Any) -> Any:
    return value


_DECODERS: Final[dict[int, Callable[[Any], Any]]] = {
    **OWN_TAGS,
    5: _big_float,
    30: _fraction,
    35: re.compile,
    36: _message,
    52: lambda value: _address(4, value),
    54: lambda value: _address(16, value),
    100: _day_from_number,
    258: _set,
    260: _old_address,
    261: _old_network,
    1004: _day_from_text,
    43000: _complex,
    55799: _itself,
}


def encode_as_tag(value: Any, as_number: bool) -> Any:
    """What is written in place of a value of another type; ``NotImplemented`` for an unknown one.

    `as_number` writes dates as a number of days. A datetime is not among them: the codecs write it.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        if as_number:
            return CBORTag(100, (value - _DAY_ZERO).days)
        return CBORTag(1004, value.isoformat())
    for kind, encode in _ENCODERS:
        if isinstance(value, kind):
            return encode(value)
    return NotImplemented


def _network(tag: int, value: Any) -> CBORTag:
    # The bytes of a network end with the last one that is not zero (RFC 9164, section 3.1.2).
    packed = value.network_address.packed.rstrip(b"\0")
    return CBORTag(tag, [value.prefixlen, packed])


def _interface(tag: int, value: Any) -> CBORTag:
    return CBORTag(tag, [value.ip.packed, value.network.prefixlen, *_zone(value)])


def _ipv6(value: IPv6Address) -> CBORTag:
    if value.scope_id is not None:
        return CBORTag(54, [value.packed, None, *_zone(value)])
    return CBORTag(54, value.packed)


def _zone(value: Any) -> list[bytes]:
    name = getattr(value, "scope_id", None)
    return [] if name is None else [name.encode()]


_ENCODERS: Final[tuple[tuple[Any, Callable[[Any], Any]], ...]] = (
    (Fraction, lambda value: CBORTag(30, [value.numerator, value.denominator])),
    (re.Pattern, lambda value: CBORTag(35, value.pattern)),
    (Message, lambda value: CBORTag(36, value.as_string())),
    # An interface is an address too, so it comes first.
    (IPv4Interface, lambda value: _interface(52, value)),
    (IPv6Interface, lambda value: _interface(54, value)),
    (IPv4Address, lambda value: CBORTag(52, value.packed)),
    (IPv6Address, _ipv6),
    (IPv4Network, lambda value: _network(52, value)),
    (IPv6Network, lambda value: _network(54, value)),
    (complex, lambda value: CBORTag(43000, [value.real, value.imag])),
    ((set, frozenset), lambda value: CBORTag(258, list(value))),
    (Mapping, dict),
    (Sequence, list),
)
