"""What PostgreSQL sends in binary for a Python value, written with `struct` alone.

Source: the `*_send` functions of PostgreSQL. Every function takes the value that psycopg loads.
"""

from __future__ import annotations

import datetime
import decimal
import struct
import uuid
from collections.abc import Callable

EPOCH = datetime.datetime(2000, 1, 1)
EPOCH_UTC = EPOCH.replace(tzinfo=datetime.timezone.utc)
MICROSECOND = datetime.timedelta(microseconds=1)


def integer(size: int) -> Callable[[int], bytes]:
    """Return the writer of signed integers of a size."""
    return lambda value: value.to_bytes(size, "big", signed=True)


def oid(value: int) -> bytes:
    """Write an unsigned integer of four bytes."""
    return value.to_bytes(4, "big")


def boolean(value: bool) -> bytes:
    """Write a boolean."""
    return bytes([value])


def float64(value: float) -> bytes:
    """Write a double."""
    return struct.pack(">d", value)


def numeric(value: decimal.Decimal) -> bytes:
    """Write a numeric: digits to the base 10,000 without zeros at either end."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        marks = {"n": 0xC000, "F": 0xF000 if sign else 0xD000}
        # PostgreSQL gives the infinities places of their own (32 of them).
        return struct.pack(">HhHH", 0, 0, marks[exponent], 32 if exponent == "F" else 0)
    places = max(-exponent, 0)
    text = "".join(map(str, digits)) + "0" * max(exponent, 0)
    whole, fraction = (text[:-places], text[-places:]) if places else (text, "")
    fraction = fraction.rjust(places, "0")
    whole = whole.rjust(-(-len(whole) // 4) * 4, "0")
    fraction = fraction.ljust(-(-len(fraction) // 4) * 4, "0")
    groups = [int((whole + fraction)[i : i + 4]) for i in range(0, len(whole + fraction), 4)]
    weight = len(whole) // 4 - 1
    while groups and groups[0] == 0:
        groups.pop(0)
        weight -= 1
    while groups and groups[-1] == 0:
        groups.pop()
    header = (len(groups), weight if groups else 0, 0x4000 if sign else 0, places)
    return struct.pack(f">HhHH{len(groups)}H", *header, *groups)


def date(value: datetime.date) -> bytes:
    """Write a date: days since 2000."""
    return struct.pack(">i", (value - EPOCH.date()).days)


def time(value: datetime.time) -> bytes:
    """Write a time of day: microseconds since midnight."""
    day = datetime.datetime.combine(EPOCH.date(), value)
    return struct.pack(">q", (day - EPOCH) // MICROSECOND)


def timestamp(value: datetime.datetime) -> bytes:
    """Write a timestamp, with or without a zone: microseconds since 2000."""
    epoch = EPOCH if value.tzinfo is None else EPOCH_UTC
    return struct.pack(">q", (value - epoch) // MICROSECOND)


def interval(value: datetime.timedelta, months: int = 0, days: int | None = None) -> bytes:
    """Write an interval of which months and days are given apart from the rest."""
    whole = value.days if days is None else days
    years, rest = divmod(abs(months), 12)
    sign = -1 if months < 0 else 1
    taken = datetime.timedelta(days=whole + sign * (years * 365 + rest * 30))
    return struct.pack(">qii", (value - taken) // MICROSECOND, whole, months)


def text(value: str) -> bytes:
    """Write a text."""
    return value.encode()


def jsonb(value: str) -> bytes:
    """Write the text of a jsonb document."""
    return b"\x01" + value.encode()


def identifier(value: uuid.UUID) -> bytes:
    """Write a UUID."""
    return value.bytes


def array(value: list, element_oid: int, element: Callable) -> bytes:
    """Write lists of lists as an array."""
    sizes: list[int] = []
    level = value
    while isinstance(level, list) and level:
        sizes.append(len(level))
        level = level[0]
    flat = value
    for _ in sizes[1:]:
        flat = [item for part in flat for item in part]
    body = b"".join(
        struct.pack(">i", -1) if item is None else struct.pack(">i", len(data)) + data
        for item in flat
        for data in [b"" if item is None else element(item)]
    )
    header = struct.pack(">iiI", len(sizes), None in flat, element_oid)
    return header + b"".join(struct.pack(">ii", size, 1) for size in sizes) + body
