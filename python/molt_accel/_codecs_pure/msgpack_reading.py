"""MessagePack to Python objects, without recursion.

    92 05 a3 4a 46 4b  ->  [5, "JFK"]      92 opens a frame for two values; each value that is
                                           whole goes into the topmost frame, until that is full

Specification: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from molt_accel._codecs_pure.binding import bound, failure
from molt_accel._codecs_pure.flags import (
    DEPTH,
    MSGPACK_RAW,
    MSGPACK_STRICT_MAP_KEY,
    MSGPACK_TIMESTAMP_SHIFT,
    MSGPACK_TUPLES,
    UNIQUE_KEYS,
)

__all__ = ["msgpack_loads", "msgpack_loads_from", "msgpack_skip"]

_Hook = Callable[[Any], Any] | None
_Limits = tuple[int, int, int, int, int]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_CONSTANTS: Final = {0xC0: None, 0xC2: False, 0xC3: True}
_NUMBERS: Final = {
    0xCA + index: struct.Struct(">" + code) for index, code in enumerate("fdBHIQbhiq")
}
_STRING, _BINARY, _ARRAY, _MAP, _EXTENSION = range(5)
_RESERVED: Final = "no value starts with the byte 0xc1"
_KINDS: Final = ("str", "bin", "array", "map", "ext")
_SIZED: Final = {
    **{0xC4 + index: (_BINARY, 1 << index) for index in range(3)},
    **{0xC7 + index: (_EXTENSION, 1 << index) for index in range(3)},
    **{0xD9 + index: (_STRING, 1 << index) for index in range(3)},
    **{0xDC + index: (_ARRAY, 2 << index) for index in range(2)},
    **{0xDE + index: (_MAP, 2 << index) for index in range(2)},
}


def msgpack_loads(
    data: Any,
    flags: int = 0,
    object_hook: _Hook = None,
    object_pairs_hook: _Hook = None,
    list_hook: _Hook = None,
    ext_hook: Callable[[int, bytes], Any] | None = None,
    limits: _Limits | None = None,
    unicode_errors: str = "strict",
    /,
) -> Any:
    """The value of one message; `unicode_errors` is the twin's alone."""
    hooks = (object_hook, object_pairs_hook, list_hook, ext_hook)
    reader = _Reader(data, flags, hooks, limits, unicode_errors)
    value, end = reader.read(0)
    if end != len(reader.data):
        raise failure("msgpack", "bytes follow the value", data, end, "trailing")
    return value


def msgpack_loads_from(
    data: Any,
    offset: int,
    flags: int = 0,
    object_hook: _Hook = None,
    object_pairs_hook: _Hook = None,
    list_hook: _Hook = None,
    ext_hook: Callable[[int, bytes], Any] | None = None,
    limits: _Limits | None = None,
    unicode_errors: str = "strict",
    /,
) -> tuple[Any, int]:
    """The value that begins at `offset`, and where it ends."""
    hooks = (object_hook, object_pairs_hook, list_hook, ext_hook)
    return _Reader(data, flags, hooks, limits, unicode_errors).read(offset)


def msgpack_skip(
    data: Any, offset: int, pending: int, limits: _Limits | None = None, /
) -> tuple[int, int, int]:
    """Where passing over `pending` values stops, how many are left, and their least size."""
    reader = _Reader(data, 0, (None,) * 4, limits, "strict")
    if not 0 <= offset <= len(reader.data):
        raise ValueError("the offset is outside the data")
    while pending:
        size, children = reader.extent(offset)
        if len(reader.data) - offset < size:
            return offset, pending, size + pending - 1
        offset += size
        pending += children - 1
    return offset, 0, 0


class _Frame:
    """An array or a map whose values are still being read; a map's keys and values alternate."""

    __slots__ = ("count", "is_map", "offset", "values")

    def __init__(self, is_map: bool, count: int, offset: int) -> None:
        self.is_map = is_map
        self.count = count
        self.offset = offset
        self.values: list[Any] = []


