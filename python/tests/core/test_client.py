"""The blocking client against a worker of threads and real sockets."""

from __future__ import annotations

import gc
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.fake_worker import FakeWorker
from core.patience import check_silence, wait_until
from molt_accel import errors
from molt_accel.lanes import Database, Statement
from molt_accel.worker import Client

SHAPE = b"\x80"


def statement(client: Client, sql: str) -> Statement:
    return client.database("default").prepare(sql, SHAPE)


@pytest.fixture
def client(worker: FakeWorker) -> Client:
    return Client(worker.path)


def test_the_client_fills_the_lane_protocols(client: Client) -> None:
    assert isinstance(client.database("default"), Database)
    assert isinstance(statement(client, "echo"), Statement)


def test_a_run_answers_and_the_second_reuses_connection_and_preparation(
    client: Client, worker: FakeWorker
) -> None:
    assert statement(client, "echo").run(b"one") == b"one"
    assert statement(client, "echo").run(b"two", timeout=90.5) == b"two"
    assert worker.operations() == ["hello", "prepare", "run", "run"]
    assert worker.requests[1][2]["shape"] == SHAPE
    # What is left when the request is made, which takes a busy machine a while.
    first, second = (header["deadline"] for _, header, _ in worker.requests[2:])
    assert 0 < first <= 30_000 < second <= 90_500
    assert worker.connection_count == 1


def test_large_answers_are_joined(client: Client) -> None:
    expected = b"".join(bytes([index]) * 100_000 for index in range(50)) + b"end"
    assert statement(client, "parts 50 100000").run(b"") == expected


def test_streams_give_the_parts_and_give_the_connection_back(
    client: Client, worker: FakeWorker
) -> None:
    pieces = list(statement(client, "parts 3 2").stream(b""))
    assert pieces == [b"\0\0", b"\1\1", b"\2\2", b"end"]
    assert statement(client, "parts 1 1").run(b"") == b"\0end"
    assert worker.connection_count == 1


def test_a_stream_left_early_closes_its_connection(client: Client, worker: FakeWorker) -> None:
    stream = statement(client, "parts 100000 1000").stream(b"")
    assert next(stream) == b"\0" * 1000
    stream.close()  # type: ignore[attr-defined]
    assert statement(client, "echo").run(b"fine") == b"fine"
    assert worker.connection_count == 2


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (1, errors.InvalidInput),
        (2, errors.Busy),
        (3, errors.Unavailable),
        (4, errors.Timeout),
        (5, errors.Cancelled),
        (6, errors.InternalError),
        (7, errors.Unsupported),
        (8, errors.TooLarge),
        (9, errors.Forbidden),
        (42, errors.InternalError),
    ],
)
def test_errors_of_the_worker_are_raised_and_keep_the_connection(
    client: Client, worker: FakeWorker, code: int, error: type[errors.MoltError]
) -> None:
    for sql in (f"fail {code}", f"fail {code} 3"):
        with pytest.raises(error, match=f"failed with {code}") as caught:
            statement(client, sql).run(b"")
        assert (caught.value.code, caught.value.offset) == (code, 12)
        with pytest.raises(error):
            list(statement(client, sql).stream(b""))
    assert statement(client, "echo").run(b"fine") == b"fine"
    assert worker.connection_count == 1


def test_a_failed_preparation_is_raised_by_the_run(client: Client, worker: FakeWorker) -> None:
    for _ in range(2):
        with pytest.raises(errors.InvalidInput, match="the SQL is bad") as caught:
            statement(client, "bad").run(b"")
        assert caught.value.offset == 7
    assert worker.operations().count("prepare") == 2
    assert worker.connection_count == 1


def test_a_slow_answer_times_out_and_the_client_recovers(client: Client) -> None:
    check_silence(lambda timeout: statement(client, "hold").run(b"", timeout=timeout))
    assert statement(client, "echo").run(b"fine") == b"fine"


