"""The table of serializer fields: how each writes a column of a kind.

A rule answers the leaf's type and parameters for what the model's column yields, or raises with
what stands in the way. Only the framework's own classes are in the table, looked up by exact class,
so that an overridden ``to_representation`` or ``get_attribute`` takes the Python path.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers
from rest_framework.settings import api_settings

from molt_accel.django.converters import ZONE, Kind, is_utc
from molt_accel.django.reasons import NotNative, Reason

__all__ = ["needs_zone", "rule_for", "unsupported", "written_as_is"]

_ISO = "iso-8601"

Rule = Callable[[Any, Kind], dict[str, Any]]


def unsupported(field: Any, why: str) -> NotNative:
    """The reason why a serializer field cannot be written natively."""
    owner = type(field.parent).__name__ if field.parent is not None else "serializer"
    return NotNative(Reason.SERIALIZER, f"The field {field.field_name!r} of {owner} {why}.")


def rule_for(field: Any) -> Rule:
    """The rule of a field's class; raises `NotNative` for a class that is not in the table."""
    rule = RULES.get(type(field))
    if rule is None:
        raise unsupported(field, f"is a {type(field).__qualname__}, which only Python can write")
    return rule


def needs_zone(field: Any) -> bool:
    """Whether a field writes in the current time zone."""
    return (
        isinstance(field, serializers.DateTimeField)
        and settings.USE_TZ
        and not hasattr(field, "timezone")
    )


def written_as_is(field: Any, kind: Kind) -> dict[str, Any]:
    """What the renderer's encoder makes of a value that no field has touched."""
    if kind.type in ("decimal", "binary"):
        raise unsupported(field, f"passes a {kind.type} to the renderer's encoder")
    leaf = {"type": kind.type, **dict(kind.parameters)}
    if kind.type == "list":
        leaf["element"] = written_as_is(field, leaf["element"])
    if kind.type in ("time", "datetime"):
        leaf["notation"] = "iso"
    elif kind.type == "duration":
        leaf["notation"] = "seconds"
    return leaf


def _expect(field: Any, kind: Kind, *types: str) -> None:
    if kind.type not in types:
        raise unsupported(
            field, f"is a {type(field).__name__} over a column that yields {kind.type}"
        )


def _integer(field: Any, kind: Kind) -> dict[str, Any]:
    _expect(field, kind, "integer", "any")
    return {"type": "integer", "cast": True}


def _big_integer(field: Any, kind: Kind) -> dict[str, Any]:
    default = getattr(api_settings, "COERCE_BIGINT_TO_STRING", False)
    if getattr(field, "coerce_to_string", default):
        raise unsupported(field, "writes integers as strings")
    return _integer(field, kind)


def _float(field: Any, kind: Kind) -> dict[str, Any]:
    _expect(field, kind, "float", "integer", "any")
    return {"type": "float", "cast": True}


def _text(field: Any, kind: Kind) -> dict[str, Any]:
    _expect(field, kind, "text", "any", "uuid")
    if kind.type == "uuid":
        return {"type": "uuid"}
    return {"type": "text", "cast": True}


def _boolean(field: Any, kind: Kind) -> dict[str, Any]:
    _expect(field, kind, "boolean")
    return {"type": "boolean"}


def _format(field: Any, default: str) -> Any:
    chosen = getattr(field, "format", getattr(api_settings, default, None))
    return chosen.lower() if isinstance(chosen, str) else chosen


def _date(field: Any, kind: Kind) -> dict[str, Any]:
    _expect(field, kind, "date")
    if _format(field, "DATE_FORMAT") not in (_ISO, None):
        raise unsupported(field, "has a date format of its own")
    return {"type": "date"}


def _time(field: Any, kind: Kind) -> dict[str, Any]:
    _expect(field, kind, "time")
    if _format(field, "TIME_FORMAT") not in (_ISO, None):
        raise unsupported(field, "has a time format of its own")
    return {"type": "time", "notation": "iso"}


def _datetime(field: Any, kind: Kind) -> dict[str, Any]:
    _expect(field, kind, "datetime")
    if _format(field, "DATETIME_FORMAT") not in (_ISO, None):
        raise unsupported(field, "has a date and time format of its own")
    zone = getattr(field, "timezone", None)
    if zone is not None and not (settings.USE_TZ and is_utc(zone)):
        raise unsupported(field, f"writes in the time zone {zone}")
    leaf = {"type": "datetime", **dict(kind.parameters), "notation": "iso"}
    if needs_zone(field):
        zone = timezone.get_current_timezone()
    return leaf if zone is None else _moved(field, leaf, zone)