class _Reader:
    """The bytes, where reading has come to, and what the values become."""

    def __init__(
        self,
        data: Any,
        flags: int,
        hooks: tuple[Any, ...],
        limits: _Limits | None,
        unicode_errors: str,
    ) -> None:
        self.source = data
        self.data = data if isinstance(data, bytes) else bytes(memoryview(data).cast("B"))
        self.offset = 0
        self.object_hook, self.object_pairs_hook, self.list_hook, self.ext_hook = hooks
        self.is_raw = bool(flags & MSGPACK_RAW)
        self.makes_tuples = bool(flags & MSGPACK_TUPLES)
        self.is_strict = bool(flags & MSGPACK_STRICT_MAP_KEY)
        self.is_unique = bool(flags & UNIQUE_KEYS)
        self.timestamp = flags >> MSGPACK_TIMESTAMP_SHIFT & 3
        self.limits = limits
        self.unicode_errors = unicode_errors

    def error(self, message: str, offset: int, kind: str) -> Exception:
        return failure("msgpack", message, self.source, offset, kind)

    def read(self, offset: int) -> tuple[Any, int]:
        """The value at `offset` and the offset behind it."""
        self.offset = offset
        frames: list[_Frame] = []
        while True:
            value = self.scalar_or_frame()
            if isinstance(value, _Frame) and value.count:
                if len(frames) >= DEPTH:
                    raise self.error(
                        f"containers nest deeper than {DEPTH} levels", value.offset, "depth"
                    )
                frames.append(value)
                continue
            if isinstance(value, _Frame):
                value = self.finish(value)
            while frames:
                frame = frames[-1]
                self.put(value, frame)
                if len(frame.values) < frame.count:
                    break
                value = self.finish(frames.pop())
            else:
                return value, self.offset

    def put(self, value: Any, frame: _Frame) -> None:
        is_key = frame.is_map and not len(frame.values) & 1
        if is_key and self.is_strict and type(value) not in (str, bytes):
            name = type(value).__name__
            raise self.error(f"{name} is not allowed for map key", frame.offset, "key")
        frame.values.append(value)

    def finish(self, frame: _Frame) -> Any:
        values = frame.values
        if not frame.is_map:
            sequence = tuple(values) if self.makes_tuples else values
            return self.list_hook(sequence) if self.list_hook else sequence
        pairs = list(zip(values[::2], values[1::2], strict=True))
        if self.object_pairs_hook and not self.is_unique:
            return self.object_pairs_hook(pairs)
        try:
            made = dict(pairs)
        except TypeError as error:
            raise self.error(f"the map's key cannot be one: {error}", frame.offset, "key") from None
        if self.is_unique and len(made) != len(pairs):
            raise self.error("a key stands in the map already", frame.offset, "key")
        if self.object_pairs_hook:
            return self.object_pairs_hook(pairs)
        return self.object_hook(made) if self.object_hook else made

    def take(self, count: int) -> bytes:
        """The next bytes; truncated input is an error before anything of that size exists."""
        end = self.offset + count
        if end > len(self.data):
            raise self.error("the value ends too early", len(self.data), "truncated")
        taken = self.data[self.offset : end]
        self.offset = end
        return taken

    def scalar_or_frame(self) -> Any:
        start = self.offset
        mark = self.take(1)[0]
        if mark < 0x80:
            return mark
        if mark >= 0xE0:
            return mark - 0x100
        if mark < 0xC0:
            if mark >= 0xA0:
                return self.sized(_STRING, mark & 0x1F, start)
            return self.sized(_MAP if mark < 0x90 else _ARRAY, mark & 0x0F, start)
        if mark in _CONSTANTS:
            return _CONSTANTS[mark]
        if (number := _NUMBERS.get(mark)) is not None:
            return number.unpack(self.take(number.size))[0]
        if 0xD4 <= mark <= 0xD8:
            return self.sized(_EXTENSION, 1 << mark - 0xD4, start)
        if mark in _SIZED:
            kind, width = _SIZED[mark]
            return self.sized(kind, int.from_bytes(self.take(width), "big"), start)
        raise self.error(_RESERVED, start, "invalid")

    def extent(self, start: int) -> tuple[int, int]:
        """How many bytes the value at `start` has by itself, and how many values it holds."""
        mark = self.data[start] if start < len(self.data) else 0xC0
        if mark == 0xC1:
            raise self.error(_RESERVED, start, "invalid")
        if mark in _SIZED:
            kind, width = _SIZED[mark]
            head = 1 + width + (kind == _EXTENSION)
            if len(self.data) - start <= width:
                return head, 0
            count = int.from_bytes(self.data[start + 1 : start + 1 + width], "big")
        elif 0xD4 <= mark <= 0xD8:
            kind, head, count = _EXTENSION, 2, 1 << mark - 0xD4
        elif 0xA0 <= mark < 0xC0:
            kind, head, count = _STRING, 1, mark & 0x1F
        elif 0x80 <= mark < 0xA0:
            kind, head, count = _MAP if mark < 0x90 else _ARRAY, 1, mark & 0x0F
        else:
            return 1 + (_NUMBERS[mark].size if mark in _NUMBERS else 0), 0
        self.check(kind, count, start)
        if kind in (_ARRAY, _MAP):
            return head, 2 * count if kind == _MAP else count
        return head + count, 0

    def check(self, kind: int, count: int, start: int) -> None:
        if self.limits is not None and 0 <= self.limits[kind] < count:
            message = f"{count} exceeds max_{_KINDS[kind]}_len({self.limits[kind]})"
            raise self.error(message, start, "limit")

    def sized(self, kind: int, count: int, start: int) -> Any:
        self.check(kind, count, start)
        if kind == _STRING:
            return self.text(count)
        if kind == _BINARY:
            return self.take(count)
        if kind == _EXTENSION:
            code = self.take(1)[0]
            return self.extension(code - 0x100 if code > 0x7F else code, self.take(count), start)
        value_count = 2 * count if kind == _MAP else count
        if value_count > len(self.data) - self.offset:
            raise self.error("the value ends too early", len(self.data), "truncated")
        return _Frame(kind == _MAP, value_count, start)

    def text(self, count: int) -> str | bytes:
        start = self.offset
        raw = self.take(count)
        if self.is_raw:
            return raw
        try:
            return raw.decode("utf-8", self.unicode_errors)
        except UnicodeDecodeError as error:
            raise self.error(
                "the text is not valid UTF-8", start + error.start, "invalid"
            ) from None

    def extension(self, code: int, data: bytes, start: int) -> Any:
        if code != -1:
            return (self.ext_hook or bound("msgpack_ext"))(code, data)
        if len(data) == 4:
            seconds, nanoseconds = int.from_bytes(data, "big"), 0
        elif len(data) == 8:
            bits = int.from_bytes(data, "big")
            seconds, nanoseconds = bits & 0x3_FFFF_FFFF, bits >> 34
        elif len(data) == 12:
            nanoseconds, seconds = struct.unpack(">Iq", data)
        else:
            raise self.error("a timestamp has 4, 8 or 12 bytes", start, "invalid")
        if nanoseconds > 999_999_999:
            raise self.error("a timestamp has more than 999999999 nanoseconds", start, "invalid")
        return self.point(seconds, nanoseconds, start)

    def point(self, seconds: int, nanoseconds: int, start: int) -> Any:
        if self.timestamp == 0:
            return bound("msgpack_timestamp")(seconds, nanoseconds)
        if self.timestamp == 1:
            return seconds + nanoseconds / 1e9
        if self.timestamp == 2:
            return seconds * 10**9 + nanoseconds
        try:
            return _EPOCH + timedelta(seconds=seconds, microseconds=nanoseconds // 1000)
        except OverflowError:
            raise self.error(
                "the timestamp is outside the years 1 to 9999", start, "invalid"
            ) from None
