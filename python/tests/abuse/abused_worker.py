"""A `molt worker` process as the abuse tests see it, and the right answers."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import raw_frames
from molt_accel import arguments
from molt_accel._messagepack import pack
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
START_SECONDS = 20.0


@dataclass
class Books:
    """A database as `molt worker` names it, its way to write a parameter, and its rows."""

    place: str
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
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self.is_answering():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the worker did not start: {self.log_tail()}")
            time.sleep(0.02)

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

    def wait(self, seconds: float) -> int:
        """The exit code, once the process has ended."""
        assert self.process is not None
        return self.process.wait(seconds)

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

    def connect(self, timeout: float = 20.0) -> socket.socket:
        """A raw connection."""
        connection = socket.socket(socket.AF_UNIX)
        # Blocking: with a timeout, connecting to a full backlog fails at once instead of waiting.
        connection.connect(str(self.socket_path))
        connection.settimeout(timeout)
        return connection

    def check_correct(self) -> None:
        """The process lives and answers the right bytes, small and large."""
        assert self.process is not None
        assert self.process.poll() is None, f"the worker ended: {self.log_tail()}"
        statement = self.statement()
        for count in (0, 1, 20, 3000):
            body = statement.run(arguments([count]), timeout=20)
            assert body == self.books.answer(count)

    def warm(self) -> None:
        """Lets the process reach the memory it keeps: every thread and many connections at once."""

        def use() -> None:
            statement = self.statement()
            for _ in range(5):
                statement.run(arguments([8000]), timeout=30)

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
        """Resident bytes after at most ten seconds of quiet."""
        deadline = time.monotonic() + 10
        while (level := self.memory()) > self.warm_memory + MEMORY_MARGIN:
            if time.monotonic() > deadline:
                break
            time.sleep(0.2)
        return level

    def open_file_count(self) -> int:
        """How many file descriptors the process holds."""
        assert self.process is not None
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))