def _moved(field: Any, leaf: dict[str, Any], zone: datetime.tzinfo) -> dict[str, Any]:
    """An aware point in time by the clocks of another zone, Python's `value.astimezone(zone)`."""
    known = leaf.get(ZONE, datetime.timezone.utc)
    if known is zone or (is_utc(known) and is_utc(zone)):
        return leaf
    if leaf.get("cast"):
        raise unsupported(field, f"moves what was truncated in {known} to the time zone {zone}")
    del leaf["zone"]
    leaf.pop(ZONE, None)
    return {**leaf, "zone": "utc"} if is_utc(zone) else {**leaf, "zone": "local", ZONE: zone}


def _duration(field: Any, kind: Kind) -> dict[str, Any]:
    _expect(field, kind, "duration")
    chosen = _format(field, "DURATION_FORMAT") if _has_duration_format() else "django"
    notation = {_ISO: "iso", "django": "django", None: "seconds"}.get(chosen)
    if notation is None:
        raise unsupported(field, f"has the duration format {chosen!r}")
    return {"type": "duration", "notation": notation}


def _has_duration_format() -> bool:
    return "DURATION_FORMAT" in api_settings.defaults


def _uuid(field: Any, kind: Kind) -> dict[str, Any]:
    _expect(field, kind, "uuid")
    if field.uuid_format != "hex_verbose":
        raise unsupported(field, f"writes UUIDs as {field.uuid_format}")
    return {"type": "uuid"}


def _decimal(field: Any, kind: Kind) -> dict[str, Any]:
    _expect(field, kind, "decimal")
    if not getattr(field, "coerce_to_string", api_settings.COERCE_DECIMAL_TO_STRING):
        raise unsupported(field, "writes decimals as floats")
    if field.localize or field.normalize_output or field.rounding not in _HALF_EVEN:
        raise unsupported(field, "localizes, normalizes or rounds in a way of its own")
    stored = dict(kind.parameters)
    digits = field.max_digits if field.max_digits is not None else decimal.getcontext().prec
    places = field.decimal_places
    if stored["places"] is None:
        stored["digits"], stored["places"] = (None, None) if places is None else (digits, places)
    elif places is not None and (places != stored["places"] or digits < stored["digits"]):
        raise unsupported(field, "rounds to other decimal places than the model's column")
    return {"type": "decimal", **stored, "notation": "plain"}


_HALF_EVEN = (None, decimal.ROUND_HALF_EVEN)


def _choice(field: Any, kind: Kind) -> dict[str, Any]:
    _expect(field, kind, "text", "integer")
    expected = str if kind.type == "text" else int
    for text, value in field.choice_strings_to_values.items():
        value = getattr(value, "value", value)
        if type(value) is not expected or text != str(value):
            raise unsupported(field, f"writes the choice {text!r} as another value")
    return {"type": kind.type}


def _json(field: Any, kind: Kind) -> dict[str, Any]:
    if field.binary:
        raise unsupported(field, "writes JSON as text")
    return written_as_is(field, kind)


def _list(field: Any, kind: Kind) -> dict[str, Any]:
    """A list whose child converts each item but None, and raises for a list in an item's place."""
    _expect(field, kind, "list")
    child = field.child
    if type(child) not in _CHILDREN:
        raise unsupported(field, f"is a list of {type(child).__qualname__}")
    return {"type": "list", "element": RULES[type(child)](child, dict(kind.parameters)["element"])}


_CHILDREN = frozenset(
    (
        *(serializers.CharField, serializers.EmailField, serializers.SlugField),
        *(serializers.FloatField, serializers.IntegerField, serializers.ListField),
        *(serializers.RegexField, serializers.URLField),
    )
)


RULES: dict[type, Rule] = {
    serializers.BooleanField: _boolean,
    serializers.CharField: _text,
    serializers.ChoiceField: _choice,
    serializers.DateField: _date,
    serializers.DateTimeField: _datetime,
    serializers.DecimalField: _decimal,
    serializers.DurationField: _duration,
    serializers.EmailField: _text,
    serializers.FloatField: _float,
    serializers.IPAddressField: _text,
    serializers.IntegerField: _integer,
    serializers.JSONField: _json,
    serializers.ListField: _list,
    serializers.ReadOnlyField: written_as_is,
    serializers.RegexField: _text,
    serializers.SlugField: _text,
    serializers.TimeField: _time,
    serializers.URLField: _text,
    serializers.UUIDField: _uuid,
}

if hasattr(serializers, "BigIntegerField"):
    RULES[serializers.BigIntegerField] = _big_integer
