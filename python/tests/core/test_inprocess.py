"""The in-process lane against the real libmolt.so."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.patience import PATIENCE
from molt_accel import _native, arguments, errors, inprocess
from molt_accel._messagepack import pack
from molt_accel.inprocess import InProcessDatabase, InProcessStatement
from molt_accel.lanes import Database, Statement

pytestmark = pytest.mark.usefixtures("library")

ROW_COUNT = 20_000
SELECT = "SELECT id, name FROM flight WHERE id < ? ORDER BY id"
ENDLESS = (
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "
    "SELECT n, 'x' FROM c WHERE n < ?"
)
# Reads the file before it counts without end, so that it holds a read transaction.
ENDLESS_READING = ENDLESS.replace("SELECT 1 ", "SELECT max(id) FROM flight ")
NONE = arguments([0])


def shape(**extra: object) -> bytes:
    fields = [
        {"name": "id", "column": 0, "type": "integer"},
        {"name": "name", "column": 1, "type": "text"},
    ]
    base = {"version": 1, "style": "django", "layout": "objects", "fields": fields}
    return pack({**base, **extra})


def expected(count: int) -> bytes:
    return json.dumps([{"id": i, "name": f"flight é {i}"} for i in range(count)]).encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "flights.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE flight (id INTEGER PRIMARY KEY, name TEXT)")
        rows = [(i, f"flight é {i}") for i in range(ROW_COUNT)]
        connection.executemany("INSERT INTO flight VALUES (?, ?)", rows)
    connection.close()
    return path


@pytest.fixture
def database(path: Path) -> InProcessDatabase:
    return inprocess.open_sqlite(path)


@pytest.fixture
def statement(database: InProcessDatabase) -> InProcessStatement:
    return database.prepare(SELECT, shape())


def writer_gets_in(path: Path) -> bool:
    """Whether nobody reads the file just now."""
    connection = sqlite3.connect(path, timeout=0)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    else:
        connection.rollback()
        return True
    finally:
        connection.close()


def test_the_lane_protocols_are_filled(database: InProcessDatabase) -> None:
    assert isinstance(database, Database)
    assert isinstance(database.prepare(SELECT, shape()), Statement)


@pytest.mark.parametrize("count", [0, 1, 20, ROW_COUNT])
def test_a_run_answers_the_bytes_of_json_dumps(statement: InProcessStatement, count: int) -> None:
    assert statement.run(arguments([count])) == expected(count)


def test_runs_with_limits_they_keep_to_are_the_same(statement: InProcessStatement) -> None:
    limits = {"timeout": 60.0, "row_limit": 5, "byte_limit": len(expected(5))}
    assert statement.run(arguments([5]), **limits) == expected(5)  # type: ignore[arg-type]
    assert statement.run(arguments([5]), timeout=float("inf")) == expected(5)


def test_parameters_of_every_type_and_an_envelope_arrive(database: InProcessDatabase) -> None:
    fields = [{"name": name, "column": i, "type": "any"} for i, name in enumerate("abcde")]
    envelope = {"before": ["count", "next"], "rows": "results", "after": ["z"]}
    bytes_shape = shape(fields=fields, envelope=envelope)
    statement = database.prepare("SELECT ?, ?, ?, ?, length(?)", bytes_shape)
    data = arguments([None, True, -(2**63), "é\0x", b"\0\1"], [7, None, "u"])
    assert json.loads(statement.run(data)) == {
        "count": 7,
        "next": None,
        "results": [{"a": None, "b": 1, "c": -(2**63), "d": "é\0x", "e": 2}],
        "z": "u",
    }


def test_pieces_joined_are_the_answer(statement: InProcessStatement) -> None:
    pieces = list(statement.stream(arguments([ROW_COUNT])))
    assert len(pieces) > 5
    assert b"".join(pieces) == expected(ROW_COUNT)


def test_a_stream_left_early_ends_its_read_transaction(
    statement: InProcessStatement, path: Path
) -> None:
    stream = statement.stream(arguments([ROW_COUNT]))
    next(stream)
    assert not writer_gets_in(path)
    stream.close()  # type: ignore[attr-defined]
    assert writer_gets_in(path)


def test_rows_written_by_others_are_seen(statement: InProcessStatement, path: Path) -> None:
    assert statement.run(arguments([1])) == expected(1)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE flight SET name = 'new' WHERE id = 0")
    connection.close()
    assert b'"new"' in statement.run(arguments([1]))


@pytest.mark.parametrize(
    ("sql", "form", "error"),
    [
        ("SELECT nothing FROM flight", shape(), errors.InvalidInput),
        ("SELECT id, name FROM nowhere", shape(), errors.InvalidInput),
        ("SELEC", shape(), errors.InvalidInput),
        ("", shape(), errors.InvalidInput),
        ("SELECT '\ud800'", shape(), errors.InvalidInput),
        ("SELECT 1, 2", b"", errors.InvalidInput),
        ("SELECT 1, 2", shape(version=2), errors.InvalidInput),
        ("SELECT 1, 2", shape(unknown=1), errors.InvalidInput),
        ("DELETE FROM flight", shape(), errors.Forbidden),
        ("SELECT id, only_in_python(name) FROM flight", shape(), errors.Unsupported),
    ],
)
def test_a_statement_that_cannot_be_prepared_says_why(
    database: InProcessDatabase, sql: str, form: bytes, error: type[errors.MoltError]
) -> None:
    with pytest.raises(error) as caught:
        database.prepare(sql, form)
    assert len(str(caught.value)) > 20


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x92", arguments([]), arguments([1, 2])])
def test_wrong_arguments_are_invalid_input(statement: InProcessStatement, data: bytes) -> None:
    with pytest.raises(errors.InvalidInput):
        statement.run(data)
    with pytest.raises(errors.InvalidInput):
        list(statement.stream(data))
    assert statement.run(arguments([1])) == expected(1)


def test_limits_are_held(statement: InProcessStatement) -> None:
    with pytest.raises(errors.TooLarge, match="5"):
        statement.run(arguments([6]), row_limit=5)
    with pytest.raises(errors.TooLarge):
        statement.run(arguments([6]), byte_limit=50)
    with pytest.raises(errors.TooLarge):
        list(statement.stream(arguments([ROW_COUNT]), row_limit=5000))
    with pytest.raises(OverflowError):
        statement.run(arguments([6]), row_limit=-1)


def test_deadlines_end_endless_runs(database: InProcessDatabase) -> None:
    endless = database.prepare(ENDLESS, shape())
    start = time.monotonic()
    with pytest.raises(errors.Timeout):
        endless.run(NONE, timeout=0.05)
    with pytest.raises(errors.Timeout):
        list(endless.stream(NONE, timeout=0.05))
    with pytest.raises(errors.Timeout):
        asyncio.run(endless.run_async(NONE, timeout=0.05))
    with pytest.raises(errors.Timeout):
        endless.run(NONE, timeout=0)
    assert time.monotonic() - start < PATIENCE


def test_a_locked_file_is_unavailable(path: Path) -> None:
    database = inprocess.open_sqlite(path, busy_timeout=0.05)
    statement = database.prepare(SELECT, shape())
    writer = sqlite3.connect(path)
    writer.execute("BEGIN EXCLUSIVE")
    with pytest.raises(errors.Unavailable):
        statement.run(arguments([1]))
    writer.rollback()
    writer.close()
    assert statement.run(arguments([1])) == expected(1)


@pytest.mark.parametrize("name", ["missing.sqlite3", ".", "a\0b", "\udcff"])
def test_a_file_that_cannot_be_opened_is_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(errors.MoltError) as caught:
        inprocess.open_sqlite(f"{tmp_path}/{name}").prepare("SELECT 1, 2", shape())
    assert isinstance(caught.value, (errors.Unavailable, errors.Forbidden, errors.InvalidInput))


def test_a_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("no database at all, although it is long enough to have a header" * 20)
    with pytest.raises(errors.MoltError, match="not a database"):
        inprocess.open_sqlite(path).prepare("SELECT id, name FROM flight", shape())


def test_a_statement_keeps_its_database_open(path: Path) -> None:
    statement = inprocess.open_sqlite(path).prepare(SELECT, shape())
    gc.collect()
    assert statement.run(arguments([1])) == expected(1)
    stream = statement.stream(arguments([ROW_COUNT]))
    first = next(stream)
    del statement
    gc.collect()
    assert first + b"".join(stream) == expected(ROW_COUNT)


def test_a_dropped_database_lets_go_of_its_files(path: Path) -> None:
    def descriptors() -> int:
        links = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")]
        return sum(os.path.realpath(link) == str(path) for link in links)

    statement = inprocess.open_sqlite(path).prepare(SELECT, shape())
    statement.run(arguments([1]))
    assert descriptors() > 0
    del statement
    gc.collect()
    assert descriptors() == 0


def test_many_threads_share_a_statement(statement: InProcessStatement) -> None:
    answers = {count: expected(count) for count in range(50)}

    def work(index: int) -> bool:
        count = index % 50
        data = arguments([count])
        return statement.run(data) == answers[count] == b"".join(statement.stream(data))

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(1000)))


def test_what_runs_with_limits_keeps_what_it_needs(path: Path) -> None:
    run = (
        inprocess.open_sqlite(path)
        .prepare(SELECT, shape())
        .limited(timeout=PATIENCE, row_limit=10, byte_limit=0)
    )
    gc.collect()
    for _ in range(3):
        assert run(arguments([10])) == expected(10)
        with pytest.raises(errors.TooLarge) as caught:
            run(arguments([11]))
        assert "10 rows" in caught.value.message
        with pytest.raises(errors.InvalidInput):
            run(b"\xc1")
        with pytest.raises(TypeError):
            run(None)  # type: ignore[arg-type]


def test_each_thread_has_its_answer_in_memory_of_its_own(statement: InProcessStatement) -> None:
    run = statement.limited(timeout=None, row_limit=0, byte_limit=0)
    counts = [*range(0, 400, 7), 5_000] * 4
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda count: run(arguments([count])), counts))
    assert answers == [expected(count) for count in counts]


def test_a_large_answer_leaves_no_memory_behind(database: InProcessDatabase) -> None:
    sql = "SELECT ? AS id, replace(hex(zeroblob(4000000)), '0', 'x') AS name"
    run = database.prepare(sql, shape()).limited(timeout=None, row_limit=0, byte_limit=0)
    assert len(run(arguments([1]))) > 8_000_000
    gc.collect()
    before = resident()
    for number in range(20):
        assert run(arguments([number]))[:8] == b'[{"id": '
    assert resident() - before < 64 << 20


def resident() -> int:
    """How many bytes of memory this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_other_threads_run_python_during_a_run(database: InProcessDatabase, path: Path) -> None:
    endless = database.prepare(ENDLESS_READING, shape())
    cancellation = _native.Cancellation(_native.library())
    ends: list[type[Exception]] = []

    def run() -> None:
        try:
            endless.run(NONE, timeout=PATIENCE, cancellation=cancellation)
        except Exception as error:
            ends.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    while writer_gets_in(path):
        assert thread.is_alive()
    for _ in range(10):
        assert not writer_gets_in(path)
        time.sleep(0.005)
    # A run that let nobody else run Python would have ended by its deadline.
    cancellation.cancel()
    thread.join()
    assert ends == [errors.Cancelled]


