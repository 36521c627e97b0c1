"""What the keywords of ``dumps`` amount to: the bits for the codecs, or what only Python can do."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from molt_accel._codecs import codecs

__all__ = [
    "STYLES",
    "AllowNaN",
    "Layout",
    "Style",
    "choices",
    "types_of",
]

Style = Literal["json", "django", "drf", "compact"]
AllowNaN = bool | Literal["null"] | None

_SPACED: Final = (", ", ": ")
_COMPACT: Final = (",", ":")
_INDENTED: Final = (",", ": ")
_LARGEST_INDENT: Final = 254

_NAN: Final = {True: codecs.NAN_LITERAL, False: 0, "null": codecs.NAN_NULL}


class _Defaults(NamedTuple):
    """What a style chooses where a keyword does not."""

    types: int
    escape: int
    separators: tuple[str, str]
    allow_nan: bool | Literal["null"]


STYLES: Final = {
    "json": _Defaults(0, codecs.ESCAPE_ASCII, _SPACED, True),
    "django": _Defaults(codecs.DJANGO_TYPES, codecs.ESCAPE_ASCII, _SPACED, True),
    "drf": _Defaults(codecs.DRF_TYPES, codecs.ESCAPE_DRF, _COMPACT, False),
    "compact": _Defaults(codecs.ISO_TYPES, codecs.ESCAPE_UTF8, _COMPACT, "null"),
}


class Layout(NamedTuple):
    """Separators and an indent for which there are no bits: the twin writes them."""

    separators: tuple[str, str]
    indent: int | str | None


@lru_cache(maxsize=256)
def choices(
    style: str,
    skipkeys: bool,
    ensure_ascii: bool | None,
    allow_nan: AllowNaN,
    indent: int | str | None,
    separators: tuple[str, str] | None,
    sort_keys: bool,
    as_bytes: bool,
) -> tuple[int, Layout | None]:
    """The bits of one call, and what bits cannot say; ``ValueError`` for an unknown style."""
    if style not in STYLES:
        raise ValueError(f"there is no style {style!r}: use {', '.join(STYLES)}")
    defaults = STYLES[style]
    flags = defaults.types | _escape(ensure_ascii, defaults)
    flags |= codecs.RESULT_BYTES if as_bytes else 0
    flags |= codecs.SKIP_KEYS if skipkeys else 0
    flags |= codecs.SORT_KEYS if sort_keys else 0
    flags |= _NAN[defaults.allow_nan if allow_nan is None else allow_nan]
    if separators is None:
        separators = defaults.separators if indent is None else _INDENTED
    spacing = _spacing(separators, indent)
    if spacing is None:
        return flags, Layout(separators, indent)
    return flags | spacing, None


def _escape(ensure_ascii: bool | None, defaults: _Defaults) -> int:
    if ensure_ascii is None:
        return defaults.escape
    if ensure_ascii:
        return int(codecs.ESCAPE_ASCII)
    return defaults.escape or int(codecs.ESCAPE_UTF8)


def _spacing(separators: tuple[str, str], indent: int | str | None) -> int | None:
    """The bits for separators and indent; None where there are none for them."""
    if indent is None:
        return {_COMPACT: 0, _SPACED: int(codecs.SPACED)}.get(separators)
    if not isinstance(indent, int) or not 0 <= indent <= _LARGEST_INDENT:
        return None
    if separators[0] != "," or separators[1] not in (":", ": "):
        return None
    is_spaced = separators[1] == ": "
    return int((indent + 1) << codecs.INDENT_SHIFT | (codecs.SPACED if is_spaced else 0))


_ENCODERS: Final = {
    ("django.core.serializers.json", "DjangoJSONEncoder"): "django",
    ("rest_framework.utils.encoders", "JSONEncoder"): "drf",
}


def types_of(
    cls: type[json.JSONEncoder], default: Callable[[Any], Any] | None
) -> tuple[int, Callable[[Any], Any] | None] | None:
    """The types and the ``default`` of an encoder class; None where only the class can write.

    A class that overrides `default` alone is asked for each value that JSON does not have.
    """
    if cls.encode is not json.JSONEncoder.encode or (
        cls.iterencode is not json.JSONEncoder.iterencode
    ):
        return None
    style = _ENCODERS.get((cls.__module__, cls.__qualname__))
    if default is not None or style is None:
        return 0, cls(default=default).default
    rest = None if style == "django" else cls().default
    return STYLES[style].types, rest
