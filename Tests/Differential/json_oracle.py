"""What CPython's json makes of documents and texts, for the Swift tests to compare with.

    json_oracle.py documents SEED COUNT   generated documents
    json_oracle.py layouts SEED COUNT     generated documents, in other layouts
    json_oracle.py strings SEED COUNT     generated texts
    json_oracle.py files FOLDER           the files of a folder, by name

Every record is a row of fields; a field is its length in four bytes, little-endian, and its
bytes, or the length 2**32 - 1 for None. Documents and files: name, document, then the answers in
the styles django, compact, drf and messagepack. Layouts: document, then indented by two spaces,
by a tab, by nothing with sorted keys, and spaced with sorted keys. Strings: text, then django,
compact, drf. None stands for: Python raises, or a rule of Molt's refuses (a repeated key, nesting
over 200).
"""

from __future__ import annotations

import json
import random
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

DEPTH_LIMIT = 200

# What breaks a document, or does not, when it stands at any place.
INSERTED = [bytes([byte]) for byte in b'"\\,:[]{}0-.e +\0\n\x1f\x0b']
INSERTED += [b"\xc2\xa0", b"\xef\xbb\xbf", b"NaN"]


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key is repeated")
    return result


def depth(value: Any) -> int:
    deepest = 0
    waiting = [(value, 0)]
    while waiting:
        item, level = waiting.pop()
        if isinstance(item, (dict, list)):
            level += 1
            deepest = max(deepest, level)
            children = item.values() if isinstance(item, dict) else item
            waiting.extend((child, level) for child in children)
    return deepest


