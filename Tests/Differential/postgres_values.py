"""Generated Python values of the kinds that PostgreSQL has, the extreme ones first."""

from __future__ import annotations

import datetime
import decimal
import json
import random
import struct
import uuid
from collections.abc import Iterator
from fractions import Fraction

UTC = datetime.timezone.utc


def integers(source: random.Random, bits: int, count: int) -> Iterator[int]:
    """Yield signed integers of up to so many bits."""
    yield from (0, 1, -1, 9, 10, 2 ** (bits - 1) - 1, -(2 ** (bits - 1)))
    for _ in range(count):
        yield source.getrandbits(bits - 1) >> source.randrange(bits - 1)
        yield -(source.getrandbits(bits - 1) >> source.randrange(bits - 1))


def floats(source: random.Random, count: int) -> Iterator[float]:
    """Yield doubles of all sizes."""
    yield from (0.0, -0.0, 1.0, 0.1, 1e16, 1e-5, 5e-324, 1.7976931348623157e308)
    yield from (float("nan"), float("inf"), float("-inf"), 9.2e18, -9.3e18, 2.5, -2.5)
    for _ in range(count):
        yield struct.unpack("<d", source.randbytes(8))[0]
        yield round(source.uniform(-1e6, 1e6), source.randrange(8))


def singles(source: random.Random, count: int) -> Iterator[tuple[float, bytes]]:
    """Yield what psycopg makes of reals, with their four bytes."""
    bits = [0, 0x80000000, 0x7F800000, 0xFF800000, 0x7FC00000, 1, 2, 0x7FFFFF, 0x800000]
    bits += [exponent << 23 | low for exponent in range(1, 255) for low in (0, 1, 0x7FFFFF)]
    bits += [source.getrandbits(32) for _ in range(count)]
    for _ in range(count):
        short = round(source.uniform(-1e4, 1e4), source.randrange(5))
        bits.append(struct.unpack(">I", struct.pack(">f", short))[0])
    for each in bits:
        data = struct.pack(">I", each)
        yield _loaded_single(struct.unpack(">f", data)[0]), data


def _loaded_single(value: float) -> float:
    """Return the shortest decimal number between the neighbours of a single, read as a double."""
    if value != value:
        return float("nan")
    if value == 0 or abs(value) == float("inf"):
        return value
    bits = struct.unpack("<I", struct.pack("<f", abs(value)))[0]
    mantissa, biased = bits & 0x7FFFFF, bits >> 23
    unit = Fraction(2) ** (max(biased, 1) - 150)
    exact = (mantissa | (0x800000 if biased else 0)) * unit
    low = exact - (unit / 4 if mantissa == 0 and biased > 1 else unit / 2)
    high = exact + unit / 2
    for digits in range(1, 10):
        power = int(f"{float(exact):e}".partition("e")[2]) - digits + 1
        scale = Fraction(10) ** power
        middle = round(exact / scale)
        inside = [n for n in (middle - 1, middle, middle + 1) if low < n * scale < high]
        if inside:
            best = min(inside, key=lambda n: (abs(n * scale - exact), n % 2))
            return float(f"{'-' if value < 0 else ''}{best}e{power}")
    raise AssertionError(value)


def decimals(source: random.Random, count: int) -> Iterator[decimal.Decimal]:
    """Yield decimals as numeric has them: without positive exponents or a negative zero."""
    for text in ("NaN", "Infinity", "-Infinity", "0", "9999", "10000", "-10000.0001", "0.5"):
        yield decimal.Decimal(text)
    for places in range(24):
        for digits in ("0", "1", "9", "10", "12345", "99999999", "123456789012345678", "50000"):
            yield decimal.Decimal(f"{digits}E-{places}")
            yield decimal.Decimal(digits + "." + digits.rjust(places or 1, "0"))
    yield decimal.Decimal("9" * 131072 + "." + "9" * 16383)
    yield decimal.Decimal("1E-16383")
    for digits in (19, 20, 27, 28, 29, 60, 400):
        places = source.randrange(digits + 9)
        yield decimal.Decimal(f"{source.randrange(10**digits)}E-{places}")
    for _ in range(0, count, 8):
        # Halfway between two doubles.
        yield decimal.Decimal(2**53 + 2 * source.randrange(2**40) + 1)
    for _ in range(count):
        value = source.randrange(10 ** source.randrange(1, 40))
        sign = source.choice(("", "-")) if value else ""
        yield decimal.Decimal(f"{sign}{value}E-{source.randrange(30)}")


