"""Messages that arrive in pieces.

unpacker = Unpacker()
while piece := connection.recv(65536):
    unpacker.feed(piece)
    for value in unpacker:
        handle(value)
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from molt_accel._codecs import codecs
from molt_accel.msgpack.errors import BufferFull, FormatError, IncompleteError, OutOfData
from molt_accel.msgpack.unpacking import Options, options

__all__ = ["Unpacker"]

_LARGEST_BUFFER: Final = 2**31 - 1
_ARRAYS: Final = {**{0x90 | count: (count, 0) for count in range(16)}, 0xDC: (0, 2), 0xDD: (0, 4)}
_MAPS: Final = {**{0x80 | count: (count, 0) for count in range(16)}, 0xDE: (0, 2), 0xDF: (0, 4)}


class Unpacker:
    """Reads one message after the other from a file or from what `feed` brings.

    The keywords are those of ``msgpack.Unpacker``: those of `molt_accel.msgpack.unpackb`, and
    `read_size` and `max_buffer_size` in bytes, beyond which `BufferFull` is raised.

    A message is looked at once in the order in which it comes, and read when it is whole: however
    it is cut, all of it costs O(its bytes and pieces).
    """

    def __init__(
        self,
        file_like: Any = None,
        *,
        read_size: int = 0,
        max_buffer_size: int = 100 * 1024 * 1024,
        **keywords: Any,
    ) -> None:
        if file_like is not None and not callable(file_like.read):
            raise TypeError("`file_like.read` must be a callable.")
        self._largest = max_buffer_size or _LARGEST_BUFFER
        if read_size > self._largest:
            raise ValueError("read_size should be less or equal to max_buffer_size")
        self._read_size = read_size or min(self._largest, 64 * 1024)
        self._file = file_like
        self._options: Options = options(**keywords)
        # What waits is the parts, the data from the offset on, and the pieces.
        self._parts: list[bytes] = []  # the values of the next message that were passed over
        self._pending = 1  # how many values of it are left behind them
        self._data = b""
        self._offset = 0
        self._pieces: list[bytes] = []
        self._waiting = 0  # bytes of all that
        self._wanted = 1  # bytes without which the next message cannot be whole
        self._consumed = 0  # bytes that were read as messages

    def feed(self, next_bytes: Any) -> None:
        """Takes more bytes; `BufferFull` beyond ``max_buffer_size``, which keeps what was there."""
        if self._file is not None:
            raise AssertionError("an Unpacker of a file cannot be fed")
        piece = bytes(memoryview(next_bytes).cast("B"))
        if self._waiting + len(piece) > self._largest:
            raise BufferFull(f"more than {self._largest} bytes wait")
        self._put(piece)

    def unpack(self) -> Any:
        """The next message; `OutOfData` when there is no whole one."""
        self._await_least()
        if not self._parts:
            try:
                value, end = self._options.loads_from(self._data, self._offset)
            except IncompleteError:
                pass
            else:
                self._advance(end - self._offset)
                return value
        self._await_end()
        self._unite()
        value, end = self._options.loads_from(self._data, self._offset)
        self._advance(end - self._offset)
        return value

    def skip(self) -> None:
        """Passes over the next message; `OutOfData` when there is no whole one."""
        self._await_least()
        self._await_end()
        waiting = len(self._data) - self._offset
        self._consumed += self._waiting - waiting
        self._waiting = waiting
        self._begin()

    def read_array_header(self) -> int:
        """The number of elements of the array that begins here, which are read next."""
        return self._head(_ARRAYS, "array")

    def read_map_header(self) -> int:
        """The number of pairs of the map that begins here; keys and values are read in turns."""
        return self._head(_MAPS, "map")

    def read_bytes(self, n: int) -> bytes:
        """The next bytes as they are, fewer where there are no more."""
        with suppress(OutOfData):
            self._await(n)
        self._unite()
        taken = self._data[self._offset : self._offset + n]
        self._advance(len(taken))
        return taken

    def tell(self) -> int:
        """How many bytes have been read as messages."""
        return self._consumed

    def __iter__(self) -> Unpacker:
        return self

    def __next__(self) -> Any:
        try:
            return self.unpack()
        except OutOfData:
            raise StopIteration from None

    def _put(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._waiting += len(piece)

    def _await(self, byte_count: int) -> None:
        """Puts what waits together when there is as much; `OutOfData` where there is not."""
        while self._waiting < byte_count:
            self._more()
        if self._pieces:
            self._data = b"".join((self._data[self._offset :], *self._pieces))
            self._pieces.clear()
            self._offset = 0

    def _await_least(self) -> None:
        """Waits for what the next message has at least; `BufferFull` where that is too much."""
        if self._wanted > self._largest:
            raise BufferFull(f"the message has more than {self._largest} bytes")
        self._await(self._wanted)

    def _await_end(self) -> None:
        """Passes over the next message; `OutOfData` when there is no whole one."""
        while True:
            start = self._offset
            self._offset, self._pending, needed = codecs.msgpack_skip(
                self._data, start, self._pending, self._options.limits
            )
            self._parts.append(self._data[start : self._offset])
            if not self._pending:
                return
            self._wanted = self._waiting - (len(self._data) - self._offset) + needed
            self._await_least()

    def _unite(self) -> None:
        """Puts what was passed over back in front of the data."""
        if self._parts:
            self._data = b"".join((*self._parts, self._data[self._offset :]))
            self._offset = 0
            self._begin()

    def _begin(self) -> None:
        self._parts.clear()
        self._pending = self._wanted = 1

    def _advance(self, byte_count: int) -> None:
        self._offset += byte_count
        self._consumed += byte_count
        self._waiting -= byte_count
        self._wanted = 1

    def _more(self) -> None:
        """Reads a portion of the file; `OutOfData` where there is none."""
        if self._file is None:
            raise OutOfData("No more data to unpack.")
        if self._waiting >= self._largest:
            raise BufferFull(f"more than {self._largest} bytes wait")
        wanted = max(self._read_size, self._wanted - self._waiting)
        portion = self._file.read(min(wanted, self._largest - self._waiting))
        if not portion:
            raise OutOfData("No more data to unpack.")
        self._put(bytes(portion))

    def _head(self, heads: dict[int, tuple[int, int]], name: str) -> int:
        self._await(1)
        self._unite()
        mark = self._data[self._offset]
        if mark not in heads:
            raise FormatError(f"no {name} begins with 0x{mark:02x} (byte {self.tell()})")
        count, width = heads[mark]
        self._await(1 + width)
        start = self._offset + 1
        self._advance(1 + width)
        return int.from_bytes(self._data[start : start + width], "big") if width else count
