"""The asyncio client of a worker."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any, Final

from molt_accel._deadline import deadline_after, remaining
from molt_accel.errors import ConnectionLost, Timeout
from molt_accel.worker.address import checked_path
from molt_accel.worker.link import Link, Start, StreamLink, connect_async
from molt_accel.worker.operations import HELLO, fields_from, text_from
from molt_accel.worker.statements import StatementKeys
from molt_accel.worker.wire import StatementKey

__all__ = ["AsyncClient", "AsyncWorkerDatabase", "AsyncWorkerStatement"]

DEFAULT_TIMEOUT: Final = 30.0
DEFAULT_CONNECT_TIMEOUT: Final = 2.0


class AsyncClient:
    """A client with one multiplexed connection per event loop; nothing is sent before its use.

    `timeout` is the default of a run in seconds (None: the worker's, and wait as long as it takes).
    Raises `SocketPathTooLong` at once. A run on a connection that ends before the answer is sent
    again, once, on a new one: runs only read. Streams have a connection of their own each.
    """

    def __init__(
        self,
        socket_path: str | os.PathLike[str],
        *,
        connect_timeout: float = DEFAULT_CONNECT_TIMEOUT,
        timeout: float | None = DEFAULT_TIMEOUT,
    ) -> None:
        self.path = checked_path(socket_path)
        self.connect_timeout = connect_timeout
        self.timeout = timeout
        self.keys = StatementKeys()
        self._links: dict[asyncio.AbstractEventLoop, asyncio.Task[Link]] = {}

    def database(self, alias: str) -> AsyncWorkerDatabase:
        """The worker's database of that name; whether it exists shows with the first run."""
        return AsyncWorkerDatabase(self, alias)

    async def hello(self, timeout: float | None = None) -> dict[str, Any]:
        """What the worker says of itself: protocol, server, databases, frame_limit."""
        return fields_from(await self._request("hello", HELLO, timeout), "hello")

    async def health(self, timeout: float | None = None) -> dict[str, Any]:
        """The worker's state: status (``ok`` or ``draining``), version, databases."""
        return fields_from(await self._request("health", None, timeout), "health")

    async def metrics(self, timeout: float | None = None) -> str:
        """The worker's metrics in Prometheus' text format."""
        return text_from(await self._request("metrics", None, timeout), "metrics")

    async def close(self) -> None:
        """Closes the running loop's connection; the client stays usable."""
        task = self._links.pop(asyncio.get_running_loop(), None)
        if task is None:
            return
        task.cancel()
        if task.done() and not task.cancelled() and task.exception() is None:
            task.result().close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _request(self, operation: str, payload: object, timeout: float | None) -> bytes:
        return await self.perform(
            lambda wire, deadline: wire.request(operation, payload, deadline), timeout
        )

    async def perform(self, start: Start, timeout: float | None) -> bytes:
        """Sends a request on the running loop's connection and answers its whole answer."""
        deadline = self.deadline(timeout)
        link, is_new = await self._link(deadline)
        try:
            return await link.answer(start, deadline)
        except ConnectionLost:
            if is_new:
                raise
        link, _ = await self._link(deadline)
        return await link.answer(start, deadline)

    def deadline(self, timeout: float | None) -> float | None:
        """When a request with this timeout must be answered; the client's own without one."""
        if timeout is not None and timeout <= 0:
            raise Timeout("The deadline had passed before the run began.")
        return deadline_after(self.timeout if timeout is None else timeout)

    async def stream(self, start: Start, timeout: float | None) -> AsyncIterator[bytes]:
        """The parts of an answer on a connection of its own."""
        deadline = self.deadline(timeout)
        loop = asyncio.get_running_loop()
        left = remaining(deadline)
        limit = self.connect_timeout if left is None else min(self.connect_timeout, left)
        connected = await connect_async(self.path, limit)
        _, link = await loop.create_unix_connection(
            lambda: StreamLink(self.path, loop), sock=connected
        )
        try:
            link.begin(start, remaining(deadline))
            while True:
                reply = await link.next(deadline)
                if reply.error is not None:
                    raise reply.error
                if reply.data:
                    yield reply.data
                if reply.is_last:
                    return
        finally:
            link.close()

    async def _link(self, deadline: float | None) -> tuple[Link, bool]:
        """The running loop's connection, and whether it was opened just now."""
        loop = asyncio.get_running_loop()
        task = self._links.get(loop)
        is_new = task is None or _is_over(task)
        if task is None or is_new:
            self._forget_closed_loops()
            task = self._links[loop] = loop.create_task(self._open(loop))
            task.add_done_callback(_is_over)
        if not task.done():
            # Others may wait for the same connection: one who gives up must not end it.
            await asyncio.wait({task}, timeout=remaining(deadline))
        if not task.done():
            raise Timeout(f"The worker at {self.path} did not accept a connection in time.")
        return task.result(), is_new

    async def _open(self, loop: asyncio.AbstractEventLoop) -> Link:
        connected = await connect_async(self.path, self.connect_timeout)
        _, link = await loop.create_unix_connection(lambda: Link(self.path, loop), sock=connected)
        return link

    def _forget_closed_loops(self) -> None:
        for loop in [loop for loop in self._links if loop.is_closed()]:
            self._links.pop(loop, None)


def _is_over(task: asyncio.Task[Link]) -> bool:
    """Whether the connection failed or ended, so that a new one is needed."""
    if not task.done():
        return False
    return task.cancelled() or task.exception() is not None or task.result().is_closed


class AsyncWorkerDatabase:
    """A database behind a worker's socket, for coroutines."""

    __slots__ = ("_client", "alias")

    def __init__(self, client: AsyncClient, alias: str) -> None:
        self._client = client
        self.alias = alias

    def prepare(self, sql: str, shape: bytes) -> AsyncWorkerStatement:
        """Makes a statement; SQL and shape are checked by the worker with the first run."""
        return AsyncWorkerStatement(self._client, self._client.keys.key(self.alias, sql, shape))


class AsyncWorkerStatement:
    """A statement that every connection prepares when it first runs it."""

    __slots__ = ("__weakref__", "_client", "_key")

    def __init__(self, client: AsyncClient, key: StatementKey) -> None:
        self._client = client
        self._key = key

    async def run_async(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
    ) -> bytes:
        """Answers all bytes at once; a cancelled task ends the run in the worker."""
        start = self._start(arguments, row_limit, byte_limit, False)
        return await self._client.perform(start, timeout)

    def stream_async(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
    ) -> AsyncIterator[bytes]:
        """Answers pieces as the worker sends them, on a connection of its own."""
        start = self._start(arguments, row_limit, byte_limit, True)
        return self._client.stream(start, timeout)

    def _start(self, arguments: bytes, row_limit: int, byte_limit: int, is_streamed: bool) -> Start:
        key = self._key
        return lambda wire, deadline: wire.run(
            key,
            arguments,
            deadline,
            row_limit=row_limit,
            byte_limit=byte_limit,
            is_streamed=is_streamed,
        )
