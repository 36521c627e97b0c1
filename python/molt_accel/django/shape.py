"""From a QuerySet to its SQL, its parameters and the output shape of its rows.

    Flight.objects.values("id", "day")[:2]
      ->  SELECT "flight"."id" AS "id", "flight"."day" AS "day" FROM "flight" LIMIT 2
          [Column("id", integer), Column("day", date)], layout "objects"

Names and order are those that the iterable class of the running Django version yields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models.expressions import Col
from django.db.models.query import (
    FlatValuesListIterable,
    QuerySet,
    ValuesIterable,
    ValuesListIterable,
)
from django.db.models.sql.query import Query

from molt_accel.django.backends import backend_of
from molt_accel.django.converters import ZONE, Kind
from molt_accel.django.reasons import NotNative, Reason
from molt_accel.django.zones import zone_table

__all__ = [
    "ColumnKey",
    "Compiled",
    "Output",
    "compile_queryset",
    "compiled_from",
    "compiled_instances",
    "encode",
    "is_djangos",
    "kinds",
    "layout_of",
    "leaf",
    "put_zone",
]

LAYOUTS = {
    ValuesIterable: "objects",
    ValuesListIterable: "arrays",
    FlatValuesListIterable: "flat",
}


class Output(NamedTuple):
    """How the rows are written: the parts of a shape that do not come from the QuerySet."""

    style: str = "django"
    before: tuple[str, ...] = ()
    rows: str | None = None
    after: tuple[str, ...] = ()
    header: bool = False


class Compiled(NamedTuple):
    """What Django's compiler made of a QuerySet; ``sql`` is None where no row can match."""

    alias: str
    connection: Any
    sql: str | None
    parameters: tuple[Any, ...]
    select: list[Any]
    names: list[str]
    order: tuple[int, ...]
    layout: str


def layout_of(queryset: Any) -> str:
    """The layout of the rows that ``list(queryset)`` holds.

    Raises ``TypeError`` for what is no QuerySet of values, because the Python path could not
    write it either, and `NotNative` for iterables of other classes.
    """
    values: Any = queryset
    if not isinstance(queryset, QuerySet):
        raise TypeError(
            f"A QuerySet is needed, not {type(queryset).__name__}: pass what values() or "
            "values_list() returns."
        )
    if values._fields is None:
        raise TypeError(
            f"A QuerySet of {queryset.model._meta.label} instances cannot be written as JSON: name "
            "the fields with values(...) or values_list(...)."
        )
    layout = LAYOUTS.get(queryset._iterable_class)
    if layout is None:
        raise NotNative(
            Reason.QUERY,
            f"Rows of {queryset._iterable_class.__name__} are made by Python only: use values(), "
            "values_list() or values_list(flat=True).",
        )
    return layout


def compile_queryset(queryset: Any) -> Compiled:
    """Asks Django for SQL and parameters; errors of Django's own compiler pass through."""
    layout = layout_of(queryset)
    check_queryset(queryset)
    alias = queryset.db
    connection = connections[alias]
    query = queryset.query
    compiler = query.get_compiler(alias, connection)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        sql, parameters = "", ()
    if not sql:
        return Compiled(alias, connection, None, (), [], [], (), layout)
    return compiled_from(queryset, alias, connection, compiler, sql, parameters)


def compiled_from(
    queryset: Any, alias: str, connection: Any, compiler: Any, sql: str, parameters: Any
) -> Compiled:
    """What a compiler that has written its SQL says about names and columns."""
    if not is_djangos(compiler, connection):
        raise NotNative(
            Reason.QUERY,
            f"The query is compiled by {type(compiler).__qualname__}, not Django's own.",
        )
    layout, query = layout_of(queryset), queryset.query
    select = compiler.select[: compiler.col_count]
    names = _names(query)
    order = _order(queryset, query, names, len(select), layout)
    return Compiled(alias, connection, sql, tuple(parameters), select, names, order, layout)


def compiled_instances(queryset: Any) -> tuple[Compiled, Any]:
    """The SQL of a QuerySet of instances, and its compiler, which knows where the columns are.

    Raises ``EmptyResultSet`` where no row can match.
    """
    alias = queryset.db
    connection = connections[alias]
    compiler = queryset.query.get_compiler(alias, connection)
    sql, parameters = compiler.as_sql()
    if not is_djangos(compiler, connection) or compiler.klass_info is None:
        raise NotNative(Reason.QUERY, "The query is not compiled by Django's own compiler.")
    select = compiler.select[: compiler.col_count]
    compiled = Compiled(alias, connection, sql, tuple(parameters), select, [], (), "objects")
    return compiled, compiler


def is_djangos(compiler: Any, connection: Any) -> bool:
    """Whether a compiler is Django's own for SELECT, and nobody's subclass of it."""
    adapter = backend_of(connection)
    return adapter is not None and type(compiler) is adapter.compiler


def kinds(select: list[Any], connection: Any) -> list[Kind]:
    """What each select expression yields; raises `NotNative` naming the one that Python must do."""
    operations = connection.ops
    adapter = backend_of(connection)
    assert adapter is not None  # the guard has asked for it
    found = []
    for expression, _, _ in select:
        if type(expression).__name__ == "ColPairs":
            raise NotNative(Reason.COLUMN, "A composite primary key is a tuple of columns.")
        converters = operations.get_db_converters(expression)
        converters = converters + expression.get_db_converters(connection)
        found.append(adapter.kind_of(expression, converters, connection))
    return found


