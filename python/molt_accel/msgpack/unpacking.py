"""MessagePack to Python objects, with msgpack's keywords."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from molt_accel._codecs import codecs, pure_codecs, shortcut
from molt_accel._typed import plan
from molt_accel.msgpack.errors import ExtraData
from molt_accel.msgpack.types import ExtType

__all__ = ["Options", "decode", "document", "options", "unpack", "unpackb"]

_Hook = Callable[[Any], Any] | None

_loads: Final = codecs.msgpack_loads
_DEFAULT_FLAGS: Final = codecs.MSGPACK_STRICT_MAP_KEY


class Options(NamedTuple):
    """The keywords of one reader as the codecs take them."""

    flags: int
    hooks: tuple[Any, ...]
    limits: tuple[int, ...] | None
    unicode_errors: str

    def loads(self, data: Any) -> Any:
        """The one value of `data`."""
        if self.unicode_errors == "strict":
            return _loads(data, self.flags, *self.hooks, self.limits)
        read = pure_codecs().msgpack_loads
        return read(data, self.flags, *self.hooks, self.limits, self.unicode_errors)

    def loads_from(self, data: Any, offset: int) -> tuple[Any, int]:
        """The value at `offset` and the offset behind it."""
        if self.unicode_errors == "strict":
            read = codecs.msgpack_loads_from
            found: tuple[Any, int] = read(data, offset, self.flags, *self.hooks, self.limits)
            return found
        extra = (self.limits, self.unicode_errors)
        found = pure_codecs().msgpack_loads_from(data, offset, self.flags, *self.hooks, *extra)
        return found[0], found[1]


def options(
    *,
    use_list: bool = True,
    raw: bool = False,
    timestamp: int = 0,
    strict_map_key: bool = True,
    object_hook: _Hook = None,
    object_pairs_hook: _Hook = None,
    list_hook: _Hook = None,
    unicode_errors: str | None = None,
    ext_hook: Callable[[int, bytes], Any] = ExtType,
    max_str_len: int = -1,
    max_bin_len: int = -1,
    max_array_len: int = -1,
    max_map_len: int = -1,
    max_ext_len: int = -1,
) -> Options:
    """Checks the keywords; ``TypeError`` or ``ValueError`` for what msgpack refuses too."""
    if not 0 <= timestamp <= 3:
        raise ValueError("timestamp must be 0..3")
    if object_hook is not None and object_pairs_hook is not None:
        raise TypeError("object_pairs_hook and object_hook are mutually exclusive.")
    for name, hook in (
        *(("object_hook", object_hook), ("object_pairs_hook", object_pairs_hook)),
        *(("list_hook", list_hook), ("ext_hook", ext_hook)),
    ):
        if hook is not None and not callable(hook):
            raise TypeError(f"{name} must be callable.")
    flags = timestamp << codecs.MSGPACK_TIMESTAMP_SHIFT
    flags |= codecs.MSGPACK_RAW if raw else 0
    flags |= 0 if use_list else codecs.MSGPACK_TUPLES
    flags |= codecs.MSGPACK_STRICT_MAP_KEY if strict_map_key else 0
    limits = (max_str_len, max_bin_len, max_array_len, max_map_len, max_ext_len)
    return Options(
        flags,
        (object_hook, object_pairs_hook, list_hook, None if ext_hook is ExtType else ext_hook),
        None if limits == (-1, -1, -1, -1, -1) else limits,
        unicode_errors or "strict",
    )


@shortcut("msgpack_unpackb", _DEFAULT_FLAGS)
def unpackb(packed: Any, *, max_buffer_size: int | None = None, **keywords: Any) -> Any:
    """The value of one message; answers what ``msgpack.unpackb`` answers for the same keywords.

    They are ``use_list``, ``raw``, ``timestamp`` (0 `Timestamp`, 1 float, 2 nanoseconds, 3
    datetime), ``strict_map_key``, ``object_hook``, ``object_pairs_hook``, ``list_hook``,
    ``ext_hook``, ``unicode_errors`` and ``max_…_len`` of str, bin, array, map and ext.
    ``max_buffer_size`` is taken and changes nothing.

    Raises `ExtraData` for bytes after the value, and other ``ValueError``s for what is wrong.
    """
    if not keywords:
        chosen = None
        read: Any = _loads
    else:
        chosen = options(**keywords)
        read = chosen.loads
    try:
        return read(packed) if chosen else read(packed, _DEFAULT_FLAGS)
    except ExtraData as error:
        if error.unpacked is None and error.extra:
            data = memoryview(packed).cast("B")
            chosen = chosen or options()
            error.unpacked = chosen.loads(bytes(data[: len(data) - len(error.extra)]))
        raise


def unpack(stream: Any, **keywords: Any) -> Any:
    """The value of a binary file; the keywords of `unpackb`."""
    return unpackb(stream.read(), **keywords)


def document(packed: Any) -> Any:
    """A message whose values are made when they are asked for; see `molt_accel.json.document`."""
    return codecs.msgpack_document(packed, 0)


def decode(packed: Any, kind: Any, *, forbid_unknown: bool = False) -> Any:
    """The message as an instance of `kind`; see `molt_accel.json.decode`."""
    return codecs.msgpack_decode(packed, plan(kind, forbid_unknown))