def django(value: Any) -> bytes:
    return json.dumps(value).encode()


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def drf(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()


def sized(count: int, small: int, base: int, markers: str) -> bytes:
    """The header of a str, array or map; `markers` names struct's sizes and the type's bytes."""
    if count < small:
        return bytes([base | count])
    for marker, form, limit in (
        (markers[0:2], ">B", 0xFF),
        (markers[2:4], ">H", 0xFFFF),
        (markers[4:6], ">I", 0xFFFFFFFF),
    ):
        if marker != "--" and count <= limit:
            return bytes.fromhex(marker) + struct.pack(form, count)
    raise ValueError("too long for MessagePack")


def integer(value: int) -> bytes:
    if -32 <= value < 128:
        return struct.pack("b", value) if value < 0 else bytes([value])
    forms = "BHIQ" if value >= 0 else "bhiq"
    first = 0xCC if value >= 0 else 0xD0
    for index, form in enumerate(forms):
        try:
            return bytes([first + index]) + struct.pack(">" + form, value)
        except struct.error:
            continue
    raise ValueError("the integer does not fit in 64 bits")


def messagepack(value: Any) -> bytes:
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return integer(value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        text = value.encode()
        return sized(len(text), 32, 0xA0, "d9dadb") + text
    if isinstance(value, list):
        header = sized(len(value), 16, 0x90, "--dcdd")
        return header + b"".join(map(messagepack, value))
    header = sized(len(value), 16, 0x80, "--dedf")
    return header + b"".join(messagepack(k) + messagepack(v) for k, v in value.items())


def spaces(value: Any) -> bytes:
    return json.dumps(value, indent=2).encode()


def tabs(value: Any) -> bytes:
    return json.dumps(value, indent="\t", ensure_ascii=False).encode()


def lines(value: Any) -> bytes:
    return json.dumps(value, indent=0, sort_keys=True, ensure_ascii=False).encode()


def in_order(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


LAYOUTS: list[Callable[[Any], bytes]] = [spaces, tabs, lines, in_order]
STYLES: list[Callable[[Any], bytes]] = [django, compact, drf, messagepack]


def answers(document: bytes, styles: list[Callable[[Any], bytes]] = STYLES) -> list[bytes | None]:
    try:
        value = json.loads(document.decode(), object_pairs_hook=unique)
    except (ValueError, RecursionError):
        return [None] * len(styles)
    if depth(value) > DEPTH_LIMIT:
        return [None] * len(styles)
    return [attempt(style, value) for style in styles]


def attempt(style: Callable[[Any], bytes], value: Any) -> bytes | None:
    try:
        return style(value)
    except ValueError:  # UnicodeEncodeError is one, too
        return None


class Generator:
    """Documents in all the spellings that JSON allows, some of them broken afterwards."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def documents(self, count: int) -> Iterator[bytes]:
        for index in range(count):
            document = self.document(self.random.choice((0, 1, 3, 6)))
            if index % 3 == 0:
                document = self.broken(document)
            yield document

    def document(self, levels: int) -> bytes:
        text = self.space() + self.value(levels) + self.space()
        return text.encode("utf-8", "surrogatepass")

    def value(self, levels: int) -> str:
        kind = self.random.random()
        if levels == 0 or kind < 0.35:
            scalar = self.random.random()
            if scalar < 0.35:
                return self.number()
            if scalar < 0.8:
                return self.string()
            if scalar < 0.83:
                return self.random.choice(("NaN", "Infinity", "-Infinity"))
            return self.random.choice(("null", "true", "false"))
        count = self.random.choice((0, 1, 1, 2, 3, 4))
        if self.random.random() < 0.05:
            count = self.random.choice((15, 16, 17, 70))
            levels = 1
        comma = self.space() + "," + self.space()
        if kind < 0.65:
            items = comma.join(self.value(levels - 1) for _ in range(count))
            return "[" + self.space() + items + self.space() + "]"
        pairs = (
            self.key() + self.space() + ":" + self.space() + self.value(levels - 1)
            for _ in range(count)
        )
        return "{" + self.space() + comma.join(pairs) + self.space() + "}"

    def space(self) -> str:
        if self.random.random() < 0.7:
            return ""
        return "".join(self.random.choices(" \t\n\r", k=self.random.choice((1, 1, 2, 9))))

    def digits(self, most: int) -> str:
        return "".join(self.random.choices("0123456789", k=self.random.randint(1, most)))

    def number(self) -> str:
        kind = self.random.random()
        if kind < 0.15:
            return json.dumps(struct.unpack("d", self.random.randbytes(8))[0])
        if kind < 0.3:
            return repr(self.random.uniform(-1000, 1000))
        if kind < 0.4:
            return str(
                self.random.choice((1, -1)) * (1 << self.random.choice((31, 32, 53, 63, 64)))
                + self.random.randint(-2, 2)
            )
        whole = self.random.choice(("0", "0", str(self.random.randint(1, 9)) + self.digits(22)))
        if self.random.random() < 0.3:
            whole = str(self.random.randint(0, 1000))
        text = self.random.choice(("", "-")) + whole
        if self.random.random() < 0.6:
            zeros = "0" * self.random.choice((0, 0, 1, 3, 4, 5, 20))
            text += "." + zeros + self.digits(self.random.choice((3, 8, 18, 40)))
            text += self.random.choice(("", "", "0", "000"))
        if self.random.random() < 0.3:
            text += self.random.choice("eE") + self.random.choice(("", "+", "-"))
            text += self.random.choice((self.digits(1), self.digits(2), self.digits(3), "00310"))
        return text

    def key(self) -> str:
        if self.random.random() < 0.8:
            number = self.random.randrange(100_000)
            return '"' + self.random.choice(("k", "a long key of a wide table ")) + f'{number}"'
        return self.string()

    def string(self) -> str:
        count = self.random.choice((0, 1, 3, 7, 8, 15, 16, 17, 30, 100))
        if self.random.random() < 0.005:
            count = 5000
        plain = self.random.random() < 0.5
        return '"' + "".join(self.character(plain) for _ in range(count)) + '"'

    def character(self, plain: bool) -> str:
        kind = self.random.random()
        if plain or kind < 0.5:
            return self.random.choice("abcdefghijklmnopqrstuvwxyzABCDEFG 0123456789/'<>&~\x7f")
        if kind < 0.6:
            return self.random.choice(('\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"))
        if kind < 0.8:
            scalar = self.scalar()
            units = chr(scalar).encode("utf-16-be")
            pairs = (units[index : index + 2].hex() for index in range(0, len(units), 2))
            return "".join(self.random.choice(("\\u" + p, "\\u" + p.upper())) for p in pairs)
        if kind < 0.802:
            return f"\\u{self.random.randint(0xD800, 0xDFFF):04x}"
        scalar = self.scalar()
        return chr(scalar) if scalar >= 0x20 and scalar not in (0x22, 0x5C) else "x"

    def scalar(self) -> int:
        limit = self.random.choice((0x20, 0x80, 0x100, 0x800, 0x2030, 0xD800, 0x10FFFF))
        scalar = self.random.randint(max(0, limit - 0x100), limit)
        return 0xFFFD if 0xD800 <= scalar < 0xE000 else scalar

    def broken(self, document: bytes) -> bytes:
        result = bytearray(document)
        for _ in range(self.random.choice((1, 1, 2))):
            place = self.random.randint(0, len(result))
            kind = self.random.random()
            if kind < 0.3:
                del result[place : place + self.random.choice((1, 1, 2, 5))]
            elif kind < 0.5:
                del result[place:]
            elif kind < 0.8:
                result[place:place] = self.random.choice(INSERTED)
            else:
                result[place : place + 1] = self.random.randbytes(1)
        return bytes(result)

    def texts(self, count: int) -> Iterator[str]:
        for _ in range(count):
            length = self.random.choice((0, 1, 3, 7, 8, 15, 16, 17, 30, 33, 100, 3000))
            special = self.random.choice((0, 0.02, 0.3, 1))
            yield "".join(
                chr(self.scalar())
                if self.random.random() < special
                else self.random.choice("abcdefghijklmnop QRSTUVWXYZ")
                for _ in range(length)
            )


def write(*fields: bytes | None) -> None:
    for field in fields:
        length = 0xFFFFFFFF if field is None else len(field)
        sys.stdout.buffer.write(struct.pack("<I", length) + (field or b""))


def main() -> None:
    kind, rest = sys.argv[1], sys.argv[2:]
    if kind == "files":
        for path in sorted(Path(rest[0]).glob("*.json")):
            document = path.read_bytes()
            write(path.name.encode(), document, *answers(document))
        return
    generator, count = Generator(int(rest[0])), int(rest[1])
    if kind == "documents":
        for index, document in enumerate(generator.documents(count)):
            write(f"document {index}".encode(), document, *answers(document))
    elif kind == "layouts":
        for document in generator.documents(count):
            write(document, *answers(document, LAYOUTS))
    else:
        for text in generator.texts(count):
            write(text.encode(), django(text), compact(text), drf(text))


if __name__ == "__main__":
    main()
