"""What Python's msgpack and cbor2 make of values, for the Swift tests to compare with.

    binary_oracle.py check               ends with 0 if both packages are there
    binary_oracle.py values SEED COUNT   generated values

Every record has four fields: the value in MessagePack, in CBOR, in CBOR with the options
`canonical` (shortest floats, keys sorted by length), and in MessagePack again as msgpack writes it
after it has read it. A field is its length in four bytes, little-endian, and its bytes.
"""

from __future__ import annotations

import random
import struct
import sys
from typing import Any

import cbor2
import msgpack

LETTERS = "abcXYZ019 _\"\\/\n\x00éß€語😀"
EDGES = [1 << bit for bit in (4, 5, 7, 8, 15, 16, 31, 32, 59, 60, 63)]


def integer(source: random.Random) -> int:
    if source.random() < 0.5:
        return source.randint(-300, 300)
    value = source.choice(EDGES) + source.randint(-2, 2)
    return min(value, (1 << 64) - 1) if source.random() < 0.5 else -min(value, 1 << 63)


def number(source: random.Random) -> float:
    kind = source.randrange(5)
    if kind == 0:
        # No infinities: cbor2 writes them in 16 bits where it writes all other floats in 64.
        return source.choice([0.0, -0.0, 1.5, 65504.0, 5e-324, 2.0**-24, 1.7e308])
    if kind == 1:
        return float(source.randint(-2000, 2000))
    if kind == 2:
        return float(struct.unpack(">e", struct.pack(">H", source.randrange(0x7C00)))[0])
    if kind == 3:
        return float(struct.unpack(">f", struct.pack(">I", source.randrange(0x7F800000)))[0])
    return source.uniform(-1e6, 1e6) * 10 ** source.randint(-250, 250)


def text(source: random.Random) -> str:
    length = source.choice([0, 1, 5, 15, 16, 23, 24, 31, 32, 33, 100, 255, 256, 300])
    return "".join(source.choices(LETTERS, k=length))


def value(source: random.Random, depth: int) -> Any:
    kind = source.randrange(8 if depth > 0 else 6)
    if kind == 0:
        return source.choice([None, True, False])
    if kind in (1, 2):
        return integer(source)
    if kind == 3:
        return number(source)
    if kind == 4:
        return text(source)
    if kind == 5:
        return source.randbytes(source.choice([0, 1, 20, 31, 255, 256, 300]))
    count = source.choice([0, 1, 2, 3, 15, 16, 23, 24, 40]) if depth < 3 else 3
    if kind == 6:
        return [value(source, depth - 1) for _ in range(count)]
    return {key(source): value(source, depth - 1) for _ in range(count)}


def key(source: random.Random) -> Any:
    kind = source.randrange(8)
    if kind == 0:
        return integer(source)
    if kind == 1:
        return source.randbytes(3)
    return text(source)


def field(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def main() -> None:
    if sys.argv[1] == "check":
        return
    source = random.Random(int(sys.argv[2]))
    for _ in range(int(sys.argv[3])):
        item = value(source, 3)
        packed = msgpack.packb(item)
        again = msgpack.packb(msgpack.unpackb(packed, strict_map_key=False))
        fields = [packed, cbor2.dumps(item), cbor2.dumps(item, canonical=True), again]
        sys.stdout.buffer.write(b"".join(map(field, fields)))


main()
