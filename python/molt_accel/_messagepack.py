"""MessagePack in pure Python: the subset that shapes, arguments and the worker's headers use.

`pack` writes the smallest encoding of None, bool, 64-bit int, float (always float 64), str, bytes,
list, tuple and dict; subclasses such as ``SafeString`` or ``IntegerChoices`` count as their base.

    pack([5, "JFK"])  ->  92            array of 2
                          05            5
                          a3 4a 46 4b   "JFK"

Specification: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, Final

__all__ = ["MAXIMUM_DEPTH", "UnpackError", "pack", "pack_array", "unpack", "unpack_from"]

MAXIMUM_DEPTH: Final = 64
"""How deep containers may nest, when packing and when unpacking."""


class UnpackError(ValueError):
    """The bytes are not one MessagePack value of the subset; ``offset`` says where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(f"{message} at byte {offset}")
        self.offset = offset


_SMALL: Final = {
    number: bytes((number & 0xFF,)) for number in range(-32, 128)
}  # fixint: the byte is the number
_TEXT_HEADERS: Final = tuple(bytes((0xA0 | count,)) for count in range(32))
_ARRAY_HEADERS: Final = tuple(bytes((0x90 | count,)) for count in range(16))

_uint16: Final = struct.Struct(">BH").pack
_uint32: Final = struct.Struct(">BI").pack
_uint64: Final = struct.Struct(">BQ").pack
_int8: Final = struct.Struct(">Bb").pack
_int16: Final = struct.Struct(">Bh").pack
_int32: Final = struct.Struct(">Bi").pack
_int64: Final = struct.Struct(">Bq").pack
_float64: Final = struct.Struct(">Bd").pack


def pack(value: object) -> bytes:
    """Encodes one value.

    Raises ``TypeError`` for a type outside the subset, ``OverflowError`` for an integer outside
    the signed 64 bits, ``UnicodeEncodeError`` for text with lone surrogates, ``ValueError`` for
    containers nested deeper than `MAXIMUM_DEPTH`.
    """
    return _pack(value, 0)


def pack_array(values: Sequence[object]) -> bytes:
    """Encodes a sequence of any type as an array; the same errors as `pack`."""
    return _pack_array(values, 0)


def _pack(value: Any, depth: int) -> bytes:
    encoder = _ENCODERS.get(type(value))
    if encoder is not None:
        return encoder(value)
    return _pack_uncommon(value, depth)


def _pack_array(values: Sequence[Any], depth: int) -> bytes:
    count = len(values)
    if depth >= MAXIMUM_DEPTH:
        raise ValueError(f"MessagePack containers nest deeper than {MAXIMUM_DEPTH} levels")
    find = _ENCODERS.get
    parts = [_ARRAY_HEADERS[count] if count < 16 else _long_header(0xDC, count)]
    for value in values:
        encoder = find(type(value))
        parts.append(encoder(value) if encoder else _pack_uncommon(value, depth + 1))
    return b"".join(parts)


def _pack_map(values: dict[Any, Any], depth: int) -> bytes:
    count = len(values)
    if depth >= MAXIMUM_DEPTH:
        raise ValueError(f"MessagePack containers nest deeper than {MAXIMUM_DEPTH} levels")
    parts = [bytes((0x80 | count,)) if count < 16 else _long_header(0xDE, count)]
    for key, value in values.items():
        parts.append(_pack(key, depth + 1))
        parts.append(_pack(value, depth + 1))
    return b"".join(parts)


def _long_header(mark16: int, count: int) -> bytes:
    return _uint16(mark16, count) if count < 0x10000 else _uint32(mark16 + 1, count)


