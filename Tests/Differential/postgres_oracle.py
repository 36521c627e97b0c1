"""Write PostgreSQL's binary values and the bytes that Python's encoders make of them.

    python3 postgres_oracle.py SEED COUNT

Groups of records follow each other: the type's OID, the number of values, a shape for each style
of docs/formats/shape.md, then the values: the bytes that the server sends and the answer in each
style, None where Molt must leave it to Python.
"""

from __future__ import annotations

import datetime
import decimal
import functools
import json
import random
import struct
import sys
from collections.abc import Callable, Iterable
from typing import Any

import postgres_binary as binary
import postgres_values as values
from postgres_encoders import (
    STYLES,
    Refused,
    answer,
    django_default,
    duration_django,
    duration_iso,
    packed,
    with_z,
)

UTC = datetime.timezone.utc
# New York in the first half of 2013.
ZONE = {"starts": [1357016400, 1362898800], "offsets": [-18000, -14400], "end": 1372651200}


def shape(style: str, leaf: dict[str, Any]) -> bytes:
    """Return the shape of a list of values."""
    return packed(
        {
            "version": 1,
            "style": style,
            "layout": "arrays" if style == "csv" else "flat",
            "zone": ZONE,
            "fields": [{"name": "a", "column": 0, **leaf}],
        }
    )


def write(field: bytes | None) -> None:
    """Write one field of a record."""
    sys.stdout.buffer.write(struct.pack("<I", 0xFFFFFFFF if field is None else len(field)))
    sys.stdout.buffer.write(field or b"")


Written = Callable[[Any], Any]
Pair = tuple[Any, bytes]


def group(
    oid: int,
    leaf: dict[str, Any],
    written: Written,
    cells: Iterable[Pair],
    styles: tuple[str, ...] = STYLES,
) -> None:
    """Write a group: values and bytes, what an encoder is given, the styles that Molt answers."""
    cells = list(cells)
    write(str(oid).encode())
    write(str(len(cells)).encode())
    for style in STYLES:
        write(shape(style, leaf))
    for value, data in cells:
        write(data)
        for style in STYLES:
            try:
                write(answer(style, written(value)) if style in styles else None)
            except Refused:
                write(None)


def same(value: Any) -> Any:
    """Pass a value to the encoders as the driver loaded it."""
    return value


def fitting_integer(value: Any) -> int:
    """Return `int(value)` if Molt has it."""
    try:
        result = int(value)
    except (ValueError, OverflowError):
        raise Refused from None
    if not -(2**63) <= result < 2**63:
        raise Refused
    return result


def quantized(digits: int | None, places: int, is_plain: bool) -> Written:
    """Return what DRF makes of a Decimal, if Django's `values()` agrees on its digits."""

    def written(value: decimal.Decimal) -> str:
        context = decimal.Context(prec=digits or 28)
        try:
            result = value.quantize(decimal.Decimal(1).scaleb(-places), context=context)
        except decimal.InvalidOperation:
            raise Refused from None
        if str(result) != str(value):
            raise Refused
        return f"{result:f}" if is_plain else str(result)

    return written


def local(value: datetime.datetime) -> str:
    """Return `isoformat()` in the zone of the shapes."""
    seconds = (value - datetime.datetime(1970, 1, 1, tzinfo=UTC)) // datetime.timedelta(seconds=1)
    known = [
        o
        for s, o in zip(ZONE["starts"], ZONE["offsets"], strict=False)
        if s <= seconds < ZONE["end"]
    ]
    if not known:
        raise Refused
    zone = datetime.timezone(datetime.timedelta(seconds=known[-1]))
    return with_z(value.astimezone(zone).isoformat())


def paired(cells: Iterable[Any], encode: Callable[[Any], bytes]) -> list[tuple[Any, bytes]]:
    """Return values with their bytes."""
    return [(value, encode(value)) for value in cells]


def refused(value: Any) -> Any:
    """Leave a value to Python in every style."""
    raise Refused


