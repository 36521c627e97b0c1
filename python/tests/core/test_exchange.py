"""Runs on a connection that knows the statement, where libmolt sends and receives."""

from __future__ import annotations

import errno
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from core.fake_worker import SHARED_BYTE_COUNT, FakeWorker
from core.patience import PATIENCE, check_silence, wait_until
from molt_accel import _native, errors
from molt_accel._codecs import codecs
from molt_accel._codecs_pure import statements
from molt_accel.lanes import Statement
from molt_accel.worker import Client, connection
from molt_accel.worker.exchange import Exchange, Fate, exchange


@pytest.fixture(params=["native", "ctypes", "python"])
def asked(
    request: pytest.FixtureRequest, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Statement]:
    """A prepared statement that does what its arguments say; all ways must behave alike."""
    if request.param == "python":
        monkeypatch.setattr(connection, "exchange", lambda: None)
    elif exchange() is None:
        pytest.skip("set MOLT_LIBRARY to a libmolt.so")
    if request.param == "ctypes":
        monkeypatch.setattr(codecs, "worker_runner", statements.worker_runner)
        through_ctypes = Exchange(_native.library())
        monkeypatch.setattr(connection, "exchange", lambda: through_ctypes)
    client = Client(worker.path)
    statement = client.database("default").prepare("asked", b"\x80")
    assert statement.run(b"echo") == b""
    yield statement
    client.close()


@pytest.mark.parametrize(("count", "size"), [(0, 0), (1, 1), (3, 10), (50, 7000), (3, 400_000)])
def test_parts_are_joined(asked: Statement, worker: FakeWorker, count: int, size: int) -> None:
    expected = b"".join(bytes([index % 256]) * size for index in range(count)) + b"end"
    for _ in range(3):
        assert asked.run(f"parts {count} {size}".encode()) == expected
    assert worker.connection_count == 1


def test_bytes_may_come_one_by_one(asked: Statement) -> None:
    assert asked.run(b"drip") == b"one two end"


def test_an_error_keeps_the_connection(asked: Statement, worker: FakeWorker) -> None:
    for parts in (0, 2):
        with pytest.raises(errors.Unsupported) as caught:
            asked.run(f"fail 7 {parts}".encode())
        assert caught.value.offset >= -1
    assert asked.run(b"echo") == b""
    assert worker.connection_count == 1


def test_limits_are_held(asked: Statement) -> None:
    with pytest.raises(errors.TooLarge, match="100 bytes"):
        asked.run(b"parts 10 30", byte_limit=100)
    with pytest.raises(errors.TooLarge, match="9 rows"):
        asked.run(b"parts 10 30", row_limit=9)
    assert len(asked.run(b"parts 10 30", row_limit=10, byte_limit=303)) == 303


@pytest.mark.parametrize("runner", [codecs.worker_runner, statements.worker_runner])
def test_limits_below_nothing_are_refused_and_large_ones_mean_none(
    runner: Callable[..., Callable[..., bytes]], worker: FakeWorker
) -> None:
    if exchange() is None:
        pytest.skip("set MOLT_LIBRARY to a libmolt.so")
    library = _native.library()

    def failure(code: int, _kind: int, _message: str, offset: int, received: int) -> Exception:
        return KeyError(code, offset, received)

    addresses = (library.worker_run_address, library.answer_release_address)
    run = runner(*addresses, library, failure)
    for limits in ((-1, 0, 0), (0, -1, 0), (0, 0, -(2**70))):
        with pytest.raises(OverflowError, match="must not be negative"):
            run(-1, 1, 1, None, b"", *limits)
    # No socket has that number.
    with pytest.raises(KeyError) as caught:
        run(-1, 1, 1, None, b"", 2**64, 2**63, 2**70)
    assert caught.value.args == (Fate.LOST, errno.EBADF, 0)


def test_a_slow_answer_times_out_and_the_next_run_is_fine(asked: Statement) -> None:
    check_silence(lambda timeout: asked.run(b"hold", timeout=timeout))
    assert asked.run(b"echo") == b""


@pytest.mark.parametrize("request_", [b"die", b"die 3"])
def test_a_worker_that_goes_away_is_a_lost_connection(asked: Statement, request_: bytes) -> None:
    with pytest.raises(errors.ConnectionLost, match="closed the connection"):
        asked.run(request_)
    assert asked.run(b"echo") == b""


def test_an_idle_connection_that_died_is_replaced_unseen(
    asked: Statement, worker: FakeWorker
) -> None:
    worker.drop_connections()
    assert asked.run(b"echo") == b""
    assert worker.connection_count == 2


@pytest.mark.parametrize(
    "request_",
    [b"garbage 00000000", b"garbage ffffffff", b"garbage 485454502f312e31", b"unowed"],
)
def test_nonsense_is_a_mismatch(asked: Statement, request_: bytes) -> None:
    with pytest.raises(errors.WorkerMismatch, match="socket"):
        asked.run(request_)
    assert asked.run(b"echo") == b""


