"""A million rows of eight columns into memory: as Arrow, as tuples, and as bytes."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from urllib.parse import quote

from private_servers import PostgresServer

from .peer import Call, Peer

ROW_COUNT = 1_000_000
SQL = "SELECT * FROM reading"
TABLE = f"""
CREATE TABLE reading AS SELECT
    number::bigint AS id,
    (number::bigint * 7919 % 100000)::integer AS sensor,
    CASE WHEN number % 10 > 0 THEN (number % 1000)::smallint END AS level,
    sin(number) * 1000 AS value,
    'station ' || number % 5000 AS station,
    CASE WHEN number % 3 > 0 THEN md5(number::text) END AS remark,
    timestamptz '2020-01-01 00:00:00Z' + number * interval '7.000013 seconds' AS taken,
    number % 4 = 0 AS is_checked
FROM generate_series(1, {ROW_COUNT}) AS number;
VACUUM ANALYZE reading;
"""
"""Three widths of integers, a float, two texts, a timestamp and a boolean; two with nulls."""


def fill(server: PostgresServer) -> None:
    """Makes the table."""
    server.execute(TABLE)


def check(count: int) -> None:
    """Raises: ValueError unless every row has come."""
    if count != ROW_COUNT:
        raise ValueError(f"{count} rows came instead of {ROW_COUNT}")


@contextlib.contextmanager
def adbc(server: PostgresServer) -> Iterator[Call]:
    """To an Arrow table, by binary COPY."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(server.socket_url()) as connection, connection.cursor() as cursor:

        def read() -> None:
            cursor.execute(SQL)
            check(cursor.fetch_arrow_table().num_rows)

        yield read


@contextlib.contextmanager
def connectorx(server: PostgresServer) -> Iterator[Call]:
    """To an Arrow table, on one connection."""
    import connectorx

    folder = quote(str(server.folder), safe="")
    url = f"postgresql://molt@{folder}:{server.port}/molt"
    yield lambda: check(connectorx.read_sql(url, SQL, return_type="arrow").num_rows)


@contextlib.contextmanager
def psycopg_fetchall(server: PostgresServer) -> Iterator[Call]:
    """To a list of tuples, received in binary."""
    import psycopg

    with psycopg.connect(server.socket_url(), autocommit=True) as connection:
        cursor = connection.cursor(binary=True)
        yield lambda: check(len(cursor.execute(SQL).fetchall()))


@contextlib.contextmanager
def psycopg_fetchall_text(server: PostgresServer) -> Iterator[Call]:
    """To a list of tuples, in text, which is psycopg's default."""
    import psycopg

    with psycopg.connect(server.socket_url(), autocommit=True) as connection:
        cursor = connection.cursor()
        yield lambda: check(len(cursor.execute(SQL).fetchall()))


@contextlib.contextmanager
def psql_copy(server: PostgresServer) -> Iterator[Call]:
    """To nowhere: what the server and the socket take."""
    command = [str(server.program("psql")), "--no-psqlrc", "--quiet", "--command"]
    command += [r"\copy reading TO '/dev/null' WITH (FORMAT binary)", server.socket_url()]
    yield lambda: subprocess.run(command, check=True)


PEERS = [
    Peer("adbc-driver-postgresql", ("adbc-driver-postgresql",), adbc),
    Peer("connectorx", ("connectorx",), connectorx),
    Peer("psycopg fetchall, text", ("psycopg",), psycopg_fetchall_text),
    Peer("psycopg fetchall, binary", ("psycopg",), psycopg_fetchall),
    Peer("psql, binary COPY to nowhere", (), psql_copy),
]
