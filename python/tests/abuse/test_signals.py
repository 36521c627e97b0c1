"""SIGTERM and kill -9 while requests are under way."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter

import pytest

import raw_frames
from abused_worker import PATIENCE, AbusedWorker, wait_until
from molt_accel import arguments
from molt_accel.errors import Unavailable

COUNT = 300


class Load:
    """Threads that ask again and again until they are told to stop."""

    def __init__(self, worker: AbusedWorker, thread_count: int) -> None:
        self.worker = worker
        self.outcomes: Counter[str] = Counter()
        self.stopping = threading.Event()
        self.expected = worker.books.answer(COUNT)
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.ask) for _ in range(thread_count)]

    def __enter__(self) -> Load:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in self.threads), "a client hangs"

    def ask(self) -> None:
        statement = self.worker.statement()
        while not self.stopping.is_set():
            try:
                body = statement.run(arguments([COUNT]), timeout=PATIENCE)
                outcome = "answered" if body == self.expected else "wrong bytes"
            except Unavailable:
                outcome = "unavailable"
                time.sleep(0.005)
            except Exception as error:
                outcome = type(error).__name__
            with self.lock:
                self.outcomes[outcome] += 1

    def wait_for_answers(self, more: int) -> None:
        """Returns when so many requests more were answered."""
        goal = self.outcomes["answered"] + more
        if not wait_until(lambda: self.outcomes["answered"] >= goal):
            pytest.fail(f"no answers any more: {self.outcomes}")


def test_sigterm_answers_what_was_accepted_and_exits_with_0(fresh_worker: AbusedWorker) -> None:
    identifiers = set(range(3, 103))
    with fresh_worker.connect() as connection:
        connection.sendall(
            fresh_worker.opening()
            + b"".join(raw_frames.run(number, COUNT) for number in identifiers)
        )
        incoming = raw_frames.replies(connection)
        said_hello, _ = next(incoming)
        assert said_hello["status"] == "done"
        # What it has read it has accepted, before it looks at a signal.
        assert wait_until(lambda: raw_frames.unread_byte_count(connection) == 0)
        fresh_worker.send_signal(signal.SIGTERM)
        found = raw_frames.answers(incoming, identifiers)
    assert set(found.values()) == {fresh_worker.books.answer(COUNT)}
    assert fresh_worker.wait() == 0


def test_sigterm_under_load_ends_soon_and_never_gives_wrong_bytes(
    fresh_worker: AbusedWorker,
) -> None:
    with Load(fresh_worker, 8) as load:
        load.wait_for_answers(200)
        fresh_worker.send_signal(signal.SIGTERM)
        assert fresh_worker.wait() == 0
    assert set(load.outcomes) <= {"answered", "unavailable"}, load.outcomes


def test_kill_9_and_restart_under_load_and_the_clients_recover(fresh_worker: AbusedWorker) -> None:
    with Load(fresh_worker, 8) as load:
        for _ in range(3):
            load.wait_for_answers(200)
            fresh_worker.kill()
            fresh_worker.start()
        load.wait_for_answers(200)
    assert set(load.outcomes) <= {"answered", "unavailable"}, load.outcomes
    fresh_worker.check_correct()


def test_a_restart_after_sigterm_serves_the_same_clients(fresh_worker: AbusedWorker) -> None:
    with Load(fresh_worker, 4) as load:
        load.wait_for_answers(50)
        fresh_worker.send_signal(signal.SIGTERM)
        fresh_worker.wait()
        fresh_worker.start()
        load.wait_for_answers(50)
    assert set(load.outcomes) <= {"answered", "unavailable"}, load.outcomes
