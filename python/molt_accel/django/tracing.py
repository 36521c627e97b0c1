"""Tracing a function from parameters to a QuerySet.

The function runs once with placeholders. Every lookup and ``Value()`` that holds one becomes a
*traced* node, which Django compiles like any other; compiling it makes the real node from the
values of the call, lets Django compile that, and leaves slots in the list of parameters:

    Flight.objects.filter(origin=<origin>, delay__gt=5).values("id")[:<limit>]
      ->  SELECT ... WHERE ("origin" = %s AND "delay" > %s) LIMIT %s OFFSET %s
          [slot of origin, 5, slot of the limit, slot of the offset]

Each later call makes the real nodes only, with Django's own preparation of values. When their SQL
is the same as when the template was made, their parameters go into the slots; when it is another
(a list of other length), another template is made; when a node has no SQL for a value (None, an
empty list, a number out of range), that call takes the ordinary path.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from django.core.exceptions import (
    EmptyResultSet,
    FieldError,
    FullResultSet,
    SynchronousOnlyOperation,
)
from django.db import connections, models
from django.db.models import lookups
from django.db.models.expressions import Col, Value
from django.db.models.lookups import IsNull, Lookup
from django.db.models.query import QuerySet
from django.db.models.sql.query import Query

from molt_accel.django.placeholders import (
    Placeholder,
    PrepareError,
    Slice,
    evaluated,
    holds_placeholder,
)
from molt_accel.django.shape import layout_of

__all__ = ["Binder", "NotBindable", "Slot", "Trace", "Tracer"]

# Marks that no query has by itself, to find the LIMIT and OFFSET of the traced slice in its SQL.
LOW_MARK = 1_234_567_890_123
HIGH_MARK = 4_234_567_890_119


class NotBindable(Exception):
    """Values for which Django would write other SQL: the ordinary path takes this call."""


class Slot(NamedTuple):
    """A place in a template's parameters: the `position`-th parameter of a binder."""

    binder: int
    position: int


