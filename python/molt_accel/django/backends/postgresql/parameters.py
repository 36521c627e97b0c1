"""Parameters as PostgreSQL gets them from psycopg 3, each with its type.

Django lets psycopg write parameters into the SQL, where they are literals, and a literal has the
type that its text says: ``5`` is an int4, ``0.5`` a numeric, ``'2013-01-01'::date`` a date, and a
string in quotes is of no type until the server finds out what it is compared with. Told these
types, the server gives a parameter the same meaning:

    [5, 0.5, "x", date(2013, 1, 1)]  ->  values [5, "0.5", "x", "2013-01-01"]
                                         types  [23, 1700, 0, 1082]

With the option ``server_side_binding`` psycopg sends parameters, whose types are its own.
"""

from __future__ import annotations

import datetime
import decimal
import ipaddress
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Final

from psycopg import adapters
from psycopg.adapt import PyFormat, Transformer
from psycopg.dbapi20 import Binary
from psycopg.types import numeric
from psycopg.types.json import Json, Jsonb

from molt_accel.django.backends.backend import Bound
from molt_accel.django.reasons import NotNative, Reason

__all__ = ["PYTHON_TYPES", "bound"]

UNKNOWN: Final = 0
BOOL: Final = 16
BYTEA: Final = 17
INT8: Final = 20
INT2: Final = 21
INT4: Final = 23
FLOAT8: Final = 701
DATE: Final = 1082
TIME: Final = 1083
TIMESTAMP: Final = 1114
TIMESTAMPTZ: Final = 1184
INTERVAL: Final = 1186
NUMERIC: Final = 1700
UUID: Final = 2950

Rule = Callable[[Any], "tuple[Any, int]"]
"""From a parameter to what is sent and its type."""


def bound(parameters: Sequence[Any], is_server_side: bool) -> Bound:
    """The parameters and their types; raises `NotNative` for a class that is not known here."""
    rules = _SERVER_RULES if is_server_side else _RULES
    values: list[Any] = []
    types: list[int] = []
    for parameter in parameters:
        rule = rules.get(type(parameter)) or _rule_of(type(parameter), rules)
        value, kind = rule(parameter)
        values.append(value)
        types.append(kind)
    return Bound(values, tuple(types))


def _rule_of(kind: type, rules: dict[type, Rule]) -> Rule:
    """The rule of a subclass: that of the class whose dumper psycopg would take for it."""
    dumper = adapters.get_dumper(kind, PyFormat.TEXT) if _has_dumper(kind) else None
    for base in kind.__mro__:
        rule = rules.get(base)
        if rule is not None and adapters.get_dumper(base, PyFormat.TEXT) is dumper:
            rules[kind] = rule
            return rule
    raise NotNative(
        Reason.PARAMETER,
        f"A parameter is a {kind.__module__}.{kind.__qualname__}, which only psycopg can send.",
    )


def _has_dumper(kind: type) -> bool:
    try:
        adapters.get_dumper(kind, PyFormat.TEXT)
    except Exception:  # psycopg says ProgrammingError; the Python path meets it again
        return False
    return True


def _none(_: Any) -> tuple[Any, int]:
    return None, UNKNOWN


def _text(value: Any) -> tuple[Any, int]:
    # str(value) would call an enumeration's own __str__.
    return str.__str__(value), UNKNOWN


def _boolean(value: Any) -> tuple[Any, int]:
    return value, BOOL


def _bytes(value: Any) -> tuple[Any, int]:
    return bytes(value), BYTEA


def _wrapped(value: Any) -> tuple[Any, int]:
    return bytes(value.obj), BYTEA


def _integer(value: Any) -> tuple[Any, int]:
    """The type of a number's digits, as the server's scanner has it."""
    value = int(value)
    if -(2**31) <= value < 2**31:
        return value, INT4
    if -(2**63) <= value < 2**63:
        return value, INT8
    return str(value), NUMERIC


def _float(value: Any) -> tuple[Any, int]:
    text = str(value)
    return text, FLOAT8 if text in ("inf", "-inf", "nan") else NUMERIC


def _decimal(value: Any) -> tuple[Any, int]:
    text = "NaN" if value.is_nan() else str(value)
    if text.isdigit() or (text[:1] == "-" and text[1:].isdigit()):
        return _integer(int(text))
    return text, NUMERIC


def _date(value: Any) -> tuple[Any, int]:
    return str(value), DATE


def _time(value: Any) -> tuple[Any, int]:
    if value.tzinfo:
        raise NotNative(Reason.PARAMETER, "A parameter is a time with a time zone.")
    return str(value), TIME


def _datetime(value: Any) -> tuple[Any, int]:
    return str(value), TIMESTAMPTZ if value.tzinfo else TIMESTAMP


def _interval(value: Any) -> tuple[Any, int]:
    return str(value).replace(",", ""), INTERVAL


def _uuid(value: Any) -> tuple[Any, int]:
    return f"{value.int:032x}", UUID


def _dumped(value: Any) -> tuple[Any, int]:
    """What psycopg puts into quotes and casts: the type of the cast, or none without one."""
    try:
        dumper = Transformer().get_dumper(value, PyFormat.TEXT)
        text = dumper.dump(value)
    except Exception as error:
        # Whatever it is, the Python path meets it again and says it better.
        raise NotNative(Reason.PARAMETER, f"A parameter cannot be sent: {error}.") from None
    return (None if text is None else bytes(text).decode()), dumper.oid


_RULES: dict[type, Rule] = {
    type(None): _none,
    str: _text,
    bool: _boolean,
    bytes: _bytes,
    bytearray: _bytes,
    memoryview: _bytes,
    Binary: _wrapped,
    int: _integer,
    numeric.Int2: _integer,
    numeric.Int4: _integer,
    numeric.Int8: _integer,
    numeric.IntNumeric: _integer,
    float: _float,
    decimal.Decimal: _decimal,
    datetime.date: _date,
    datetime.time: _time,
    datetime.datetime: _datetime,
    datetime.timedelta: _interval,
    uuid.UUID: _uuid,
    ipaddress.IPv4Address: _dumped,
    ipaddress.IPv6Address: _dumped,
    Json: _dumped,
    Jsonb: _dumped,
    list: _dumped,
}

PYTHON_TYPES: Final = tuple(_RULES)
"""The classes whose dumpers must be psycopg's own for `bound` to be right."""


def _sized(value: Any) -> tuple[Any, int]:
    """Psycopg's own choice for an integer, the smallest type that holds it."""
    value = int(value)
    return (value, INT2) if -(2**15) <= value < 2**15 else _integer(value)


def _fixed(kind: int) -> Rule:
    return lambda value: (int(value), kind)


_SERVER_RULES: dict[type, Rule] = {
    **_RULES,
    int: _sized,
    numeric.Int2: _fixed(INT2),
    numeric.Int4: _fixed(INT4),
    numeric.Int8: _fixed(INT8),
    numeric.IntNumeric: lambda value: (str(int(value)), NUMERIC),
    float: lambda value: (str(value), FLOAT8),
    decimal.Decimal: lambda value: ("NaN" if value.is_nan() else str(value), NUMERIC),
}
del _SERVER_RULES[list]  # its elements are sent in binary, text in an array of text
