"""What Python gives to the codecs: the exceptions of each format and the classes of its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

__all__ = ["bind", "bound", "failure", "shortcut"]

NAMES: Final = frozenset(
    {
        "cbor_decode_tag",
        "cbor_error",
        "cbor_simple",
        "cbor_tag",
        "cbor_undefined",
        "decode_error",
        "json_error",
        "json_fallback",
        "msgpack_error",
        "msgpack_ext",
        "msgpack_timestamp",
        "token_error",
    }
)

_values: Final[dict[str, Any]] = {}

bound: Final[Callable[..., Any]] = _values.get
"""What has been bound to a name, or None."""


def bind(name: str, value: Any, /) -> None:
    """Gives the codecs what they cannot know; ``ValueError`` for a name outside the contract."""
    if name not in NAMES:
        raise ValueError(f"the codecs have no use for {name!r}")
    _values[name] = value


_SHORTCUTS: Final = frozenset(
    {
        *("json_loads", "json_dumps", "json_dumpb", "msgpack_packb", "msgpack_unpackb"),
        *("cbor_loads", "cbor_dumps"),
    }
)


def shortcut(name: str, function: Callable[..., Any], doc: str, /, *fixed: Any) -> Any:
    """`function` itself: in Python there is no shorter way; ``ValueError`` for a wrong `name`."""
    if name not in _SHORTCUTS or len(fixed) > 2:
        raise ValueError("there is no shortcut of this kind")
    return function


def failure(format: str, message: str, data: Any, offset: int, *kind: str) -> Exception:
    """The bound exception of a format, for an offset in bytes; `kind` for all but ``json``."""
    make = bound(f"{format}_error")
    if make is None:
        return ValueError(f"{message} at byte {offset}")
    error: Exception = make(message, data, offset, *kind)
    return error
