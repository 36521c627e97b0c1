"""Python objects to MessagePack, with msgpack's keywords.

    packb({"id": 5})  ->  81 a2 69 64 05

`style` writes what JSON has as a string the way that encoder does: ``django`` as DjangoJSONEncoder
(datetimes, Decimal, UUID, lazy strings), ``compact`` as ``isoformat()`` and ``str()``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Any, Final

from molt_accel._codecs import codecs, pure_codecs, shortcut

__all__ = ["Packer", "pack", "packb"]

_Default = Callable[[Any], Any] | None

_dumps: Final[Callable[..., bytes]] = codecs.msgpack_dumps
_STYLES: Final = {
    None: 0,
    "django": codecs.DJANGO_TYPES,
    "drf": codecs.DRF_TYPES,
    "compact": codecs.ISO_TYPES,
}


@shortcut("msgpack_packb")
def packb(
    o: Any,
    *,
    default: _Default = None,
    use_single_float: bool = False,
    autoreset: bool = True,
    use_bin_type: bool = True,
    strict_types: bool = False,
    datetime: bool = False,
    unicode_errors: str | None = None,
    buf_size: int | None = None,
    style: str | None = None,
) -> bytes:
    """`o` as MessagePack; the bytes of ``msgpack.packb`` for the same keywords.

    Raises ``TypeError`` for a type that the format does not have, ``OverflowError`` for an integer
    beyond 64 bits, ``RecursionError`` for nesting beyond 1,024 levels or a cycle; `default` gets
    values that cannot be written first. ``autoreset`` and ``buf_size`` change nothing.
    """
    if use_bin_type and not (use_single_float or strict_types or datetime or style is not None):
        flags = 0
    else:
        flags = _flags(use_single_float, use_bin_type, strict_types, datetime, style)
    if unicode_errors not in (None, "strict"):
        return bytes(pure_codecs().msgpack_dumps(o, flags, default, unicode_errors))
    return _dumps(o, flags, default)


def pack(o: Any, stream: Any, **options: Any) -> None:
    """Writes `o` to a binary file; the keywords of `packb`."""
    stream.write(packb(o, **options))


def _flags(
    use_single_float: bool,
    use_bin_type: bool,
    strict_types: bool,
    datetime: bool,
    style: str | None,
) -> int:
    flags = codecs.PACK_SINGLE if use_single_float else 0
    if not use_bin_type:
        flags |= codecs.PACK_OLD
    if strict_types:
        flags |= codecs.PACK_STRICT
    if datetime:
        flags |= codecs.PACK_DATETIME
    if style is not None:
        if style not in _STYLES:
            listed = ", ".join(name for name in _STYLES if name)
            raise ValueError(f"there is no style {style!r}: use {listed}")
        flags |= _STYLES[style]
    return int(flags)


class Packer:
    """Packs one value after the other, with the keywords of `packb`.

        packer = Packer(datetime=True)
        stream.write(packer.pack(event))

    With ``autoreset=False`` the bytes gather: `bytes` answers them, `reset` drops them.
    """

    def __init__(self, *, autoreset: bool = True, **options: Any) -> None:
        default = options.get("default")
        if default is not None and not callable(default):
            raise TypeError("default must be callable")
        packb(None, **options)  # Raises for a keyword that there is not.
        self._options = options
        self._autoreset = autoreset
        self._gathered = bytearray()

    def pack(self, obj: Any) -> Any:
        """The bytes of a value; None without ``autoreset``. After an error nothing is kept."""
        try:
            return self._put(packb(obj, **self._options))
        except BaseException:
            self.reset()
            raise

    def pack_array_header(self, size: int) -> Any:
        """The head of an array, whose `size` elements are packed next."""
        return self._put(_head(size, 0x90, 0xDC))

    def pack_map_header(self, size: int) -> Any:
        """The head of a map, whose `size` keys and values are packed next in turns."""
        return self._put(_head(size, 0x80, 0xDE))

    def pack_map_pairs(self, pairs: Iterable[tuple[Any, Any]]) -> Any:
        """A map of pairs, which may repeat a key."""
        pairs = list(pairs)
        data = _head(len(pairs), 0x80, 0xDE)
        for key, value in pairs:
            data += packb(key, **self._options) + packb(value, **self._options)
        return self._put(data)

    def pack_ext_type(self, typecode: int, data: bytes) -> Any:
        """An extension value; see `molt_accel.msgpack.ExtType`."""
        from molt_accel.msgpack.types import ExtType

        return self._put(packb(ExtType(typecode, data)))

    def bytes(self) -> bytes:
        """What has gathered without ``autoreset``."""
        return bytes(self._gathered)

    def reset(self) -> None:
        """Drops what has gathered."""
        self._gathered = bytearray()

    def getbuffer(self) -> memoryview:
        """What has gathered, without a copy; as long as it lives nothing can be packed."""
        return memoryview(self._gathered)

    def _put(self, data: Any) -> Any:
        if self._autoreset:
            return data
        self._gathered += data
        return None


def _head(size: int, small: int, mark16: int) -> bytes:
    if not 0 <= size < 1 << 32:
        raise ValueError(f"a container has from 0 to 2**32 - 1 elements, not {size}")
    if size < 16:
        return bytes((small | size,))
    return struct.pack(">BH" if size < 1 << 16 else ">BI", mark16 + (size >> 16 > 0), size)
