"""A million rows of PostgreSQL as columns: ADBC, connectorx and psycopg against Molt.

Everybody reads the table of `postgres_cases/million_rows.py` over the server's Unix socket, in
turns in one process; medians count. Ours ends as a pyarrow table, as ADBC and connectorx do, and
once more as record batches that are counted and let go. The tables are compared first.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import alternating
import recording
import surroundings
from molt_accel import inprocess
from postgres_cases import million_rows
from postgres_cases.peer import Call, Peer, opened
from private_servers import BENCHMARKS, PostgresServer, postgres_server
from recording import compared

THEIRS = [peer for peer in million_rows.PEERS if not peer.name.startswith("psql")]


def main() -> int:
    """Compares the tables, times everything, prints and writes."""
    quick = surroundings.is_quick(__doc__)
    with postgres_server(BENCHMARKS) as server:
        print("PostgreSQL", server.execute("SHOW server_version").strip())
        million_rows.fill(server)
        check(server)
        with opened([*OURS, *THEIRS], server) as calls:
            times = alternating.measure(calls, 1 if quick else 9)
    cases = [
        compared(
            f"1,000,000 rows to {ours.name}",
            times[ours.name].median,
            times[peer.name].median,
            peer.name,
            peer.versions,
        )
        for ours in OURS
        for peer in THEIRS
    ]
    recording.show("Ratios of medians", cases)
    print(f"\n{recording.write('columns-postgres', cases)}")
    return 0


def database(server: PostgresServer) -> inprocess.InProcessDatabase:
    """The server's database, read by libmolt."""
    options = {"host": str(server.folder), "port": server.port, "user": "molt", "database": "molt"}
    return inprocess.open_postgres(options)


def check(server: PostgresServer) -> None:
    """Stops the benchmark unless our table is ADBC's."""
    import pyarrow
    from adbc_driver_postgresql import dbapi

    ours = pyarrow.table(database(server).columns(million_rows.SQL))
    ours.validate(full=True)
    with dbapi.connect(server.socket_url()) as connection, connection.cursor() as cursor:
        cursor.execute(million_rows.SQL)
        theirs = cursor.fetch_arrow_table()
    if not ours.equals(theirs.cast(ours.schema)):
        sys.exit("our table differs from ADBC's")


@contextlib.contextmanager
def arrow_table(server: PostgresServer) -> Iterator[Call]:
    """To an Arrow table."""
    import pyarrow

    opened_database = database(server)

    def read() -> None:
        table = pyarrow.table(opened_database.columns(million_rows.SQL))
        million_rows.check(table.num_rows)

    yield read


@contextlib.contextmanager
def batches(server: PostgresServer) -> Iterator[Call]:
    """To batches of which one at a time is in memory."""
    import pyarrow

    opened_database = database(server)

    def read() -> None:
        stream = opened_database.columns(million_rows.SQL)
        reader = pyarrow.RecordBatchReader.from_stream(stream)
        million_rows.check(sum(batch.num_rows for batch in reader))

    yield read


OURS = [Peer("an Arrow table", (), arrow_table), Peer("batches, one at a time", (), batches)]

if __name__ == "__main__":
    raise SystemExit(main())
