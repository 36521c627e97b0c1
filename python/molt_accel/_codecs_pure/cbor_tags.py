"""The tags that the codecs decode themselves: points in time, big integers, decimals, UUIDs.

Specification: RFC 8949, section 3.4, and RFC 9562 by way of the registered tag 37.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

__all__ = ["OWN_TAGS", "decimal_parts"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LARGEST_EXPONENT: Final = 10**15
_POINT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(?:([Zz])|([+-]\d\d:\d\d))",
    re.ASCII,
)


def _point_from_text(value: Any) -> datetime:
    match = _POINT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("tag 0 holds a text as RFC 3339 writes a point in time")
    day, clock, fraction, _, offset = match.groups()
    digits = (fraction or "").ljust(6, "0")
    if offset is not None:
        return datetime.fromisoformat(f"{day}T{clock}.{digits}{offset}")
    return datetime.fromisoformat(f"{day}T{clock}.{digits}").replace(tzinfo=timezone.utc)


def _point_from_number(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("tag 1 holds a number of seconds")
    if isinstance(value, int):
        return _EPOCH + timedelta(seconds=value)
    return datetime.fromtimestamp(value, timezone.utc)


def _positive(value: Any) -> int:
    if not isinstance(value, bytes):
        raise ValueError("a big integer is a byte string")
    return int.from_bytes(value, "big")


def _negative(value: Any) -> int:
    return -1 - _positive(value)


def decimal_parts(value: Any) -> tuple[int, int]:
    """The exponent and the mantissa of tags 4 and 5; ``ValueError`` for anything else."""
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ValueError("a decimal fraction is an array of an exponent and a mantissa")
    exponent, mantissa = value
    if type(exponent) is not int or type(mantissa) is not int:
        raise ValueError("the exponent and the mantissa of a decimal fraction are integers")
    if abs(exponent) > _LARGEST_EXPONENT:
        raise ValueError(f"the exponent {exponent} is larger than a Decimal's")
    return exponent, mantissa


def _decimal(value: Any) -> Decimal:
    exponent, mantissa = decimal_parts(value)
    sign, digits, _ = Decimal(mantissa).as_tuple()
    return Decimal((sign, digits, exponent))


def _uuid(value: Any) -> UUID:
    if not isinstance(value, bytes) or len(value) != 16:
        raise ValueError("tag 37 holds a byte string of 16 bytes")
    return UUID(bytes=value)


OWN_TAGS: Final[dict[int, Callable[[Any], Any]]] = {
    0: _point_from_text,
    1: _point_from_number,
    2: _positive,
    3: _negative,
    4: _decimal,
    37: _uuid,
}
"""By its number what makes a tag's value; raises ``ValueError`` or ``OverflowError``."""
