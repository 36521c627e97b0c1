"""Django's types are written as DjangoJSONEncoder and Django REST framework's JSONEncoder do."""

import datetime as dt
import decimal
import enum
import ipaddress
import json
import math
import uuid

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import SimpleLazyObject, lazystr
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, ngettext_lazy, override
from generated import ZONES, exact, moment, of_django
from rest_framework.utils.encoders import JSONEncoder

import molt_accel.cbor as cbor
import molt_accel.json as molt
import molt_accel.msgpack as msgpack


def outcome(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error), str(error)


class Moment(dt.datetime):
    pass


class Day(dt.date):
    pass


class Amount(decimal.Decimal):
    def __str__(self):
        return "amount"


class Key(uuid.UUID):
    def __str__(self):
        return "key"


class Utc(dt.tzinfo):
    def utcoffset(self, when):
        return dt.timedelta(0)

    def dst(self, when):
        return None


class Nowhere(dt.tzinfo):
    def utcoffset(self, when):
        return None


class Broken(dt.tzinfo):
    def utcoffset(self, when):
        raise LookupError("no zone")


DATETIMES = [
    dt.datetime.min,
    dt.datetime.max,
    dt.datetime(1, 1, 1, tzinfo=dt.timezone.utc),
    dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.timezone.utc),
    dt.datetime(2026, 1, 2, 3, 4, 5),
    *(dt.datetime(2026, 1, 2, 3, 4, 5, micro) for micro in (1, 999, 1000, 123_456, 999_999)),
    *(
        dt.datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=fold)
        for zone in ZONES
        for fold in (0, 1)
    ),
    *(dt.datetime(1900, 7, 1, 2, 30, 0, 5, tzinfo=zone) for zone in ZONES),
    *(
        dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=hours, minutes=minutes)))
        for hours, minutes in ((14, 0), (-12, 0), (-3, -30), (23, 59), (-23, -59), (0, 1), (-1, 59))
    ),
    dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(seconds=-1))),
    dt.datetime(2026, 1, 1, 1, 1, 1, 5, tzinfo=dt.timezone(dt.timedelta(microseconds=1))),
    dt.datetime(2026, 1, 1, tzinfo=Utc()),
    dt.datetime(2026, 1, 1, tzinfo=Nowhere()),
    Moment(2026, 1, 1, 1, 1, 1, 7),
]
OTHERS = [
    dt.date.min,
    dt.date.max,
    Day(2026, 2, 28),
    dt.time.min,
    dt.time.max,
    dt.time(12, 30),
    dt.time(12, 30, 1, 5),
    dt.time(12, 30, 1, 999_000),
    dt.time(12, 30, tzinfo=Nowhere()),
    dt.timedelta.min,
    dt.timedelta.max,
    dt.timedelta(0),
    dt.timedelta(microseconds=-1),
    dt.timedelta(microseconds=1),
    dt.timedelta(days=-1, seconds=1),
    dt.timedelta(days=5, hours=3, minutes=2, seconds=1, microseconds=10),
    dt.timedelta(seconds=86_399),
    dt.timedelta(milliseconds=100),
    *map(
        decimal.Decimal,
        (
            *("0", "-0", "0.00", "1.50", "1E+5", "1E-7", "0.000001", "0.0000001", "-1.5E-10"),
            *("123456789.123456789123456789123456789", "9" * 60, "1E+999999", "1E-999999"),
            *("0E+3", "0E-10", "100", "1.0E+2", "12345E-3"),
        ),
    ),
    Amount("1.5"),
    uuid.UUID(int=0),
    uuid.UUID(int=2**128 - 1),
    uuid.UUID("12345678-9abc-def0-1234-56789abcdef0"),
    Key(int=5),
    lazystr("lazy"),
    lazystr("ä\n"),
    gettext_lazy("Yes"),
    gettext_lazy("Monday"),
    ngettext_lazy("%d second", "%d seconds", 5),
    mark_safe("<b>safe</b>"),
]
EXOTIC = [
    *map(decimal.Decimal, ("NaN", "-NaN", "sNaN", "NaN123", "Infinity", "-Infinity")),
    dt.time(12, 30, tzinfo=dt.timezone.utc),
    dt.datetime(2026, 1, 1, tzinfo=Broken()),
    SimpleLazyObject(lambda: decimal.Decimal("1.5")),
    SimpleLazyObject(lambda: dt.datetime(2026, 1, 1)),
    enum.Enum("Plain", "A").A,
    object,
    {1, 2},
    b"bytes",
    math.nan,
]


@pytest.mark.parametrize("value", [*DATETIMES, *OTHERS, *EXOTIC], ids=repr)
def test_values_are_written_as_djangos_encoder_writes_them(value):
    for wrapped in (value, [value], {"a": (value, 1)}):
        expected = outcome(json.dumps, wrapped, cls=DjangoJSONEncoder)
        assert outcome(molt.dumps, wrapped, style="django") == expected
        assert outcome(molt.dumps, wrapped, cls=DjangoJSONEncoder) == expected
        as_bytes = expected.encode() if isinstance(expected, str) else expected
        assert outcome(molt.dumpb, wrapped, style="django") == as_bytes


def test_a_proxy_of_a_text_is_refused_as_json_refuses_it():
    for wrapped in (SimpleLazyObject(lambda: "a proxy"), [SimpleLazyObject(lambda: "a proxy")]):
        assert outcome(json.dumps, wrapped, cls=DjangoJSONEncoder)[0] is TypeError
        assert outcome(molt.dumps, wrapped, style="django")[0] is TypeError


