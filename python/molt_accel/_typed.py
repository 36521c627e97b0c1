"""Annotations to plans: how a dataclass is made from a document, for all three formats.

@dataclass
class Item:                 [("object", Item, (("name", "name", 1, 0, None),
    name: str                                  ("size", "size", 2, 1, None)), 4 or 0),
    size: int | None = None  ("str",), ("optional", 3), ("int",)]
"""

from __future__ import annotations

import collections.abc
import dataclasses
import inspect
import operator
import re
import types
import typing
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache, reduce
from typing import Any, Final
from uuid import UUID

from molt_accel._codecs import bind, codecs

__all__ = ["TypeMismatch", "plan"]

_Node = tuple[Any, ...]

_REFUSES_UNKNOWN, _CALLS_CLASS, _CALLS_POST_INIT = 1, 2, 4
_REQUIRED, _VALUE, _FACTORY = 0, 1, 2


class TypeMismatch(ValueError):
    """A value does not fit its type.

    ``path`` is a JSON Pointer to the value, ``offset`` its place in the bytes, or -1.
    """

    def __init__(self, message: str, path: str, offset: int) -> None:
        place = f" (byte {offset})" if offset >= 0 else ""
        super().__init__(f"{path or 'the document'}: {message}{place}")
        self.message = message
        self.path = path
        self.offset = offset

    def __reduce__(self) -> Any:
        return type(self), (self.message, self.path, self.offset)


def plan(kind: Any, forbid_unknown: bool = False) -> Any:
    """The plan of a type; ``TypeError`` for a type that no document has."""
    try:
        return _kept_plan(kind, forbid_unknown)
    except TypeError as error:
        if "unhashable" not in str(error):
            raise
        return codecs.compile_plan(_Nodes(forbid_unknown).of(kind))


@lru_cache(maxsize=512)
def _kept_plan(kind: Any, forbid_unknown: bool) -> Any:
    return codecs.compile_plan(_Nodes(forbid_unknown).of(kind))


class _Nodes:
    """The nodes of one plan; a class that refers to itself gets one node."""

    def __init__(self, forbid_unknown: bool) -> None:
        self.flags = _REFUSES_UNKNOWN if forbid_unknown else 0
        self.nodes: list[_Node] = []
        self.indices: dict[Any, int] = {}

    def of(self, kind: Any) -> list[_Node]:
        self.index(kind)
        return self.nodes

    def index(self, kind: Any) -> int:
        """The index of a type's node, which is made before those that it names."""
        if kind in self.indices:
            return self.indices[kind]
        index = self.indices[kind] = len(self.nodes)
        self.nodes.append(("any",))
        self.nodes[index] = self.node(kind)
        return index

    def node(self, kind: Any) -> _Node:
        if kind in _SCALARS:
            return (_SCALARS[kind],)
        if kind is timedelta:
            return ("call", self.index(str), _duration)
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if isinstance(kind, typing.NewType):
            return self.node(kind.__supertype__)
        if type(kind).__name__ == "TypeAliasType":
            return self.node(kind.__value__)
        if origin is typing.Annotated:
            return self.node(arguments[0])
        if origin is typing.Literal:
            return ("choice", {choice: choice for choice in arguments})
        if origin in (typing.Union, types.UnionType):
            return self.union(arguments)
        if (container := _CONTAINERS.get(origin or kind)) is not None:
            return self.container(container, arguments)
        if isinstance(kind, type):
            return self.of_class(kind)
        raise TypeError(f"a document cannot be read as {kind!r}")

    def of_class(self, kind: type) -> _Node:
        if issubclass(kind, Enum):
            return ("choice", {member.value: member for member in kind})
        if dataclasses.is_dataclass(kind):
            return self.dataclass(kind)
        if issubclass(kind, tuple) and hasattr(kind, "_field_defaults"):
            return self.named_tuple(kind)
        raise TypeError(f"a document cannot be read as {kind.__module__}.{kind.__qualname__}")

    def union(self, arguments: tuple[Any, ...]) -> _Node:
        others = [argument for argument in arguments if argument is not type(None)]
        if len(others) == len(arguments):
            return ("union", tuple(self.index(argument) for argument in arguments))
        if len(others) == 1:
            return ("optional", self.index(others[0]))
        return ("optional", self.index(reduce(operator.or_, others)))

    def container(self, container: str, arguments: tuple[Any, ...]) -> _Node:
        if container == "dict":
            key, item = arguments or (Any, Any)
            return ("dict", self.index(key), self.index(item))
        if container == "tuple" and arguments and arguments[-1] is not Ellipsis:
            return ("fixed", tuple(self.index(argument) for argument in arguments))
        return (container, self.index(arguments[0] if arguments else Any))

    def dataclass(self, kind: type) -> _Node:
        hints = typing.get_type_hints(kind, include_extras=True)
        parts = dataclasses.fields(kind)
        fields = []
        for part in parts:
            if not part.init:
                continue
            requirement, default = _REQUIRED, None
            if part.default is not dataclasses.MISSING:
                requirement, default = _VALUE, part.default
            elif part.default_factory is not dataclasses.MISSING:
                requirement, default = _FACTORY, part.default_factory
            item = self.index(hints[part.name])
            fields.append((part.name, part.name, item, requirement, default))
        flags = self.flags
        if _needs_call(kind, parts):
            flags |= _CALLS_CLASS
        elif hasattr(kind, "__post_init__"):
            flags |= _CALLS_POST_INIT
        return ("object", kind, tuple(fields), flags)

    def named_tuple(self, kind: Any) -> _Node:
        hints = typing.get_type_hints(kind, include_extras=True)
        fields = []
        for name in kind._fields:
            requirement = _VALUE if name in kind._field_defaults else _REQUIRED
            default = kind._field_defaults.get(name)
            fields.append((name, name, self.index(hints.get(name, Any)), requirement, default))
        return ("object", kind, tuple(fields), self.flags | _CALLS_CLASS)


