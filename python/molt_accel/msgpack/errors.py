"""What goes wrong with MessagePack, under msgpack's names.

An error of `unpackb` is a ``ValueError`` whatever its class, and says at which byte.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "BufferFull",
    "ExtraData",
    "FormatError",
    "IncompleteError",
    "KeyTypeError",
    "OutOfData",
    "StackError",
    "UnpackException",
    "error_of_kind",
]


class UnpackException(Exception):
    """The base of what reading raises because of the bytes."""


class BufferFull(UnpackException):
    """More bytes wait in an `Unpacker` than its ``max_buffer_size``."""


class OutOfData(UnpackException):
    """An `Unpacker` has no whole value yet."""


class FormatError(ValueError, UnpackException):
    """The bytes are not MessagePack."""


class StackError(ValueError, UnpackException):
    """The containers nest too deeply."""


class IncompleteError(ValueError, OutOfData):
    """The bytes end before the value does."""


class KeyTypeError(ValueError, TypeError, UnpackException):
    """A map's key is of a type that is refused, or that cannot be a key in Python."""


class ExtraData(ValueError):
    """Bytes follow the value: ``unpacked`` is the value, ``extra`` the bytes."""

    def __init__(self, unpacked: Any, extra: bytes) -> None:
        super().__init__(unpacked, extra)
        self.unpacked = unpacked
        self.extra = extra

    def __str__(self) -> str:
        return f"unpack(b) received extra data: {len(self.extra)} bytes follow the value."


def error_of_kind(message: str, data: Any, offset: int, kind: str) -> ValueError:
    """The exception for what the codecs found; for `kind` see ``_codecs.pyi``."""
    if kind == "trailing":
        return ExtraData(None, bytes(memoryview(data).cast("B")[offset:]))
    sentence = f"{message} (byte {offset})"
    if kind == "truncated":
        return IncompleteError(f"Unpack failed: incomplete input: {sentence}")
    return {"depth": StackError, "key": KeyTypeError}.get(kind, FormatError)(sentence)
