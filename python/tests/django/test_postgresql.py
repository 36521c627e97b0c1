"""The adapter of Django's PostgreSQL backend: parameters, SQL, settings and kinds."""

import datetime
import ipaddress
import os
import uuid
from decimal import Decimal

import django
import pytest

pytest.importorskip("psycopg", reason="PostgreSQL's adapter needs psycopg 3")

from catalog.models import Maker, Sample
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import F, FloatField, Value
from django.db.models.expressions import RawSQL
from django.http import JsonResponse
from django.test import override_settings
from psycopg.adapt import Transformer
from psycopg.dbapi20 import Binary
from psycopg.types.json import Jsonb
from psycopg.types.numeric import Int2, Int4, Int8

from molt_accel.django import NotNative, QuerySetResponse, counters, prepare
from molt_accel.django.backends import backend_of
from molt_accel.django.backends.postgresql.parameters import bound
from molt_accel.django.backends.postgresql.passwords import password_from_file
from molt_accel.django.backends.postgresql.settings import connection_options
from molt_accel.django.backends.postgresql.sql import with_dollars

ON_SERVER = pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="set MOLT_TEST_POSTGRES, as servers/postgres.py run does, for the tests on a server",
)
UTC = datetime.timezone.utc

PARAMETERS = [
    *(0, -5, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**63 - 1, 2**63, -(2**63), 10**30),
    *(Int2(5), Int4(-7), Int8(9), True, False, None, "", "é 'x' \\ \"", "%s"),
    *(0.5, -0.1, 5.0, -0.0, 1e22, 1e-7, float("inf"), float("-inf"), float("nan")),
    *map(Decimal, ("5", "-5", "5.0", "1E+3", "1E-9", "NaN", str(2**31), str(10**40), "-0")),
    *(Binary(b"\x01"), b"\x00\xff", bytearray(b"x"), memoryview(b"")),
    datetime.date(1, 1, 1),
    datetime.time(10, 0, 0, 5),
    datetime.datetime(2013, 1, 1, 10, tzinfo=UTC),
    datetime.datetime(9999, 12, 31, 23, 59, 59, 999999),
    datetime.timedelta(days=-2, seconds=3, microseconds=4),
    uuid.UUID(int=2**127 + 5),
    ipaddress.ip_address("::1"),
    Jsonb({"a": [1, "é"]}),
    [1, 2, None],
    [2**40, -1],
    ["a", 'b"\\', "", None, "NULL"],
    [[0.5], [1.0]],
    [],
    Sample.Grade.FINE,
    Sample.Level.HIGH,
]


@ON_SERVER
@pytest.mark.parametrize("value", PARAMETERS, ids=repr)
def test_a_parameter_is_what_its_literal_is(value):
    """Asks the server for the type and the text of psycopg's literal and of our parameter."""
    literal = Transformer(connection.connection).as_literal(value) if value is not None else b"NULL"
    sent = bound([value], False)
    (given,) = sent.values
    if isinstance(given, bool):
        given = "t" if given else "f"
    elif isinstance(given, bytes):
        given = "\\x" + given.hex()
    raw = given if given is None else str(given).encode()
    connection.ensure_connection()
    wire = connection.connection.pgconn
    query = b"SELECT pg_typeof(v)::text, v::text FROM (SELECT %s AS v) AS x"
    theirs = wire.exec_(query % literal)
    ours = wire.exec_params(query % b"$1", [raw], param_types=list(sent.types))
    assert theirs.error_message == ours.error_message == b""
    assert [ours.get_value(0, i) for i in (0, 1)] == [theirs.get_value(0, i) for i in (0, 1)]


@pytest.mark.parametrize("is_server_side", [False, True])
@pytest.mark.parametrize(
    "value", [object(), {"a": 1}, datetime.time(1, tzinfo=UTC), (1, 2)], ids=repr
)
def test_other_parameters_are_left_to_psycopg(value, is_server_side):
    with pytest.raises(NotNative):
        bound([value], is_server_side)


SIDES = [value for value in PARAMETERS if not isinstance(value, list)]