def numbers(source: random.Random, count: int) -> None:
    """Write the groups of numbers."""
    for oid, size in ((21, 2), (23, 4), (20, 8)):
        cells = paired(values.integers(source, size * 8, count), binary.integer(size))
        group(oid, {"type": "integer"}, same, cells)
        group(oid, {"type": "float", "cast": True}, float, cells)
    group(26, {"type": "any"}, same, paired((0, 1, 2**31, 2**32 - 1), binary.oid))
    # The text of every NaN is the same.
    doubles = [
        (value if value == value else float("nan"), binary.float64(value))
        for value in values.floats(source, count)
    ]
    group(701, {"type": "float"}, same, doubles)
    group(701, {"type": "integer", "cast": True}, fitting_integer, doubles)
    group(700, {"type": "float"}, same, values.singles(source, count))
    group(16, {"type": "boolean"}, same, paired((True, False), binary.boolean))
    group(16, {"type": "any"}, same, paired((True, False), binary.boolean))
    group(16, {"type": "integer", "cast": True}, int, paired((True, False), binary.boolean))
    decimals = paired(values.decimals(source, count), binary.numeric)
    group(1700, {"type": "any"}, same, decimals)
    group(1700, {"type": "decimal"}, str, decimals)
    group(1700, {"type": "decimal", "notation": "plain"}, "{:f}".format, decimals)
    group(1700, {"type": "float", "cast": True}, float, decimals)
    group(1700, {"type": "integer", "cast": True}, fitting_integer, decimals)
    for digits, places in ((10, 2), (None, 7), (40, 12)):
        leaf = {"type": "decimal", "digits": digits, "places": places}
        group(1700, leaf, quantized(digits, places, False), decimals)
        group(1700, leaf | {"notation": "plain"}, quantized(digits, places, True), decimals)


def calendar(source: random.Random, count: int) -> None:
    """Write the groups of dates, times and durations."""
    group(1082, {"type": "date"}, same, paired(values.dates(source, count), binary.date))
    leaf = {"type": "date", "cast": True}
    group(1082, leaf, same, paired(values.dates(source, 10), binary.date))
    beyond = (2**31 - 1, -(2**31), 2932896 - 10957 + 1, -719162 - 10957 - 1, 2145031948)
    group(1082, {"type": "any"}, refused, paired(beyond, binary.integer(4)))
    times = paired(values.times(source, count), binary.time)
    group(1083, {"type": "any"}, same, times)
    group(1083, {"type": "time", "notation": "iso"}, datetime.time.isoformat, times)
    group(
        1083, {"type": "time"}, refused, paired((86_400_000_000, -1, 2**63 - 1), binary.integer(8))
    )
    for oid, zone, name in ((1114, None, "naive"), (1184, UTC, "utc")):
        moments = paired(values.datetimes(source, count, zone), binary.timestamp)
        group(oid, {"type": "any"}, same, moments)
        for notation, written in (("iso", isoformat), ("python", str)):
            leaf = {"type": "datetime", "zone": name, "notation": notation}
            group(oid, leaf, written, moments)
        leaf = {"type": "datetime", "zone": "utc", "notation": "iso", "cast": True}
        group(oid, leaf, lambda value: isoformat(value.replace(tzinfo=UTC)), moments)
        group(oid, {"type": "date", "cast": True}, datetime.datetime.date, moments)
        leaf = {"type": "time", "cast": True}
        group(oid, leaf, lambda value: django_default(value.time()), moments)
        edges = (2**63 - 1, -(2**63), 252455616000000000, -63113904000000001)
        beyond = paired(edges, binary.integer(8))
        group(oid, {"type": "datetime", "zone": name}, refused, beyond)
        for kind in ("date", "time"):
            group(oid, {"type": kind, "cast": True}, refused, beyond)
    start = datetime.datetime(2013, 1, 1, tzinfo=UTC)
    near = [
        start + datetime.timedelta(microseconds=source.randrange(15 * 10**12)) for _ in range(count)
    ]
    near += [start + datetime.timedelta(hours=hour) for hour in (5, 1639, 1640, 4347, 4348)]
    leaf = {"type": "datetime", "zone": "local", "notation": "iso"}
    group(1184, leaf, local, paired(near, binary.timestamp))
    durations = [
        (value, binary.interval(value, months, source.choice((None, 0, source.randrange(-99, 99)))))
        for value, months in values.timedeltas(source, count)
    ]
    group(1186, {"type": "any"}, same, durations)
    notations = {
        "iso": duration_iso,
        "django": duration_django,
        "python": str,
        "seconds": lambda value: str(value.total_seconds()),
    }
    for notation, written in notations.items():
        group(1186, {"type": "duration", "notation": notation}, written, durations)
    long = [(None, struct.pack(">qii", *each)) for each in ((0, 2**31 - 1, 0), (2**63 - 1, 1, 1))]
    group(1186, {"type": "duration"}, refused, long)


