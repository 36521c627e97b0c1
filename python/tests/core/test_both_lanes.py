"""Both lanes, with the real libmolt.so and the real worker: the same bytes, the same errors."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.patience import PATIENCE, wait_until
from molt_accel import arguments, doctor, errors, inprocess
from molt_accel._locations import BINARY_VARIABLE, LIBRARY_VARIABLE, binary_path, library_path
from molt_accel._messagepack import pack
from molt_accel.lanes import Database
from molt_accel.worker import AsyncClient, Client

ROW_COUNT = 20_000
SELECT = "SELECT id, name, price FROM flight WHERE id < ? ORDER BY id"
ENDLESS = (
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "
    "SELECT n, 'x', 1.5 FROM c WHERE n < ?"
)
FIELDS = [
    {"name": "id", "column": 0, "type": "integer"},
    {"name": "name", "column": 1, "type": "text"},
    {"name": "price", "column": 2, "type": "float"},
]
SHAPE = pack({"version": 1, "style": "django", "layout": "objects", "fields": FIELDS})


def expected(count: int) -> bytes:
    rows = [{"id": i, "name": f"flight é {i}", "price": i / 7} for i in range(count)]
    return json.dumps(rows).encode()


class RealWorker:
    """A `molt worker` process."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.socket_path = folder / "molt.sock"
        self.log_path = folder / "worker.log"
        self.database = database
        self.start()

    def start(self) -> None:
        command = [binary_path(), "worker", "--socket", self.socket_path]
        command += ["--deadline", "600", "--drain-timeout", "600"]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--database", f"default=sqlite:{self.database}"], stdout=log, stderr=log
            )
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(errors.Unavailable):
                assert Client(self.socket_path).health()["status"] == "ok"
                return
            assert self.process.poll() is None, self.log_path.read_text()
            assert time.monotonic() < end, self.log_path.read_text()
            time.sleep(0.02)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="molt") as folder:
        path = Path(folder) / "flights.sqlite3"
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE flight (id INTEGER PRIMARY KEY, name TEXT, price)")
            rows = [(i, f"flight é {i}", i / 7) for i in range(ROW_COUNT)]
            connection.executemany("INSERT INTO flight VALUES (?, ?, ?)", rows)
        yield path


@pytest.fixture(scope="module")
def worker(path: Path) -> Iterator[RealWorker]:
    try:
        binary_path()
    except errors.BinaryNotFound as error:
        pytest.skip(f"SKIPPED WITHOUT the program molt: set {BINARY_VARIABLE} ({error})")
    worker = RealWorker(path.parent, path)
    yield worker
    if worker.process.poll() is None:
        assert worker.stop() == 0


@pytest.fixture
def client(worker: RealWorker) -> Client:
    return Client(worker.socket_path)


@pytest.fixture(params=["in process", "worker"])
def database(request: pytest.FixtureRequest, path: Path) -> Database:
    if request.param == "worker":
        return Client(request.getfixturevalue("worker").socket_path).database("default")
    try:
        library_path()
    except errors.LibraryNotFound as error:
        pytest.skip(f"SKIPPED WITHOUT libmolt.so: set {LIBRARY_VARIABLE} ({error})")
    return inprocess.open_sqlite(path)


@pytest.mark.parametrize("count", [0, 1, 20, 1000, ROW_COUNT])
def test_all_four_ways_to_run_give_the_bytes_of_json_dumps(database: Database, count: int) -> None:
    statement = database.prepare(SELECT, SHAPE)
    data = arguments([count])

    async def awaited() -> tuple[bytes, bytes]:
        whole = await statement.run_async(data)
        return whole, b"".join([piece async for piece in statement.stream_async(data)])

    assert statement.run(data) == expected(count)
    assert b"".join(statement.stream(data)) == expected(count)
    assert asyncio.run(awaited()) == (expected(count), expected(count))


