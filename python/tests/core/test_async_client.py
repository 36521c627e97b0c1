"""The asyncio client against a worker of threads and real sockets."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from core.fake_worker import FakeWorker
from core.patience import PATIENCE, SILENCE, TIMEOUTS
from molt_accel import errors
from molt_accel.lanes import AsyncDatabase, AsyncStatement
from molt_accel.worker import AsyncClient, Client, async_client
from molt_accel.worker.async_client import AsyncWorkerStatement
from molt_accel.worker.link import PENDING_LIMIT, connect_async


def statement(client: AsyncClient, sql: str) -> AsyncWorkerStatement:
    return client.database("default").prepare(sql, b"\x80")


def run(worker: FakeWorker, work: Callable[[AsyncClient], Awaitable[None]]) -> None:
    async def main() -> None:
        client = AsyncClient(worker.path)
        try:
            await asyncio.wait_for(work(client), 2 * PATIENCE)
        finally:
            await client.close()

    asyncio.run(main())


async def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "the condition never came true"
        await asyncio.sleep(0.005)


async def timeout_of(run: Callable[..., Awaitable[bytes]], sentence: str) -> str:
    """What a run says whose timeout passes; with a longer one where it says something else.

    A busy machine may spend a short timeout before the request is made.
    """
    for timeout in TIMEOUTS:
        with pytest.raises(errors.Timeout) as caught:
            await run(b"", timeout=timeout)
        if sentence in str(caught.value):
            break
    return str(caught.value)


def test_the_client_fills_the_lane_protocols(worker: FakeWorker) -> None:
    client = AsyncClient(worker.path)
    assert isinstance(client.database("default"), AsyncDatabase)
    assert isinstance(statement(client, "echo"), AsyncStatement)


def test_many_tasks_share_one_connection_and_one_preparation(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        echo = statement(client, "echo")
        data = [str(index).encode() for index in range(1000)]
        assert await asyncio.gather(*map(echo.run_async, data)) == data

    run(worker, work)
    assert worker.connection_count == 1
    assert worker.operations().count("prepare") == 1


def test_a_slow_answer_does_not_hold_up_the_others(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        slow = asyncio.create_task(statement(client, "hold").run_async(b"slow"))
        await until(lambda: "run" in worker.operations())
        assert await statement(client, "echo").run_async(b"fast") == b"fast"
        assert not slow.done()
        worker.gate.set()
        assert await slow == b"slow"

    run(worker, work)
    assert worker.connection_count == 1


def test_more_requests_than_the_worker_takes_wait_for_their_turn(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        slow = statement(client, "hold")
        runs = [asyncio.create_task(slow.run_async(b"")) for _ in range(PENDING_LIMIT + 50)]
        await until(lambda: worker.operations().count("run") >= PENDING_LIMIT - 2)
        await asyncio.sleep(0.05)
        assert worker.operations().count("run") <= PENDING_LIMIT
        worker.gate.set()
        await asyncio.gather(*runs)
        assert worker.operations().count("run") == PENDING_LIMIT + 50

    run(worker, work)


def test_a_cancelled_task_sends_cancel(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        task = asyncio.create_task(statement(client, "slow 30").run_async(b""))
        await until(lambda: "run" in worker.operations())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: "cancel" in worker.operations())
        assert await statement(client, "echo").run_async(b"fine") == b"fine"

    run(worker, work)
    ((_, run_header, _),) = [r for r in worker.requests if r[0] == "run"][:1]
    ((_, cancel_header, _),) = [r for r in worker.requests if r[0] == "cancel"]
    assert cancel_header["id"] == run_header["id"]
    assert worker.connection_count == 1


def test_a_task_cancelled_while_it_waits_for_its_turn_is_never_sent(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        slow = statement(client, "hold")
        runs = [asyncio.create_task(slow.run_async(b"")) for _ in range(PENDING_LIMIT + 9)]
        await until(lambda: worker.operations().count("run") >= PENDING_LIMIT - 2)
        runs[-1].cancel()
        await asyncio.sleep(0)
        worker.gate.set()
        await asyncio.gather(*runs, return_exceptions=True)
        assert worker.operations().count("run") == PENDING_LIMIT + 8
        assert "cancel" not in worker.operations()

    run(worker, work)


def test_a_timeout_ends_the_run_and_keeps_the_connection(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        await client.health()
        assert SILENCE in await timeout_of(statement(client, "slow 60").run_async, SILENCE)
        await until(lambda: "cancel" in worker.operations())
        assert await statement(client, "echo").run_async(b"fine") == b"fine"
        with pytest.raises(errors.Timeout):
            await statement(client, "echo").run_async(b"", timeout=0)

    run(worker, work)
    assert worker.connection_count == 1


@pytest.mark.parametrize("sql", ["fail 7", "fail 7 3"])
def test_errors_of_the_worker_are_raised(worker: FakeWorker, sql: str) -> None:
    async def work(client: AsyncClient) -> None:
        with pytest.raises(errors.Unsupported, match="failed with 7") as caught:
            await statement(client, sql).run_async(b"")
        assert caught.value.offset == 12
        with pytest.raises(errors.Unsupported):
            async for _ in statement(client, sql).stream_async(b""):
                pass

    run(worker, work)


def test_a_failed_preparation_is_the_error_of_every_run_behind_it(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        bad = statement(client, "bad")
        runs = [bad.run_async(b"") for _ in range(5)]
        for error in await asyncio.gather(*runs, return_exceptions=True):
            assert isinstance(error, errors.InvalidInput)
            assert "the SQL is bad" in str(error)

    run(worker, work)


def test_a_dead_connection_is_replaced_unseen(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        echo = statement(client, "echo")
        assert await echo.run_async(b"1") == b"1"
        worker.drop_connections()
        assert await echo.run_async(b"2") == b"2"
        await asyncio.sleep(0.05)
        worker.drop_connections()
        await asyncio.sleep(0.05)
        assert await echo.run_async(b"3") == b"3"

    run(worker, work)
    assert worker.connection_count == 3


def test_a_worker_that_dies_again_and_again_is_a_lost_connection(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        await client.health()
        with pytest.raises(errors.ConnectionLost):
            await statement(client, "die").run_async(b"")
        assert worker.operations().count("run") == 2
        with pytest.raises(errors.ConnectionLost):
            async for _ in statement(client, "die 1").stream_async(b""):
                pass

    run(worker, work)


def test_no_worker_is_an_error_until_there_is_one(socket_path: Path) -> None:
    async def main() -> None:
        client = AsyncClient(socket_path)
        echo = statement(client, "echo")
        results = await asyncio.gather(
            *(echo.run_async(b"") for _ in range(5)), return_exceptions=True
        )
        assert {type(result) for result in results} == {errors.WorkerNotRunning}
        worker = FakeWorker(socket_path)
        assert await echo.run_async(b"now") == b"now"
        await client.close()
        worker.stop()

    asyncio.run(main())


def test_one_who_gives_up_connecting_does_not_end_it_for_the_others(
    socket_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = []
    may_connect = asyncio.Event()

    async def slow_connect(path: str, timeout: float) -> socket.socket:
        attempts.append(timeout)
        await may_connect.wait()
        return await connect_async(path, timeout)

    monkeypatch.setattr(async_client, "connect_async", slow_connect)

    async def work(client: AsyncClient) -> None:
        echo = statement(client, "echo")
        sentence = "accept a connection in time"
        impatient = asyncio.create_task(timeout_of(echo.run_async, sentence))
        cancelled = asyncio.create_task(echo.run_async(b"2", timeout=PATIENCE))
        patient = asyncio.create_task(echo.run_async(b"3", timeout=PATIENCE))
        await until(lambda: bool(attempts))
        cancelled.cancel()
        assert sentence in await impatient
        may_connect.set()
        assert await patient == b"3"
        assert len(attempts) == 1

    worker = FakeWorker(socket_path)
    run(worker, work)
    worker.stop()


def test_nonsense_ends_the_connection_for_all(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        slow = asyncio.create_task(statement(client, "slow 30").run_async(b""))
        await until(lambda: "run" in worker.operations())
        with pytest.raises(errors.WorkerMismatch):
            await statement(client, "garbage ffffffff").run_async(b"")
        with pytest.raises(errors.WorkerMismatch):
            await slow
        assert await statement(client, "echo").run_async(b"fine") == b"fine"

    run(worker, work)


def test_limits_are_held_and_the_rest_is_cancelled(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        with pytest.raises(errors.TooLarge, match="100 bytes"):
            await statement(client, "parts 20000 1000").run_async(b"", byte_limit=100)
        await until(lambda: "cancel" in worker.operations())
        with pytest.raises(errors.TooLarge, match="5 rows"):
            await statement(client, "parts 6 1").run_async(b"", row_limit=5)
        assert await statement(client, "echo").run_async(b"fine") == b"fine"

    run(worker, work)
    assert worker.connection_count == 1


def test_hello_health_and_metrics(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        assert (await client.hello())["server"] == "fake"
        assert (await client.health())["databases"] == {"default": "ok"}
        assert "molt_requests_total" in await client.metrics()

    run(worker, work)


def test_a_stream_gives_the_parts(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        pieces = [piece async for piece in statement(client, "parts 300 9999").stream_async(b"")]
        assert b"".join(pieces) == b"".join(bytes([i % 256]) * 9999 for i in range(300)) + b"end"

    run(worker, work)


def test_a_slow_consumer_holds_the_worker_back(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        stream = statement(client, "parts 4000 10000").stream_async(b"")
        await anext(stream)
        link = next(link for link in _stream_links() if not link.is_closed)
        await until(lambda: link._is_paused)
        await asyncio.sleep(0.3)
        assert link._byte_count < 4 * 1024 * 1024
        assert link._is_paused
        total = 10_000
        async for piece in stream:
            total += len(piece)
        assert total == 4000 * 10_000 + 3

    run(worker, work)


def _stream_links() -> list[object]:
    import gc

    from molt_accel.worker.link import StreamLink

    return [item for item in gc.get_objects() if isinstance(item, StreamLink)]


def test_a_stream_left_early_ends_its_connection(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        stream = statement(client, "parts 100000 1000").stream_async(b"")
        assert await anext(stream) == b"\0" * 1000
        await stream.aclose()  # type: ignore[attr-defined]
        assert all(link.is_closed for link in _stream_links())  # type: ignore[attr-defined]

    run(worker, work)


def test_a_stream_has_a_deadline(worker: FakeWorker) -> None:
    async def work(client: AsyncClient) -> None:
        with pytest.raises(errors.Timeout):
            async for _ in statement(client, "slow 60").stream_async(b"", timeout=0.05):
                pass

    run(worker, work)


def test_a_client_serves_one_loop_after_another(worker: FakeWorker) -> None:
    client = Client(worker.path)
    echo = client.database("default").prepare("echo", b"\x80")

    async def once() -> bytes:
        answer = await echo.run_async(b"async")
        await client.asynchronous.close()
        return answer

    assert [asyncio.run(once()) for _ in range(3)] == [b"async"] * 3
    assert echo.run(b"sync") == b"sync"
    assert len(client.asynchronous._links) == 0
    assert worker.connection_count == 4


def test_loops_that_were_closed_without_a_goodbye_are_forgotten(worker: FakeWorker) -> None:
    client = AsyncClient(worker.path)
    echo = statement(client, "echo")
    for _ in range(5):
        assert asyncio.run(echo.run_async(b"x")) == b"x"
    assert len(client._links) == 1
