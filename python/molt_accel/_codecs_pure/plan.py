"""Values with types: the twin of the native plans, which make objects while they read.

    compile_plan([("list", 1), ("int",)])    a list of integers

`compile_plan` documents the nodes in ``_codecs.pyi``. Here the whole is parsed at once and then
converted, so errors carry the path of the value but no offset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn
from uuid import UUID

from molt_accel._codecs_pure.binding import bound
from molt_accel._codecs_pure.cbor_reading import cbor_loads
from molt_accel._codecs_pure.json_reading import json_loads
from molt_accel._codecs_pure.msgpack_reading import msgpack_loads

__all__ = ["Plan", "cbor_decode", "compile_plan", "json_decode", "msgpack_decode"]

_Path = tuple[Any, ...]
_Convert = Callable[[Any, _Path], Any]

_NO_OFFSET: Final = -1
_REFUSES_UNKNOWN, _CALLS_CLASS, _CALLS_POST_INIT = 1, 2, 4


class _Number(float):
    """A JSON number with its text, so that a Decimal is made of all its digits."""

    __slots__ = ("text",)
    text: str


class Plan:
    """How values of a document become objects; made once per class, used by any thread."""

    __slots__ = ("convert",)

    def __init__(self, convert: _Convert) -> None:
        self.convert = convert


def compile_plan(nodes: Sequence[tuple[Any, ...]], /) -> Plan:
    """Compiles the nodes; the first is the whole, others are named by their index."""
    return Plan(_Compiler(nodes).converters[0])


def json_decode(data: Any, plan: Plan, flags: int = 0, /) -> Any:
    """The value of a JSON document, made by `plan`."""
    return plan.convert(json_loads(data, flags, None, None, _number), ())


def msgpack_decode(data: Any, plan: Plan, flags: int = 0, /) -> Any:
    """The value of a MessagePack message, made by `plan`."""
    return plan.convert(msgpack_loads(data, flags), ())


def cbor_decode(data: Any, plan: Plan, flags: int = 0, /) -> Any:
    """The value of a CBOR data item, made by `plan`."""
    return plan.convert(cbor_loads(data, flags), ())


def _number(text: str) -> _Number:
    number = _Number(text)
    number.text = text
    return number


def _refuse(wanted: str, value: Any, path: _Path) -> NoReturn:
    _fail(f"{wanted} was expected, not {_name(value)}", path)


def _fail(message: str, path: _Path) -> NoReturn:
    make = bound("decode_error")
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
    if make is None:
        raise ValueError(f"{message} at {pointer or 'the document'}")
    raise make(message, pointer, _NO_OFFSET)


def _name(value: Any) -> str:
    if value is None:
        return "null"
    return "float" if isinstance(value, _Number) else type(value).__name__


def _plain(value: Any) -> Any:
    """The value without the texts of its numbers."""
    if isinstance(value, _Number):
        return float(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value


class _Compiler:
    """The converters of the nodes; a node reaches the others through the list, even itself."""

    def __init__(self, nodes: Sequence[tuple[Any, ...]]) -> None:
        self.nodes = nodes
        self.converters: list[_Convert] = [self.converter(node) for node in nodes]

    def converter(self, node: tuple[Any, ...]) -> _Convert:
        kind, *parts = node
        if kind in _SCALARS:
            return _SCALARS[kind]
        make: Any = getattr(self, f"make_{kind}", None)
        if make is None:
            raise ValueError(f"{kind!r} is no node of a plan")
        converter: _Convert = make(*parts)
        return converter

    def sequence(self, item: int, container: Callable[[Any], Any]) -> _Convert:
        def convert(value: Any, path: _Path) -> Any:
            if not isinstance(value, (list, tuple)):
                _refuse("array", value, path)
            each = self.converters[item]
            return container([each(part, (*path, at)) for at, part in enumerate(value)])

        return convert

    def make_list(self, item: int) -> _Convert:
        return self.sequence(item, list)

    def make_tuple(self, item: int) -> _Convert:
        return self.sequence(item, tuple)

    def make_set(self, item: int) -> _Convert:
        return self.sequence(item, set)

    def make_frozenset(self, item: int) -> _Convert:
        return self.sequence(item, frozenset)

    def make_fixed(self, items: Sequence[int]) -> _Convert:
        def convert(value: Any, path: _Path) -> Any:
            if not isinstance(value, (list, tuple)):
                _refuse("array", value, path)
            if len(value) != len(items):
                _fail(f"{len(items)} elements were expected, not {len(value)}", path)
            return tuple(
                self.converters[item](part, (*path, at))
                for at, (item, part) in enumerate(zip(items, value, strict=True))
            )

        return convert

    def make_dict(self, key: int, item: int) -> _Convert:
        def convert(value: Any, path: _Path) -> Any:
            if not isinstance(value, dict):
                _refuse("map", value, path)
            made = {}
            for name, part in value.items():
                inner = (*path, name)
                made[self.key(key, name, inner)] = self.converters[item](part, inner)
            return made

        return convert

    def key(self, index: int, name: Any, path: _Path) -> Any:
        """A key, whose text stands for a number where the key's type is one."""
        if isinstance(name, str) and self.nodes[index][0] in ("int", "float"):
            try:
                return int(name) if self.nodes[index][0] == "int" else float(name)
            except ValueError:
                _refuse(self.nodes[index][0], name, path)
        return self.converters[index](name, path)

    def make_optional(self, item: int) -> _Convert:
        return lambda value, path: None if value is None else self.converters[item](value, path)

    def make_union(self, items: Sequence[int]) -> _Convert:
        def convert(value: Any, path: _Path) -> Any:
            for item in items:
                if self.takes(item, value):
                    return self.converters[item](value, path)
            names = " or ".join(str(self.nodes[item][0]) for item in items)
            _refuse(names, value, path)

        return convert

    def takes(self, index: int, value: Any) -> bool:
        """Whether a node takes values of this kind, without looking inside."""
        kind, *parts = self.nodes[index]
        if kind in ("optional", "call"):
            return (kind == "optional" and value is None) or self.takes(parts[0], value)
        if kind == "union":
            return any(self.takes(item, value) for item in parts[0])
        if kind == "choice":
            return _hashable(value) and value in parts[0]
        return isinstance(value, _TAKEN.get(kind, object)) and not (
            isinstance(value, bool) and kind in ("int", "float", "decimal")
        )

    def make_choice(self, choices: dict[Any, Any]) -> _Convert:
        # True equals 1, but is no choice of 1.
        table = {(type(value), value): result for value, result in choices.items()}

        def convert(value: Any, path: _Path) -> Any:
            value = _plain(value)
            key = (type(value), value)
            if not _hashable(value) or key not in table:
                listed = ", ".join(repr(choice) for choice in choices)
                _fail(f"one of {listed} was expected, not {value!r}", path)
            return table[key]

        return convert

    def make_call(self, item: int, function: Callable[[Any], Any]) -> _Convert:
        return lambda value, path: function(self.converters[item](value, path))

    def make_object(self, cls: type, fields: Sequence[tuple[Any, ...]], flags: int) -> _Convert:
        known = {field[0] for field in fields}

        def convert(value: Any, path: _Path) -> Any:
            if not isinstance(value, dict):
                _refuse("map", value, path)
            if flags & _REFUSES_UNKNOWN:
                for name in value:
                    if name not in known:
                        _fail(f"the key {name!r} is unknown", path)
            made = {}
            for key, attribute, item, requirement, default in fields:
                if key in value:
                    made[attribute] = self.converters[item](value[key], (*path, key))
                elif requirement == 0:
                    _fail(f"the key {key!r} is missing", path)
                else:
                    made[attribute] = default if requirement == 1 else default()
            return _object(cls, made, flags)

        return convert