def test_a_child_after_a_fork_runs_what_its_parent_prepared(
    statement: InProcessStatement, path: Path
) -> None:
    assert statement.run(arguments([3])) == expected(3)
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
    assert statement.run(arguments([500])) == expected(500)
    assert writer_gets_in(path)


def test_run_async_and_stream_async_give_the_same_bytes(statement: InProcessStatement) -> None:
    async def main() -> None:
        counts = list(range(40))
        runs = (statement.run_async(arguments([count]), timeout=60) for count in counts)
        assert await asyncio.gather(*runs) == [expected(count) for count in counts]
        stream = statement.stream_async(arguments([ROW_COUNT]), timeout=60)
        assert b"".join([piece async for piece in stream]) == expected(ROW_COUNT)

    asyncio.run(main())


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_cancelled_task_ends_the_native_run(
    database: InProcessDatabase, path: Path, is_streamed: bool
) -> None:
    endless = database.prepare(ENDLESS_READING, shape())

    async def consume() -> None:
        if is_streamed:
            async for _ in endless.stream_async(NONE):
                pass
        else:
            await endless.run_async(NONE)

    async def main() -> None:
        task = asyncio.create_task(consume())
        while writer_gets_in(path):
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    # Leaving the loop waits for the executor's threads: an endless run would keep it for ever.
    asyncio.run(asyncio.wait_for(main(), PATIENCE))
    gc.collect()
    assert writer_gets_in(path)


def test_an_async_stream_left_early_ends_its_read_transaction(
    statement: InProcessStatement, path: Path
) -> None:
    async def main() -> None:
        stream = statement.stream_async(arguments([ROW_COUNT]))
        await anext(stream)
        assert not writer_gets_in(path)
        await stream.aclose()  # type: ignore[attr-defined]
        assert writer_gets_in(path)

    asyncio.run(main())


def test_memory_returns_to_its_level(statement: InProcessStatement) -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    data = arguments([2000])

    def rounds(count: int) -> None:
        for _ in range(count):
            statement.run(data)
            for piece in statement.stream(data):
                assert piece
                break
            with pytest.raises(errors.TooLarge):
                statement.run(data, row_limit=1)

    rounds(50)
    before = resident()
    rounds(300)
    assert resident() - before < 8 * 1024 * 1024