def test_a_timeout_counts_the_whole_answer_and_not_each_read(client: Client) -> None:
    def drip() -> None:
        list(statement(client, "parts 1000000 10").stream(b"", timeout=0.05))

    with pytest.raises(errors.Timeout):
        drip()


@pytest.mark.parametrize("timeout", [0, -1.0])
def test_a_timeout_that_has_passed_is_raised_without_a_worker(timeout: float) -> None:
    client = Client("/nonexistent/worker.sock")
    with pytest.raises(errors.Timeout):
        statement(client, "echo").run(b"", timeout=timeout)
    with pytest.raises(errors.Timeout):
        list(statement(client, "echo").stream(b"", timeout=timeout))


@pytest.mark.parametrize("sql", ["die", "die 3"])
def test_a_worker_that_goes_away_during_a_run_is_a_lost_connection(
    client: Client, sql: str
) -> None:
    with pytest.raises(errors.ConnectionLost, match="closed the connection"):
        statement(client, sql).run(b"")
    assert statement(client, "echo").run(b"fine") == b"fine"


def test_an_idle_connection_that_died_is_replaced_unseen(
    client: Client, worker: FakeWorker
) -> None:
    assert statement(client, "echo").run(b"1") == b"1"
    worker.drop_connections()
    assert statement(client, "echo").run(b"2") == b"2"
    assert worker.operations() == ["hello", "prepare", "run"] * 2


def test_a_stream_on_an_idle_connection_that_died_is_begun_again(
    client: Client, worker: FakeWorker
) -> None:
    assert statement(client, "echo").run(b"1") == b"1"
    worker.drop_connections()
    assert list(statement(client, "echo").stream(b"2")) == [b"2"]


def test_a_restarted_worker_is_found_again(socket_path: Path) -> None:
    first = FakeWorker(socket_path)
    client = Client(socket_path)
    assert statement(client, "echo").run(b"1") == b"1"
    first.stop()
    with pytest.raises(errors.WorkerNotRunning, match="molt worker"):
        statement(client, "echo").run(b"2")
    second = FakeWorker(socket_path)
    assert statement(client, "echo").run(b"3") == b"3"
    second.stop()


def test_a_run_is_sent_again_only_once(client: Client, worker: FakeWorker) -> None:
    assert statement(client, "echo").run(b"1") == b"1"
    with pytest.raises(errors.ConnectionLost):
        statement(client, "die").run(b"")
    assert worker.operations().count("run") <= 3


@pytest.mark.parametrize("nonsense", ["00000000", "ffffffff", "485454502f312e31", "00000001c1"])
def test_nonsense_from_the_socket_is_a_mismatch(client: Client, nonsense: str) -> None:
    with pytest.raises(errors.WorkerMismatch, match="socket"):
        statement(client, f"garbage {nonsense}").run(b"")
    assert statement(client, "echo").run(b"fine") == b"fine"


def test_a_worker_of_another_version_is_named(socket_path: Path) -> None:
    worker = FakeWorker(socket_path, hello={"protocol": 9})
    with pytest.raises(errors.WorkerMismatch, match="protocol version 9"):
        statement(Client(socket_path), "echo").run(b"")
    worker.stop()


def test_hello_health_and_metrics(client: Client) -> None:
    assert client.hello()["server"] == "fake"
    assert client.health()["status"] == "ok"
    assert client.metrics().startswith("molt_requests_total")


def test_limits_are_held_by_the_client(client: Client) -> None:
    with pytest.raises(errors.TooLarge, match="100 bytes"):
        statement(client, "parts 10 30").run(b"", byte_limit=100)
    with pytest.raises(errors.TooLarge, match="9 rows"):
        statement(client, "parts 10 30").run(b"", row_limit=9)
    assert len(statement(client, "parts 10 30").run(b"", row_limit=10, byte_limit=303)) == 303


def test_many_threads_share_a_client(client: Client, worker: FakeWorker) -> None:
    shared = statement(client, "echo")

    def work(index: int) -> bool:
        own = statement(client, f"echo {index % 7}")
        data = str(index).encode()
        return shared.run(data) == data and own.run(data) == data

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(500)))
    assert worker.connection_count <= 500
    assert len(client._idle) <= client.pool_size


