"""Recognising a query whose SQL is known, without compiling it again.

Compiling costs Django more than reading twenty rows. For plain queries (columns, joins, lookups on
columns, an order by names, a slice) everything that decides about the SQL is named in a key:

    Flight.objects.filter(origin="JFK").values("id")[:20]
      ->  (Flight, columns, joins, ("AND", False, '"flight"."origin" = %s'), order, 0, 20, ...)
          parameters ("JFK",)

The lookups are compiled by Django each time, so that their SQL and parameters are never remembered
from other values. A key is trusted only when the compiler's parameters were exactly the lookups',
in their order. A query with anything else in it has no key.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models.expressions import Col
from django.db.models.lookups import Lookup, Transform
from django.db.models.sql.datastructures import BaseTable, Join
from django.db.models.sql.query import Query
from django.db.models.sql.where import WhereNode

from molt_accel.django.shape import is_djangos

__all__ = ["Recalled", "recall"]

# The attributes that a query can have besides those of its class. Another one means a Django, or
# a package, whose SQL may depend on what is unknown here.
_KNOWN = frozenset(
    (
        *("_annotation_select_cache", "_extra_select_cache", "_filtered_relations"),
        *("_lookup_joins", "alias_cols", "alias_map", "alias_refcount", "annotation_select_mask"),
        *("annotations", "base_table", "default_cols", "default_ordering", "deferred_loading"),
        *(
            "distinct",
            "distinct_fields",
            "external_aliases",
            "extra",
            "extra_order_by",
            "extra_select_mask",
        ),
        *("filter_is_sticky", "has_select_fields", "high_mark", "low_mark"),
        *(
            "max_depth",
            "model",
            "order_by",
            "select",
            "select_related",
            "selected",
            "standard_ordering",
            "table_map",
        ),
        *("used_aliases", "values_select", "where"),
    )
)

_NOT_DEFERRED: tuple[frozenset[str], bool] = (frozenset(), True)


class Recalled(NamedTuple):
    """The key of a query, the parameters of its lookups, and what must live as long as the key."""

    key: tuple[Any, ...]
    parameters: tuple[Any, ...]
    keep_alive: tuple[Any, ...]

    def is_confirmed(self, parameters: tuple[Any, ...]) -> bool:
        """Whether the compiler's parameters are the lookups' and nothing else."""
        return len(parameters) == len(self.parameters) and all(
            type(mine) is type(its) and mine == its
            for mine, its in zip(self.parameters, parameters, strict=True)
        )


class _Unknown(Exception):
    """The query has a part that the key cannot name."""


def recall(queryset: Any, alias: str, connection: Any) -> Recalled | None:
    """The key of a plain query; None for any other, which must be compiled."""
    query: Any = queryset.query
    is_plain = type(query) is Query
    if not is_plain or not _KNOWN.issuperset(query.__dict__):
        return None
    if (
        query.annotations
        or query.extra
        or query._filtered_relations
        or query.external_aliases
        or query.extra_order_by
        or query.distinct_fields
        or query.deferred_loading != _NOT_DEFERRED
        or not query.alias_cols
    ):
        return None
    compiler = query.get_compiler(alias, connection)
    if not is_djangos(compiler, connection):
        return None
    alive: list[Any] = []
    parameters: list[Any] = []
    try:
        key = (
            query.model,
            queryset._iterable_class,
            queryset._fields,
            _columns(query, alive),
            _joins(query, alive),
            _conditions(query.where, compiler, parameters),
            _order(query),
            query.low_mark,
            query.high_mark,
            query.distinct,
            query.max_depth,
            _frozen(query.select_related),
        )
    except (_Unknown, EmptyResultSet, FullResultSet, TypeError):
        # TypeError: a lookup that its own compilation reports better.
        return None
    return Recalled(key, tuple(parameters), tuple(alive))


def _columns(query: Any, alive: list[Any]) -> tuple[Any, ...]:
    columns: list[Any] = [query.default_cols, query.values_select]
    selected = getattr(query, "selected", None)
    if selected is not None:
        columns.append(tuple(selected.items()))
    for column in query.select:
        if type(column) is not Col:
            raise _Unknown
        target, field = column.target, column.output_field
        columns += (column.alias, id(target), id(field))
        alive += (target, field)
    return tuple(columns)


def _joins(query: Any, alive: list[Any]) -> tuple[Any, ...]:
    joins: list[Any] = []
    counts = query.alias_refcount
    for name, join in query.alias_map.items():
        kind = type(join)
        if kind is BaseTable:
            joins += (name, counts[name], join.table_name)
        elif kind is Join and join.filtered_relation is None:
            joins += (name, counts[name], join.table_name, join.parent_alias, join.join_type)
            joins += (id(join.join_field), join.nullable)
            alive.append(join.join_field)
        else:
            raise _Unknown
    return tuple(joins)


def _conditions(node: Any, compiler: Any, parameters: list[Any]) -> tuple[Any, ...]:
    if type(node) is not WhereNode:
        raise _Unknown
    parts: list[Any] = [node.connector, node.negated]
    for child in node.children:
        if not isinstance(child, Lookup):
            parts.append(_conditions(child, compiler, parameters))
            continue
        if not _is_plain(child):
            raise _Unknown
        sql, values = compiler.compile(child)
        parts.append(sql)
        parameters.extend(values)
    return tuple(parts)


def _is_plain(lookup: Any) -> bool:
    """Whether a lookup compares a column, or a transform of one, with a value."""
    lhs = lookup.lhs
    while isinstance(lhs, Transform):
        sources = lhs.get_source_expressions()
        if len(sources) != 1:
            return False
        lhs = sources[0]
    return type(lhs) is Col and bool(lookup.rhs_is_direct_value())


def _order(query: Any) -> tuple[Any, ...]:
    order = query.order_by
    if not order and query.default_ordering:
        order = query.get_meta().ordering or ()
    for name in order:
        if type(name) is not str:
            raise _Unknown
    return (query.default_ordering, query.standard_ordering, *order)


def _frozen(related: Any) -> Any:
    if type(related) is dict:
        return tuple((name, _frozen(inner)) for name, inner in related.items())
    return related
