"""Rows as Arrow columns, through the real libmolt.so, pyarrow and a private PostgreSQL server."""

from __future__ import annotations

import contextlib
import datetime
import gc
import math
import threading
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.patience import PATIENCE, TIMEOUTS, wait_until
from molt_accel import arguments, errors, inprocess
from molt_accel.inprocess import InProcessDatabase
from private_servers import PostgresServer
from private_servers.fixtures import need_servers, postgres

pytestmark = pytest.mark.usefixtures("library")

__all__ = ["need_servers", "postgres"]

pa = pytest.importorskip("pyarrow", reason="SKIPPED WITHOUT pyarrow: pip install pyarrow")
psycopg = pytest.importorskip("psycopg", reason="SKIPPED WITHOUT psycopg: pip install psycopg")

ENDLESS = "SELECT generate_series(1, 2000000000) AS i, repeat('x', 100) AS t"
"""Rows that come at once; in a FROM, PostgreSQL makes all of them first."""

STALLING = """
SELECT repeat('x', 100), CASE WHEN i > 1000 THEN pg_sleep(60)::text END
FROM (SELECT generate_series(1, 1001) AS i) AS numbers
"""
"""A thousand rows at once, more than a server's buffer holds; then nothing for a minute."""

FAILURES = (OSError, pa.ArrowException)
"""What pyarrow makes of an error in the middle of a stream."""


@pytest.fixture
def database(postgres: PostgresServer) -> InProcessDatabase:
    return inprocess.open_postgres(
        {
            "host": str(postgres.folder),
            "port": postgres.port,
            "user": "molt",
            "database": "molt",
            "settings": {"TimeZone": "UTC", "application_name": "molt-columns"},
            "connections": 2,
        }
    )


def read(database: InProcessDatabase, sql: str, **options: Any) -> Any:
    """The whole result, with every rule of the format checked."""
    table = pa.table(database.columns(sql, **options))
    table.validate(full=True)
    return table


