"""CBOR to Python objects, with cbor2's keywords."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from molt_accel._codecs import codecs, pure_codecs, shortcut
from molt_accel._typed import plan
from molt_accel.cbor.tags import SharedValue, decode_tag, frozen
from molt_accel.cbor.types import CBORTag

__all__ = ["decode", "document", "load", "loads", "loads_sequence"]

_TagHook = Callable[[CBORTag, bool], Any]
_ObjectHook = Callable[[dict[Any, Any], bool], Any]

_loads: Final = codecs.cbor_loads


@shortcut("cbor_loads", 0)
def loads(
    data: Any,
    *,
    tag_hook: _TagHook | None = None,
    object_hook: _ObjectHook | None = None,
    semantic_decoders: Mapping[int, Callable[[Any, bool], Any]] | None = None,
    str_errors: str = "strict",
    max_depth: int | None = None,
    allow_indefinite: bool = True,
    allow_duplicate_keys: bool = True,
    immutable: bool = False,
) -> Any:
    """The value of one data item; answers what ``cbor2.loads`` answers for the same keywords.

    ``tag_hook(tag, immutable)`` gets unknown tags as `CBORTag`, ``object_hook(map, immutable)``
    maps, ``semantic_decoders[tag](value, immutable)`` what those tags hold; ``immutable`` is
    always false, since hooks are not asked for what stands in a key. `max_depth` is 1,024 if not
    less. `immutable` makes tuples of arrays, and of maps the tuple of their pairs.

    Raises `CBORDecodeError`, also for bytes after the item, which cbor2 leaves unread:
    `loads_sequence` reads them.
    """
    flags = 0 if allow_duplicate_keys else codecs.UNIQUE_KEYS
    hook = _tag_hook(tag_hook, semantic_decoders)
    make = None if object_hook is None else lambda value: object_hook(value, False)
    extras: dict[str, Any] = {}
    if str_errors != "strict":
        extras["str_errors"] = str_errors
    if not allow_indefinite:
        extras["allow_indefinite"] = False
    if max_depth is not None and max_depth < codecs.DEPTH:
        extras["max_depth"] = max_depth
    value = _one(data, flags, make, hook, extras)
    return frozen(value) if immutable else value


def load(fp: Any, **options: Any) -> Any:
    """The value of a binary file that holds one data item; the keywords of `loads`."""
    return loads(fp.read(), **options)


def loads_sequence(
    data: Any,
    *,
    tag_hook: _TagHook | None = None,
    object_hook: _ObjectHook | None = None,
    semantic_decoders: Mapping[int, Callable[[Any, bool], Any]] | None = None,
) -> Iterator[Any]:
    """The values of data items that stand one after the other (RFC 8742)."""
    hook = _tag_hook(tag_hook, semantic_decoders)
    make = None if object_hook is None else lambda value: object_hook(value, False)
    data = bytes(data)
    offset = 0
    while offset < len(data):
        try:
            value, offset = codecs.cbor_loads_from(data, offset, 0, make, hook)
        except SharedValue:
            read = pure_codecs().cbor_loads_from
            value, offset = read(data, offset, 0, make, hook or decode_tag, {"sharing": True})
        yield value


def document(data: Any) -> Any:
    """A data item whose values are made when they are asked for; see `molt_accel.json.document`."""
    return codecs.cbor_document(data, 0)


def decode(data: Any, kind: Any, *, forbid_unknown: bool = False) -> Any:
    """The data item as an instance of `kind`; see `molt_accel.json.decode`."""
    return codecs.cbor_decode(data, plan(kind, forbid_unknown))


def _one(data: Any, flags: int, make: Any, hook: Any, extras: dict[str, Any]) -> Any:
    """The one value of the data; the twin reads what the native codecs have no choice for."""
    if not extras:
        try:
            return _loads(data, flags, make, hook)
        except SharedValue:
            pass
    extras = {**extras, "sharing": True}
    return pure_codecs().cbor_loads(data, flags, make, hook or decode_tag, extras)


def _tag_hook(
    tag_hook: _TagHook | None, decoders: Mapping[int, Callable[[Any, bool], Any]] | None
) -> Callable[[int, Any], Any] | None:
    """What the codecs ask for each tag; None where nobody wants to be asked."""
    if tag_hook is None and not decoders:
        return None

    def decode(tag: int, value: Any) -> Any:
        if decoders and tag in decoders:
            return decoders[tag](value, False)
        made = decode_tag(tag, value)
        if tag_hook is not None and type(made) is CBORTag:
            return tag_hook(made, False)
        return made

    return decode