def drf(value):
    text = json.dumps(
        value, cls=JSONEncoder, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@pytest.mark.parametrize("value", [*DATETIMES, *OTHERS, *EXOTIC], ids=repr)
def test_values_are_written_as_drfs_encoder_writes_them(value):
    for wrapped in (value, {"a": [value]}):
        expected = outcome(drf, wrapped)
        found = outcome(molt.dumps, wrapped, style="drf", default=JSONEncoder().default)
        if isinstance(expected, tuple) and expected[0] is ValueError:
            assert found[0] is ValueError
        else:
            assert found == expected


@pytest.mark.parametrize("value", [*DATETIMES, *OTHERS], ids=repr)
def test_the_compact_style_writes_isoformat_and_str(value):
    if isinstance(value, dt.timedelta):
        with pytest.raises(TypeError):
            molt.dumpb(value)
    elif isinstance(value, (dt.date, dt.time)):
        assert json.loads(molt.dumpb([value])) == [value.isoformat()]
    else:
        assert json.loads(molt.dumpb([value])) == [str(value)]


class Colour(enum.Enum):
    RED = "red"
    AMOUNT = decimal.Decimal("1.5")


def test_the_compact_style_writes_the_value_of_an_enum():
    assert molt.dumpb([Colour.RED, Colour.AMOUNT]) == b'["red","1.5"]'


def test_random_values_are_written_alike(chance):
    for _ in range(300):
        value = of_django(chance)
        expected = outcome(json.dumps, value, cls=DjangoJSONEncoder)
        assert outcome(molt.dumps, value, style="django") == expected
        expected = outcome(lambda v=value: drf(v).encode())
        found = outcome(molt.dumpb, value, style="drf")
        # An infinity, which newer Pythons name.
        assert found == expected or found[0] is expected[0] is ValueError


def test_random_moments_and_numbers_are_written_alike(chance):
    values = [moment(chance) for _ in range(3000)]
    values += [exact(chance) for _ in range(2000)]
    values += [uuid.UUID(int=chance.getrandbits(128)) for _ in range(200)]
    for value in values:
        assert molt.dumps(value, style="django") == json.dumps(value, cls=DjangoJSONEncoder)


def test_rows_of_a_table_are_written_alike(chance):
    rows = [
        {
            "id": number,
            "title": "Title ä " * 3,
            "price": decimal.Decimal(number).scaleb(-2),
            "day": dt.date(2026, 1, 1 + number % 28),
            "seen": dt.datetime(2026, 1, 1, 1, 2, 3, number * 999, tzinfo=dt.timezone.utc),
            "key": uuid.UUID(int=number),
            "note": None,
            "is_open": bool(number & 1),
            "rate": number / 7,
        }
        for number in range(1000)
    ]
    assert molt.dumps(rows, style="django") == json.dumps(rows, cls=DjangoJSONEncoder)


def test_without_a_style_djangos_types_go_to_default():
    value = [dt.date(2026, 1, 1), decimal.Decimal(1), uuid.UUID(int=1), gettext_lazy("Yes")]
    for one in value:
        with pytest.raises(TypeError, match="is not JSON serializable"):
            molt.dumps(one)
    assert molt.dumps(value, default=lambda one: type(one).__name__) == json.dumps(
        value, default=lambda one: type(one).__name__
    )


def test_default_gets_what_the_style_does_not_know():
    seen = []
    molt.dumps(
        [dt.date(2026, 1, 1), {1}, lazystr("x"), b"x", uuid.UUID(int=1)],
        style="django",
        default=lambda value: seen.append(value) or 0,
    )
    assert seen == [{1}, b"x"]


def test_an_encoder_with_a_default_of_its_own_is_asked_first():
    class Cents(DjangoJSONEncoder):
        def default(self, o):
            if isinstance(o, decimal.Decimal):
                return int(o * 100)
            return super().default(o)

    value = [decimal.Decimal("1.50"), dt.date(2026, 1, 1), {"a": uuid.UUID(int=1)}]
    assert molt.dumps(value, cls=Cents) == json.dumps(value, cls=Cents)
    assert molt.dumps(value, cls=DjangoJSONEncoder, default=str) == json.dumps(
        value, cls=DjangoJSONEncoder, default=str
    )


def test_lazy_texts_are_read_in_the_language_of_the_moment():
    value = {"label": gettext_lazy("Monday")}
    written = []
    for language in ("de", "fr", "en"):
        with override(language):
            written.append(molt.dumps(value, style="django"))
            assert written[-1] == json.dumps(value, cls=DjangoJSONEncoder)
    assert len(set(written)) == 3


def test_types_of_djangos_keys_are_refused_as_json_refuses_them():
    for key in (dt.date(2026, 1, 1), uuid.UUID(int=1), decimal.Decimal(1), (1,)):
        assert outcome(molt.dumps, {key: 1}, style="django") == outcome(
            json.dumps, {key: 1}, cls=DjangoJSONEncoder
        )
        assert molt.dumps({key: 1, "a": 2}, style="django", skipkeys=True) == '{"a": 2}'


def test_messagepack_and_cbor_have_the_same_texts(chance):
    values = [*DATETIMES, *OTHERS]
    values += [of_django(chance) for _ in range(100)]
    for value in values:
        expected = json.loads(json.dumps(value, cls=DjangoJSONEncoder))
        packed = outcome(msgpack.packb, value, style="django")
        if not (isinstance(packed, tuple) and packed[0] is OverflowError):
            assert msgpack.unpackb(packed, strict_map_key=False) == expected
        assert cbor.loads(cbor.dumps(value, style="django")) == expected


def test_addresses_go_to_drfs_own_encoder():
    value = {"address": ipaddress.ip_address("::1"), "rows": {7}, "data": b"text"}
    assert molt.dumps(value, style="drf", default=JSONEncoder().default) == drf(value)
