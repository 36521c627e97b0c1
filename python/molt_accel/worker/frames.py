"""Frames of docs/formats/envelope.md: the length, the header, the payload.

A run of statement 7 as request 1, with a deadline of 250 ms and the arguments 92 91 05 90:

    00 00 00 33                                     51 bytes follow
    83 a2 69 64 01                                  {"id": 1,
       a2 6f 70 a3 72 75 6e                          "op": "run",
       a8 64 65 61 64 6c 69 6e 65 cc fa              "deadline": 250}
    82 a9 73 74 61 74 65 6d 65 6e 74 07             {"statement": 7,
       a9 61 72 67 75 6d 65 6e 74 73 c4 04 …         "arguments": 4 bytes}
"""

from __future__ import annotations

import struct
from typing import Final

from molt_accel._messagepack import pack, unpack_from
from molt_accel.errors import TooLarge, WorkerMismatch

__all__ = ["FRAME_LIMIT", "FrameReader", "decode_reply_header", "encode_request", "encode_run"]

FRAME_LIMIT: Final = 16 * 1024 * 1024
"""The most bytes that may follow a frame's length."""

_SMALL_BUFFER: Final = 64 * 1024
_LARGE_BUFFER: Final = 1024 * 1024
_length: Final = struct.Struct(">I")


def encode_request(
    identifier: int, operation: str, payload: object = None, deadline: int = 0
) -> bytes:
    """One request frame; a payload of None is no payload, a deadline of 0 none.

    `deadline` is in milliseconds. Raises `TooLarge` for a frame above `FRAME_LIMIT`.
    """
    header: dict[str, object] = {"id": identifier, "op": operation}
    if deadline:
        header["deadline"] = deadline
    return _frame(pack(header) + (b"" if payload is None else pack(payload)))


def encode_run(identifier: int, statement: int, arguments: bytes, deadline: int) -> bytes:
    """The frame of `run`, the same bytes as `encode_request` would give, written directly."""
    deadline_entry = b"\xa8deadline" + pack(deadline) if deadline else b""
    return _frame(
        b"".join(
            (
                b"\x83\xa2id" if deadline else b"\x82\xa2id",
                pack(identifier),
                b"\xa2op\xa3run",
                deadline_entry,
                b"\x82\xa9statement",
                pack(statement),
                b"\xa9arguments",
                pack(arguments),
            )
        )
    )


def _frame(content: bytes) -> bytes:
    if len(content) > FRAME_LIMIT:
        raise TooLarge(
            f"The request has {len(content)} bytes, but a worker takes at most {FRAME_LIMIT}; "
            "pass fewer or smaller parameters."
        )
    return _length.pack(len(content)) + content


def decode_reply_header(buffer: bytearray, start: int) -> tuple[object, object, object, int]:
    """The `id`, `status` and `rows` of a reply, and the offset behind its header.

    Reads what the worker sends in passing (the keys in this order, an id of up to 32 bits) and
    leaves any other form to `unpack_from`. Raises `UnpackError`, or ``KeyError`` or ``TypeError``
    for a value that is no map with `id` and `status`.
    """
    if buffer.startswith(_ID_KEYS, start):
        offset = start + 5
        identifier = buffer[offset - 1]
        size = _INTEGER_SIZES.get(identifier)
        if size:
            identifier = int.from_bytes(buffer[offset : offset + size], "big")
            offset += size
        if (identifier < 0x80 or size) and buffer.startswith(_STATUS_VALUES, offset):
            status = "done" if buffer[offset + 8] == 0x64 else "more"
            offset += 12
            if buffer[start] == 0x82:
                return identifier, status, None, offset
            if buffer.startswith(b"\xa4rows", offset):
                rows, offset = unpack_from(buffer, offset + 5)
                return identifier, status, rows, offset
    header, offset = unpack_from(buffer, start)
    return header["id"], header["status"], header.get("rows"), offset


_ID_KEYS: Final = (b"\x82\xa2id", b"\x83\xa2id")
_STATUS_VALUES: Final = (b"\xa6status\xa4done", b"\xa6status\xa4more")
_INTEGER_SIZES: Final = {0xCC: 1, 0xCD: 2, 0xCE: 4}


class FrameReader:
    """Cuts received bytes into frames, wherever the reads split them.

    The shell reads into `space()` and says with `advance` how much came; `next_frame` then answers
    frame after frame. A frame's bytes are valid until the next call of `space`, or while `is_lent`
    is set: then new bytes go behind them or into another buffer.
    """

    __slots__ = ("_end", "_start", "_view", "buffer", "is_lent")

    def __init__(self) -> None:
        self.buffer = bytearray(_SMALL_BUFFER)
        self.is_lent = False
        self._view = memoryview(self.buffer)
        self._start = 0
        self._end = 0

    def space(self) -> memoryview:
        """Where to read into: never empty, and with room for all of a frame that has begun."""
        held = self._end - self._start
        if not held and not self.is_lent:
            self._start = self._end = 0
            if len(self.buffer) > _LARGE_BUFFER:
                self._move(_SMALL_BUFFER)
            return self._view
        needed = self._frame_byte_count(held)
        capacity = len(self.buffer)
        if self._end == capacity:
            # The last read filled it: larger reads cost fewer system calls.
            self._move(max(needed, capacity, min(2 * capacity, _LARGE_BUFFER)))
        elif self._start + needed > capacity:
            self._move(max(needed, capacity))
        return self._view[self._end :]

    def advance(self, byte_count: int) -> None:
        """Takes note that `byte_count` bytes were read into `space()`."""
        self._end += byte_count

    def next_frame(self) -> tuple[int, int] | None:
        """The offsets in ``buffer`` of the next complete frame's content, or None.

        Raises `WorkerMismatch` for a length that no worker sends; the connection is lost then.
        """
        start = self._start
        held = self._end - start
        if held < 4:
            return None
        end = start + self._frame_byte_count(held)
        if end > self._end:
            return None
        self._start = end
        return start + 4, end

    def _frame_byte_count(self, held: int) -> int:
        """The bytes of the frame at `_start` with its length field, as far as they are known."""
        if held < 4:
            return 4
        count: int = _length.unpack_from(self.buffer, self._start)[0]
        if not 1 <= count <= FRAME_LIMIT:
            raise WorkerMismatch(
                f"Whoever listens on the socket sent a frame of {count} bytes, which no Molt "
                "worker does; check that the path is a worker's socket."
            )
        return 4 + count

    def _move(self, capacity: int) -> None:
        """Moves the held bytes to the front of a buffer of `capacity` or the present one."""
        held = self._end - self._start
        if capacity == len(self.buffer) and not self.is_lent:
            self.buffer[:held] = self.buffer[self._start : self._end]
        else:
            larger = bytearray(capacity)
            larger[:held] = self._view[self._start : self._end]
            self.buffer = larger
            self._view = memoryview(larger)
        self._start, self._end = 0, held
