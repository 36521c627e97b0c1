"""What CBOR has beyond Python's own types, under cbor2's names. Specification: RFC 8949."""

from __future__ import annotations

from functools import total_ordering
from typing import Any, Final

__all__ = ["CBORSimpleValue", "CBORTag", "Undefined", "undefined"]


@total_ordering
class CBORTag:
    """A value with a tag, a number from 0 to 2**64 - 1 that says what it means (section 3.4)."""

    __slots__ = ("tag", "value")

    def __init__(self, tag: int, value: Any) -> None:
        if not isinstance(tag, int) or not 0 <= tag < 1 << 64:
            raise TypeError("CBORTag tags must be positive integers less than 2**64")
        self.tag = tag
        self.value = value

    def __repr__(self) -> str:
        return f"CBORTag({self.tag}, {self.value!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CBORTag):
            return NotImplemented
        return self.tag == other.tag and bool(self.value == other.value)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, CBORTag):
            return NotImplemented
        return bool((self.tag, self.value) < (other.tag, other.value))

    def __hash__(self) -> int:
        return hash((self.tag, self.value))


@total_ordering
class CBORSimpleValue:
    """A simple value that is neither false, true, null nor undefined (section 3.3)."""

    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        if not isinstance(value, int) or not (0 <= value < 24 or 32 <= value < 256):
            raise ValueError("simple value out of range (0..23, 32..255)")
        self.value = value

    def __repr__(self) -> str:
        return f"CBORSimpleValue({self.value})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            return self.value == other
        if not isinstance(other, CBORSimpleValue):
            return NotImplemented
        return self.value == other.value

    def __lt__(self, other: object) -> bool:
        if isinstance(other, int):
            return self.value < other
        if not isinstance(other, CBORSimpleValue):
            return NotImplemented
        return self.value < other.value

    def __hash__(self) -> int:
        return hash(self.value)


class Undefined:
    """The type of `undefined`, which is false and the only one."""

    __slots__ = ()
    _only: Undefined | None = None

    def __new__(cls) -> Undefined:
        """The one instance."""
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "undefined"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> Any:
        return Undefined, ()


undefined: Final = Undefined()
"""CBOR's undefined, which is another value than null."""
