"""What MessagePack has beyond Python's own types, under msgpack's names.

Specification: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from __future__ import annotations

import struct
from datetime import datetime, timedelta, timezone
from typing import Final, NamedTuple

__all__ = ["ExtType", "Timestamp"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_NANOSECONDS: Final = 10**9


class _ExtType(NamedTuple):
    code: int
    data: bytes


class ExtType(_ExtType):
    """An extension value: ``code`` from 0 to 127, which belongs to the application, and ``data``.

    Raises ``TypeError`` or ``ValueError`` for another code or for data that is not ``bytes``.
    """

    __slots__ = ()

    def __new__(cls, code: int, data: bytes) -> ExtType:
        """Checks what ``NamedTuple`` would take as it is."""
        if not isinstance(code, int):
            raise TypeError(f"the code of an ExtType is an int, not {type(code).__name__}")
        if not isinstance(data, bytes):
            raise TypeError(f"the data of an ExtType is bytes, not {type(data).__name__}")
        if not 0 <= code <= 127:
            raise ValueError(f"the code of an ExtType is from 0 to 127, not {code}")
        return super().__new__(cls, code, data)


class Timestamp:
    """The extension type -1: seconds since 1970 in UTC, and nanoseconds from 0 to 999,999,999.

    A point before 1970 has negative seconds and the nanoseconds that follow them.

        Timestamp(1, 500_000_000).to_bytes()  ->  77 35 94 00 00 00 00 01     timestamp 64
    """

    __slots__ = ("nanoseconds", "seconds")

    def __init__(self, seconds: int, nanoseconds: int = 0) -> None:
        if not isinstance(seconds, int) or not isinstance(nanoseconds, int):
            raise TypeError("the seconds and nanoseconds of a Timestamp are integers")
        if not 0 <= nanoseconds < _NANOSECONDS:
            raise ValueError(f"nanoseconds are from 0 to 999999999, not {nanoseconds}")
        self.seconds = seconds
        self.nanoseconds = nanoseconds

    def __repr__(self) -> str:
        return f"Timestamp(seconds={self.seconds}, nanoseconds={self.nanoseconds})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.seconds == other.seconds and self.nanoseconds == other.nanoseconds

    def __hash__(self) -> int:
        return hash((self.seconds, self.nanoseconds))

    @staticmethod
    def from_bytes(b: bytes) -> Timestamp:
        """The timestamp of an extension value's 4, 8 or 12 bytes; ``ValueError`` for others."""
        if len(b) == 4:
            return Timestamp(int.from_bytes(b, "big"))
        if len(b) == 8:
            bits = int.from_bytes(b, "big")
            return Timestamp(bits & 0x3_FFFF_FFFF, bits >> 34)
        if len(b) == 12:
            nanoseconds, seconds = struct.unpack(">Iq", b)
            return Timestamp(seconds, nanoseconds)
        raise ValueError(f"a timestamp has 4, 8 or 12 bytes, not {len(b)}")

    def to_bytes(self) -> bytes:
        """The shortest of the three forms; ``struct.error`` beyond 64 bits of seconds."""
        if self.seconds >> 34:
            return struct.pack(">Iq", self.nanoseconds, self.seconds)
        bits = self.nanoseconds << 34 | self.seconds
        return bits.to_bytes(4 if bits < 1 << 32 else 8, "big")

    @staticmethod
    def from_unix(unix_sec: float) -> Timestamp:
        """The timestamp of seconds since 1970, cut to whole nanoseconds."""
        return Timestamp(int(unix_sec // 1), int((unix_sec % 1) * _NANOSECONDS))

    def to_unix(self) -> float:
        """Seconds since 1970, as near as a float can be."""
        return self.seconds + self.nanoseconds / 1e9

    @staticmethod
    def from_unix_nano(unix_ns: int) -> Timestamp:
        """The timestamp of nanoseconds since 1970."""
        return Timestamp(*divmod(unix_ns, _NANOSECONDS))

    def to_unix_nano(self) -> int:
        """Nanoseconds since 1970."""
        return self.seconds * _NANOSECONDS + self.nanoseconds

    @staticmethod
    def from_datetime(dt: datetime) -> Timestamp:
        """The timestamp of an aware datetime; a naive one counts as local time, as in Python."""
        if dt.tzinfo is None:
            dt = dt.astimezone()
        since = dt - _EPOCH
        return Timestamp(since.days * 86_400 + since.seconds, since.microseconds * 1000)

    def to_datetime(self) -> datetime:
        """The datetime in UTC, cut to microseconds; ``OverflowError`` outside years 1 to 9999."""
        return _EPOCH + timedelta(seconds=self.seconds, microseconds=self.nanoseconds // 1000)