def isoformat(value: datetime.datetime) -> str:
    """Return `isoformat()` with a Z for UTC."""
    return with_z(value.isoformat())


def others(source: random.Random, count: int) -> None:
    """Write the groups of texts, documents, bytes and UUIDs."""
    texts = paired(values.texts(source, count), binary.text)
    for oid in (25, 1042, 1043, 19):
        group(oid, {"type": "any"}, same, texts)
    group(1043, {"type": "text", "cast": True}, same, texts)
    documents = list(values.documents(source, count // 10))
    group(3802, {"type": "any"}, same, paired(documents, binary.jsonb))
    decoded = STYLES[:-1]
    group(114, {"type": "any"}, json.loads, paired(documents, binary.text), decoded)
    group(3802, {"type": "json"}, json.loads, paired(documents, binary.jsonb), decoded)
    leaf = {"type": "json", "path": True}
    group(3802, leaf, json.loads, paired(documents, binary.jsonb), decoded)
    group(17, {"type": "binary"}, same, paired((b"", b"\x00\xff", bytes(300)), bytes))
    group(2950, {"type": "uuid"}, same, paired(values.uuids(source, count), binary.identifier))
    group(2950, {"type": "any"}, same, paired(values.uuids(source, 10), binary.identifier))


def lists(source: random.Random, count: int) -> None:
    """Write the groups of arrays."""
    array(
        1007,
        23,
        {"type": "integer"},
        same,
        binary.integer(4),
        values.integers(source, 32, count),
        source,
    )
    array(1009, 25, {"type": "text"}, same, binary.text, values.texts(source, count), source)
    array(
        1231,
        1700,
        {"type": "any"},
        same,
        binary.numeric,
        values.decimals(source, count // 10),
        source,
    )
    array(
        1231,
        1700,
        {"type": "decimal", "notation": "plain"},
        "{:f}".format,
        binary.numeric,
        values.decimals(source, count // 10),
        source,
    )
    array(1182, 1082, {"type": "date"}, same, binary.date, values.dates(source, count), source)
    array(
        1185,
        1184,
        {"type": "any"},
        same,
        binary.timestamp,
        values.datetimes(source, count, UTC),
        source,
    )
    array(
        2951, 2950, {"type": "uuid"}, same, binary.identifier, values.uuids(source, count), source
    )
    array(1000, 16, {"type": "boolean"}, same, binary.boolean, [True, False] * (count // 2), source)
    documents = list(values.documents(source, count // 10))
    array(3807, 3802, {"type": "json"}, json.loads, binary.jsonb, documents, source, depths=(1,))
    array(3807, 3802, {"type": "any"}, same, binary.jsonb, documents, source)
    array(199, 114, {"type": "any"}, json.loads, binary.text, documents, source)


def array(
    oid: int,
    element_oid: int,
    leaf: dict[str, Any],
    written: Written,
    encode: Callable[[Any], bytes],
    items: Iterable[Any],
    source: random.Random,
    depths: tuple[int, ...] = (1, 2, 3),
) -> None:
    """Write a group of arrays of the items, cut into lists of lists, some of the items NULL."""
    cells: list[Pair] = [([], binary.array([], element_oid, encode))]
    rest = iter(items)
    while len(taken := [item for _, item in zip(range(12), rest, strict=False)]) == 12:
        if source.randrange(2):
            taken[source.randrange(12)] = None
        nested = nest(taken, source.choice(depths))
        cells.append((nested, binary.array(nested, element_oid, encode)))
    group(oid, {"type": "list", "element": leaf}, functools.partial(mapped, written), cells)


def nest(items: list[Any], depth: int) -> list[Any]:
    """Cut twelve items into lists of the same length."""
    if depth == 1:
        return items
    pairs = [items[start : start + 2] for start in range(0, 12, 2)]
    return pairs if depth == 2 else [pairs[:3], pairs[3:]]


def mapped(written: Written, value: Any) -> Any:
    """Apply a function to all items of lists of lists."""
    if isinstance(value, list):
        return [mapped(written, item) for item in value]
    return None if value is None else written(value)


def main() -> None:
    """Write all groups."""
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for number, kind in enumerate((numbers, calendar, others, lists)):
        kind(random.Random(seed * 10 + number), count)


if __name__ == "__main__":
    main()
