"""Clients that do nothing, read slowly, or vanish."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time

import pytest

import raw_frames
from abused_worker import PATIENCE, POOL_SIZE, SHAPE, AbusedWorker, wait_until
from molt_accel import arguments
from molt_accel.errors import Busy

ROWS = 8000


def test_a_thousand_idle_connections_disturb_nobody(worker: AbusedWorker) -> None:
    files = worker.open_file_count()
    idle = [worker.connect() for _ in range(1000)]
    for connection in idle[::2]:
        connection.sendall(raw_frames.hello())
    worker.check_correct()
    for connection in idle:
        connection.close()
    assert wait_until(lambda: worker.open_file_count() <= files + 20)


def test_slow_readers_get_their_bytes_and_delay_nobody(worker: AbusedWorker) -> None:
    connections = [worker.connect() for _ in range(worker.books.slow_readers)]
    for connection in connections:
        connection.sendall(worker.opening() + raw_frames.run(3, ROWS))
    readers = [SlowReader(connection) for connection in connections]
    for _ in range(4):
        for reader in readers:
            reader.read_one_frame()
        started = time.monotonic()
        worker.check_correct()
        assert time.monotonic() - started < PATIENCE, "readers that rest keep the others waiting"
    expected = worker.books.answer(ROWS)
    for reader in readers:
        assert reader.read_the_rest() == expected
        reader.connection.close()


def test_more_slow_readers_than_connections_make_others_busy_for_a_while(
    worker: AbusedWorker,
) -> None:
    if worker.books.slow_readers > POOL_SIZE:
        pytest.skip("files have as many connections as are asked for")
    connections = [worker.connect() for _ in range(POOL_SIZE)]
    for connection in connections:
        connection.sendall(worker.opening() + raw_frames.run(3, ROWS))
    for connection in connections:
        SlowReader(connection).read_the_first_part()
    with pytest.raises(Busy, match="no PostgreSQL connection became free in time"):
        worker.statement().run(arguments([1]), timeout=PATIENCE)
    for connection in connections:
        connection.close()
    worker.check_correct()


class SlowReader:
    """Takes the answer to request 3 frame by frame."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.replies = raw_frames.replies(connection)
        self.parts: list[bytes] = []

    def read_one_frame(self) -> bool:
        """Whether it was the last."""
        header, payload = next(self.replies)
        assert header["status"] != "error", payload
        if header["id"] == 3:
            self.parts.append(payload)
        return bool(header["id"] == 3 and header["status"] == "done")

    def read_the_first_part(self) -> None:
        """Its run then has one of the worker's connections to the server."""
        while not self.parts:
            assert not self.read_one_frame()

    def read_the_rest(self) -> bytes:
        while not self.read_one_frame():
            pass
        return b"".join(self.parts)


def test_connections_reset_in_the_middle_of_an_answer(worker: AbusedWorker) -> None:
    chance = random.Random(3)
    for _ in range(200):
        connection = worker.connect()
        connection.sendall(worker.opening() + raw_frames.run(3, ROWS))
        connection.recv(chance.randrange(1, 100_000))
        connection.close()


VICTIM = """
import sys
from molt_accel.worker import Client
statement = Client(sys.argv[1]).database("default").prepare(sys.argv[2], bytes.fromhex(sys.argv[3]))
while True:
    for piece in statement.stream(bytes.fromhex(sys.argv[4])):
        print("reading", flush=True)
"""


def test_client_processes_killed_in_the_middle_of_an_answer(worker: AbusedWorker) -> None:
    arguments_text = arguments([ROWS]).hex()
    command = [sys.executable, "-c", VICTIM, str(worker.socket_path), worker.books.sql, SHAPE.hex()]
    victims = [
        subprocess.Popen([*command, arguments_text], stdout=subprocess.PIPE) for _ in range(8)
    ]
    for victim in victims:
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"reading\n"
        victim.send_signal(signal.SIGKILL)
    for victim in victims:
        victim.communicate()