def _object(cls: Any, attributes: dict[str, Any], flags: int) -> Any:
    if flags & _CALLS_CLASS:
        return cls(**attributes)
    made = cls.__new__(cls)
    for name, value in attributes.items():
        object.__setattr__(made, name, value)
    if flags & _CALLS_POST_INIT:
        made.__post_init__()
    return made


def _hashable(value: Any) -> bool:
    return not isinstance(value, (list, dict))


def _exact(kind: type, name: str) -> _Convert:
    def convert(value: Any, path: _Path) -> Any:
        if type(value) is not kind:
            _refuse(name, value, path)
        return value

    return convert


def _float(value: Any, path: _Path) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        _refuse("float", value, path)
    return float(value)


def _null(value: Any, path: _Path) -> None:
    if value is not None:
        _refuse("null", value, path)


def _any(value: Any, path: _Path) -> Any:
    return _plain(value)


def _decimal(value: Any, path: _Path) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        _refuse("decimal", value, path)
    try:
        if isinstance(value, _Number):
            return Decimal(value.text)
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except InvalidOperation:
        _fail("the text is no decimal number", path)


def _from_text(kind: type, parse: Callable[[str], Any], name: str) -> _Convert:
    def convert(value: Any, path: _Path) -> Any:
        if type(value) is kind:
            return value
        if not isinstance(value, str):
            _refuse(name, value, path)
        try:
            return parse(value)
        except ValueError:
            _fail(f"the text is no {name}", path)

    return convert


def _with_z(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """`parse` for texts that may end in Z, which Python reads since 3.11 alone."""
    return lambda text: parse(text[:-1] + "+00:00" if text[-1:] in ("Z", "z") else text)


_SCALARS: Final[dict[str, _Convert]] = {
    "any": _any,
    "none": _null,
    "bool": _exact(bool, "bool"),
    "int": _exact(int, "int"),
    "str": _exact(str, "str"),
    "bytes": _exact(bytes, "bytes"),
    "float": _float,
    "datetime": _from_text(datetime, _with_z(datetime.fromisoformat), "datetime"),
    "date": _from_text(date, date.fromisoformat, "date"),
    "time": _from_text(time, _with_z(time.fromisoformat), "time"),
    "uuid": _from_text(UUID, UUID, "uuid"),
    "decimal": _decimal,
}
_TAKEN: Final[dict[str, Any]] = {
    "none": type(None),
    "bool": bool,
    "int": int,
    "float": (int, float),
    "decimal": (int, float, str, Decimal),
    "str": str,
    "bytes": bytes,
    "datetime": (str, datetime),
    "date": (str, date),
    "time": (str, time),
    "uuid": (str, UUID),
    "list": (list, tuple),
    "tuple": (list, tuple),
    "set": (list, tuple),
    "frozenset": (list, tuple),
    "fixed": (list, tuple),
    "dict": dict,
    "object": dict,
}