class Binder(NamedTuple):
    """A traced node as one place of the SQL needs it."""

    make: Callable[[Mapping[str, Any]], Any]
    compiler: Any
    held: Any = None
    plain_type: type | None = None

    def plain_value(self, values: Mapping[str, Any]) -> Any:
        """The value when Django passes it on as it is, in the same SQL; otherwise None."""
        value = evaluated(self.held, values)
        if type(value) is not self.plain_type or (type(value) is int and not 0 <= value < 2**31):
            return None
        return value

    def compile(self, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """SQL and parameters for these values; raises `NotBindable` where there are none."""
        try:
            sql, parameters = self.compiler.compile(self.make(values))
        except (NotBindable, SynchronousOnlyOperation):
            raise
        except Exception as error:
            # Whatever it is, Django meets it again on the ordinary path and says it better.
            raise NotBindable(str(error)) from error
        return sql, tuple(parameters)


class Tracer:
    """Runs a function with placeholders and compiles what it returns, for one set of values."""

    def __init__(self, function: Callable[..., Any], signature: inspect.Signature) -> None:
        self.name = getattr(function, "__qualname__", repr(function))
        self._function = function
        self._signature = signature
        self._slices: list[tuple[Slice, Any]] = []
        self._binders: list[Binder] | None = None
        self._values: Mapping[str, Any] = {}

    def trace(self) -> Trace:
        """Runs the function; raises `PrepareError` for one that cannot be prepared."""
        placeholders = {
            name: Placeholder(self, name, frozenset((name,)), itemgetter(name))
            for name in self._signature.parameters
        }
        bound = self._signature.bind(**placeholders) if _by_name(self._signature) else None
        try:
            if bound is None:
                queryset = self._function(*placeholders.values())
            else:
                queryset = self._function(*bound.args, **bound.kwargs)
            if not isinstance(queryset, QuerySet):
                raise PrepareError(
                    f"The function {self.name} must return a QuerySet, not "
                    f"{type(queryset).__name__}."
                )
            layout_of(queryset)
            return self._traced(queryset, set(placeholders))
        except (PrepareError, EmptyResultSet, SynchronousOnlyOperation):
            raise
        except Exception as error:
            raise PrepareError(
                f"The function {self.name} cannot run with placeholders "
                f"({type(error).__name__}: {error}): it may only pass its parameters on to "
                "lookups, slices and Value(param, output_field=...)."
            ) from error

    def slice_bound(self, placeholder: Placeholder, queryset: Any, key: slice) -> int:
        """The number that stands for a placeholder in a slice while it is traced."""
        if queryset.query.is_sliced:
            raise PrepareError(
                f"The function {self.name} slices a QuerySet twice: slice it once, with the "
                "parameters computed before."
            )
        if not self._slices or self._slices[-1][1] is not key:
            self._slices.append((Slice(key.start, key.stop), key))
        if placeholder is key.stop and placeholder is not key.start:
            return HIGH_MARK
        # A constant stop must stay above the start, or Django would trace an empty QuerySet.
        return LOW_MARK if key.stop is None or isinstance(key.stop, Placeholder) else 0

    def _traced(self, queryset: Any, names: set[str]) -> Trace:
        section = self._slice_of(queryset)
        used: set[str] = set(section.names) if section is not None else set()
        for node in _walk(queryset.query, set()):
            used |= self._adopt(node)
        unused = sorted(names - used)
        if unused:
            raise PrepareError(
                f"The SQL of the function {self.name} does not use its parameter {unused[0]}: "
                "leave it out, or choose between prepared functions before calling one."
            )
        return Trace(self, queryset, section)

    def _slice_of(self, queryset: Any) -> Slice | None:
        query = queryset.query
        if not self._slices:
            return None
        section, key = self._slices[-1]
        low, high = _traced_marks(key)
        if len(self._slices) > 1 or (query.low_mark, query.high_mark) != (low, high):
            raise PrepareError(
                f"The function {self.name} slices something else than the QuerySet it returns, or "
                "slices twice: only the returned QuerySet can be sliced by a parameter."
            )
        return section

    def _adopt(self, node: Any) -> set[str]:
        """Makes a node a traced one when it holds placeholders; answers the parameters it uses."""
        if isinstance(node, Placeholder):
            node.as_sql(None, None)
        held = node.value if isinstance(node, Value) else _direct(node.rhs)
        if not holds_placeholder(held):
            return set()
        if isinstance(node, IsNull):
            raise PrepareError(
                f"The function {self.name} passes a parameter to an isnull lookup, which decides "
                "about joins: use two prepared functions."
            )
        node._molt_tracer = self
        node._molt_held = held
        node.__class__ = _traced_class(type(node))
        return _names_in(held)

    def compile(
        self, trace: Trace, alias: str, values: Mapping[str, Any], marks: tuple[int, int | None]
    ) -> tuple[Any, str, tuple[Any, ...], list[Binder]]:
        """Compiles the traced QuerySet; raises `NotBindable` when these values have no SQL."""
        query = trace.queryset.query
        query.low_mark, query.high_mark = marks
        self._values, self._binders = values, []
        try:
            connection = connections[alias]
            compiler = query.get_compiler(alias, connection)
            if hasattr(compiler, "elide_empty"):
                compiler.elide_empty = True
            sql, parameters = compiler.as_sql()
            return compiler, sql, tuple(parameters), self._binders
        except (EmptyResultSet, FullResultSet) as error:
            raise NotBindable("no row can match") from error
        except FieldError as error:
            raise PrepareError(
                f"The function {self.name} has an expression of unknown type ({error}): give "
                "Value() an output_field."
            ) from error
        finally:
            self._values, self._binders = {}, None

    def place(self, node: Any, compiler: Any) -> tuple[str, list[Slot]]:
        """What compiling a traced node answers: its SQL for the values, with slots."""
        if self._binders is None:
            raise PrepareError(f"The traced QuerySet of {self.name} was used outside its function.")
        binder = Binder(node._molt_make, compiler, node._molt_held, _plain_type(node))
        sql, parameters = binder.compile(self._values)
        if any(isinstance(parameter, Slot) for parameter in parameters):
            raise PrepareError(
                f"The function {self.name} compares an expression that holds a parameter with "
                "another parameter: compare columns only."
            )
        self._binders.append(binder)
        index = len(self._binders) - 1
        return sql, [Slot(index, position) for position in range(len(parameters))]


class Trace(NamedTuple):
    """A traced function: the QuerySet with traced nodes and the slice of its rows."""

    tracer: Tracer
    queryset: Any
    section: Slice | None


def _by_name(signature: inspect.Signature) -> bool:
    return all(
        parameter.kind is not inspect.Parameter.POSITIONAL_ONLY
        for parameter in signature.parameters.values()
    )


def _traced_marks(key: slice) -> tuple[int, int | None]:
    stop = HIGH_MARK if isinstance(key.stop, Placeholder) else key.stop
    if not isinstance(key.start, Placeholder):
        return key.start or 0, stop
    return (0 if isinstance(stop, int) and stop != HIGH_MARK else LOW_MARK), stop


def _direct(held: Any) -> Any:
    """The right-hand side as it was given: Django 6.1 wraps a list that holds an expression."""
    if type(held).__name__ == "ExpressionList":
        sources = held.get_source_expressions()
        if holds_placeholder(list(sources)):
            return [item.value if type(item) is Value else item for item in sources]
    return held


def _names_in(held: Any) -> set[str]:
    if isinstance(held, Placeholder):
        return set(held._names)
    names: set[str] = set()
    for item in held:
        if holds_placeholder(item):
            names |= _names_in(item)
    return names


_TEXT_FIELDS = frozenset({models.CharField, models.SlugField, models.TextField})
_INTEGER_FIELDS = frozenset(
    {
        *(models.AutoField, models.BigAutoField, models.SmallAutoField, models.IntegerField),
        *(models.BigIntegerField, models.SmallIntegerField, models.PositiveBigIntegerField),
        *(models.PositiveIntegerField, models.PositiveSmallIntegerField),
    }
)
_COMPARISONS = frozenset(
    getattr(lookups, name)
    for name in (
        *("Exact", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual"),
        *("IntegerFieldExact", "IntegerGreaterThan", "IntegerGreaterThanOrEqual"),
        *("IntegerLessThan", "IntegerLessThanOrEqual"),
    )
    if hasattr(lookups, name)
)


def _plain_type(node: Any) -> type | None:
    """The type whose values a comparison of a column passes to the database unchanged.

    A str for Django's text fields; for its integer fields an int that no field's range excludes.
    """
    if type(node).molt_original not in _COMPARISONS or type(node.lhs) is not Col:
        return None
    field = type(node.lhs.output_field)
    if node.lhs.target is not node.lhs.output_field or not isinstance(node._molt_held, Placeholder):
        return None
    return str if field in _TEXT_FIELDS else int if field in _INTEGER_FIELDS else None


def _real_lookup(node: Any) -> Callable[[Mapping[str, Any]], Any]:
    original, lhs, held = type(node).molt_original, node.lhs, node._molt_held

    def make(values: Mapping[str, Any]) -> Any:
        value = evaluated(held, values)
        if value is None or hasattr(value, "resolve_expression") or hasattr(value, "_meta"):
            raise NotBindable("the value is None, an expression or a model instance")
        lookup = original(lhs, value)
        if lookup.rhs is None and not lookup.can_use_none_as_rhs:
            raise NotBindable("the value is prepared to None")
        return lookup

    return make


def _real_value(node: Any) -> Callable[[Mapping[str, Any]], Any]:
    original, held = type(node).molt_original, node._molt_held
    field = node._output_field_or_none

    def make(values: Mapping[str, Any]) -> Any:
        value = evaluated(held, values)
        if value is None or hasattr(value, "resolve_expression"):
            raise NotBindable("the value is None or an expression")
        return original(value, output_field=field)

    return make


_classes: dict[type, type] = {}


def _traced_class(original: type) -> type:
    """A subclass whose instances compile to the SQL of the real node, with slots."""
    traced = _classes.get(original)
    if traced is not None:
        return traced
    real = _real_value if issubclass(original, Value) else _real_lookup

    def as_sql(self: Any, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Slot]]:
        placed: tuple[str, list[Slot]] = self._molt_tracer.place(self, compiler)
        return placed

    names = {
        "molt_original": original,
        "as_sql": as_sql,
        "as_sqlite": as_sql,
        "as_postgresql": as_sql,
        "_molt_make": property(real),
    }
    traced = _classes[original] = type(f"Traced{original.__name__}", (original,), names)
    return traced


def _walk(node: Any, seen: set[int]) -> Iterator[Any]:
    """Every lookup and ``Value`` of a query and its subqueries, and placeholders elsewhere."""
    if node is None or id(node) in seen or isinstance(node, (str, int)):
        return
    seen.add(id(node))
    if isinstance(node, Query):
        children = _parts(node)
    elif isinstance(node, Placeholder):
        yield node
        return
    elif isinstance(node, Lookup):
        yield node
        children = [node.lhs] if holds_placeholder(_direct(node.rhs)) else [node.lhs, node.rhs]
    elif isinstance(node, Value):
        yield node
        return
    elif isinstance(node, (list, tuple)):
        children = list(node)
    else:
        children = list(getattr(node, "children", ()))
        children += [getattr(node, "query", None)]
        if hasattr(node, "get_source_expressions"):
            children += node.get_source_expressions()
    for child in children:
        yield from _walk(child, seen)


def _parts(query: Any) -> list[Any]:
    parts = [query.where, *query.annotations.values(), *query.select, *query.combined_queries]
    parts += [item for item in query.order_by if hasattr(item, "get_source_expressions")]
    if isinstance(query.group_by, tuple):
        parts += query.group_by
    for join in query.alias_map.values():
        filtered = getattr(join, "filtered_relation", None)
        if filtered is not None:
            parts.append(getattr(filtered, "resolved_condition", None))
    return parts
