"""The in-process lane on a private PostgreSQL server, through the real libmolt.so."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterator

import pytest

from core.patience import PATIENCE, wait_until
from molt_accel import arguments, errors, inprocess
from molt_accel._messagepack import pack
from molt_accel.inprocess import InProcessDatabase, InProcessStatement
from private_servers import PostgresServer
from private_servers.fixtures import need_servers, postgres

pytestmark = pytest.mark.usefixtures("library")

__all__ = ["need_servers", "postgres"]

SELECT = "SELECT i, 'flight é ' || i FROM generate_series(0, $1 - 1) AS i"
ENDLESS = (
    "SELECT i, 'x' FROM generate_series(1, 100000) AS i WHERE i < $1 AND pg_sleep(0.1)::text = 'x'"
)


def shape(**extra: object) -> bytes:
    fields = [
        {"name": "id", "column": 0, "type": "integer"},
        {"name": "name", "column": 1, "type": "text"},
    ]
    base = {"version": 1, "style": "django", "layout": "objects", "fields": fields}
    return pack({**base, "parameters": [23], **extra})


def expected(count: int) -> bytes:
    return json.dumps([{"id": i, "name": f"flight é {i}"} for i in range(count)]).encode()


@pytest.fixture
def options(postgres: PostgresServer) -> dict[str, object]:
    return {
        "host": str(postgres.folder),
        "port": postgres.port,
        "user": "molt",
        "database": "molt",
        "settings": {"TimeZone": "UTC", "application_name": "molt-test"},
        "connections": 2,
    }


@pytest.fixture
def database(options: dict[str, object]) -> InProcessDatabase:
    return inprocess.open_postgres(options)


@pytest.fixture
def statement(database: InProcessDatabase) -> InProcessStatement:
    return database.prepare(SELECT, shape())


@pytest.mark.parametrize("count", [0, 1, 20, 20_000])
def test_a_run_answers_the_bytes_of_json_dumps(statement: InProcessStatement, count: int) -> None:
    assert statement.run(arguments([count])) == expected(count)


def test_a_stream_is_the_answer_in_pieces(statement: InProcessStatement) -> None:
    pieces = list(statement.stream(arguments([20_000])))
    assert b"".join(pieces) == expected(20_000)
    assert all(len(piece) <= 70_000 for piece in pieces)


def test_a_stream_that_is_dropped_leaves_the_database_usable(
    statement: InProcessStatement,
) -> None:
    stream: Iterator[bytes] = statement.stream(arguments([1_000_000]))
    next(stream)
    del stream
    assert statement.run(arguments([3])) == expected(3)


def test_a_child_after_a_fork_opens_its_own_connections(
    statement: InProcessStatement,
) -> None:
    assert statement.run(arguments([3])) == expected(3)
    stream = statement.stream(arguments([50_000]))
    first = next(stream)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            is_right = statement.run(arguments([500])) == expected(500)
            is_right = is_right and b"".join(statement.stream(arguments([9]))) == expected(9)
            status = 0 if is_right else 2
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    # Neither the parent's idle connections nor the one that streams have noticed.
    assert first + b"".join(stream) == expected(50_000)
    assert statement.run(arguments([500])) == expected(500)


def test_limits_are_errors(database: InProcessDatabase, statement: InProcessStatement) -> None:
    with pytest.raises(errors.TooLarge):
        statement.run(arguments([100]), row_limit=99)
    with pytest.raises(errors.TooLarge):
        statement.run(arguments([100]), byte_limit=1000)
    start = time.monotonic()
    with pytest.raises(errors.Timeout):
        database.prepare(ENDLESS, shape()).run(arguments([1000]), timeout=0.05)
    # By itself it would take 100 seconds.
    assert time.monotonic() - start < PATIENCE
    assert statement.run(arguments([3])) == expected(3)


def test_a_cancelled_task_ends_the_run(
    database: InProcessDatabase, statement: InProcessStatement, postgres: PostgresServer
) -> None:
    states = "SELECT state FROM pg_stat_activity WHERE application_name = 'molt-test'"

    async def main() -> None:
        endless = database.prepare(ENDLESS, shape())
        task = asyncio.create_task(endless.run_async(arguments([10_000])))
        await asyncio.to_thread(wait_until, lambda: "active" in postgres.execute(states))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    start = time.monotonic()
    asyncio.run(main())
    # By itself it would take 1,000 seconds.
    assert time.monotonic() - start < 2 * PATIENCE
    assert statement.run(arguments([3])) == expected(3)


def test_threads_share_a_statement(statement: InProcessStatement) -> None:
    wrong: list[int] = []

    def work(start: int) -> None:
        for count in range(start, start + 50):
            if statement.run(arguments([count])) != expected(count):
                wrong.append(count)

    threads = [threading.Thread(target=work, args=(start,)) for start in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"sslmode": "require"}, errors.Unsupported),
        ({"sslmode": "sometimes"}, errors.InvalidInput),
        ({"nonesuch": 1}, errors.InvalidInput),
        ({"port": 70_000}, errors.InvalidInput),
        ({"port": -1}, errors.InvalidInput),
        ({"user": ""}, errors.InvalidInput),
        ({"settings": {"nonesuch": "1"}}, errors.MoltError),
        ({"database": "nonesuch"}, errors.Unavailable),
        ({"host": "/nonesuch"}, errors.Unavailable),
        ({"host": None}, errors.InvalidInput),
    ],
)
def test_options_that_cannot_work_say_so(
    options: dict[str, object], change: dict[str, object], error: type[errors.MoltError]
) -> None:
    with pytest.raises(error):
        inprocess.open_postgres({**options, **change})
