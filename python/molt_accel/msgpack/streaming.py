"""Messages that arrive in pieces.

unpacker = Unpacker()
while piece := connection.recv(65536):
    unpacker.feed(piece)
    for value in unpacker:
        handle(value)
"""

from __future__ import annotations

from typing import Any, Final

from molt_accel.msgpack.errors import BufferFull, FormatError, IncompleteError, OutOfData
from molt_accel.msgpack.unpacking import Options, options

__all__ = ["Unpacker"]

_LARGEST_BUFFER: Final = 2**31 - 1
_ARRAYS: Final = {**{0x90 | count: (count, 0) for count in range(16)}, 0xDC: (0, 2), 0xDD: (0, 4)}
_MAPS: Final = {**{0x80 | count: (count, 0) for count in range(16)}, 0xDE: (0, 2), 0xDF: (0, 4)}
_SIZES: Final = {
    **{first + index: 1 << index for first in (0xC4, 0xC7, 0xD9) for index in range(3)},
    **{first + index: 2 << index for first in (0xDC, 0xDE) for index in range(2)},
}
"""How many bytes after the first one say how long a value is."""


class Unpacker:
    """Reads one message after the other from a file or from what `feed` brings.

    The keywords are those of ``msgpack.Unpacker``: those of `molt_accel.msgpack.unpackb`, and
    `read_size` and `max_buffer_size` in bytes, beyond which `BufferFull` is raised.
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
        self._data = b""
        self._offset = 0  # of the next message in the data
        self._pieces: list[bytes] = []  # what has come since
        self._waiting = 0  # bytes from the next message on, in the data and in the pieces
        self._wanted = 1  # bytes without which the next message cannot be whole
        self._consumed = 0  # bytes that have left the data

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
        while True:
            if self._waiting < self._wanted:
                self._more()
                continue
            self._join()
            try:
                value, end = self._options.loads_from(self._data, self._offset)
            except IncompleteError:
                self._wanted = max(self._waiting + 1, self._least())
                continue
            self._advance(end - self._offset)
            return value

    def skip(self) -> None:
        """Passes over the next message; `OutOfData` when there is no whole one."""
        self.unpack()

    def read_array_header(self) -> int:
        """The number of elements of the array that begins here, which are read next."""
        return self._head(_ARRAYS, "array")

    def read_map_header(self) -> int:
        """The number of pairs of the map that begins here; keys and values are read in turns."""
        return self._head(_MAPS, "map")

    def read_bytes(self, n: int) -> bytes:
        """The next bytes as they are, fewer where there are no more."""
        while self._waiting < n:
            try:
                self._more()
            except OutOfData:
                break
        self._join()
        taken = self._data[self._offset : self._offset + n]
        self._advance(len(taken))
        return taken

    def tell(self) -> int:
        """How many bytes have been read as messages."""
        return self._consumed + self._offset

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

    def _join(self) -> None:
        """Makes one of what waits, and lets go of the messages that have been read."""
        if self._pieces:
            self._data = b"".join((self._data[self._offset :], *self._pieces))
            self._pieces.clear()
            self._consumed += self._offset
            self._offset = 0

    def _advance(self, byte_count: int) -> None:
        self._offset += byte_count
        self._waiting -= byte_count
        self._wanted = 1

    def _more(self) -> None:
        """Reads a portion of the file; `OutOfData` where there is none."""
        if self._file is None:
            raise OutOfData("No more data to unpack.")
        if self._waiting >= self._largest:
            raise BufferFull(f"more than {self._largest} bytes wait")
        # As large as what waits: a long message is tried again when its bytes have doubled.
        wanted = max(self._read_size, self._waiting, self._wanted - self._waiting)
        portion = self._file.read(min(wanted, self._largest - self._waiting))
        if not portion:
            raise OutOfData("No more data to unpack.")
        self._put(bytes(portion))

    def _least(self) -> int:
        """How many bytes the message that begins here has at least, by its head."""
        mark = self._data[self._offset]
        width = _SIZES.get(mark, 0)
        start = self._offset + 1
        if not width or len(self._data) - start < width:
            return 0
        count = int.from_bytes(self._data[start : start + width], "big")
        return 1 + width + count * (2 if mark in _MAPS else 1)

    def _head(self, heads: dict[int, tuple[int, int]], name: str) -> int:
        while self._waiting < 1:
            self._more()
        self._join()
        mark = self._data[self._offset]
        if mark not in heads:
            raise FormatError(f"no {name} begins with 0x{mark:02x} (byte {self.tell()})")
        count, width = heads[mark]
        while self._waiting < 1 + width:
            self._more()
        self._join()
        start = self._offset + 1
        self._advance(1 + width)
        return int.from_bytes(self._data[start : start + width], "big") if width else count