def test_a_child_after_a_fork_has_connections_of_its_own(
    client: Client, worker: FakeWorker
) -> None:
    shared = statement(client, "echo")
    assert shared.run(b"parent") == b"parent"
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.write(write, shared.run(b"child"))
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert os.read(read, 100) == b"child"
    assert shared.run(b"again") == b"again"
    assert worker.connection_count == 2
    assert worker.operations().count("hello") == 2
    os.close(read)
    os.close(write)


def test_no_worker_is_one_clear_sentence(socket_path: Path) -> None:
    with pytest.raises(errors.WorkerNotRunning) as caught:
        statement(Client(socket_path), "echo").run(b"")
    assert str(caught.value) == (
        f"No worker is running at {socket_path}; start it with "
        f"`molt worker --socket {socket_path} --database ALIAS=sqlite:FILE`."
    )


def test_a_socket_that_nobody_serves_any_more_is_no_worker(socket_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as abandoned:
        abandoned.bind(str(socket_path))
    with pytest.raises(errors.WorkerNotRunning):
        Client(socket_path).health()


def test_a_path_that_is_no_socket_is_named(socket_path: Path) -> None:
    socket_path.write_text("a file")
    with pytest.raises(errors.WorkerNotRunning, match="is not a socket"):
        Client(socket_path).health()


def test_a_path_too_long_for_a_socket_is_refused_at_once() -> None:
    Client("/" + "x" * 106)
    with pytest.raises(errors.SocketPathTooLong, match="has 108 bytes"):
        Client("/" + "x" * 107)
    with pytest.raises(errors.SocketPathTooLong, match="at most 107"):
        Client("/" + "é" * 60)


@pytest.mark.parametrize("is_folder_closed", [False, True])
def test_a_socket_of_another_user_is_forbidden(worker: FakeWorker, is_folder_closed: bool) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can act as two users: run this test as root")
    folder = worker.path.parent
    folder.chmod(0o700 if is_folder_closed else 0o755)
    worker.path.chmod(0o600)
    sentence = "a folder of its path" if is_folder_closed else "belongs to user 0"
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setuid(65534)
            Client(worker.path).health()
        except errors.SocketForbidden as error:
            os.write(write, str(error).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    message = os.read(read, 1000).decode()
    os.close(read)
    assert sentence in message
    assert "65534" in message


def test_a_full_backlog_is_busy(socket_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(socket_path))
        listener.listen(0)
        waiting = []
        for _ in range(3):
            connection = socket.socket(socket.AF_UNIX)
            connection.setblocking(False)
            waiting.append(connection)
            try:
                connection.connect(str(socket_path))
            except BlockingIOError:
                break
        else:
            pytest.fail("the backlog takes more than three connections")
        with pytest.raises(errors.Busy, match="too many wait"):
            Client(socket_path, connect_timeout=0.05).health()
        for connection in waiting:
            connection.close()


def test_close_leaves_the_client_usable(client: Client, worker: FakeWorker) -> None:
    assert client.health()["status"] == "ok"
    client.close()
    assert client.health()["status"] == "ok"
    assert worker.connection_count == 2


def test_leaving_or_dropping_a_client_closes_its_connections(worker: FakeWorker) -> None:
    with Client(worker.path) as client:
        client.health()
        (left,) = client._idle
    client.health()
    (dropped,) = client._idle
    assert left._socket.fileno() == -1
    assert dropped._socket.fileno() >= 0
    del client
    gc.collect()
    assert dropped._socket.fileno() == -1


def test_a_run_in_another_thread_does_not_wait(client: Client, worker: FakeWorker) -> None:
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(statement(client, "hold").run, b"slow")
        wait_until(lambda: "run" in worker.operations())
        assert statement(client, "echo").run(b"fast") == b"fast"
        assert not future.done()
        worker.gate.set()
        assert future.result() == b"slow"
