"""MessagePack, with the functions and keywords of the package ``msgpack``.

    import molt_accel.msgpack as msgpack

    msgpack.packb(rows, style="django")          Decimal, datetime, UUID as DjangoJSONEncoder does
    msgpack.unpackb(body, timestamp=3)
    msgpack.decode(body, list[Item])             dataclasses
    msgpack.document(body)["items"][0]           reads what is asked for

`IMPLEMENTATION` is ``"native"`` or ``"python"``, which answer the same. docs/python-codecs.md
compares it with ``msgpack``.
"""

from __future__ import annotations

from typing import Final

from molt_accel._codecs import bind, codecs
from molt_accel._typed import TypeMismatch
from molt_accel.msgpack.errors import (
    BufferFull,
    ExtraData,
    FormatError,
    OutOfData,
    StackError,
    UnpackException,
    error_of_kind,
)
from molt_accel.msgpack.packing import Packer, pack, packb
from molt_accel.msgpack.streaming import Unpacker
from molt_accel.msgpack.types import ExtType, Timestamp
from molt_accel.msgpack.unpacking import decode, document, unpack, unpackb

__all__ = [
    "IMPLEMENTATION",
    "BufferFull",
    "Document",
    "ExtType",
    "ExtraData",
    "FormatError",
    "OutOfData",
    "Packer",
    "StackError",
    "Timestamp",
    "TypeMismatch",
    "UnpackException",
    "Unpacker",
    "decode",
    "document",
    "dump",
    "dumps",
    "load",
    "loads",
    "pack",
    "packb",
    "unpack",
    "unpackb",
]

IMPLEMENTATION: Final[str] = codecs.IMPLEMENTATION
"""Which codecs are in use: ``native`` or ``python``."""

Document = codecs.Document
"""The type of what `document` answers."""

dump = pack
dumps = packb
load = unpack
loads = unpackb

bind("msgpack_error", error_of_kind)
bind("msgpack_ext", ExtType)
bind("msgpack_timestamp", Timestamp)