@pytest.mark.parametrize("value", SIDES, ids=repr)
def test_server_side_types_are_those_of_psycopg(value):
    transformer = Transformer()
    from psycopg.adapt import PyFormat

    transformer.dump_sequence([value], [PyFormat.AUTO])
    assert bound([value], True).types == tuple(transformer.types)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1", "SELECT 1"),
        ("a = %s AND b %% 2 = %s", "a = $1 AND b % 2 = $2"),
        ("'%%' || '''%%''' || %s", "'%' || '''%''' || $1"),
        (r"REPLACE(x, E'\\', E'\'%%') LIKE %s", r"REPLACE(x, E'\\', E'\'%') LIKE $1"),
        ('"100%%" = %s', '"100%" = $1'),
        ("x ? 'a' AND y @> %s -- %%", "x ? 'a' AND y @> $1 -- %"),
    ],
)
def test_placeholders_are_numbered(sql, expected):
    assert with_dollars(sql) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "'%s'",
        '"%s"',
        "E'\\'%s'",
        "$1",
        "$$x$$",
        "$a$%s$a$",
        "/* %s */",
        "-- %s",
        "%b",
        "%(a)s",
        "%",
        "'",
    ],
)
def test_sql_that_only_psycopg_can_fill_is_refused(sql):
    with pytest.raises(NotNative, match="The SQL has"):
        with_dollars(sql)


def entry(**changed):
    base = {"ENGINE": "django.db.backends.postgresql", "NAME": "flights", "OPTIONS": {}}
    names = ("USER", "PASSWORD", "HOST", "PORT", "TIME_ZONE")
    base |= {**dict.fromkeys(names[:4], ""), "TIME_ZONE": None} | changed
    return DatabaseWrapper(base, "other")


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch):
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)


def options(**changed):
    return connection_options("other", entry(**changed), 8)


def test_settings_are_read_as_django_reads_them():
    assert options(HOST="db.example", PORT="5433", USER="app", PASSWORD="s") == {
        "host": "db.example",
        "port": 5433,
        "user": "app",
        "password": "s",
        "database": "flights",
        "sslmode": "prefer",
        "settings": {"TimeZone": "UTC"},
        "connections": 8,
    }
    chosen = {
        "options": r"-c search_path=a\ b,c --jit=off -cTimeZone=Asia/Tokyo",
        "assume_role": "reader",
        "application_name": "web",
        "connect_timeout": 3,
        "isolation_level": 4,
        "pool": True,
    }
    found = options(HOST="/run/pg", USER="u", TIME_ZONE="Asia/Tokyo", OPTIONS=chosen)
    assert found["host"] == "/run/pg"
    assert found["connect_timeout_ms"] == 3000
    assert found["settings"] == {
        "search_path": "a b,c",
        "jit": "off",
        "role": "reader",
        "application_name": "web",
        "TimeZone": "Asia/Tokyo",
    }


def test_variables_stand_behind_the_settings(monkeypatch):
    for name, value in {"PGHOST": "a", "PGPORT": "1", "PGUSER": "v", "PGPASSWORD": "w"}.items():
        monkeypatch.setenv(name, value)
    found = options(HOST="b", OPTIONS={"port": 2})
    assert [found[name] for name in ("host", "port", "user", "password")] == ["b", 2, "v", "w"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"OPTIONS": {"service": "x"}}, "is named by a service file"),
        ({"OPTIONS": {"cursor_factory": object}}, "has the option 'cursor_factory'"),
        (
            {"OPTIONS": {"target_session_attrs": "read-write"}},
            "has the option 'target_session_attrs'",
        ),
        ({"OPTIONS": {"sslmode": "verify-full"}}, "asks for TLS"),
        ({"OPTIONS": {"options": "-c DateStyle=SQL"}}, "sets DateStyle"),
        ({"OPTIONS": {"options": "-B 5"}}, "only -c name=value"),
        ({"HOST": "a,b"}, "names several hosts"),
        ({"PORT": "x"}, "has a port that is no whole number"),
    ],
)
def test_settings_that_cannot_be_honoured_are_named(changed, sentence):
    with pytest.raises(NotNative, match=sentence):
        options(**changed)


def test_replaced_loaders_are_noticed():
    import psycopg
    from psycopg.types.string import TextLoader

    wrapper = entry()
    adapter = backend_of(wrapper)
    assert adapter.problem("other", wrapper, "inprocess") is None
    kept = psycopg.adapters.get_loader(1700, psycopg.pq.Format.TEXT)
    psycopg.adapters.register_loader("numeric", TextLoader)
    try:
        assert "a loader for the type numeric" in str(
            adapter.problem("other", wrapper, "inprocess")
        )
    finally:
        psycopg.adapters.register_loader("numeric", kept)


def test_password_files(tmp_path):
    path = tmp_path / "pgpass"
    path.write_text("# no\nx:*:*:*:1\nlocalhost:5432:*:u:a\\:b\n*:1:d:*:c\n")
    path.chmod(0o600)
    assert password_from_file(path, "/run", 5432, "d", "u") == "a:b"
    assert password_from_file(path, "h", 1, "d", "z") == "c"
    assert password_from_file(path, "h", 2, "d", "z") is None
    path.chmod(0o644)
    assert password_from_file(path, "x", 1, "d", "u") is None


