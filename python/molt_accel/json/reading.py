"""JSON to Python objects.

`loads` answers what ``json.loads`` answers for the same arguments: the native reader is strict, and
what it refuses is read again as the standard library does, so that NaN, UTF-16 and the positions
in errors are the same too. ``rfc8259=True`` leaves it at the refusal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from molt_accel._codecs import bind, codecs, shortcut
from molt_accel._typed import plan
from molt_accel.json.errors import JSONDecodeError, decode_error_at

__all__ = ["decode", "document", "load", "load_lines", "loads", "loads_lines"]

_Hook = Callable[[Any], Any] | None

_COMPATIBLE: Final = codecs.JSON_COMPATIBLE
_CHUNK: Final = 1 << 20
_HOOKS: Final = ("object_hook", "object_pairs_hook", "parse_float", "parse_int", "parse_constant")
_json_loads: Final = codecs.json_loads


@shortcut("json_loads", _COMPATIBLE)
def loads(
    s: str | bytes | bytearray | memoryview,
    *,
    cls: type[json.JSONDecoder] | None = None,
    object_hook: _Hook = None,
    parse_float: _Hook = None,
    parse_int: _Hook = None,
    parse_constant: _Hook = None,
    object_pairs_hook: _Hook = None,
    rfc8259: bool = False,
    unique_keys: bool = False,
    **kw: Any,
) -> Any:
    """The value of a JSON document, as ``json.loads`` has it.

    `rfc8259` refuses what only Python's reader takes: NaN and the infinities, other encodings than
    UTF-8, a byte order mark, unpaired surrogates. `unique_keys` does so too, and also refuses a
    key that comes twice in an object. `cls` and other keywords are those of ``json.loads``, which
    then reads.

    Raises `JSONDecodeError`, and what the hooks raise.
    """
    if cls is not None or kw:
        hooks = (object_hook, object_pairs_hook, parse_float, parse_int, parse_constant)
        return _standard(s, {"cls": cls, **dict(zip(_HOOKS, hooks, strict=True)), **kw})
    flags = _COMPATIBLE
    if rfc8259 or unique_keys:
        flags = codecs.UNIQUE_KEYS if unique_keys else 0
    if parse_float is None and parse_int is None and parse_constant is None:
        return _json_loads(s, flags, object_hook, object_pairs_hook)
    if parse_float is float:
        parse_float = None
    if parse_int is int:
        parse_int = None
    return _json_loads(
        s, flags, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant
    )


def load(fp: Any, **options: Any) -> Any:
    """The value of the document in a file; the keywords of `loads`."""
    return loads(fp.read(), **options)


def loads_lines(
    s: str | bytes | bytearray | memoryview,
    *,
    object_hook: _Hook = None,
    parse_float: _Hook = None,
    parse_int: _Hook = None,
    parse_constant: _Hook = None,
    object_pairs_hook: _Hook = None,
    rfc8259: bool = False,
) -> list[Any]:
    """The values of newline-delimited JSON, or of documents with white space between them.

    Positions in errors count from the start of `s`. The keywords are those of `loads`.
    """
    hooks = (object_hook, object_pairs_hook, parse_float, parse_int, parse_constant)
    try:
        values: list[Any] = codecs.json_lines(s, 0, *hooks)
    except JSONDecodeError:
        if rfc8259:
            raise
        return _standard_lines(_text(s), hooks)
    return values


def load_lines(fp: Any, **options: Any) -> Iterator[Any]:
    """The values of a file of newline-delimited JSON, one after the other.

    The file is read in portions, so it may be larger than memory; each value stands on a line of
    its own. Text and binary files both will do. The keywords are those of `loads`.
    """
    rest = fp.read(0)
    end = "\n" if isinstance(rest, str) else b"\n"
    while portion := fp.read(_CHUNK):
        lines, separator, after = portion.rpartition(end)
        if not separator:
            rest += portion
            continue
        yield from loads_lines(rest + lines, **options)
        rest = after
    yield from loads_lines(rest, **options)


def document(s: str | bytes | bytearray | memoryview, *, unique_keys: bool = False) -> Any:
    """A document whose values are made when they are asked for.

        document(body)["user"]["name"]
        document(body).pointer("/items/0/price")

    Its maps and arrays are documents again: ``.value()`` makes Python objects of one. The text must
    be JSON as RFC 8259 has it; raises `JSONDecodeError`.
    """
    return codecs.json_document(s, codecs.UNIQUE_KEYS if unique_keys else 0)


def decode(
    s: str | bytes | bytearray | memoryview, kind: Any, *, forbid_unknown: bool = False
) -> Any:
    """The document as an instance of `kind`: a dataclass, or another type as in annotations.

        @dataclass
        class Item:
            name: str
            price: Decimal
            tags: list[str] = field(default_factory=list)

        decode(body, list[Item])

    The text must be JSON as RFC 8259 has it. `forbid_unknown` refuses keys that are no fields.
    Raises `JSONDecodeError`, `molt_accel.json.TypeMismatch` for a value that does not fit, and
    ``TypeError`` for a `kind` that cannot be read.
    """
    return codecs.json_decode(s, plan(kind, forbid_unknown))


def _text(data: Any) -> str:
    """The text as ``json.loads`` takes it from bytes: in UTF-8, UTF-16 or UTF-32."""
    if isinstance(data, str):
        return data
    raw = bytes(data)
    return raw.decode(json.detect_encoding(raw), "surrogatepass")


def _fallback(data: Any, flags: int, *hooks: _Hook) -> Any:
    """What the standard library makes of a text that is not strict JSON."""
    return _standard(data, dict(zip(_HOOKS, hooks, strict=True)))


def _standard(data: Any, keywords: dict[str, Any]) -> Any:
    if isinstance(data, memoryview):
        data = data.tobytes()
    try:
        return json.loads(data, **keywords)
    except json.JSONDecodeError as error:
        raise JSONDecodeError(error.msg, error.doc, error.pos) from None


def _standard_lines(text: str, hooks: tuple[_Hook, ...]) -> list[Any]:
    keywords: dict[str, Any] = dict(zip(_HOOKS, hooks, strict=True))
    reader = json.JSONDecoder(**keywords)
    values = []
    position = _after_space(text, 0)
    while position < len(text):
        try:
            value, position = reader.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise JSONDecodeError(error.msg, error.doc, error.pos) from None
        values.append(value)
        position = _after_space(text, position)
    return values


def _after_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\n\r":
        position += 1
    return position


bind("json_error", decode_error_at)
bind("json_fallback", _fallback)
