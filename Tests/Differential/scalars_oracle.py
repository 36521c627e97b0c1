"""Print inputs and what CPython and Django make of them, for MoltScalarsTests.

    python3 scalars_oracle.py KIND [--seed N] [--count N]

Each line holds fields separated by tabs: first the inputs, then the expected texts. Floats are
given by their bits. `!` is printed where Python raises. The kinds `duration`, `date`, `time` and
`datetime` need Django.
"""

from __future__ import annotations

import argparse
import datetime
import decimal
import math
import random
import struct
import sys
import uuid
from collections.abc import Callable, Iterator

Line = tuple[object, ...]

ROUNDINGS = (decimal.ROUND_DOWN, decimal.ROUND_UP, decimal.ROUND_HALF_EVEN)


def bits_of(value: float) -> int:
    """Return the bits of a float as an integer."""
    return int(struct.unpack("<Q", struct.pack("<d", value))[0])


def float_of(bits: int) -> float:
    """Return the float that has the given bits."""
    return float(struct.unpack("<d", struct.pack("<Q", bits & (2**64 - 1)))[0])


def extreme_floats() -> Iterator[float]:
    """Yield floats next to powers of two and ten, the ends of the range, and ties."""
    yield from (0.0, -0.0, float("inf"), float("-inf"), float("nan"))
    for exponent in range(-1074, 1024):
        bits = bits_of(2.0**exponent)
        for step in (-2, -1, 0, 1, 2):
            yield float_of(bits + step)
    for exponent in range(-324, 309):
        for digits in (1, 5, 9, 9.5, 1.5, 9.999999999999995, 1.000000000000005):
            bits = bits_of(float(f"{digits}e{exponent}"))
            for step in (-1, 0, 1):
                yield -float_of(bits + step)
    for start in (2**49, 2**50, 2**51, 2**52):
        for quarter in range(8):
            yield start + quarter / 8


def random_float(source: random.Random) -> float:
    """Return a float of one of the kinds that matter."""
    kind = source.randrange(8)
    if kind == 0:
        return float_of(source.getrandbits(64))
    if kind == 1:
        return source.random()
    if kind == 2:
        return source.uniform(-1e6, 1e6)
    if kind == 3:
        return source.randrange(10**15) / float(10 ** source.randrange(0, 20))
    if kind == 4:
        return round(source.uniform(-1e5, 1e5), source.randrange(6))
    if kind == 5:
        # One digit more than 15, most of them with a 5 at the end.
        return float(f"{source.randrange(10**15)}5e{source.randrange(-30, 20)}")
    if kind == 6:
        return float(source.randrange(-(2**63), 2**63)) / 2.0 ** source.randrange(80)
    return float(f"{source.randrange(10**17)}e{source.randrange(-340, 300)}")


def floats(source: random.Random, count: int) -> Iterator[float]:
    """Yield the extreme floats, then random ones."""
    yield from extreme_floats()
    for _ in range(count):
        yield random_float(source)


def repr_lines(source: random.Random, count: int) -> Iterator[Line]:
    """Yield floats with their repr."""
    for value in floats(source, count):
        yield f"{bits_of(value):016x}", repr(value)


def converted(value: float | int, digits: int | None, places: int | None) -> tuple[str, str]:
    """Return both notations of what Django's SQLite backend makes of a stored number."""
    result = decimal.Context(prec=15).create_decimal_from_float(value)
    if not result.is_finite():
        return "!", "!"
    if places is not None:
        try:
            result = result.quantize(
                decimal.Decimal(1).scaleb(-places), context=decimal.Context(prec=digits)
            )
        except decimal.InvalidOperation:
            return "!", "!"
    return str(result), format(result, "f")


def random_format(source: random.Random) -> tuple[int | None, int | None]:
    """Return digits and places as a model would have them, or none."""
    if source.randrange(4) == 0:
        return None, None
    digits = source.choice((None, source.randrange(1, 20), source.randrange(1, 400)))
    return digits, source.choice((source.randrange(7), source.randrange(25), 0, 2, 2, 330))


