"""Placeholders: what a prepared function gets instead of its parameters while it is traced.

A placeholder may be passed on to a lookup, a slice, ``Value()`` or plain arithmetic, and says so
to whoever tries anything else with it:

    Flight.objects.filter(origin=origin)[:limit]        fine
    Flight.objects.filter(x=limit * 2)                  fine: computed again for each call
    if origin == "JFK": ...                             PrepareError: the SQL depends on its value
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from django.db.models.query import QuerySet

if TYPE_CHECKING:
    from molt_accel.django.tracing import Tracer

__all__ = ["Placeholder", "PrepareError", "Slice", "evaluated", "holds_placeholder"]

_SLICING = QuerySet.__getitem__.__code__


class PrepareError(Exception):
    """A function that cannot be prepared; the sentence names the parameter and what to change."""


class Placeholder:
    """Stands for a parameter, or for arithmetic over parameters, of a prepared function.

    Django sees an expression, so that it keeps the placeholder in lookups as it is; compiling one
    that `tracing` did not find a lookup for is refused.
    """

    # What Django asks of the right-hand side of a lookup.
    filterable = True
    contains_aggregate = False
    contains_over_clause = False
    contains_column_references = False
    contains_subquery = False
    conditional = False
    set_returning = False
    is_summary = False

    def __init__(
        self,
        tracer: Tracer,
        text: str,
        names: frozenset[str],
        evaluate: Callable[[Mapping[str, Any]], Any],
    ) -> None:
        self._tracer = tracer
        self._text = text
        self._names = names
        self._evaluate = evaluate

    def resolve_expression(self, *_: Any, **__: Any) -> Placeholder:
        """Itself: a placeholder refers to no column."""
        return self

    def as_sql(self, compiler: Any, connection: Any) -> NoReturn:
        """Refuses, because the field that decides how the value is sent is unknown here."""
        raise PrepareError(
            f"The parameter {self._text} is used where its database type is unknown: write "
            f"Value({self._text}, output_field=...)."
        )

    def get_source_expressions(self) -> list[Any]:
        """None: a placeholder is a leaf."""
        return []

    def get_group_by_cols(self, *_: Any, **__: Any) -> list[Any]:
        """None: a placeholder is a constant."""
        return []

    def relabeled_clone(self, _: Any) -> Placeholder:
        """Itself: a placeholder has no table alias."""
        return self

    def replace_expressions(self, _: Any) -> Placeholder:
        """Itself: nothing in a placeholder can be replaced."""
        return self

    def get_refs(self) -> set[str]:
        """None: a placeholder refers to no annotation."""
        return set()

    def flatten(self) -> Any:
        """The placeholder alone."""
        yield self

    def __copy__(self) -> Placeholder:
        return self

    def __deepcopy__(self, _: Any) -> Placeholder:
        return self

    def __repr__(self) -> str:
        return f"<parameter {self._text}>"

    def __hash__(self) -> int:
        if not _asked_by_django():
            self._refuse("looks it up")
        return object.__hash__(self)

    def __eq__(self, other: object) -> bool:
        if not _asked_by_django():
            self._refuse("compares it")
        return self is other

    def __ne__(self, other: object) -> bool:
        if not _asked_by_django():
            self._refuse("compares it")
        return self is not other

    def __lt__(self, other: object) -> bool:
        # QuerySet.__getitem__ refuses negative numbers; `Slice.marks` does so for each call.
        frame = sys._getframe(1)
        if frame.f_code is not _SLICING or other != 0:
            self._refuse("compares it")
        return False

    def __int__(self) -> int:
        frame = sys._getframe(1)
        if frame.f_code is not _SLICING:
            self._refuse("converts it to int")
        return self._tracer.slice_bound(self, frame.f_locals["self"], frame.f_locals["k"])

    def __le__(self, _: object) -> NoReturn:
        self._refuse("compares it")

    __gt__ = __ge__ = __le__

    def __bool__(self) -> bool:
        # Django tests whether an expression is there at all.
        if not _asked_by_django():
            self._refuse("tests whether it is true")
        return True

    def __len__(self) -> NoReturn:
        self._refuse("takes its length")

    def __contains__(self, _: object) -> NoReturn:
        self._refuse("looks into it")

    def __str__(self) -> NoReturn:
        self._refuse("formats it")

    def __format__(self, _: str) -> NoReturn:
        self._refuse("formats it")

    def __index__(self) -> NoReturn:
        self._refuse("uses it as an index")

    def __float__(self) -> NoReturn:
        self._refuse("converts it to float")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or _asked_by_django():
            raise AttributeError(name)
        self._refuse(f"uses its attribute {name!r}")

    def _refuse(self, what: str) -> NoReturn:
        raise PrepareError(
            f"The function {self._tracer.name} {what}, the parameter {self._text}, so its SQL "
            "would depend on the value: pass the parameter on to lookups, slices or Value() as it "
            "is, and decide anything else before calling the prepared function."
        )

    def _combined(self, sign: str, other: Any, swapped: bool = False) -> Any:
        if not isinstance(other, Placeholder) and not isinstance(other, (int, float)):
            return NotImplemented
        left: Any = other if swapped else self
        right: Any = self if swapped else other
        function = _ARITHMETIC[sign]
        names = frozenset().union(*(side._names for side in (left, right) if _is(side)))
        text = f"({_text(left)} {sign} {_text(right)})"
        return Placeholder(
            self._tracer,
            text,
            names,
            lambda values: function(evaluated(left, values), evaluated(right, values)),
        )

    def __add__(self, other: Any) -> Any:
        return self._combined("+", other)

    def __radd__(self, other: Any) -> Any:
        return self._combined("+", other, swapped=True)

    def __sub__(self, other: Any) -> Any:
        return self._combined("-", other)

    def __rsub__(self, other: Any) -> Any:
        return self._combined("-", other, swapped=True)

    def __mul__(self, other: Any) -> Any:
        return self._combined("*", other)

    def __rmul__(self, other: Any) -> Any:
        return self._combined("*", other, swapped=True)


_ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul}


class Slice:
    """The slice of a traced QuerySet, with Django's own arithmetic replayed for each call."""

    def __init__(self, start: Any, stop: Any) -> None:
        self.start, self.stop = start, stop
        sides = [side for side in (start, stop) if isinstance(side, Placeholder)]
        self.names: frozenset[str] = frozenset().union(*(side._names for side in sides))

    def marks(self, values: Mapping[str, Any]) -> tuple[int, int | None] | None:
        """The low and high marks for these values; None where the rows are none.

        Raises ``ValueError`` for what QuerySet.__getitem__ would refuse, or treat specially.
        """
        start, stop = evaluated(self.start, values), evaluated(self.stop, values)
        for side in (start, stop):
            if side is not None and (type(side) is not int or not 0 <= side < 2**62):
                raise ValueError("not a plain bound")
        low, high = start or 0, stop
        if high is not None:
            low = min(low, high)
            if low == high:
                return None
        return low, high


def evaluated(value: Any, values: Mapping[str, Any]) -> Any:
    """The value of a placeholder, or of a list or tuple that holds some, for one call."""
    if isinstance(value, Placeholder):
        return value._evaluate(values)
    if type(value) in (list, tuple):
        return type(value)(evaluated(item, values) for item in value)
    return value


def holds_placeholder(value: Any) -> bool:
    """Whether a value is a placeholder or a list or tuple that holds one."""
    if isinstance(value, Placeholder):
        return True
    return type(value) in (list, tuple) and any(holds_placeholder(item) for item in value)


def _is(value: Any) -> bool:
    return isinstance(value, Placeholder)


def _text(value: Any) -> str:
    return value._text if isinstance(value, Placeholder) else repr(value)


def _asked_by_django() -> bool:
    """Whether the special method that asks was called by Django's own code."""
    module = sys._getframe(2).f_globals.get("__name__", "")
    return module.partition(".")[0] in ("django", "asgiref", "copy") or module.startswith(
        "molt_accel."
    )