def _needs_call(kind: Any, parts: tuple[dataclasses.Field[Any], ...]) -> bool:
    """Whether instances come from the class alone: frozen, or with an ``__init__`` of its own."""
    generated = getattr(kind.__init__, "__code__", None)
    return (
        kind.__dataclass_params__.frozen
        or kind.__new__ is not object.__new__
        or kind.__setattr__ is not object.__setattr__
        or list(inspect.signature(kind).parameters) != [part.name for part in parts]
        or generated is None
        or generated.co_filename != "<string>"
    )


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None or text[-1:] in "PT":
        raise TypeMismatch(f"{text!r} is no duration as ISO 8601 writes it", "", -1)
    sign = -1 if match["sign"] == "-" else 1
    numbers = {name: match[name] for name in ("days", "hours", "minutes", "seconds")}
    parts = {name: float(number) for name, number in numbers.items() if number is not None}
    return sign * timedelta(**parts)


_NUMBER: Final = r"\d+(?:\.\d+)?"
_DURATION: Final = re.compile(
    rf"(?P<sign>[-+]?)P(?:(?P<days>{_NUMBER})D)?"
    rf"(?:T(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?(?:(?P<seconds>{_NUMBER})S)?)?",
    re.ASCII,
)
_SCALARS: Final[dict[Any, str]] = {
    Any: "any",
    object: "any",
    None: "none",
    type(None): "none",
    bool: "bool",
    int: "int",
    float: "float",
    str: "str",
    bytes: "bytes",
    datetime: "datetime",
    date: "date",
    time: "time",
    UUID: "uuid",
    Decimal: "decimal",
}
_CONTAINERS: Final[dict[Any, str]] = {
    list: "list",
    collections.abc.Sequence: "list",
    collections.abc.MutableSequence: "list",
    collections.abc.Iterable: "list",
    collections.abc.Collection: "list",
    tuple: "tuple",
    set: "set",
    collections.abc.Set: "frozenset",
    collections.abc.MutableSet: "set",
    frozenset: "frozenset",
    dict: "dict",
    collections.abc.Mapping: "dict",
    collections.abc.MutableMapping: "dict",
}

bind("decode_error", TypeMismatch)
