"""Documents that are read where it is asked: the twin of the native lazy documents.

Here the whole is parsed at once; what the native document saves is the making of the objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from molt_accel._codecs_pure.cbor_reading import cbor_loads
from molt_accel._codecs_pure.json_reading import json_loads
from molt_accel._codecs_pure.msgpack_reading import msgpack_loads

__all__ = ["Document", "cbor_document", "json_document", "msgpack_document"]

_ABSENT: Final = object()


class Document:
    """A map or an array of a parsed document, or the document's single value."""

    __slots__ = ("_value",)
    _value: Any

    def __init__(self) -> None:
        raise TypeError("a Document is made by json_document and its likes")

    @property
    def kind(self) -> Literal["map", "array", "scalar"]:
        """Whether this is a map, an array or a single value."""
        if isinstance(self._value, dict):
            return "map"
        return "array" if isinstance(self._value, list) else "scalar"

    def value(self) -> Any:
        """Everything below as Python values; each call makes new ones."""
        return _copy(self._value)

    def pointer(self, pointer: str, default: Any = _ABSENT, /) -> Any:
        """What an RFC 6901 pointer leads to.

        Raises ``KeyError`` or ``IndexError`` without a default, ``ValueError`` for a text that is
        no pointer.
        """
        if pointer and not pointer.startswith("/"):
            raise ValueError(f"a JSON Pointer is empty or begins with a slash: {pointer!r}")
        value = self._value
        try:
            for part in pointer.split("/")[1:]:
                value = _step(value, part.replace("~1", "/").replace("~0", "~"))
        except (KeyError, IndexError):
            if default is _ABSENT:
                raise
            return default
        return _lend(value)

    def get(self, key: Any, default: Any = None, /) -> Any:
        """The value of a key or an index; `default` where there is none."""
        try:
            return self[key]
        except (KeyError, IndexError):
            return default

    def keys(self) -> list[Any]:
        """A map's keys, in the order of the document."""
        return list(self._map())

    def values(self) -> list[Any]:
        """A map's values, containers as documents."""
        return [_lend(value) for value in self._map().values()]

    def items(self) -> list[tuple[Any, Any]]:
        """A map's keys and values, containers as documents."""
        return [(key, _lend(value)) for key, value in self._map().items()]

    def _map(self) -> dict[Any, Any]:
        if not isinstance(self._value, dict):
            raise TypeError(f"the document is no map but {self.kind}")
        return self._value

    def __getitem__(self, key: Any, /) -> Any:
        if self.kind == "scalar":
            raise TypeError("the document is a single value")
        return _lend(self._value[key])

    def __contains__(self, key: Any, /) -> bool:
        return self.kind != "scalar" and key in self._value

    def __len__(self) -> int:
        if self.kind == "scalar":
            raise TypeError("the document is a single value")
        return len(self._value)

    def __iter__(self) -> Iterator[Any]:
        """A map's keys, an array's elements."""
        if self.kind == "scalar":
            raise TypeError("the document is a single value")
        return map(_lend, self._value)

    def __eq__(self, other: object, /) -> bool:
        if isinstance(other, Document):
            other = other._value
        return bool(self._value == other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        count = "" if self.kind == "scalar" else f" of {len(self._value)}"
        return f"<Document: {self.kind}{count}>"


def _step(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return value[part]
    if not isinstance(value, list):
        raise KeyError(part)
    if not (part == "0" or (part.isascii() and part.isdigit() and part[0] != "0")):
        raise IndexError(f"{part!r} is no index of an array")
    return value[int(part)]


def _make(value: Any) -> Document:
    document = Document.__new__(Document)
    document._value = value
    return document


def _lend(value: Any) -> Any:
    return _make(value) if isinstance(value, (dict, list)) else value


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def json_document(data: Any, flags: int = 0, /) -> Document:
    """A JSON document whose values are made when they are asked for."""
    return _make(json_loads(data, flags))


def msgpack_document(data: Any, flags: int = 0, /) -> Document:
    """A MessagePack document whose values are made when they are asked for."""
    return _make(msgpack_loads(data, flags))


def cbor_document(data: Any, flags: int = 0, /) -> Document:
    """A CBOR document whose values are made when they are asked for."""
    return _make(cbor_loads(data, flags))
