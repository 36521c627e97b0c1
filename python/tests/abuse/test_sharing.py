"""Clients that read large answers from memory that the worker shares with them."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from abused_worker import PATIENCE, SHAPE, AbusedWorker, wait_until
from molt_accel import arguments
from molt_accel.worker import Client

ROWS = 200
"""As many as make an answer of about 200 kB."""

SHARED_BYTE_COUNT = 512 * 1024
"""What the worker shares with one connection; all together have 128 times as much at most."""


def shared_bytes(worker: AbusedWorker) -> int:
    page = Client(worker.socket_path).metrics()
    line = next(line for line in page.splitlines() if line.startswith("molt_shared_bytes "))
    return int(line.split()[1])


def wait_for_return(worker: AbusedWorker) -> None:
    """Fails unless the worker soon shares nothing any more."""
    assert wait_until(lambda: shared_bytes(worker) == 0)


def test_shared_answers_are_right_and_the_memory_goes_back(worker: AbusedWorker) -> None:
    wait_for_return(worker)  # from those who warmed the worker
    client = Client(worker.socket_path)
    statement = client.database("default").prepare(worker.books.sql, SHAPE)
    bodies = []
    for count in (ROWS, ROWS - 1, ROWS, 1, ROWS - 2, 3000, 0, ROWS, 100):
        bodies.append((statement.run(arguments([count]), timeout=PATIENCE), count))
    # Compared at the end: no answer may change under a later one.
    for body, count in bodies:
        assert body == worker.books.answer(count)
    assert shared_bytes(worker) == SHARED_BYTE_COUNT
    client.close()
    wait_for_return(worker)


def test_more_clients_than_there_is_memory_get_their_answers_all_the_same(
    worker: AbusedWorker,
) -> None:
    clients = [Client(worker.socket_path) for _ in range(200)]
    expected = worker.books.answer(ROWS)

    def ask(client: Client) -> bool:
        statement = client.database("default").prepare(worker.books.sql, SHAPE)
        answers = {statement.run(arguments([ROWS]), timeout=PATIENCE) for _ in range(4)}
        return answers == {expected}

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, clients))
    assert shared_bytes(worker) == 128 * SHARED_BYTE_COUNT
    for client in clients:
        client.close()
    wait_for_return(worker)


VICTIM = """
import sys
from molt_accel.worker import Client
statement = Client(sys.argv[1]).database("default").prepare(sys.argv[2], bytes.fromhex(sys.argv[3]))
for number in range(10**9):
    body = statement.run(bytes.fromhex(sys.argv[4]))
    if number == 5:
        print("sharing", flush=True)
"""


def test_memory_of_killed_clients_goes_back(worker: AbusedWorker) -> None:
    command = [sys.executable, "-c", VICTIM, str(worker.socket_path), worker.books.sql, SHAPE.hex()]
    victims = [
        subprocess.Popen([*command, arguments([ROWS]).hex()], stdout=subprocess.PIPE)
        for _ in range(8)
    ]
    for victim in victims:
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"sharing\n"
    assert shared_bytes(worker) == 8 * SHARED_BYTE_COUNT
    for victim in victims:
        victim.send_signal(signal.SIGKILL)
    for victim in victims:
        victim.communicate()
    wait_for_return(worker)


def test_a_client_without_the_memory_of_a_dead_worker_goes_on(fresh_worker: AbusedWorker) -> None:
    statement = fresh_worker.statement()
    expected = fresh_worker.books.answer(ROWS)
    for _ in range(2):
        for _ in range(5):
            assert statement.run(arguments([ROWS]), timeout=PATIENCE) == expected
        fresh_worker.kill()
        fresh_worker.start()
    assert statement.run(arguments([ROWS]), timeout=PATIENCE) == expected
