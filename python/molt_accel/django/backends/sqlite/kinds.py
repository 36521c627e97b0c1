"""What columns of SQLite yield: the converters of Django's SQLite backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3.operations import DatabaseOperations
from django.db.models import DecimalField, JSONField
from django.db.models.expressions import Col
from django.db.models.functions.datetime import TruncBase
from django.utils import timezone

from molt_accel.django.converters import (
    INTEGERS,
    Kind,
    Rule,
    cast_rules,
    converted,
    describe,
    is_utc,
    json_rule,
)
from molt_accel.django.reasons import NotNative, Reason

__all__ = ["kind_of"]

_TEXTS = (
    "CharField",
    "TextField",
    "SlugField",
    "FileField",
    "FilePathField",
    "GenericIPAddressField",
)
_LABELS = {
    **dict.fromkeys(INTEGERS, Kind("integer")),
    **dict.fromkeys(_TEXTS, Kind("text")),
    "FloatField": Kind("float"),
    "BinaryField": Kind("binary"),
}

_ANY = Kind("any")

# Django 6.1 builds a Decimal from a stored integer exactly, older versions from 15 digits of it.
_DECIMAL_EXACT = (("exact", True),) if django.VERSION >= (6, 1) else ()


def kind_of(expression: Any, converters: list[Callable[..., Any]], connection: Any) -> Kind:
    """The kind of a select expression whose values pass through `converters`.

    Raises `NotNative` when a converter is not one of Django's own. A column without converters
    arrives as stored, so that its label only tells a reader what to expect.
    """
    kind = converted(expression, converters, connection, _BY_FUNCTION, _BY_CODE)
    if kind is None:
        return _LABELS.get(expression.output_field.get_internal_type(), _ANY)
    return kind


def _datetime(_: Any, expression: Any, connection: Any, __: Kind | None) -> Kind:
    if not settings.USE_TZ:
        return Kind("datetime", (("zone", "naive"),))
    if not is_utc(connection.timezone):
        raise NotNative(
            Reason.TIME_ZONE,
            f"{describe(expression)} is stored in the time zone {connection.timezone}: only a "
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
                Reason.COLUMN, f"{describe(expression)} rounds in a decimal context of its own."
            )
        return Kind(
            "decimal",
            (("digits", field.max_digits), ("places", field.decimal_places), *_DECIMAL_EXACT),
        )
    return Kind("decimal", (("digits", None), ("places", None), *_DECIMAL_EXACT))


def _truncated(_: Any, expression: Any, connection: Any, before: Kind | None) -> Kind:
    """TruncBase puts the value into its own zone, which is the current one unless given."""
    if before is None or before.type not in ("date", "time", "datetime"):
        raise NotNative(Reason.COLUMN, f"{describe(expression)} truncates no date or time.")
    zone = expression.tzinfo or timezone.get_current_timezone()
    if before.type == "datetime" and settings.USE_TZ and not is_utc(zone):
        raise NotNative(
            Reason.TIME_ZONE,
            f"{describe(expression)} is truncated in the time zone {zone}: only UTC is native.",
        )
    return before


def _cast_decimal(_: Any, expression: Any, __: Any, before: Kind | None) -> Kind:
    if before is None or before.type != "decimal":
        raise NotNative(Reason.COLUMN, f"{describe(expression)} is cast to Decimal.")
    return before


_BY_FUNCTION: dict[Any, Rule] = {
    DatabaseOperations.convert_datetimefield_value: _datetime,
    DatabaseOperations.convert_datefield_value: _plain(Kind("date")),
    DatabaseOperations.convert_timefield_value: _plain(Kind("time")),
    DatabaseOperations.convert_uuidfield_value: _plain(Kind("uuid")),
    DatabaseOperations.convert_booleanfield_value: _plain(Kind("boolean")),
    BaseDatabaseOperations.convert_durationfield_value: _plain(Kind("duration")),
    JSONField.from_db_value: json_rule,
    TruncBase.convert_value: _truncated,
}


def _code_rules() -> dict[Any, Rule]:
    """Rules for the functions that Django makes anew each time, known by their code objects."""
    rules = cast_rules(_cast_decimal)
    for constant in DatabaseOperations.get_decimalfield_converter.__code__.co_consts:
        if getattr(constant, "co_name", None) == "converter":
            rules[constant] = _decimal
    return rules


_BY_CODE = _code_rules()