def encode(compiled: Compiled, columns: list[Kind], output: Output) -> dict[str, Any]:
    """The output shape as docs/formats/shape.md has it, without the types of parameters."""
    names = compiled.names
    fields = [
        {"name": names[index] if index < len(names) else str(index), "column": index}
        | leaf(columns[index], output.style, names[index] if index < len(names) else str(index))
        for index in compiled.order
    ]
    shape: dict[str, Any] = {"version": 1, "style": output.style, "layout": compiled.layout}
    if output.style == "csv":
        shape["layout"] = "arrays"
        if output.header:
            shape["header"] = True
    if output.rows is not None:
        shape["envelope"] = {
            "before": list(output.before),
            "rows": output.rows,
            "after": list(output.after),
        }
    put_zone(shape, fields)
    shape["fields"] = fields
    return shape


def put_zone(shape: dict[str, Any], fields: list[dict[str, Any]]) -> None:
    """Moves the time zone that leaves have as a parameter to the shape.

    Raises `NotNative` where there are two.
    """
    zones = {id(zone): zone for zone in _taken_zones(fields)}
    if len(zones) > 1:
        names = " and ".join(sorted(map(str, zones.values())))
        raise NotNative(
            Reason.TIME_ZONE, f"The columns are in the time zones {names}: one of them is native."
        )
    for zone in zones.values():
        shape["zone"] = zone_table(zone)


def _taken_zones(fields: list[dict[str, Any]]) -> Iterator[Any]:
    for field in fields:
        zone = field.pop(ZONE, None)
        if zone is not None:
            yield zone
        yield from _taken_zones(field.get("fields", []))
        if "element" in field:
            yield from _taken_zones([field["element"]])


_CSV_NOTATIONS = {"time": "iso", "datetime": "python", "duration": "python"}


def leaf(kind: Kind, style: str, name: str) -> dict[str, Any]:
    """The type of a field in a style, with the notation that the Python path would use."""
    written: dict[str, Any] = {"type": kind.type, **dict(kind.parameters)}
    if kind.type == "list":
        written["element"] = leaf(written["element"], style, name)
    if style == "csv":
        if kind.type in ("json", "binary", "list"):
            raise NotNative(
                Reason.COLUMN,
                f"The column {name!r} is {kind.type}: csv writes Python's repr of it.",
            )
        if kind.type in _CSV_NOTATIONS:
            written["notation"] = _CSV_NOTATIONS[kind.type]
    elif kind.type == "binary" and style != "messagepack":
        raise NotNative(
            Reason.COLUMN, f"The column {name!r} is binary, which JSON cannot hold: leave it out."
        )
    return written


_PLAIN_CLASSES: dict[type, bool] = {QuerySet: True}


def check_queryset(queryset: Any) -> None:
    kind = type(queryset)
    plain = _PLAIN_CLASSES.get(kind)
    if plain is None:
        plain = _PLAIN_CLASSES[kind] = all(
            getattr(kind, name) is getattr(QuerySet, name)
            for name in ("__iter__", "__len__", "_fetch_all", "iterator", "db")
        )
    if not plain:
        raise NotNative(
            Reason.QUERY, f"{kind.__qualname__} fetches its rows with a method of its own."
        )
    if queryset._result_cache is not None:
        raise NotNative(Reason.EVALUATED, "The QuerySet has its rows already.")
    if queryset._prefetch_related_lookups:
        raise NotNative(Reason.QUERY, "prefetch_related() runs further queries in Python.")
    query = queryset.query
    if type(query).get_compiler is not Query.get_compiler:
        raise NotNative(Reason.QUERY, f"{type(query).__qualname__} is no query of Django's own.")
    if query.select_for_update:
        raise NotNative(Reason.QUERY, "select_for_update() locks rows for a transaction.")


def _names(query: Any) -> list[str]:
    selected = getattr(query, "selected", None)
    if selected:
        return list(selected)
    return [*query.extra_select, *query.values_select, *query.annotation_select]


def _order(
    queryset: Any, query: Any, names: list[str], column_count: int, layout: str
) -> tuple[int, ...]:
    """The select positions of the output's fields, in the order of the output."""
    if layout == "flat":
        return (0,)
    if layout == "objects":
        if len(names) != column_count or len(set(names)) != column_count:
            raise NotNative(
                Reason.QUERY,
                "The names of values() and the selected columns do not match one to one.",
            )
        return tuple(range(column_count))
    if hasattr(query, "selected") or not queryset._fields:
        return tuple(range(column_count))
    # Django 4.2 selects in an order of its own and puts the columns back in order row by row.
    fields = list(queryset._fields)
    fields += [name for name in query.annotation_select if name not in fields]
    if fields == names:
        return tuple(range(column_count))
    positions = {name: index for index, name in enumerate(names)}
    if len(fields) < 2 or any(field not in positions for field in fields):
        raise NotNative(Reason.QUERY, "values_list() names a column in more than one way.")
    return tuple(positions[field] for field in fields)


class ColumnKey:
    """A key for what `kinds` would answer, cheap for plain columns.

    A column of a table is known by the identity of its fields, which whoever keeps the key must
    keep alive; anything else by its kind, worked out each time.
    """

    __slots__ = ("signature",)

    def __init__(self, compiled: Compiled) -> None:
        signature: list[Any] = []
        for entry in compiled.select:
            expression = entry[0]
            if type(expression) is Col:
                target = expression.target
                signature.append(id(target))
                field = expression.output_field
                if field is not target:
                    signature.append(id(field))
            else:
                signature.append(kinds([entry], compiled.connection)[0])
        self.signature = tuple(signature)