def dates(source: random.Random, count: int) -> Iterator[datetime.date]:
    """Yield dates of all years that Python has."""
    low, high = datetime.date.min.toordinal(), datetime.date.max.toordinal()
    for ordinal in (low, low + 1, high - 1, high, 730119, 730120, 719162, 719163):
        yield datetime.date.fromordinal(ordinal)
    for year in (4, 100, 400, 1900, 1999, 2000, 2024, 9996):
        yield from (datetime.date(year, 2, 28), datetime.date(year, 3, 1))
    for _ in range(count):
        yield datetime.date.fromordinal(source.randint(low, high))


def times(source: random.Random, count: int) -> Iterator[datetime.time]:
    """Yield times of day, half of them in whole seconds."""
    yield from (datetime.time.min, datetime.time.max, datetime.time(1, 2, 3, 999))
    yield from (datetime.time(23, 59, 59, 1), datetime.time(0, 0, 0, 1000))
    for _ in range(count):
        fraction = source.choice((0, source.randrange(1_000_000)))
        parts = (source.randrange(24), source.randrange(60), source.randrange(60))
        yield datetime.time(*parts, fraction)


def datetimes(
    source: random.Random, count: int, zone: datetime.tzinfo | None
) -> Iterator[datetime.datetime]:
    """Yield points in time of all years that Python has."""
    yield datetime.datetime.min.replace(tzinfo=zone)
    yield datetime.datetime.max.replace(tzinfo=zone)
    for second in (-1, 0, 1):
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=second)
        yield moment.replace(tzinfo=zone)
    for day, time in zip(dates(source, count), times(source, count), strict=False):
        yield datetime.datetime.combine(day, time, tzinfo=zone)


def timedeltas(source: random.Random, count: int) -> Iterator[tuple[datetime.timedelta, int]]:
    """Yield durations, with a number of months that is part of them."""
    for microseconds in (0, 1, -1, 999_999, -999_999, 86_400_000_000, -86_400_000_001, 10**15):
        yield datetime.timedelta(microseconds=microseconds), 0
    for _ in range(count):
        size = 10 ** source.randrange(1, 18)
        value = datetime.timedelta(microseconds=source.randrange(-size, size))
        months = source.choice((0, 0, 1, 11, 12, 14, -1, -11, -13, source.randrange(-2000, 2000)))
        yield value, months


def texts(source: random.Random, count: int) -> Iterator[str]:
    """Yield texts with all that must be escaped somewhere."""
    yield from ("", "a", 'quote " and \\', "a,b", "line\r\nbreak", "\x01\x7f\x80", "\u2028é😀")
    for _ in range(count):
        size = source.randrange(12)
        pieces = [chr(source.choice((source.randrange(1, 128), 0xE9, 0x20AC, 0x1F600)))]
        yield "".join(pieces * size)


def documents(source: random.Random, count: int) -> Iterator[str]:
    """Yield JSON documents as the server might print them."""
    yield from ('{"a": [1, 2.50, null, "\u00e9"], "b": {"c": true}}', "[]", "{}", '"x"', "1e5")
    for number in range(count):
        value = {"n": number, "x": [source.random(), source.getrandbits(80), str(number), None]}
        yield json.dumps(value, ensure_ascii=number % 2 == 0)


def uuids(source: random.Random, count: int) -> Iterator[uuid.UUID]:
    """Yield UUIDs."""
    yield from (
        uuid.UUID(int=0),
        uuid.UUID(int=2**128 - 1),
        uuid.UUID(int=0x0123456789ABCDEF << 64),
    )
    for _ in range(count):
        yield uuid.UUID(int=source.getrandbits(128))