@pytest.fixture
def sharing(worker: FakeWorker) -> Iterator[Statement]:
    """A statement as `asked`, natively, on a connection that has had a large answer."""
    if exchange() is None:
        pytest.skip("set MOLT_LIBRARY to a libmolt.so")
    client = Client(worker.path)
    statement = client.database("default").prepare("asked", b"\x80")
    for _ in range(2):
        assert statement.run(b"shared a 100000") == b"a" * 100_000
    assert "share" not in worker.operations()
    yield statement
    client.close()


def test_large_answers_come_through_shared_memory(sharing: Statement, worker: FakeWorker) -> None:
    worker.sharing = "memory"
    first = sharing.run(b"shared b 100000")
    assert sharing.run(f"shared c {SHARED_BYTE_COUNT}".encode()) == b"c" * SHARED_BYTE_COUNT
    assert sharing.run(b"shared d 0") == b""
    assert sharing.run(b"parts 10 20000")[-5:] == b"\x09\x09end"
    assert first == b"b" * 100_000, "an answer changed under a later one"
    assert worker.operations().count("share") == 1
    assert [run.get("shared") for operation, _, run in worker.requests if operation == "run"] == [
        *[None] * 2,
        *[True] * 4,
    ]


def test_limits_are_held_in_shared_memory(sharing: Statement, worker: FakeWorker) -> None:
    worker.sharing = "memory"
    with pytest.raises(errors.TooLarge, match="100 bytes"):
        sharing.run(b"shared b 101", byte_limit=100)
    assert sharing.run(b"shared b 100", byte_limit=100) == b"b" * 100
    assert worker.connection_count == 1


def test_a_worker_that_shares_nothing_is_asked_once(sharing: Statement, worker: FakeWorker) -> None:
    for _ in range(3):
        assert sharing.run(b"shared b 100000") == b"b" * 100_000
    assert worker.operations().count("share") == 1
    assert worker.connection_count == 1


@pytest.mark.parametrize("lie", ["unsealed", "small", "no memory"])
def test_memory_that_could_be_cut_short_is_refused(
    sharing: Statement, worker: FakeWorker, lie: str
) -> None:
    worker.sharing = lie
    with pytest.raises(errors.WorkerMismatch, match="socket"):
        sharing.run(b"echo")
    assert sharing.run(b"echo") == b""
    assert worker.connection_count == 2


def test_an_answer_beyond_the_shared_memory_is_a_mismatch(
    sharing: Statement, worker: FakeWorker
) -> None:
    worker.sharing = "memory"
    with pytest.raises(errors.WorkerMismatch, match="socket"):
        sharing.run(f"shared b {SHARED_BYTE_COUNT + 1}".encode())
    assert sharing.run(b"echo") == b""


def test_a_worker_that_dies_while_it_is_asked_to_share_is_replaced_unseen(
    sharing: Statement, worker: FakeWorker
) -> None:
    worker.sharing = "die"
    assert sharing.run(b"shared b 100000") == b"b" * 100_000
    assert worker.connection_count == 2


@contextmanager
def signalled(worker: FakeWorker, handle: Callable[[], None]) -> Iterator[None]:
    """This thread gets signals once the worker has its run, until `handle` is called for one.

    More than one: a signal that comes just before a call that blocks does not end the call.
    """
    first = worker.operations().count("run") + 1
    is_handled, is_over = threading.Event(), threading.Event()
    target = threading.get_ident()

    def receive(*_: object) -> None:
        if not is_handled.is_set():
            is_handled.set()
            handle()

    def send() -> None:
        wait_until(lambda: is_over.is_set() or worker.operations().count("run") == first)
        while not is_handled.is_set() and not is_over.is_set():
            signal.pthread_kill(target, signal.SIGUSR1)
            is_handled.wait(0.1)

    before = signal.signal(signal.SIGUSR1, receive)
    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        is_over.set()
        sender.join()
        signal.signal(signal.SIGUSR1, before)


def test_a_signal_is_handled_while_an_answer_is_awaited(
    asked: Statement, worker: FakeWorker
) -> None:
    # Nobody else opens the gate: without it the answer is an error.
    with signalled(worker, worker.gate.set):
        assert asked.run(b"hold", timeout=PATIENCE) == b""


def test_an_exception_out_of_a_signal_ends_the_run(asked: Statement, worker: FakeWorker) -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        raise Stop

    start = time.monotonic()
    with signalled(worker, stop), pytest.raises(Stop):
        asked.run(b"hold", timeout=2 * PATIENCE)
    assert time.monotonic() - start < PATIENCE
    assert asked.run(b"echo") == b""
    assert worker.connection_count == 2
