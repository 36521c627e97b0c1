"""CBOR to Python objects, without recursion.

    82 05 63 4a 46 4b  ->  [5, "JFK"]      82 opens a frame for two values; each value that is
                                           whole goes into the topmost frame, until that is full

Specification: RFC 8949; shared values and string references: the registered tags 25, 28, 29, 256.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, Final

from molt_accel._codecs_pure.binding import bound, failure
from molt_accel._codecs_pure.cbor_tags import OWN_TAGS
from molt_accel._codecs_pure.flags import DEPTH, UNIQUE_KEYS

__all__ = ["cbor_loads", "cbor_loads_from", "shortest_reference"]

_Hook = Callable[[Any], Any] | None
_TagHook = Callable[[int, Any], Any] | None

_ARRAY, _MAP, _TAG = 4, 5, 6
_CONSTANTS: Final = {20: False, 21: True, 22: None}
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}
_STRING_REFERENCE, _SHARED, _SHARED_REFERENCE, _STRING_NAMESPACE = 25, 28, 29, 256
_SHARING_TAGS: Final = (_STRING_REFERENCE, _SHARED, _SHARED_REFERENCE, _STRING_NAMESPACE)


def cbor_loads(
    data: Any,
    flags: int = 0,
    object_hook: _Hook = None,
    tag_hook: _TagHook = None,
    extras: dict[str, Any] | None = None,
    /,
) -> Any:
    """The value of one data item.

    `extras` are the twin's alone: ``str_errors``, ``max_depth``, ``allow_indefinite``, and
    ``sharing``, with which the tags 25, 28, 29 and 256 make values that stand in several places.
    """
    reader = _Reader(data, flags, object_hook, tag_hook, **(extras or {}))
    value, end = reader.read(0)
    if end != len(reader.data):
        raise failure("cbor", "bytes follow the value", data, end, "trailing")
    return value


def cbor_loads_from(
    data: Any,
    offset: int,
    flags: int = 0,
    object_hook: _Hook = None,
    tag_hook: _TagHook = None,
    extras: dict[str, Any] | None = None,
    /,
) -> tuple[Any, int]:
    """The data item that begins at `offset`, and where it ends."""
    return _Reader(data, flags, object_hook, tag_hook, **(extras or {})).read(offset)


class _Break:
    """Ends an indefinite length."""


class _Frame:
    """An array, a map or a tag that is still being read; `count` is None while indefinite."""

    __slots__ = ("count", "in_key", "kind", "made", "offset", "share", "values")

    def __init__(self, kind: int, count: int | None, offset: int) -> None:
        self.kind = kind
        self.count = count
        self.offset = offset
        self.in_key = False
        self.values: list[Any] = []
        self.made: dict[Any, Any] = {}
        self.share: int | None = None


def _is_shared(frame: _Frame) -> bool:
    return frame.kind == _TAG and frame.made["tag"] == _SHARED


class _Reader:
    """The bytes, where reading has come to, and what the values become."""

    def __init__(
        self,
        data: Any,
        flags: int,
        object_hook: _Hook,
        tag_hook: _TagHook,
        str_errors: str = "strict",
        max_depth: int = DEPTH,
        allow_indefinite: bool = True,
        sharing: bool = False,
    ) -> None:
        self.source = data
        self.data = data if isinstance(data, bytes) else bytes(memoryview(data).cast("B"))
        self.offset = 0
        self.object_hook = object_hook
        self.tag_hook = tag_hook
        self.is_unique = bool(flags & UNIQUE_KEYS)
        self.str_errors = str_errors
        self.max_depth = max_depth
        self.allow_indefinite = allow_indefinite
        self.is_sharing = sharing
        self.shared: list[Any] = []
        self.namespaces: list[list[Any]] = []

    def error(self, message: str, offset: int, kind: str = "invalid") -> Exception:
        return failure("cbor", message, self.source, offset, kind)

    def read(self, offset: int) -> tuple[Any, int]:
        """The value at `offset` and the offset behind it."""
        self.offset = offset
        frames: list[_Frame] = []
        while True:
            value = self.item(frames)
            if isinstance(value, _Frame):
                self.open(value, frames)
                if value.count != 0:
                    continue
                value = self.finish(frames.pop())
            elif value is _Break:
                value = self.finish(self.broken(frames))
            while frames:
                frame = frames[-1]
                self.put(value, frame)
                if frame.count is None or len(frame.values) < frame.count:
                    break
                value = self.finish(frames.pop())
            else:
                return value, self.offset

    def open(self, frame: _Frame, frames: list[_Frame]) -> None:
        depth = len(frames)
        if self.max_depth < DEPTH:
            # A shared value is as deep as it would be without its tag.
            depth = sum(not _is_shared(outer) for outer in (*frames, frame)) - 1
        if depth >= self.max_depth or len(frames) >= DEPTH:
            message = f"maximum container nesting depth ({self.max_depth}) exceeded"
            raise self.error(message, frame.offset, "depth")
        if frames:
            outer = frames[-1]
            is_key = outer.kind == _MAP and not len(outer.values) & 1
            frame.in_key = outer.in_key or is_key
            if outer.kind == _TAG and outer.share is not None and frame.kind != _TAG:
                # A cycle refers to the container that is still being filled.
                self.shared[outer.share] = frame.made if frame.kind == _MAP else frame.values
        frames.append(frame)

    def broken(self, frames: list[_Frame]) -> _Frame:
        """The frame that a break ends."""
        if not frames or frames[-1].count is not None:
            raise self.error("a break stands where a value was expected", self.offset - 1)
        frame = frames.pop()
        if frame.kind == _MAP and len(frame.values) & 1:
            raise self.error("a map ends after a key", self.offset - 1)
        return frame

    def put(self, value: Any, frame: _Frame) -> None:
        values = frame.values
        if frame.kind != _MAP:
            values.append(value)
        elif not len(values) & 1:
            key = frozenset(value) if type(value) is set else value
            try:
                is_repeated = key in frame.made
            except TypeError as error:
                raise self.error(
                    f"the map's key cannot be one: {error}", frame.offset, "key"
                ) from None
            if is_repeated and self.is_unique:
                raise self.error(f"the key {key!r} stands in the map already", frame.offset, "key")
            values.append(key)
        else:
            frame.made[values[-1]] = value
            values.append(value)

    def finish(self, frame: _Frame) -> Any:
        if frame.kind == _TAG:
            return self.tagged(frame)
        if frame.kind == _ARRAY:
            return tuple(frame.values) if frame.in_key else frame.values
        if frame.in_key:
            return tuple(frame.made.items())
        return self.object_hook(frame.made) if self.object_hook else frame.made

    def tagged(self, frame: _Frame) -> Any:
        tag, value = frame.made["tag"], frame.values[0]
        if self.is_sharing and tag in _SHARING_TAGS:
            return self.referred(tag, value, frame)
        if self.tag_hook is not None:
            return self.tag_hook(tag, value)
        try:
            if tag in OWN_TAGS:
                return OWN_TAGS[tag](value)
        except (ValueError, OverflowError, OSError) as error:
            raise self.error(str(error), frame.offset) from None
        return (bound("cbor_decode_tag") or bound("cbor_tag"))(tag, value)

    def referred(self, tag: int, value: Any, frame: _Frame) -> Any:
        if tag == _STRING_NAMESPACE:
            self.namespaces.pop()
            return value
        if tag == _SHARED:
            self.shared[frame.share or 0] = value
            return value
        values = self.shared
        if tag == _STRING_REFERENCE:
            if not self.namespaces:
                raise self.error("a string reference stands outside of a namespace", frame.offset)
            values = self.namespaces[-1]
        if type(value) is not int or not 0 <= value < len(values) or values[value] is _Break:
            raise self.error(f"the shared reference {value!r} was not found", frame.offset)
        return values[value]

    def take(self, count: int) -> bytes:
        """The next bytes; truncated input is an error before anything of that size exists."""
        end = self.offset + count
        if end > len(self.data):
            message = f"premature end of stream (expected to read at least {count} bytes)"
            raise self.error(message, len(self.data), "truncated")
        taken = self.data[self.offset : end]
        self.offset = end
        return taken

    def item(self, frames: list[_Frame]) -> Any:
        """A scalar, a frame for what has values inside, or a break."""
        start = self.offset
        head = self.take(1)[0]
        major, info = head >> 5, head & 0x1F
        if major == 7:
            return self.simple(info, start)
        argument = self.argument(info, major, start)
        if argument is None and not self.allow_indefinite:
            raise self.error("an indefinite length has been disabled", start)
        if major <= 1:
            return argument if major == 0 else -1 - (argument or 0)
        if major <= 3:
            return self.string(major, argument, start)
        if major == _TAG:
            return self.tag(argument or 0, start)
        count = argument
        if count is not None:
            count *= 2 if major == _MAP else 1
            if count > len(self.data) - self.offset:
                raise self.error("premature end of stream", len(self.data), "truncated")
        return _Frame(major, count, start)

    def argument(self, info: int, major: int, start: int) -> int | None:
        """The number in a head; None for an indefinite length."""
        if info < 24:
            return info
        if info < 28:
            return int.from_bytes(self.take(1 << info - 24), "big")
        if info == 31 and major in (2, 3, 4, 5):
            return None
        raise self.error(f"the additional information 0x{info:02x} is not one of the format", start)

    def tag(self, tag: int, start: int) -> _Frame:
        frame = _Frame(_TAG, 1, start)
        frame.made["tag"] = tag
        if self.is_sharing and tag == _SHARED:
            frame.share = len(self.shared)
            self.shared.append(_Break)
        elif self.is_sharing and tag == _STRING_NAMESPACE:
            self.namespaces.append([])
        return frame

    def simple(self, info: int, start: int) -> Any:
        if info in _CONSTANTS:
            return _CONSTANTS[info]
        if info in _FLOATS:
            return struct.unpack(_FLOATS[info], self.take(1 << info - 24))[0]
        if info == 23:
            return bound("cbor_undefined")
        if info < 20:
            return bound("cbor_simple")(info)
        if info == 24:
            value = self.take(1)[0]
            if value < 32:
                raise self.error("a simple value below 32 takes one byte", start)
            return bound("cbor_simple")(value)
        if info == 31:
            return _Break
        raise self.error(f"the additional information 0x{info:02x} is not one of the format", start)

    def string(self, major: int, count: int | None, start: int) -> Any:
        if count is not None:
            value = self.chunk(major, count)
            if self.namespaces and count >= shortest_reference(len(self.namespaces[-1])):
                self.namespaces[-1].append(value)
            return value
        pieces: list[Any] = []
        while True:
            piece_start = self.offset
            head = self.take(1)[0]
            if head == 0xFF:
                return ("" if major == 3 else b"").join(pieces)
            length = self.argument(head & 0x1F, head >> 5, piece_start)
            if head >> 5 != major or length is None:
                raise self.error(
                    "an indefinite string holds something else than strings", piece_start
                )
            pieces.append(self.chunk(major, length))

    def chunk(self, major: int, count: int) -> Any:
        start = self.offset
        raw = self.take(count)
        if major == 2:
            return raw
        try:
            return raw.decode("utf-8", self.str_errors)
        except UnicodeDecodeError as error:
            raise self.error(
                "error decoding text string: not valid UTF-8", start + error.start
            ) from None


def shortest_reference(index: int) -> int:
    """From which length on a string gets the reference `index`, which must not be longer."""
    limits = ((24, 3), (256, 4), (65_536, 5), (1 << 32, 7))
    return next((length for limit, length in limits if index < limit), 11)