@pytest.mark.parametrize(
    ("sql", "shape", "data", "limits", "error"),
    [
        ("SELECT nothing FROM flight", SHAPE, arguments([]), {}, errors.InvalidInput),
        ("SELECT 1, 2, 3", b"", arguments([]), {}, errors.InvalidInput),
        (SELECT, SHAPE, b"", {}, errors.InvalidInput),
        (SELECT, SHAPE, arguments([1, 2]), {}, errors.InvalidInput),
        ("DELETE FROM flight", SHAPE, arguments([]), {}, errors.Forbidden),
        ("SELECT only_in_python(1), 2, 3", SHAPE, arguments([]), {}, errors.Unsupported),
        ("SELECT 1, x'00', 3", SHAPE, arguments([]), {}, errors.Unsupported),
        (SELECT, SHAPE, arguments([6]), {"row_limit": 5}, errors.TooLarge),
        (SELECT, SHAPE, arguments([6]), {"byte_limit": 20}, errors.TooLarge),
        (ENDLESS, SHAPE, arguments([0]), {"timeout": 0.1}, errors.Timeout),
    ],
    ids=[
        *("unknown column", "no shape", "no arguments", "too many arguments", "a write"),
        *("unknown function", "a blob in JSON", "rows", "bytes", "deadline"),
    ],
)
def test_what_goes_wrong_has_one_class_in_both_lanes_and_all_four_ways(
    database: Database,
    sql: str,
    shape: bytes,
    data: bytes,
    limits: dict[str, float],
    error: type[errors.MoltError],
) -> None:
    async def stream_async() -> None:
        async for _ in database.prepare(sql, shape).stream_async(data, **limits):  # type: ignore[arg-type]
            pass

    async def run_async() -> None:
        await database.prepare(sql, shape).run_async(data, **limits)  # type: ignore[arg-type]

    for attempt in (
        lambda: database.prepare(sql, shape).run(data, **limits),  # type: ignore[arg-type]
        lambda: list(database.prepare(sql, shape).stream(data, **limits)),  # type: ignore[arg-type]
        lambda: asyncio.run(run_async()),
        lambda: asyncio.run(stream_async()),
    ):
        with pytest.raises(error) as caught:
            attempt()
        assert len(str(caught.value)) > 20
    assert database.prepare(SELECT, SHAPE).run(arguments([3])) == expected(3)


def test_threads_of_both_kinds_get_their_own_answers(database: Database) -> None:
    answers = {count: expected(count) for count in range(0, 2000, 100)}
    statement = database.prepare(SELECT, SHAPE)

    def work(index: int) -> bool:
        count = index * 100 % 2000
        return statement.run(arguments([count])) == answers[count]

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(1000)))


def test_many_tasks_get_their_own_answers(database: Database) -> None:
    statement = database.prepare(SELECT, SHAPE)

    async def main() -> None:
        counts = [index * 37 % 500 for index in range(500)]
        answers = await asyncio.gather(*(statement.run_async(arguments([c])) for c in counts))
        assert answers == [expected(count) for count in counts]

    asyncio.run(main())


def test_a_cancelled_task_frees_the_worker_s_thread(worker: RealWorker) -> None:
    async def main() -> None:
        client = AsyncClient(worker.socket_path)
        endless = client.database("default").prepare(ENDLESS, SHAPE)
        for _ in range(5):
            runs = (endless.run_async(arguments([0]), timeout=600) for _ in range(40))
            tasks = [asyncio.create_task(run) for run in runs]
            # With the request that asks.
            while "molt_requests_in_flight 41\n" not in await client.metrics():
                await asyncio.sleep(0.005)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            select = client.database("default").prepare(SELECT, SHAPE)
            assert await select.run_async(arguments([3]), timeout=PATIENCE) == expected(3)
        await client.close()

    asyncio.run(asyncio.wait_for(main(), 5 * PATIENCE))


def test_an_unknown_database_is_an_error_that_names_it(client: Client) -> None:
    with pytest.raises(errors.MoltError, match="nowhere"):
        client.database("nowhere").prepare(SELECT, SHAPE).run(arguments([1]))


def test_hello_health_and_metrics(client: Client, worker: RealWorker) -> None:
    assert client.hello()["protocol"] == 1
    assert client.hello()["databases"] == ["default"]
    assert client.health()["databases"] == {"default": "ok"}
    assert "# TYPE " in client.metrics()
    finding = doctor.diagnose(str(worker.socket_path))[-1]
    assert finding.is_good
    assert "default: ok" in finding.sentence


def test_a_thousand_statements_and_more_are_prepared_and_released(client: Client) -> None:
    database = client.database("default")
    for number in range(1200):
        sql = f"SELECT {number}, 'x', 1.5"
        assert database.prepare(sql, SHAPE).run(arguments([])).startswith(b'[{"id": %d,' % number)
    assert database.prepare("SELECT 0, 'x', 1.5", SHAPE).run(arguments([]))


def test_a_child_after_a_fork_asks_for_itself(client: Client) -> None:
    statement = client.database("default").prepare(SELECT, SHAPE)
    assert statement.run(arguments([5])) == expected(5)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if statement.run(arguments([700])) == expected(700) else 2
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert statement.run(arguments([700])) == expected(700)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_clients_recover_from_a_restart_under_load(
    worker: RealWorker, number: signal.Signals
) -> None:
    client = Client(worker.socket_path)
    statement = client.database("default").prepare(SELECT, SHAPE)
    stopping = threading.Event()
    answer = expected(300)
    wrong: list[object] = []
    counts = {"right": 0}

    def load() -> None:
        while not stopping.is_set():
            try:
                if statement.run(arguments([300])) != answer:
                    wrong.append("other bytes")
                counts["right"] += 1
            except errors.Unavailable:
                time.sleep(0.01)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: counts["right"] > 50)
        worker.stop(number)
        worker.start()
        recovered = counts["right"]
        # More than the threads may have had under way.
        wait_until(lambda: counts["right"] > recovered + 50)
    finally:
        stopping.set()
        for thread in threads:
            thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []
