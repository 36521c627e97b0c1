"""Python objects to JSON: the standard library's writer with the types and texts of the flags."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from molt_accel._codecs_pure.flags import (
    ESCAPE_DRF,
    ESCAPE_UTF8,
    INDENT_SHIFT,
    NAN_LITERAL,
    NAN_NULL,
    NEW_LINE,
    RESULT_BYTES,
    SKIP_KEYS,
    SORT_KEYS,
    SPACED,
)
from molt_accel._codecs_pure.texts import text_default

__all__ = ["json_dump_lines", "json_dumps"]

_Default = Callable[[Any], Any]


def json_dumps(
    value: Any,
    flags: int = 0,
    default: _Default | None = None,
    separators: tuple[str, str] | None = None,
    indent: int | str | None = None,
    /,
) -> str | bytes:
    """A value as JSON; the same bytes as ``json.dumps`` with the same choices.

    `separators` and `indent` are the twin's alone, and both given or neither.
    """
    encode = _encoder(flags, default, separators, indent)
    return _finish(encode(value), flags, "\n" if flags & NEW_LINE else "")


def json_dump_lines(
    values: Iterable[Any], flags: int = 0, default: _Default | None = None, /
) -> str | bytes:
    """Each value and a line feed."""
    encode = _encoder(flags, default)
    return _finish("".join([encode(value) + "\n" for value in values]), flags, "")


def _encoder(
    flags: int,
    default: _Default | None,
    separators: tuple[str, str] | None = None,
    indent: int | str | None = None,
) -> Callable[[Any], str]:
    choices: dict[str, Any] = {
        "skipkeys": bool(flags & SKIP_KEYS),
        "ensure_ascii": not flags & (ESCAPE_UTF8 | ESCAPE_DRF),
        "sort_keys": bool(flags & SORT_KEYS),
        "indent": indent if separators else _indent(flags),
        "separators": separators or _separators(flags),
        "default": text_default(flags, default, refuse),
    }
    encode = json.JSONEncoder(allow_nan=bool(flags & NAN_LITERAL), **choices).encode
    if not flags & NAN_NULL:
        return encode
    null_default = _null_default(choices["default"])
    encode_null = json.JSONEncoder(allow_nan=False, **{**choices, "default": null_default}).encode
    return lambda value: encode_null(_without_nan(value))


def _indent(flags: int) -> int | None:
    indent = flags >> INDENT_SHIFT & 0xFF
    return indent - 1 if indent else None


def _separators(flags: int) -> tuple[str, str]:
    is_spaced = bool(flags & SPACED)
    between = ", " if is_spaced and _indent(flags) is None else ","
    return between, ": " if is_spaced else ":"


def _finish(text: str, flags: int, end: str) -> str | bytes:
    if flags & ESCAPE_DRF:
        text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    text += end
    return text.encode() if flags & RESULT_BYTES else text


def refuse(value: Any) -> NoReturn:
    """Raises what the standard library raises for a type that JSON does not have."""
    raise TypeError(f"Object of type {value.__class__.__name__} is not JSON serializable")


def _null_default(default: _Default) -> _Default:
    return lambda value: _without_nan(default(value))


def _without_nan(value: Any) -> Any:
    """The value with None for each NaN and infinity; itself where it holds none."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return value
