"""JSON to Python objects: the standard library's reader, held to RFC 8259.

Python's own reader takes NaN and the infinities, unpaired surrogates, other encodings than UTF-8
and a byte order mark. Here they are errors with a byte offset, unless JSON_COMPATIBLE passes what
is refused on to the bound ``json_fallback``.

    json_loads(b'{"a": NaN}')  ->  json_error("…", data, 6)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

from molt_accel._codecs_pure.binding import bound, failure
from molt_accel._codecs_pure.flags import DEPTH, JSON_COMPATIBLE, UNIQUE_KEYS

__all__ = ["StrictError", "decoder", "json_lines", "json_loads", "read"]

_Hook = Callable[[Any], Any] | None

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_CONSTANT: Final = re.compile(rf"{_STRING}|(?P<found>-?Infinity|NaN)", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_TOKEN: Final = re.compile(rf"(?P<key>{_STRING})(?=[ \t\n\r]*:)|{_STRING}|[\[\]{{}}]", re.DOTALL)


class StrictError(Exception):
    """What strict JSON refuses: a sentence, and the offset in characters."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class _Constant(Exception):
    """NaN or an infinity, found by the standard library's reader, which gives no position."""


class _RepeatedKey(Exception):
    """A key that comes twice in one object."""


def json_loads(
    data: Any,
    flags: int = 0,
    object_hook: _Hook = None,
    object_pairs_hook: _Hook = None,
    parse_float: _Hook = None,
    parse_int: _Hook = None,
    parse_constant: _Hook = None,
    /,
) -> Any:
    """The value of a document."""
    hooks = (object_hook, object_pairs_hook, parse_float, parse_int, parse_constant)
    if flags & JSON_COMPATIBLE and not flags & UNIQUE_KEYS:
        return bound("json_fallback")(data, flags, *hooks)
    return read(data, _one, flags, hooks)


def json_lines(
    data: Any,
    flags: int = 0,
    object_hook: _Hook = None,
    object_pairs_hook: _Hook = None,
    parse_float: _Hook = None,
    parse_int: _Hook = None,
    parse_constant: _Hook = None,
    /,
) -> list[Any]:
    """The values of documents that stand one after the other."""
    hooks = (object_hook, object_pairs_hook, parse_float, parse_int, parse_constant)
    return list(read(data, _many, flags, hooks))


def read(data: Any, verb: Callable[..., Any], flags: int, hooks: tuple[_Hook, ...]) -> Any:
    """What `verb` makes of the text and a decoder; the bound errors for what is refused."""
    text = _text(data)
    try:
        return verb(text, decoder(flags, hooks))
    except json.JSONDecodeError as error:
        message, position = error.msg, error.pos
    except StrictError as error:
        message, position = error.message, error.position
    except _Constant:
        message, position = "a value was expected", _constant_position(text)
    except _RepeatedKey:
        message, position = "the key stands in the object already", _repeated_position(text)
    except RecursionError:
        message, position = f"containers nest deeper than {DEPTH} levels", _depth_position(text)
    raise failure("json", message, data, len(text[:position].encode()))


def decoder(flags: int, hooks: tuple[_Hook, ...]) -> json.JSONDecoder:
    """The standard library's decoder with these hooks, which takes no constant but null."""
    object_hook, object_pairs_hook, parse_float, parse_int, _ = hooks
    if flags & UNIQUE_KEYS:
        object_pairs_hook = _unique(object_hook, object_pairs_hook)
    return json.JSONDecoder(
        object_hook=object_hook,
        object_pairs_hook=object_pairs_hook,
        parse_float=parse_float,
        parse_int=parse_int,
        parse_constant=_refuse_constant,
    )


def _one(text: str, reader: json.JSONDecoder) -> Any:
    value = reader.decode(text)
    _check_surrogates(text)
    return value


def _many(text: str, reader: json.JSONDecoder) -> list[Any]:
    values = []
    position = _after_space(text, 0)
    while position < len(text):
        value, position = reader.raw_decode(text, position)
        values.append(value)
        position = _after_space(text, position)
    _check_surrogates(text)
    return values


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _text(data: Any) -> str:
    if isinstance(data, str):
        try:
            data.encode()
        except UnicodeEncodeError as error:
            offset = len(data[: error.start].encode())
            raise failure("json", "the text holds half of a pair", data, offset) from None
        return data
    try:
        return str(data, "utf-8") if isinstance(data, bytes) else str(memoryview(data), "utf-8")
    except UnicodeDecodeError as error:
        raise failure("json", "the text is not valid UTF-8", data, error.start) from None


def _refuse_constant(name: str) -> NoReturn:
    raise _Constant(name)


def _constant_position(text: str) -> int:
    matches = _CONSTANT.finditer(text)
    return next((match.start() for match in matches if match["found"]), 0)


def _unique(object_hook: _Hook, object_pairs_hook: _Hook) -> Callable[[Any], Any]:
    def make(pairs: list[tuple[str, Any]]) -> Any:
        values = dict(pairs)
        if len(values) != len(pairs):
            raise _RepeatedKey
        if object_pairs_hook is not None:
            return object_pairs_hook(pairs)
        return object_hook(values) if object_hook is not None else values

    return make


def _repeated_position(text: str) -> int:
    """Where the first repeated key stands."""
    open_keys: list[set[str]] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "[{":
            open_keys.append(set())
        elif token in "]}":
            open_keys.pop()
        elif match["key"]:
            key = json.loads(token)
            if key in open_keys[-1]:
                return match.start()
            open_keys[-1].add(key)
    return 0


def _depth_position(text: str) -> int:
    """Where the deepest container that is allowed begins, or else where the first one does."""
    depth = 0
    for match in _TOKEN.finditer(text):
        if match[0] in "[{":
            depth += 1
            if depth > DEPTH:
                return match.start()
        elif match[0] in "]}":
            depth -= 1
    return 0


def _check_surrogates(text: str) -> None:
    """Refuses half of a surrogate pair; the text is valid otherwise."""
    if "\\ud" not in text and "\\uD" not in text:
        return
    first = second = -1
    for match in _ESCAPE.finditer(text):
        unit = int(match[1], 16) if match[1] else 0
        if first >= 0 and not (match.start() == second and 0xDC00 <= unit <= 0xDFFF):
            raise StrictError("the escape is half of a surrogate pair", first)
        if first >= 0:
            first = -1
        elif 0xD800 <= unit <= 0xDBFF:
            first, second = match.start(), match.end()
        elif 0xDC00 <= unit <= 0xDFFF:
            raise StrictError("the escape is half of a surrogate pair", match.start())
    if first >= 0:
        raise StrictError("the escape is half of a surrogate pair", first)