def fetch(postgres: PostgresServer, sql: str) -> list[tuple[Any, ...]]:
    """The same rows by psycopg."""
    with psycopg.connect(postgres.socket_url(), autocommit=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.cursor(binary=True).execute(sql).fetchall()


SCALARS = {
    "boolean": ("bool", ["true", "false"]),
    "smallint": ("int16", ["-32768", "0", "32767"]),
    "integer": ("int32", ["-2147483648", "0", "2147483647"]),
    "bigint": ("int64", ["-9223372036854775808", "0", "9223372036854775807"]),
    "oid": ("uint32", ["0", "4294967295"]),
    "real": ("float", ["1.5", "-0.0", "1e-45", "3.4028235e38", "Infinity", "-Infinity", "NaN"]),
    "double precision": ("double", ["0.1", "5e-324", "1.7976931348623157e308", "-Infinity", "NaN"]),
    "numeric(10, 2)": ("decimal128(10, 2)", ["0", "-0.01", "99999999.99", "1234.5", "-100"]),
    "numeric(38, 38)": ("decimal128(38, 38)", ["0", "-0." + "9" * 38, "1e-38", "0.5"]),
    "numeric(38, 0)": ("decimal128(38, 0)", ["9" * 38, "-" + "9" * 38, "10000", "1"]),
    "date": ("date32[day]", ["0001-01-01", "1969-12-31", "2000-02-29", "9999-12-31"]),
    "time": ("time64[us]", ["00:00:00", "23:59:59.999999"]),
    "timestamp": ("timestamp[us]", ["0001-01-01", "1999-12-31 23:59:59.999999", "9999-12-31"]),
    "timestamptz": ("timestamp[us, tz=UTC]", ["0001-01-02 00:00+01", "2024-02-29 12:00-08"]),
    "uuid": ("extension<arrow.uuid>", ["00000000-0000-0000-0000-000000000001", str(uuid.uuid4())]),
    "bytea": ("binary", ["", "\\x00ff", "\\x" + "ab" * 100]),
    "text": ("string", ["", "Zürich 日本 \U0001f600", "x" * 5000]),
    "varchar(8)": ("string", ["ab"]),
    "char(5)": ("string", ["ab"]),
    "name": ("string", ["pg_class"]),
    "integer[]": ("list<item: int32>", ["{}", "{1,NULL,-3}"]),
    "text[]": ("list<item: string>", ["{}", '{"a b",NULL,é}', "{''}"]),
    "boolean[]": ("list<item: bool>", ["{t,f,NULL}"]),
    "timestamptz[]": ("list<item: timestamp[us, tz=UTC]>", ["{2024-02-29 12:00+00,NULL}"]),
    "numeric(5, 2)[]": ("list<item: decimal128(5, 2)>", ["{1.25,NULL,-999.99}"]),
}
"""Types that have columns of their own: the Arrow type, and values."""

TEXTS = {
    "numeric": ["NaN", "-Infinity", "1" + "0" * 200 + ".5"],
    "numeric(3, -2)": ["12345"],
    "numeric[]": ["{1,2.50}"],
    "json": ['{"a":  [1, null]}'],
    "jsonb": ['{"a":  [1, null]}'],
    "xml": ["<a>é</a>"],
    "inet": ["10.0.0.1/8", "::1/64"],
    "cidr": ["10.0.0.0/8"],
    "macaddr": ["08:00:2b:01:02:03"],
    "bit(3)": ["101"],
    "varbit": ["10101"],
    "money": ["-12.34"],
    "timetz": ["10:00:00+02"],
    "point": ["(1,2)"],
    "int4range": ["[1,5)"],
    "tsvector": ["a:1 b:2"],
    "inet[]": ["{10.0.0.1,::1}"],
    '"char"': ["a"],
    "pg_lsn": ["16/B374D848"],
}
"""Types that come as the text that PostgreSQL writes."""


def select(name: str, values: list[str]) -> str:
    """The values as one column, with nulls between them."""
    rows = ", ".join(f"(NULL::{name}), ($molt${value}$molt$::{name})" for value in values)
    return f"SELECT v FROM (VALUES {rows}) AS t (v)"


def same(ours: Any, theirs: Any) -> bool:
    """Equal, and NaN equals NaN."""
    if isinstance(theirs, float) and math.isnan(theirs):
        return isinstance(ours, float) and math.isnan(ours)
    if isinstance(theirs, float) and theirs == 0:
        return ours == 0 and math.copysign(1, ours) == math.copysign(1, theirs)
    return type(ours) is type(theirs) and ours == theirs


@pytest.mark.parametrize("name", SCALARS)
def test_values_are_those_of_psycopg(
    database: InProcessDatabase, postgres: PostgresServer, name: str
) -> None:
    arrow_type, values = SCALARS[name]
    sql = select(name, values)
    column = read(database, sql).column("v")
    assert str(column.type) == arrow_type
    expected = [row[0] for row in fetch(postgres, sql)]
    ours = column.to_pylist()
    assert len(ours) == len(expected)
    assert all(map(same, ours, expected)), (ours, expected)


@pytest.mark.parametrize("name", TEXTS)
def test_other_types_come_as_text(
    database: InProcessDatabase, postgres: PostgresServer, name: str
) -> None:
    sql = select(name, TEXTS[name])
    column = read(database, sql).column("v")
    assert column.type == pa.string()
    expected = fetch(postgres, f"SELECT v::text FROM ({sql}) AS t")
    assert [(value,) for value in column.to_pylist()] == expected


def test_documents_in_arrays_are_their_texts(database: InProcessDatabase) -> None:
    column = read(database, """SELECT ARRAY['{"a":1}', NULL, '[2]']::jsonb[] AS v""").column("v")
    assert column.to_pylist() == [['{"a": 1}', None, "[2]"]]


def test_enumerations_domains_and_unknown_types(
    database: InProcessDatabase, postgres: PostgresServer
) -> None:
    postgres.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN price AS numeric(6, 2);"
        "CREATE TYPE pair AS (a int, b text)"
    )
    sql = "SELECT 'ok'::mood AS m, 1.5::price AS p, ROW(1, 'x y')::pair AS r, 'u' AS u"
    table = read(database, sql)
    assert [str(field.type) for field in table.schema] == [
        "string", "decimal128(6, 2)", "string", "string",
    ]  # fmt: skip
    assert table.to_pylist() == [{"m": "ok", "p": Decimal("1.50"), "r": '(1,"x y")', "u": "u"}]


def test_intervals_keep_their_parts(database: InProcessDatabase) -> None:
    sql = select("interval", ["1 year 2 mons -3 days 04:05:06.000007", "-1 mon"])
    found = [tuple(value) for value in read(database, sql).column("v").to_pylist() if value]
    assert found == [(14, -3, 14_706_000_007_000), (-1, 0, 0)]