def decimal_lines(source: random.Random, count: int) -> Iterator[Line]:
    """Yield floats and integers with the decimal formats and texts."""

    def line(kind: str, text: str, value: float | int) -> Line:
        digits, places = random_format(source)
        expected = converted(value, digits, places)
        return kind, text, shown(digits), shown(places), *expected

    def shown(number: int | None) -> str:
        return "-" if number is None else str(number)

    for value in floats(source, count):
        yield line("real", f"{bits_of(value):016x}", value)
    for number in integers(source, count // 4):
        # Before Django 6.1 longer integers are rounded, since then they are not.
        if abs(number) < 10**15:
            yield line("integer", str(number), number)


def integers(source: random.Random, count: int) -> Iterator[int]:
    """Yield integers of 64 bits next to powers of two and ten, then random ones."""
    for exponent in range(64):
        for step in (-1, 0, 1):
            for sign in (-1, 1):
                yield max(min(sign * 2**exponent + step, 2**63 - 1), -(2**63))
    for exponent in range(19):
        for step in (-1, 0, 1, 4, 5, 6, 49, 50, 51):
            yield -(10**exponent) + step
            yield 10**exponent + step
    for _ in range(count):
        yield source.getrandbits(source.randrange(1, 64)) * source.choice((-1, 1))


def integer_lines(source: random.Random, count: int) -> Iterator[Line]:
    """Yield integers."""
    for value in integers(source, count):
        yield (value,)


def duration_lines(source: random.Random, count: int) -> Iterator[Line]:
    """Yield microseconds with the four notations."""
    from django.utils.duration import duration_iso_string, duration_string

    def parts() -> Iterator[int]:
        for days in (0, 1, 2, 30, 10000):
            for step in (-1, 0, 1, 999999, 1000000, 59999999, 3600000000):
                yield days * 86400000000 + step
                yield -days * 86400000000 - step
        yield from integers(source, count)

    for number in parts():
        value = datetime.timedelta(microseconds=number)
        notations = (duration_iso_string(value), duration_string(value))
        yield number, *notations, str(value), str(value.total_seconds())


def uuid_lines(source: random.Random, count: int) -> Iterator[Line]:
    """Yield hexadecimal digits with the UUID."""
    for _ in range(count):
        text = f"{source.getrandbits(128):032x}"
        yield source.choice((text, text.upper())), str(uuid.UUID(text))


def date_text(source: random.Random) -> str:
    """Return a date, not always an existing one."""
    year = source.choice((0, 1, 4, 100, 400, 1600, 1900, 1999, 2000, 2024, 9999))
    year = source.choice((year, source.randrange(10000)))
    return f"{year:04}-{source.randrange(14):02}-{source.choice((1, 28, 29, 30, 31, 32)):02}"


def time_text(source: random.Random) -> str:
    """Return a time of day, not always an existing one."""
    hour, minute, second = (
        source.randrange(25),
        source.randrange(61),
        source.randrange(61),
    )
    digits = source.choice((0, 0, 6, 6, source.randrange(1, 7)))
    fraction = source.choice((0, 1, 999, 120000, source.randrange(10**6)))
    tail = "." + f"{fraction:06}"[:digits] if digits else ""
    return f"{hour:02}:{minute:02}:{second:02}{tail}"


def damaged(source: random.Random, text: str) -> tuple[str, str]:
    """Return whether the text is as Django stores it, and the text, sometimes with a fault."""
    if source.randrange(3):
        return "stored", text
    place = source.randrange(len(text))
    replacement = source.choice(("", " ", "T", "-", ":", ".", ",", "0", "9", "/", "é", "+", "00"))
    return "damaged", text[:place] + replacement + text[place + source.randrange(2) :]


def calendar_lines(
    text: Callable[[random.Random], str], parse: str
) -> Callable[[random.Random, int], Iterator[Line]]:
    """Return a generator of texts with what Django's parser and encoder make of them."""

    def lines(source: random.Random, count: int) -> Iterator[Line]:
        from django.core.serializers.json import DjangoJSONEncoder
        from django.utils import dateparse

        encoder = DjangoJSONEncoder()
        for _ in range(count):
            state, stored = damaged(source, text(source))
            zone = source.choice(("utc", "naive"))
            try:
                value = getattr(dateparse, parse)(stored)
                if parse == "parse_datetime" and value and value.tzinfo is None and zone == "utc":
                    value = value.replace(tzinfo=datetime.timezone.utc)
                iso = value.isoformat().replace("+00:00", "Z")
                yield state, stored, zone, encoder.default(value), iso, str(value)
            except (ValueError, AttributeError):
                yield state, stored, zone, "!", "!", "!"

    return lines


def middle_text(source: random.Random) -> str:
    """Return the exact digits between two neighbours, or a little to one side of them."""
    bits = source.choice((source.getrandbits(63), source.getrandbits(54), source.getrandbits(12)))
    low, high = float_of(bits), float_of(bits + 1)
    if not math.isfinite(high):
        return "1.7976931348623158079e308"
    context = decimal.Context(prec=1200)
    middle = context.divide(context.add(decimal.Decimal(low), decimal.Decimal(high)), 2)
    kind = source.randrange(4)
    if kind == 0:
        return f"{middle:e}"
    if kind == 1:
        text = f"{middle:f}"
        return text + ("" if "." in text else ".") + source.choice(("0", "000000001", "1"))
    digits = source.choice((16, 17, 18, 19, 20, 21, 40))
    rounded = decimal.Context(prec=digits, rounding=source.choice(ROUNDINGS)).plus(middle)
    return f"{rounded:e}"


def float_text(source: random.Random) -> str:
    """Return a text that is a float, or nearly one."""
    kind = source.randrange(8)
    if kind < 3:
        return middle_text(source)
    if kind == 3:
        return repr(random_float(source))
    digits = [str(source.getrandbits(source.randrange(1, 90)))]
    if source.random() < 0.7:
        digits.insert(source.randrange(2), ".")
        digits.insert(0, source.choice(("", "0", "0000000", "12")))
    if source.random() < 0.5:
        digits.append(
            f"{source.choice('eE')}{source.choice(('', '+', '-'))}{source.randrange(400)}"
        )
    digits.insert(0, source.choice(("", "-", "+")))
    text = "".join(digits)
    if kind == 7:
        place = source.randrange(len(text) + 1)
        text = text[:place] + source.choice("e.-+x0:/") + text[place + source.randrange(2) :]
    return text


def float_text_lines(source: random.Random, count: int) -> Iterator[Line]:
    """Yield texts and the bits of the float, in hexadecimal, that Python reads from them."""
    for _ in range(count):
        text = float_text(source)
        try:
            yield text, f"{bits_of(float(text)):x}"
        except ValueError:
            yield text, "!"


KINDS: dict[str, Callable[[random.Random, int], Iterator[Line]]] = {
    "repr": repr_lines,
    "float": float_text_lines,
    "decimal": decimal_lines,
    "integer": integer_lines,
    "duration": duration_lines,
    "uuid": uuid_lines,
    "date": calendar_lines(date_text, "parse_date"),
    "time": calendar_lines(time_text, "parse_time"),
    "datetime": calendar_lines(
        lambda source: date_text(source) + " " + time_text(source), "parse_datetime"
    ),
}


def main() -> None:
    """Print the lines of one kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for line in KINDS[options.kind](random.Random(options.seed), options.count):
        print(*line, sep="\t")


if __name__ == "__main__":
    main()