def _pack_uncommon(value: Any, depth: int) -> bytes:
    """Containers, which need the depth, and subclasses of what the table knows."""
    if isinstance(value, (list, tuple)):
        return _pack_array(value, depth)
    if isinstance(value, dict):
        return _pack_map(value, depth)
    if isinstance(value, str):
        return _pack_text(value)
    if isinstance(value, int):
        return _pack_int(int(value))
    if isinstance(value, float):
        return _pack_float(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _pack_binary(bytes(value))
    name = f"{type(value).__module__}.{type(value).__qualname__}"
    raise TypeError(
        f"MessagePack has no place for a value of type {name}; convert it to None, bool, int, "
        "float, str, bytes, list or dict"
    )


def _pack_int(value: int) -> bytes:
    small = _SMALL.get(value)
    if small is not None:
        return small
    if value > 0:
        if value < 0x100:
            return bytes((0xCC, value))
        if value < 0x10000:
            return _uint16(0xCD, value)
        if value < 0x1_0000_0000:
            return _uint32(0xCE, value)
        if value < 0x8000_0000_0000_0000:
            return _uint64(0xCF, value)
    elif value >= -0x80:
        return _int8(0xD0, value)
    elif value >= -0x8000:
        return _int16(0xD1, value)
    elif value >= -0x8000_0000:
        return _int32(0xD2, value)
    elif value >= -0x8000_0000_0000_0000:
        return _int64(0xD3, value)
    raise OverflowError("the integer does not fit into 64 bits; send it as text instead")


def _pack_text(value: str) -> bytes:
    encoded = str.encode(value)
    count = len(encoded)
    if count < 32:
        return _TEXT_HEADERS[count] + encoded
    if count < 0x100:
        return bytes((0xD9, count)) + encoded
    return _long_header(0xDA, count) + encoded


def _pack_binary(value: bytes) -> bytes:
    count = len(value)
    if count < 0x100:
        return bytes((0xC4, count)) + value
    return _long_header(0xC5, count) + value


def _pack_float(value: float) -> bytes:
    return _float64(0xCB, value)


_ENCODERS: Final[dict[type, Callable[[Any], bytes]]] = {
    int: _pack_int,
    str: _pack_text,
    float: _pack_float,
    bool: lambda value: b"\xc3" if value else b"\xc2",
    type(None): lambda _: b"\xc0",
    bytes: _pack_binary,
}


def unpack(data: bytes) -> Any:
    """Decodes exactly one value; `UnpackError` for anything else, also for bytes after it."""
    value, offset = unpack_from(data, 0)
    if offset != len(data):
        raise UnpackError("bytes follow the MessagePack value", offset)
    return value


def unpack_from(data: bytes | bytearray, offset: int) -> tuple[Any, int]:
    """Decodes the value at `offset` and answers it with the offset behind it.

    Raises `UnpackError` for truncated, reserved or extension bytes, invalid UTF-8, unhashable map
    keys, counts that exceed the remaining bytes, and nesting beyond `MAXIMUM_DEPTH`.
    """
    return _unpack(data, offset, 0)


def _unpack(data: bytes | bytearray, offset: int, depth: int) -> tuple[Any, int]:
    if offset >= len(data):
        raise UnpackError("the MessagePack value ends too early", offset)
    mark = data[offset]
    after = offset + 1
    if mark < 0x80:
        return mark, after
    if mark >= 0xE0:
        return mark - 0x100, after
    if mark < 0x90:
        return _unpack_map(data, after, mark & 0x0F, depth)
    if mark < 0xA0:
        return _unpack_array(data, after, mark & 0x0F, depth)
    if mark < 0xC0:
        return _unpack_text(data, after, mark & 0x1F)
    if mark in _CONSTANTS:
        return _CONSTANTS[mark], after
    number = _NUMBERS.get(mark)
    if number is not None:
        return _unpack_number(data, after, number)
    sized = _SIZED.get(mark)
    if sized is None:
        raise UnpackError(f"the MessagePack type 0x{mark:02x} is not part of the format", offset)
    count, after = _unpack_number(data, after, sized[0])
    return sized[1](data, after, count, depth)


def _unpack_number(data: bytes | bytearray, offset: int, number: struct.Struct) -> tuple[Any, int]:
    end = offset + number.size
    if end > len(data):
        raise UnpackError("the MessagePack value ends too early", len(data))
    return number.unpack_from(data, offset)[0], end


def _unpack_text(data: bytes | bytearray, offset: int, count: int, _: int = 0) -> tuple[str, int]:
    raw, end = _unpack_binary(data, offset, count)
    try:
        return raw.decode(), end
    except UnicodeDecodeError as error:
        raise UnpackError("the text is not valid UTF-8", offset + error.start) from None


def _unpack_binary(
    data: bytes | bytearray, offset: int, count: int, _: int = 0
) -> tuple[bytes, int]:
    end = offset + count
    if end > len(data):
        raise UnpackError("the MessagePack value ends too early", len(data))
    return bytes(data[offset:end]), end


def _unpack_array(
    data: bytes | bytearray, offset: int, count: int, depth: int
) -> tuple[list[Any], int]:
    _check_container(data, offset, count, depth)
    values = []
    for _ in range(count):
        value, offset = _unpack(data, offset, depth + 1)
        values.append(value)
    return values, offset


def _unpack_map(
    data: bytes | bytearray, offset: int, count: int, depth: int
) -> tuple[dict[Any, Any], int]:
    _check_container(data, offset, 2 * count, depth)
    values = {}
    for _ in range(count):
        key_offset = offset
        key, offset = _unpack(data, offset, depth + 1)
        if isinstance(key, (list, dict)):
            raise UnpackError("a map's key is a container", key_offset)
        values[key], offset = _unpack(data, offset, depth + 1)
    return values, offset


def _check_container(data: bytes | bytearray, offset: int, value_count: int, depth: int) -> None:
    """Refuses an announced count before anything of that size is built."""
    if value_count > len(data) - offset:
        raise UnpackError("the container announces more values than bytes follow", offset)
    if depth >= MAXIMUM_DEPTH:
        raise UnpackError(f"containers nest deeper than {MAXIMUM_DEPTH} levels", offset)


_CONSTANTS: Final = {0xC0: None, 0xC2: False, 0xC3: True}
_NUMBERS: Final = {
    0xCA + index: struct.Struct(">" + code) for index, code in enumerate("fdBHIQbhiq")
}
_BYTE, _SHORT, _LONG = (struct.Struct(">" + code) for code in "BHI")
_Data = bytes | bytearray
_SizedDecoder = Callable[[_Data, int, int, int], tuple[Any, int]]
_SIZED: Final[dict[int, tuple[struct.Struct, _SizedDecoder]]] = {
    0xC4: (_BYTE, _unpack_binary),
    0xC5: (_SHORT, _unpack_binary),
    0xC6: (_LONG, _unpack_binary),
    0xD9: (_BYTE, _unpack_text),
    0xDA: (_SHORT, _unpack_text),
    0xDB: (_LONG, _unpack_text),
    0xDC: (_SHORT, _unpack_array),
    0xDD: (_LONG, _unpack_array),
    0xDE: (_SHORT, _unpack_map),
    0xDF: (_LONG, _unpack_map),
}