def test_dates_beyond_those_of_python(
    database: InProcessDatabase, postgres: PostgresServer
) -> None:
    values = ["4713-01-01 BC", "5874897-12-31", "1970-01-01"]
    days = read(database, select("date", values)).column("v").cast(pa.int32()).drop_null()
    expected = [
        fetch(postgres, f"SELECT '{value}'::date - '1970-01-01'::date")[0][0] for value in values
    ]
    assert days.to_pylist() == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", "infinity"), ("timestamp", "-infinity"), ("timestamptz", "infinity"),
        ("timestamp", "294276-12-31"), ("time", "24:00"), ("numeric(5, 2)", "NaN"),
        ("integer[]", "{{1,2},{3,4}}"), ("interval", "2562048 hours"),
        ("date[]", "{2020-01-01,infinity}"),
    ],
)  # fmt: skip
def test_what_arrow_does_not_have_is_an_error(
    database: InProcessDatabase, name: str, value: str
) -> None:
    with pytest.raises(FAILURES, match="unsupported: row 1 holds a value in column v"):
        read(database, select(name, [value]))
    assert read(database, "SELECT 1 AS a").to_pylist() == [{"a": 1}]


RANDOM = """
SELECT i,
    CASE WHEN random() < 0.9 THEN (random() * 65535 - 32768)::smallint END AS a,
    CASE WHEN random() < 0.5 THEN (random() * 4e9 - 2e9)::integer END AS b,
    (random() * 1.8e19 - 9e18)::bigint AS c,
    CASE WHEN random() < 0.7 THEN random() * 1e9 END AS d,
    CASE WHEN random() < 0.8 THEN repeat('xé', (random() * 30)::int) END AS e,
    CASE WHEN random() < 0.8 THEN decode(repeat('00ff', (random() * 9)::int), 'hex') END AS f,
    (CASE WHEN random() < 0.8 THEN random() * 1e9 - 5e8 END)::numeric(12, 3) AS g,
    CASE WHEN random() < 0.8 THEN timestamptz '2020-01-01' + random() * interval '9 y' END AS h,
    CASE WHEN random() < 0.8 THEN random() < 0.5 END AS k,
    CASE WHEN random() < 0.8 THEN ARRAY[NULL, i, (random() * 1e9)::int] END AS l,
    CASE WHEN random() < 0.8 THEN string_to_array(repeat('t,', i % 4), ',') END AS m
FROM generate_series(1, 5000) AS i
"""


@pytest.mark.parametrize("batch_rows", [1, 63, 777, 0])
def test_random_rows_are_those_of_psycopg(
    database: InProcessDatabase, postgres: PostgresServer, batch_rows: int
) -> None:
    columns_sql = "i, a, b, c, d, e, f, g, h, k, l, m"
    postgres.execute(
        "DROP TABLE IF EXISTS random_rows; SELECT setseed(0.25);"
        f"CREATE TABLE random_rows AS {RANDOM}"
    )
    sql = f"SELECT {columns_sql} FROM random_rows ORDER BY i"
    table = read(database, sql, batch_rows=batch_rows)
    expected = fetch(postgres, sql)
    assert [tuple(row.values()) for row in table.to_pylist()] == expected
    sizes = [batch.num_rows for batch in table.to_batches()]
    assert max(sizes) == (batch_rows or 5000)
    assert sum(sizes) == 5000


def test_parameters_are_bound(database: InProcessDatabase) -> None:
    sql = "SELECT $1::int + 1 AS a, $2::text AS b, $3::date AS c"
    table = read(database, sql, arguments=arguments([41, "it's", "2020-02-29"]))
    day = datetime.date(2020, 2, 29)
    assert table.to_pylist() == [{"a": 42, "b": "it's", "c": day}]


def test_an_empty_result_has_its_columns(database: InProcessDatabase) -> None:
    table = read(database, "SELECT 1 AS a, 'x'::text AS b WHERE false")
    assert table.num_rows == 0
    assert table.schema == pa.schema([("a", pa.int32()), ("b", pa.string())])
    assert read(database, "SELECT 1 AS a, 2 AS a").schema.names == ["a", "a"]


def test_errors_before_the_first_row_are_molts(database: InProcessDatabase, tmp_path: Path) -> None:
    with pytest.raises(errors.InvalidInput, match="nowhere") as caught:
        database.columns("SELECT * FROM nowhere")
    assert caught.value.offset == 14
    with pytest.raises(errors.InvalidInput):
        database.columns("SELECT $1::int")
    with pytest.raises(errors.InvalidInput):
        database.columns("CREATE TABLE t (a int)")
    with pytest.raises(errors.InvalidInput):
        database.columns("SELECT '\ud800'")
    with pytest.raises(OverflowError):
        database.columns("SELECT 1", batch_rows=-1)
    if inprocess.shares_sqlite():
        (tmp_path / "empty.sqlite3").touch()
        with pytest.raises(errors.Unsupported):
            inprocess.open_sqlite(tmp_path / "empty.sqlite3").columns("SELECT 1")
    assert read(database, "SELECT 1 AS a").num_rows == 1


