"""Python objects to JSON.

`dumps` answers the text of ``json.dumps`` for the same keywords. `style` adds the types of Django,
of Django REST framework or of compact APIs; `dumpb` answers bytes, by default compact ones.

    dumps({"day": date(2026, 1, 2)}, style="django")  ->  '{"day": "2026-01-02"}'
    dumpb({"day": date(2026, 1, 2)})                  ->  b'{"day":"2026-01-02"}'
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from molt_accel._codecs import codecs, pure_codecs, shortcut
from molt_accel.json.styles import (
    STYLES,
    AllowNaN,
    choices,
    types_of,
)

__all__ = ["dump", "dump_lines", "dumpb", "dumps", "dumps_lines"]

_Default = Callable[[Any], Any] | None

_to_text: Final[Callable[..., str]] = codecs.json_dumps
_to_bytes: Final[Callable[..., bytes]] = codecs.json_dumps
_TEXT_FLAGS: Final = {
    style: choices(style, False, None, None, None, None, False, False)[0] for style in STYLES
}
_BYTES_FLAGS: Final = {style: flags | codecs.RESULT_BYTES for style, flags in _TEXT_FLAGS.items()}


@shortcut("json_dumps", _TEXT_FLAGS["json"])
def dumps(
    obj: Any,
    *,
    skipkeys: bool = False,
    ensure_ascii: bool | None = None,
    check_circular: bool = True,
    allow_nan: AllowNaN = None,
    cls: type[json.JSONEncoder] | None = None,
    indent: int | str | None = None,
    separators: tuple[str, str] | None = None,
    default: _Default = None,
    sort_keys: bool = False,
    style: str = "json",
    **kw: Any,
) -> str:
    """`obj` as JSON text: that of ``json.dumps`` for the same keywords.

    `style` chooses the types beyond JSON's own, and what the keywords left at None mean:

    - ``json``: none; ASCII, spaced, NaN as ``NaN``: ``json.dumps(obj)``
    - ``django``: ``json.dumps(obj, cls=DjangoJSONEncoder)``
    - ``drf``: what Django REST framework's ``JSONRenderer`` sends
    - ``compact``: UTF-8 without spaces, dates as ``isoformat()``, UUID and Decimal as their text,
      an Enum as its value, NaN as null

    ``allow_nan="null"`` writes NaN and the infinities as null. `default` gets what the style does
    not know. Raises ``TypeError`` and ``ValueError`` as ``json.dumps`` does.
    """
    is_plain = ensure_ascii is None and allow_nan is None and indent is None and separators is None
    if is_plain and cls is None and not (skipkeys or sort_keys or kw):
        # The common calls, for which looking up all choices would take as long as writing.
        flags = _TEXT_FLAGS.get(style)
        if flags is not None:
            return _to_text(obj, flags, default)
    types = 0
    if cls is not None or kw:
        chosen = None if cls is None or kw else types_of(cls, default)
        if chosen is None or style != "json":
            keywords: dict[str, Any] = {"cls": cls, "default": default, "indent": indent, **kw}
            keywords.update(skipkeys=skipkeys, check_circular=check_circular)
            keywords.update(separators=separators, sort_keys=sort_keys)
            return _standard(obj, style, ensure_ascii, allow_nan, keywords)
        types, default = chosen
    if separators is not None:
        separators = _pair(separators)
    flags, layout = choices(
        style, skipkeys, ensure_ascii, allow_nan, indent, separators, sort_keys, False
    )
    if layout is not None:
        return str(pure_codecs().json_dumps(obj, flags | types, default, *layout))
    return _to_text(obj, flags | types, default)


@shortcut("json_dumpb", _BYTES_FLAGS["compact"])
def dumpb(
    obj: Any,
    default: _Default = None,
    skipkeys: bool = False,
    ensure_ascii: bool | None = None,
    allow_nan: AllowNaN = None,
    indent: int | str | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
    style: str = "compact",
) -> bytes:
    """`obj` as JSON in UTF-8: ``dumps(…).encode()``, made at once; see `dumps` for the keywords.

    Raises ``UnicodeEncodeError`` for unpaired surrogates where they are not escaped.
    """
    is_plain = ensure_ascii is None and allow_nan is None and indent is None and separators is None
    if is_plain and not (skipkeys or sort_keys):
        flags = _BYTES_FLAGS.get(style)
        if flags is not None:
            return _to_bytes(obj, flags, default)
    if separators is not None:
        separators = _pair(separators)
    flags, layout = choices(
        style, skipkeys, ensure_ascii, allow_nan, indent, separators, sort_keys, True
    )
    if layout is not None:
        return bytes(pure_codecs().json_dumps(obj, flags, default, *layout))
    return _to_bytes(obj, flags, default)


def dump(obj: Any, fp: Any, **options: Any) -> None:
    """Writes `obj` to a text file; the keywords of `dumps`."""
    fp.write(dumps(obj, **options))


def dumps_lines(
    values: Iterable[Any],
    *,
    ensure_ascii: bool | None = None,
    allow_nan: AllowNaN = None,
    default: _Default = None,
    sort_keys: bool = False,
    style: str = "compact",
) -> bytes:
    """Newline-delimited JSON in UTF-8: each value and a line feed; see `dumps` for the keywords."""
    flags, _ = choices(style, False, ensure_ascii, allow_nan, None, None, sort_keys, True)
    data: bytes = codecs.json_dump_lines(values, flags, default)
    return data


def dump_lines(values: Iterable[Any], fp: Any, **options: Any) -> None:
    """Writes newline-delimited JSON to a binary file; the keywords of `dumps_lines`.

    Values are written in portions, so `values` may be an iterator over more than fits memory.
    """
    portion = []
    for value in values:
        portion.append(value)
        if len(portion) == 1000:
            fp.write(dumps_lines(portion, **options))
            portion = []
    fp.write(dumps_lines(portion, **options))


def _pair(separators: Any) -> tuple[str, str]:
    """A list of separators as what can be looked up; ``ValueError`` as ``json`` raises it."""
    between, after = separators
    return between, after


def _standard(
    obj: Any,
    style: str,
    ensure_ascii: bool | None,
    allow_nan: AllowNaN,
    keywords: dict[str, Any],
) -> str:
    """What the standard library writes, for encoder classes that do more than ``default``."""
    if style != "json":
        raise TypeError("an encoder class brings its types: give either cls or style")
    if allow_nan == "null":
        raise TypeError("an encoder class writes NaN itself: allow_nan is True or False")
    return json.dumps(
        obj,
        ensure_ascii=True if ensure_ascii is None else ensure_ascii,
        allow_nan=True if allow_nan is None else allow_nan,
        **keywords,
    )
