"""A `molt worker` process as the abuse tests see it, and the right answers."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import raw_frames
from molt_accel import arguments
from molt_accel._messagepack import pack
from molt_accel.errors import Busy
from molt_accel.worker import Client, WorkerStatement

SHAPE = pack(
    {
        "version": 1,
        "style": "compact",
        "layout": "objects",
        "fields": [
            {"name": "id", "column": 0, "type": "integer"},
            {"name": "title", "column": 1, "type": "text"},
        ],
    }
)
MEMORY_MARGIN = 48 << 20
PATIENCE = 60.0
"""Seconds for what takes a moment on a machine that has nothing else to do."""

LIMIT_SECONDS = 600
"""The worker's own limits, which no test may meet: a busy machine is not a slow reader."""

POOL_SIZE = 40
"""Connections to a server; SQLite's files have no such limit."""


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether a condition comes true while there is patience."""
    deadline = time.monotonic() + seconds
    while not (is_true := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_true


@dataclass
class Books:
    """A database as `molt worker` names it, its way to write a parameter, and its rows.

    `slow_readers` of large answers leave others room: on a server each holds a connection.
    """

    place: str
    slow_readers: int
    parameter: str
    rows: list[tuple[int, str]]

    @property
    def sql(self) -> str:
        """The statement of most tests."""
        return f"SELECT id, title FROM book WHERE id <= {self.parameter} ORDER BY id"

    def answer(self, count: int) -> bytes:
        """What the worker must answer to `sql` with this parameter, by Python's json."""
        objects = [{"id": number, "title": title} for number, title in self.rows[:count]]
        return json.dumps(objects, ensure_ascii=False, separators=(",", ":")).encode()


class AbusedWorker:
    """One socket with a worker process behind it that can be ended and started again."""

    def __init__(self, binary: Path, books: Books, folder: Path) -> None:
        self.binary = binary
        self.books = books
        self.socket_path = folder / "molt.sock"
        self.log_path = folder / "worker.log"
        self.warm_memory = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the process and waits until it answers."""
        command = [self.binary, "worker", "--socket", self.socket_path]
        command += ["--database", f"default={self.books.place}"]
        command += ["--pool-size", str(POOL_SIZE)]
        for limit in ("--deadline", "--reader-timeout", "--drain-timeout"):
            command += [limit, str(LIMIT_SECONDS)]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        process = self.process
        wait_until(lambda: self.is_answering() or process.poll() is not None)
        assert self.is_answering(), f"the worker did not start: {self.log_tail()}"

    def is_answering(self) -> bool:
        """Whether somebody accepts connections on the socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket_path))
            except OSError:
                return False
        return True

    def send_signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def wait(self) -> int:
        """The exit code, once the process has ended, long before its drain timeout."""
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """Ends the process at once, as `kill -9` does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def log_tail(self) -> str:
        return self.log_path.read_text(errors="replace")[-2000:]

    def statement(self) -> WorkerStatement:
        """The books' SQL through a client of its own."""
        return Client(self.socket_path).database("default").prepare(self.books.sql, SHAPE)

    def opening(self) -> bytes:
        """What a raw connection says before its first run."""
        return raw_frames.hello() + raw_frames.prepare(self.books.sql, SHAPE)

    def connect(self) -> socket.socket:
        """A raw connection."""
        connection = socket.socket(socket.AF_UNIX)
        # Blocking: with a timeout, connecting to a full backlog fails at once instead of waiting.
        connection.connect(str(self.socket_path))
        connection.settimeout(PATIENCE)
        return connection

    def check_correct(self) -> None:
        """The process lives and answers the right bytes, small and large."""
        assert self.process is not None
        assert self.process.poll() is None, f"the worker ended: {self.log_tail()}"
        statement = self.statement()
        for count in (0, 1, 20, 3000):
            assert answer_when_free(statement, count) == self.books.answer(count)

    def warm(self) -> None:
        """Lets the process reach the memory it keeps: every thread and many connections at once."""

        def use() -> None:
            statement = self.statement()
            for _ in range(5):
                statement.run(arguments([8000]), timeout=LIMIT_SECONDS)

        threads = [threading.Thread(target=use) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.check_correct()
        self.warm_memory = self.memory()

    def memory(self) -> int:
        """Resident bytes."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024

    def settled_memory(self) -> int:
        """Resident bytes when they are back at their level, or do not go back.

        What the C library keeps of freed memory depends on the moment. The worker lets go of that
        after a flood, and of no memory that is lost.
        """
        limit = self.warm_memory + MEMORY_MARGIN
        deadline = time.monotonic() + PATIENCE
        while not wait_until(lambda: self.memory() <= limit, 2) and time.monotonic() < deadline:
            self.flood()
        return self.memory()

    def flood(self) -> None:
        """Lets answers wait for their readers until the worker has more than enough of them."""
        connections = [self.connect() for _ in range(3)]
        for connection in connections:
            connection.sendall(self.opening() + raw_frames.run(3, 8000))
        time.sleep(0.5)
        for connection in connections:
            raw_frames.answers(raw_frames.replies(connection), {3})
            connection.close()

    def open_file_count(self) -> int:
        """How many file descriptors the process holds."""
        assert self.process is not None
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


def answer_when_free(statement: WorkerStatement, count: int) -> bytes:
    """The answer, once runs that were given up have let go of their connections to a server.

    Until then a worker may say that it is busy, which it does after five seconds.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return statement.run(arguments([count]), timeout=PATIENCE)
        except Busy:
            if time.monotonic() > deadline:
                raise
