"""The table from Django's converters to the column types of an output shape.

Between the driver and a row, Django runs a list of functions over each column's value: those of
the backend, of the field and of the expression. They say exactly what comes out, whatever classes
stand behind them, so a column is native when all its functions are known (SQLite's here):

    Sum("price")    [sqlite's decimal converter, Expression's Decimal cast]  ->  decimal
    F("departure")  [sqlite's convert_datetimefield_value]                   ->  datetime
    F("title")      []                                                       ->  as stored
    F("weight")     [MyField.from_db_value]                                  ->  not native

Each backend has a table of its own (``backends/*/kinds.py``); here is what they share.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db.models.expressions import BaseExpression, Col
from django.db.models.fields.json import KeyTransform

from molt_accel.django.reasons import NotNative, Reason

__all__ = [
    "INTEGERS",
    "ZONE",
    "Kind",
    "Rule",
    "cast_rules",
    "converted",
    "describe",
    "is_utc",
    "json_rule",
]


class Kind(NamedTuple):
    """What Python value a column yields, in the words of docs/formats/shape.md.

    A parameter that is a kind itself describes the elements of a list.
    """

    type: str
    parameters: tuple[tuple[str, Any], ...] = ()


ZONE = "in"
"""The parameter of a kind that is the time zone of its clocks; a shape has one for all columns."""

Rule = Callable[[Callable[..., Any], Any, Any, "Kind | None"], Kind]
"""From a converter, its expression, the connection and the kind before it to the kind after it."""

INTEGERS = (
    "AutoField",
    "BigAutoField",
    "SmallAutoField",
    "BigIntegerField",
    "IntegerField",
    "SmallIntegerField",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
)


def converted(
    expression: Any,
    converters: list[Callable[..., Any]],
    connection: Any,
    by_function: Mapping[Any, Rule],
    by_code: Mapping[Any, Rule],
) -> Kind | None:
    """The kind of a select expression whose values pass through `converters`, if there are any.

    Raises `NotNative` when a converter is in neither table.
    """
    kind: Kind | None = None
    for converter in converters:
        function = getattr(converter, "__func__", converter)
        rule = by_function.get(function) or by_code.get(getattr(function, "__code__", None))
        if rule is None:
            raise NotNative(
                Reason.COLUMN,
                f"{describe(expression)} is converted by {_qualified(converter)}, "
                "which only Python can run.",
            )
        kind = rule(converter, expression, connection, kind)
    return kind


def is_utc(zone: object) -> bool:
    """Whether a tzinfo is UTC for every moment, by what it is rather than by its offset now."""
    return zone is datetime.timezone.utc or getattr(zone, "key", None) in ("UTC", "Etc/UTC")


def json_rule(converter: Any, expression: Any, _: Any, before: Kind | None) -> Kind:
    """``JSONField.from_db_value``."""
    if converter.__self__.decoder is not None:
        raise NotNative(Reason.COLUMN, f"{describe(expression)} has a JSON decoder of its own.")
    if before is not None and before.type != "json":
        raise NotNative(Reason.COLUMN, f"{describe(expression)} decodes JSON from {before.type}.")
    if isinstance(expression, KeyTransform):
        return Kind("json", (("path", True),))
    return Kind("json")


def cast_rules(decimal: Rule) -> dict[Any, Rule]:
    """Rules for the casts of expressions, which Django makes anew each time, by code object.

    `decimal` is what the backend makes of ``Decimal(value)``.
    """
    casts = {
        "float": _cast(Kind("float", (("cast", True),))),
        "int": _cast(Kind("integer", (("cast", True),))),
        "Decimal": decimal,
    }
    rules: dict[Any, Rule] = {}
    convert_value: Any = BaseExpression.__dict__["convert_value"]
    for constant in convert_value.func.__code__.co_consts:
        for name in getattr(constant, "co_names", ()):
            if name in casts:
                rules[constant] = casts[name]
    return rules


def _cast(kind: Kind) -> Rule:
    def rule(_: Any, expression: Any, __: Any, before: Kind | None) -> Kind:
        if before is not None:
            raise NotNative(Reason.COLUMN, f"{describe(expression)} casts a {before.type}.")
        return kind

    return rule


def describe(expression: Any) -> str:
    """An expression as the subject of a sentence."""
    if isinstance(expression, Col):
        field = expression.target
        return f"The field {field.model._meta.label}.{field.name}"
    return f"The expression {expression!r}"


def _qualified(function: Any) -> str:
    module = getattr(function, "__module__", None)
    name = getattr(function, "__qualname__", None) or repr(function)
    return f"{module}.{name}" if module else str(name)
