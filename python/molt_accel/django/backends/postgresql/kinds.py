"""What columns of PostgreSQL yield: few converters, since psycopg loads each type by itself.

    F("price")      []                              numeric      ->  decimal, as it is
    F("departure")  []                              timestamptz  ->  datetime in UTC, or in the
                                                                     connection's time zone
    Avg("delay")    [Expression's float cast]       numeric      ->  float
    F("tags")       []                              text[]       ->  list of text

A column whose type in the database is another one than its field's is found out when the statement
is prepared.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import DateField, DateTimeField, JSONField, TimeField
from django.db.models.expressions import Col
from django.db.models.functions.datetime import TruncBase
from django.utils import timezone

from molt_accel.django.converters import (
    INTEGERS,
    ZONE,
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

_DECIMAL = Kind("decimal", (("digits", None), ("places", None)))
_AWARE = Kind("datetime", (("zone", "utc"),))
_ANY = Kind("any")

_TEXTS = (
    *("CharField", "TextField", "SlugField", "FileField", "FilePathField", "EmailField"),
    *("GenericIPAddressField", "IPAddressField", "CICharField", "CIEmailField", "CITextField"),
)
_KINDS = {
    **dict.fromkeys(INTEGERS, Kind("integer")),
    **dict.fromkeys(_TEXTS, Kind("text")),
    "FloatField": Kind("float"),
    "BinaryField": Kind("binary"),
    "BooleanField": Kind("boolean"),
    "DateField": Kind("date"),
    "TimeField": Kind("time"),
    "DurationField": Kind("duration"),
    "UUIDField": Kind("uuid"),
    "DecimalField": _DECIMAL,
}
_AS_LOADED = frozenset({"any", "integer", "float", "text"})
"""Kinds that say nothing about what the column yields."""


def kind_of(expression: Any, converters: list[Callable[..., Any]], connection: Any) -> Kind:
    """The kind of a select expression whose values pass through `converters`.

    Raises `NotNative` when a converter is not one of Django's own, or the values are points in
    time that only Python can write.
    """
    kind = converted(expression, converters, connection, _BY_FUNCTION, _BY_CODE)
    if kind is None:
        kind = _kind_of_field(expression.output_field, expression, connection)
        is_known = isinstance(expression, Col) and kind.type != "any"
        if kind.type in _AS_LOADED and not is_known and not _is_aware_utc(connection):
            if kind.type != "text":
                raise _zone_refusal(expression, connection)
            kind = Kind("text", (("cast", True),))
    return kind


def _is_aware_utc(connection: Any) -> bool:
    return bool(settings.USE_TZ) and is_utc(connection.timezone)


def _zone_refusal(expression: Any, connection: Any) -> NotNative:
    if not settings.USE_TZ:
        why = "with USE_TZ = False psycopg makes points in time naive"
    else:
        why = f"the database's TIME_ZONE is {connection.timezone}"
    return NotNative(Reason.TIME_ZONE, f"{describe(expression)} can be a point in time, and {why}.")


def _moment(connection: Any) -> Kind:
    """A point in time as Django's loader makes it: aware in the connection's zone, or naive."""
    if not settings.USE_TZ:
        return _in_zone("wall", ZoneInfo(connection.timezone_name))
    if is_utc(connection.timezone):
        return _AWARE
    return _in_zone("local", connection.timezone)


def _in_zone(reading: str, zone: datetime.tzinfo, *more: tuple[str, Any]) -> Kind:
    return Kind("datetime", (("zone", reading), *more, (ZONE, zone)))


def _kind_of_field(field: Any, expression: Any, connection: Any) -> Kind:
    name = field.get_internal_type()
    if name == "DateTimeField":
        return _moment(connection)
    if name == "ArrayField":
        return Kind(
            "list", (("element", _kind_of_field(field.base_field, expression, connection)),)
        )
    if name == "HStoreField" or name.endswith("RangeField"):
        raise NotNative(
            Reason.COLUMN, f"{describe(expression)} is a {name}, of which psycopg makes an object."
        )
    return _KINDS.get(name, _ANY)


def _list(converter: Any, expression: Any, connection: Any, before: Kind | None) -> Kind:
    """``ArrayField._from_db_value`` runs the converter of its base field over the elements."""
    if before is not None:
        raise NotNative(Reason.COLUMN, f"{describe(expression)} is a list of {before.type}.")
    convert = converter.__self__.base_field.from_db_value
    element = converted(expression, [convert], connection, _BY_FUNCTION, {})
    return Kind("list", (("element", element),))


def _truncated(_: Any, expression: Any, connection: Any, before: Kind | None) -> Kind:
    """TruncBase takes the date or the time, or makes what the database computed aware."""
    field = expression.output_field
    if before is not None:
        raise NotNative(Reason.COLUMN, f"{describe(expression)} truncates {before.type}.")
    is_utc_session = str(connection.timezone_name) in ("UTC", "Etc/UTC")
    if isinstance(field, DateTimeField):
        if not settings.USE_TZ:
            return _moment(connection)
        zone = expression.tzinfo or timezone.get_current_timezone()
        if is_utc_session and is_utc(zone):
            return Kind("datetime", (("zone", "utc"), ("cast", True)))
        return _in_zone("local", zone, ("cast", True))
    # Of a point in time the session's clocks decide which day it is.
    cast = (("cast", True),) if is_utc_session else ()
    if isinstance(field, DateField):
        return Kind("date", cast)
    if isinstance(field, TimeField):
        return Kind("time", cast)
    raise NotNative(Reason.COLUMN, f"{describe(expression)} truncates no date or time.")


def _cast_decimal(_: Any, expression: Any, __: Any, before: Kind | None) -> Kind:
    if before is not None:
        raise NotNative(Reason.COLUMN, f"{describe(expression)} is cast to Decimal.")
    return _DECIMAL


_BY_FUNCTION: dict[Any, Rule] = {
    JSONField.from_db_value: json_rule,
    TruncBase.convert_value: _truncated,
}
_BY_CODE = cast_rules(_cast_decimal)

try:
    from django.contrib.postgres.fields import ArrayField
except ImportError:  # psycopg without its parts for django.contrib.postgres
    pass
else:
    _BY_FUNCTION[ArrayField._from_db_value] = _list
