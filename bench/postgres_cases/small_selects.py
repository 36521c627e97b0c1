"""Small prepared selects by key: one after the other, pipelined, and on eight connections."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import subprocess
import tempfile
from collections.abc import Iterator

from private_servers import PostgresServer

from .peer import Call, Peer

SQL = "SELECT abalance FROM pgbench_accounts WHERE aid = "
"""What `pgbench --select-only` asks."""
ACCOUNTS = 100_000
BATCH = 1_000
PIPELINE = 100
CONNECTIONS = 8


def fill(server: PostgresServer) -> None:
    """Makes pgbench's tables; every balance is another, so that a wrong row is seen."""
    pgbench(server, "--initialize", "--quiet")
    server.execute("UPDATE pgbench_accounts SET abalance = aid * 2; VACUUM ANALYZE")


def keys(count: int = BATCH) -> list[int]:
    """Random accounts, the same ones for everybody."""
    return random.Random(20130101).choices(range(1, ACCOUNTS + 1), k=count)


def check(found: list[int], wanted: list[int]) -> None:
    """Raises: ValueError unless each account has its own balance."""
    if found != [2 * key for key in wanted]:
        raise ValueError("a select gave another account's balance")


@contextlib.contextmanager
def asyncpg_selects(server: PostgresServer) -> Iterator[Call]:
    """One connection over the Unix socket, one prepared statement."""
    import asyncpg

    loop, wanted = asyncio.new_event_loop(), keys()
    connection = loop.run_until_complete(asyncpg.connect(server.socket_url()))
    statement = loop.run_until_complete(connection.prepare(SQL + "$1"))

    async def selects() -> None:
        fetch = statement.fetchval
        check([await fetch(key) for key in wanted], wanted)

    try:
        yield lambda: loop.run_until_complete(selects())
    finally:
        loop.run_until_complete(connection.close())
        loop.close()


@contextlib.contextmanager
def psycopg_selects(server: PostgresServer) -> Iterator[Call]:
    """One connection over the Unix socket, prepared, binary."""
    import psycopg

    wanted = keys()
    with psycopg.connect(server.socket_url(), autocommit=True) as connection:
        cursor = connection.cursor(binary=True)

        def selects() -> None:
            found = []
            for key in wanted:
                row = cursor.execute(SQL + "%s", (key,), prepare=True).fetchone()
                assert row is not None
                found.append(row[0])
            check(found, wanted)

        yield selects


@contextlib.contextmanager
def psycopg_pipeline(server: PostgresServer) -> Iterator[Call]:
    """One connection in pipeline mode, a hundred prepared selects at a time."""
    import psycopg

    wanted = keys()
    with psycopg.connect(server.socket_url(), autocommit=True) as connection:
        cursors = [connection.cursor(binary=True) for _ in range(PIPELINE)]

        def selects() -> None:
            found: list[int] = []
            for start in range(0, len(wanted), PIPELINE):
                part = wanted[start : start + PIPELINE]
                with connection.pipeline():
                    for cursor, key in zip(cursors, part, strict=True):
                        cursor.execute(SQL + "%s", (key,), prepare=True)
                found += [cursor.fetchone()[0] for cursor in cursors]
            check(found, wanted)

        yield selects


PEERS = [
    Peer("asyncpg", ("asyncpg",), asyncpg_selects, BATCH),
    Peer("psycopg", ("psycopg",), psycopg_selects, BATCH),
    Peer("psycopg, pipelines of 100", ("psycopg",), psycopg_pipeline, BATCH),
]


def pgbench_rate(
    server: PostgresServer, seconds: int, connections: int = CONNECTIONS, threads: int = 1
) -> float:
    """Selects per second of `pgbench -M prepared` over the Unix socket."""
    words = ["--select-only", "--protocol=prepared", f"--time={seconds}", "--no-vacuum"]
    return transactions(pgbench(server, *words, f"--client={connections}", f"--jobs={threads}"))


def pgbench_pipeline_rate(server: PostgresServer, seconds: int) -> float:
    """Selects per second of pgbench on one connection, by `PIPELINE` with one synchronisation."""
    key = f"\\set aid random(1, {ACCOUNTS})\n"
    script = "\\startpipeline\n" + (key + SQL + ":aid;\n") * PIPELINE + "\\endpipeline\n"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        words = [f"--file={file.name}", "--protocol=prepared", f"--time={seconds}"]
        return PIPELINE * transactions(pgbench(server, *words, "--no-vacuum"))


def transactions(said: str) -> float:
    """The rate that pgbench reports."""
    found = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
    if found is None:
        raise ValueError(f"pgbench said no rate: {said}")
    return float(found[1])


def pgbench(server: PostgresServer, *words: str) -> str:
    """Runs pgbench: what it said."""
    command = [str(server.program("pgbench")), *words, server.socket_url()]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout
