"""The table from Django's converters to the column types of an output shape.

Between the driver and a row, Django runs a list of functions over each column's value: those of
the backend, of the field and of the expression. They say exactly what comes out, whatever classes
stand behind them, so a column is native when all its functions are known here:

    Sum("price")    [sqlite's decimal converter, Expression's Decimal cast]  ->  decimal
    F("departure")  [sqlite's convert_datetimefield_value]                   ->  datetime
    F("title")      []                                                       ->  as stored
    F("weight")     [MyField.from_db_value]                                  ->  not native
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

import django
from django.conf import settings
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3.operations import DatabaseOperations
from django.db.models import DecimalField, JSONField
from django.db.models.expressions import BaseExpression, Col
from django.db.models.fields.json import KeyTransform
from django.db.models.functions.datetime import TruncBase
from django.utils import timezone

from molt_accel.django.reasons import NotNative, Reason

__all__ = ["Kind", "is_utc", "kind_of"]


class Kind(NamedTuple):
    """What Python value a column yields, in the words of docs/formats/shape.md."""

    type: str
    parameters: tuple[tuple[str, Any], ...] = ()


_LABELS = {
    **dict.fromkeys(
        (
            "AutoField",
            "BigAutoField",
            "SmallAutoField",
            "BigIntegerField",
            "IntegerField",
            "SmallIntegerField",
            "PositiveBigIntegerField",
            "PositiveIntegerField",
            "PositiveSmallIntegerField",
        ),
        Kind("integer"),
    ),
    **dict.fromkeys(
        (
            "CharField",
            "TextField",
            "SlugField",
            "FileField",
            "FilePathField",
            "GenericIPAddressField",
        ),
        Kind("text"),
    ),
    "FloatField": Kind("float"),
    "BinaryField": Kind("binary"),
}

_ANY = Kind("any")
_BOOLEAN = Kind("boolean")
_INTEGER_CAST = Kind("integer", (("cast", True),))
_FLOAT_CAST = Kind("float", (("cast", True),))

# Django 6.1 builds a Decimal from a stored integer exactly, older versions from 15 digits of it.
_DECIMAL_EXACT = (("exact", True),) if django.VERSION >= (6, 1) else ()


def kind_of(expression: Any, converters: list[Callable[..., Any]], connection: Any) -> Kind:
    """The kind of a select expression whose values pass through `converters`.

    Raises `NotNative` when a converter is not one of Django's own. A column without converters
    arrives as stored, so that its label only tells a reader what to expect.
    """
    if not converters:
        return _LABELS.get(expression.output_field.get_internal_type(), _ANY)
    kind: Kind | None = None
    for converter in converters:
        rule = _rule_of(converter)
        if rule is None:
            raise NotNative(
                Reason.COLUMN,
                f"{_describe(expression)} is converted by {_qualified(converter)}, "
                "which only Python can run.",
            )
        kind = rule(converter, expression, connection, kind)
    assert kind is not None
    return kind


def is_utc(zone: object) -> bool:
    """Whether a tzinfo is UTC for every moment, by what it is rather than by its offset now."""
    return zone is datetime.timezone.utc or getattr(zone, "key", None) in ("UTC", "Etc/UTC")


Rule = Callable[[Callable[..., Any], Any, Any, "Kind | None"], Kind]


def _rule_of(converter: Callable[..., Any]) -> Rule | None:
    function = getattr(converter, "__func__", converter)
    rule = _BY_FUNCTION.get(function)
    if rule is None:
        rule = _BY_CODE.get(getattr(function, "__code__", None))
    return rule


def _datetime(_: Any, expression: Any, connection: Any, __: Kind | None) -> Kind:
    if not settings.USE_TZ:
        return Kind("datetime", (("zone", "naive"),))
    if not is_utc(connection.timezone):
        raise NotNative(
            Reason.TIME_ZONE,
            f"{_describe(expression)} is stored in the time zone {connection.timezone}: only a "
            "database TIME_ZONE of UTC is read natively.",
        )
    return Kind("datetime", (("zone", "utc"),))


def _plain(kind: Kind) -> Rule:
    return lambda converter, expression, connection, before: kind


def _decimal(_: Any, expression: Any, __: Any, ___: Kind | None) -> Kind:
    field = expression.output_field
    if isinstance(expression, Col) and field.decimal_places is not None:
        if getattr(type(field), "context", None) is not DecimalField.__dict__["context"]:
            raise NotNative(
                Reason.COLUMN, f"{_describe(expression)} rounds in a decimal context of its own."
            )
        return Kind(
            "decimal",
            (("digits", field.max_digits), ("places", field.decimal_places), *_DECIMAL_EXACT),
        )
    return Kind("decimal", (("digits", None), ("places", None), *_DECIMAL_EXACT))


def _json(converter: Any, expression: Any, _: Any, before: Kind | None) -> Kind:
    if converter.__self__.decoder is not None:
        raise NotNative(Reason.COLUMN, f"{_describe(expression)} has a JSON decoder of its own.")
    if before is not None and before.type != "json":
        raise NotNative(Reason.COLUMN, f"{_describe(expression)} decodes JSON from {before.type}.")
    if isinstance(expression, KeyTransform):
        return Kind("json", (("path", True),))
    return Kind("json")


def _truncated(_: Any, expression: Any, connection: Any, before: Kind | None) -> Kind:
    """TruncBase puts the value into its own zone, which is the current one unless given."""
    if before is None or before.type not in ("date", "time", "datetime"):
        raise NotNative(Reason.COLUMN, f"{_describe(expression)} truncates no date or time.")
    zone = expression.tzinfo or timezone.get_current_timezone()
    if before.type == "datetime" and settings.USE_TZ and not is_utc(zone):
        raise NotNative(
            Reason.TIME_ZONE,
            f"{_describe(expression)} is truncated in the time zone {zone}: only UTC is native.",
        )
    return before


def _cast_decimal(_: Any, expression: Any, __: Any, before: Kind | None) -> Kind:
    if before is None or before.type != "decimal":
        raise NotNative(Reason.COLUMN, f"{_describe(expression)} is cast to Decimal.")
    return before


def _cast(kind: Kind) -> Rule:
    def rule(_: Any, expression: Any, __: Any, before: Kind | None) -> Kind:
        if before is not None:
            raise NotNative(Reason.COLUMN, f"{_describe(expression)} casts a {before.type}.")
        return kind

    return rule


_BY_FUNCTION: dict[Any, Rule] = {
    DatabaseOperations.convert_datetimefield_value: _datetime,
    DatabaseOperations.convert_datefield_value: _plain(Kind("date")),
    DatabaseOperations.convert_timefield_value: _plain(Kind("time")),
    DatabaseOperations.convert_uuidfield_value: _plain(Kind("uuid")),
    DatabaseOperations.convert_booleanfield_value: _plain(_BOOLEAN),
    BaseDatabaseOperations.convert_durationfield_value: _plain(Kind("duration")),
    JSONField.from_db_value: _json,
    TruncBase.convert_value: _truncated,
}


def _code_rules() -> dict[Any, Rule]:
    """Rules for the functions that Django makes anew each time, known by their code objects."""
    rules: dict[Any, Rule] = {}
    for constant in DatabaseOperations.get_decimalfield_converter.__code__.co_consts:
        if getattr(constant, "co_name", None) == "converter":
            rules[constant] = _decimal
    casts = {"float": _cast(_FLOAT_CAST), "int": _cast(_INTEGER_CAST), "Decimal": _cast_decimal}
    convert_value: Any = BaseExpression.__dict__["convert_value"]
    for constant in convert_value.func.__code__.co_consts:
        for name in getattr(constant, "co_names", ()):
            if name in casts:
                rules[constant] = casts[name]
    return rules


_BY_CODE = _code_rules()


def _describe(expression: Any) -> str:
    if isinstance(expression, Col):
        field = expression.target
        return f"The field {field.model._meta.label}.{field.name}"
    return f"The expression {expression!r}"


def _qualified(function: Any) -> str:
    module = getattr(function, "__module__", None)
    name = getattr(function, "__qualname__", None) or repr(function)
    return f"{module}.{name}" if module else str(name)
