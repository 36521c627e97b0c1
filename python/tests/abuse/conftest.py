"""Abuse of a real `molt worker`: what must never crash it, hang it or make it answer wrong bytes.

MOLT_BINARY names the program. Every test ends with the worker alive, answering correctly, and with
its memory back at the level it had when it was warm.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "servers"))

from abused_worker import MEMORY_MARGIN, POOL_SIZE, AbusedWorker, Books
from molt_accel._locations import BINARY_VARIABLE, binary_path
from molt_accel.errors import BinaryNotFound
from private_servers import postgres_server

TEST_SECONDS = 600
TABLE = "CREATE TABLE book"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "abuse: ill-treats a real worker")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.abuse)


@pytest.fixture(scope="session")
def binary() -> Path:
    try:
        return binary_path()
    except BinaryNotFound as error:
        if os.environ.get(BINARY_VARIABLE):
            raise
        pytest.skip(f"{error} Set {BINARY_VARIABLE} to the built program to run the abuse tests.")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def books(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Books]:
    """A database of 8,000 rows of about 1 kB, and what the worker must answer about it."""
    rows = [(number, f"{number:05} " + 'é“x\\"' * 150) for number in range(1, 8001)]
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("abuse") / "books.sqlite3"
        connection = sqlite3.connect(path)
        connection.execute(f"{TABLE} (id INTEGER PRIMARY KEY, title TEXT NOT NULL)")
        connection.executemany("INSERT INTO book VALUES (?, ?)", rows)
        connection.commit()
        connection.close()
        yield Books(f"sqlite:{path}", 200, "?", rows)
    else:
        with postgres_server() as server:
            values = ", ".join(f"({number}, '{title}')" for number, title in rows)
            server.execute(f"{TABLE} (id int PRIMARY KEY, title text NOT NULL)")
            server.execute(f"INSERT INTO book VALUES {values}; ANALYZE book")
            yield Books(server.socket_url(), POOL_SIZE - 5, "$1", rows)


@pytest.fixture
def fresh_worker(binary: Path, books: Books, tmp_path: Path) -> Iterator[AbusedWorker]:
    """A worker of the test's own, for signals."""
    worker = AbusedWorker(binary, books, tmp_path)
    worker.start()
    yield worker
    worker.kill()


@pytest.fixture(scope="module")
def module_worker(
    binary: Path, books: Books, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AbusedWorker]:
    worker = AbusedWorker(binary, books, tmp_path_factory.mktemp("worker"))
    worker.start()
    worker.warm()
    yield worker
    worker.kill()


@pytest.fixture
def worker(module_worker: AbusedWorker) -> Iterator[AbusedWorker]:
    """The module's worker, which must be as well after the test as before."""
    yield module_worker
    module_worker.check_correct()
    level = module_worker.settled_memory()
    assert level <= module_worker.warm_memory + MEMORY_MARGIN, (
        f"{level >> 20} MiB resident, {module_worker.warm_memory >> 20} when warm"
    )


@pytest.fixture(autouse=True)
def bounded_time() -> Iterator[None]:
    """A hang is a failure after ten minutes, not a run that never ends."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"the test did not end within {TEST_SECONDS} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(TEST_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