def same(queryset, native=True):
    counters.reset()
    ours = QuerySetResponse(queryset.all()).content
    assert ours == JsonResponse(list(queryset.all()), safe=False).content
    taken = counters.snapshot()
    assert bool(taken["native"]) is native, taken


S = Sample.objects
ON_ROWS = {
    "arrays": lambda: S.values("is_new", counts=ArrayAgg("count", ordering="id")),
    "array of nulls": lambda: S.values("is_new", days=ArrayAgg("day", ordering="id")),
    "array of times": lambda: S.values("is_new", times=ArrayAgg("at", ordering="id")),
    "array of decimals": lambda: S.values("is_new", p=ArrayAgg("price", ordering="id")),
    "decimal literal": lambda: S.annotate(x=F("price") / Decimal("3.0")).values("x"),
    "float literal": lambda: S.annotate(x=F("count") / Value(2.0, FloatField())).values("x"),
    "small and big": lambda: S.filter(count__gte=-(2**31), big__lte=2**40).values("id"),
    "address": lambda: S.filter(address="::1").values("id", "address"),
    "json": lambda: S.filter(data__a__0=1, data__contains={"n": "12"}).values("id"),
    "json paths": lambda: S.values("data__a", "data__b__c", "data__n"),
    "uuid": lambda: S.filter(token=uuid.UUID("12345678" * 4)).values("id", "token"),
    "span": lambda: S.filter(span__lt=datetime.timedelta(1)).values("id", "span"),
    "blob": lambda: S.filter(blob=b"\x00\xff").values("id"),
    "regex": lambda: S.filter(title__iregex=r"^F.*\d?").values("id"),
    "percent": lambda: S.filter(title__contains="%").values("id"),
    "contains column": lambda: S.filter(title__contains=F("slug")).values("id"),
    "raw any": lambda: S.values(x=RawSQL("now() - now()", ())),
    "in": lambda: S.filter(count__in=[7, -1, 2**20]).values("id"),
    "maker": lambda: S.filter(maker=Maker(code="BOE")).values("maker", "maker__founded"),
    "date": lambda: S.filter(at__date=datetime.date(2013, 1, 1)).values("id"),
}


@ON_SERVER
@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("name", ON_ROWS)
def test_native_bytes_are_those_of_json_response(name):
    queryset = ON_ROWS[name]()
    if name.startswith("array"):
        # Before 5.0 ArrayAgg has a converter of its own.
        same(queryset.order_by("is_new"), native=django.VERSION >= (5, 0))
    else:
        same(queryset.order_by("id"))


@ON_SERVER
@pytest.mark.usefixtures("rows")
@override_settings(USE_TZ=False)
def test_without_time_zones():
    same(S.exclude(at__year=9999).order_by("id").values("id", "at"))
    same(S.order_by("id").values("id", "day", "price"))


@ON_SERVER
@pytest.mark.usefixtures("rows")
def test_a_prepared_function_has_a_plan_for_each_type():
    function = prepare(lambda price, n: S.filter(price__gte=price).order_by("id").values("id")[:n])
    counters.reset()
    for price in (Decimal("5"), Decimal("5.5"), 5, Decimal(10) ** 9, Decimal("0.00")):
        for n in (1, 3, 2**40):
            expected = JsonResponse(list(function.function(price, n)), safe=False).content
            assert function(price, n).content == expected
    assert counters.snapshot() == {"native": {"inprocess": 15}, "python": {}}


@ON_SERVER
@pytest.mark.usefixtures("rows")
def test_open_ended_slices_of_prepared_functions():
    function = prepare(lambda low: S.order_by("id").values("id")[low:])
    counters.reset()
    for low in (0, 1, 3):
        expected = JsonResponse(list(function.function(low)), safe=False).content
        assert function(low).content == expected
    assert not counters.snapshot()["python"]


@ON_SERVER
@pytest.mark.usefixtures("rows")
def test_server_side_binding():
    wrapper = connections["default"]
    wrapper.close()
    wrapper.settings_dict["OPTIONS"]["server_side_binding"] = True
    wrapper.features.__dict__.pop("uses_server_side_binding", None)
    try:
        for name in ("small and big", "address", "uuid", "in", "blob", "date"):
            same(ON_ROWS[name]().order_by("id"))
    finally:
        wrapper.close()
        del wrapper.settings_dict["OPTIONS"]["server_side_binding"]
        wrapper.features.__dict__.pop("uses_server_side_binding", None)