def test_errors_among_the_rows_carry_the_sentence(
    database: InProcessDatabase, postgres: PostgresServer
) -> None:
    postgres.execute("CREATE SEQUENCE column_numbers")
    with pytest.raises(FAILURES, match="division by zero"):
        read(database, "SELECT 1 / (1000 - i) FROM generate_series(1, 2000) AS i")
    with pytest.raises(FAILURES, match="forbidden"):
        read(database, "SELECT nextval('column_numbers')")
    with pytest.raises(FAILURES, match="timeout"):
        read_among_the_rows(database, STALLING)
    with pytest.raises(errors.Timeout):
        read(database, "SELECT pg_sleep(60)::text", timeout=0.1)
    with pytest.raises(FAILURES, match="too_large: the answer has more than the allowed 9 rows"):
        read(database, "SELECT generate_series(1, 10)", row_limit=9)
    with pytest.raises(FAILURES, match="too_large"):
        read(database, "SELECT repeat('x', 1000) FROM generate_series(1, 10)", byte_limit=5000)
    assert read(database, "SELECT generate_series(1, 10)", row_limit=10).num_rows == 10


def read_among_the_rows(database: InProcessDatabase, sql: str) -> None:
    """Reads with a timeout that does not pass before the first row."""
    for timeout in TIMEOUTS:
        with contextlib.suppress(errors.Timeout):
            read(database, sql, timeout=timeout)


def sessions(postgres: PostgresServer) -> list[str]:
    """The states of Molt's sessions."""
    sql = "SELECT state FROM pg_stat_activity WHERE application_name = 'molt-columns'"
    return [row[0] for row in fetch(postgres, sql)]


@pytest.mark.parametrize("way", ["close", "drop", "with", "capsule", "reader", "batch"])
def test_an_abandoned_stream_ends_its_run(
    database: InProcessDatabase, postgres: PostgresServer, way: str
) -> None:
    stream = database.columns(ENDLESS)
    batch = None
    if way == "close":
        stream.close()
        stream.close()
        with pytest.raises(ValueError, match="taken already"):
            stream.__arrow_c_stream__()
    elif way == "with":
        with stream:
            pass
    elif way == "capsule":
        capsule = stream.__arrow_c_stream__()
        with pytest.raises(ValueError, match="taken already"):
            stream.__arrow_c_stream__()
        del capsule
    elif way in ("reader", "batch"):
        reader = pa.RecordBatchReader.from_stream(stream)
        batch = reader.read_next_batch() if way == "batch" else None
        del reader
    del stream
    gc.collect()
    wait_until(lambda: "active" not in sessions(postgres))
    assert read(database, "SELECT 1 AS a").num_rows == 1
    if batch is not None:
        # What was taken stays, also without the database.
        del database
        batch.validate(full=True)
        assert batch.num_rows == 65_536
        assert batch.column(0)[65_535].as_py() == 65_536


def resident_bytes() -> int:
    """How much memory of this process is in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_memory_of_a_stream_is_flat(database: InProcessDatabase) -> None:
    def drain(count: int) -> int:
        sql = f"SELECT i, repeat('x', 50) AS t FROM generate_series(1, {count}) AS i"
        most = 0
        for batch in pa.RecordBatchReader.from_stream(database.columns(sql)):
            most = max(most, resident_bytes())
            assert batch.num_rows
        return most

    first = drain(300_000)
    # The whole would be 100 MB.
    assert drain(1_500_000) - first < 24 << 20
    for _ in range(20):
        drain(100_000)
    assert drain(100_000) - first < 24 << 20


def test_reading_lets_other_threads_run(
    database: InProcessDatabase, postgres: PostgresServer
) -> None:
    names: list[list[str]] = []

    def work() -> None:
        table = read(database, "SELECT pg_advisory_xact_lock(7)::text AS a", timeout=PATIENCE)
        names.append(table.column_names)

    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory'"
    with psycopg.connect(postgres.socket_url(), autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(7)")
        thread = threading.Thread(target=work)
        thread.start()
        wait_until(lambda: bool(fetch(postgres, waiting)))
        # A reader that let nobody else run would wait for this until its timeout.
        holder.execute("SELECT pg_advisory_unlock(7)")
        thread.join()
    assert names == [["a"]]
