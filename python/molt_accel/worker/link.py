"""Connections of the asyncio client: a shared one for whole answers, one per stream."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import deque
from collections.abc import Callable
from copy import copy
from typing import Final, cast

from molt_accel._deadline import remaining
from molt_accel.errors import ConnectionLost, MoltError, Timeout
from molt_accel.worker.address import BACKLOG_PAUSE, connection_error
from molt_accel.worker.connection import GRACE, milliseconds
from molt_accel.worker.wire import Reply, Wire

__all__ = ["Link", "Start", "StreamLink", "connect_async"]

Start = Callable[[Wire, int], "tuple[int, bytes]"]
"""Makes a request on a wire with a deadline in milliseconds: its number and its bytes."""

PENDING_LIMIT: Final = 120
"""The most requests sent and unanswered; the worker's limit of 256 counts preparations too."""

BUFFERED_BYTE_COUNT: Final = 1024 * 1024
"""How much of a stream waits in memory before its socket is left unread."""


async def connect_async(path: str, timeout: float) -> socket.socket:
    """A connected socket; a full backlog is tried again until `timeout` seconds passed.

    Connecting a Unix socket either succeeds at once or has to be repeated (EAGAIN), which is why
    the event loop's own waiting for a connection does not fit.
    """
    limit = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            connection.connect(path)
        except OSError as error:
            connection.close()
            if not isinstance(error, BlockingIOError) or time.monotonic() >= limit:
                raise connection_error(path, error) from None
            await asyncio.sleep(BACKLOG_PAUSE)
        else:
            return connection


class _WireProtocol(asyncio.BufferedProtocol):
    """What both kinds of connection share: bytes in, replies or one failure out."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.wire = Wire()
        self.is_closed = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.wire.hello())

    def get_buffer(self, sizehint: int) -> memoryview:
        return self.wire.space()

    def buffer_updated(self, nbytes: int) -> None:
        try:
            replies = self.wire.received(nbytes)
        except MoltError as error:
            self._close(error)
            return
        for reply in replies:
            self._handle(reply)
        self._replied()

    def eof_received(self) -> None:
        self._close(self._loss())

    def connection_lost(self, exc: Exception | None) -> None:
        self._close(self._loss())

    def _close(self, error: MoltError) -> None:
        if not self.is_closed:
            self.is_closed = True
            self.transport.abort()
            self._fail(error)

    def _loss(self) -> ConnectionLost:
        return ConnectionLost(
            f"The worker at {self.path} closed the connection before the answer was complete; look "
            "into its log and try again."
        )

    def _silence(self) -> Timeout:
        return Timeout(f"The worker at {self.path} did not answer before the deadline.")

    def _handle(self, reply: Reply) -> None:
        raise NotImplementedError

    def _replied(self) -> None:
        """After all replies of one read."""

    def _fail(self, error: MoltError) -> None:
        raise NotImplementedError


class _Call:
    """Somebody waiting for one answer."""

    __slots__ = ("deadline", "future", "identifier", "start")

    def __init__(self, future: asyncio.Future[bytes], start: Start, deadline: float | None) -> None:
        self.future = future
        self.start = start
        self.deadline = deadline
        self.identifier = 0


class Link(_WireProtocol):
    """The multiplexed connection of one event loop: any number of answers at once."""

    def __init__(self, path: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(path)
        self._loop = loop
        self._calls: dict[int, _Call] = {}
        self._waiting: deque[_Call] = deque()

    async def answer(self, start: Start, deadline: float | None) -> bytes:
        """Sends a request, as soon as the worker may be sent one more, and awaits its answer.

        A cancelled task sends the worker a `cancel`. Raises `ConnectionLost` when the connection
        ends, after which the link is closed.
        """
        if self.is_closed:
            raise self._loss()
        call = _Call(self._loop.create_future(), start, deadline)
        timer = None
        if deadline is not None:
            wait = (remaining(deadline) or 0.0) + GRACE
            timer = self._loop.call_later(wait, self._expire, call)
        if self.wire.pending_count < PENDING_LIMIT:
            self._send(call)
        else:
            self._waiting.append(call)
        try:
            return await call.future
        except asyncio.CancelledError:
            self._abandon(call)
            if call.future.done() and not call.future.cancelled():
                call.future.exception()  # nobody else will ask, and asyncio would log that
            raise
        finally:
            if timer is not None:
                timer.cancel()

    def close(self) -> None:
        """Ends the connection; who still waits gets `ConnectionLost`."""
        self._close(self._loss())

    def _send(self, call: _Call) -> None:
        try:
            left = remaining(call.deadline)
            call.identifier, data = call.start(self.wire, milliseconds(left))
        except (MoltError, TypeError, ValueError, OverflowError) as error:
            call.future.set_exception(error)
            return
        self._calls[call.identifier] = call
        self.transport.write(data)

    def _handle(self, reply: Reply) -> None:
        if reply.error is not None and self.wire.is_pending(reply.identifier):
            # A limit of the caller's was exceeded: the rest of the answer is not wanted.
            self.transport.write(self.wire.cancel(reply.identifier))
        call = self._calls.pop(reply.identifier, None)
        if call is None or call.future.done():
            return
        if reply.error is not None:
            call.future.set_exception(reply.error)
        else:
            call.future.set_result(reply.data)

    def _replied(self) -> None:
        while self._waiting and self.wire.pending_count < PENDING_LIMIT:
            call = self._waiting.popleft()
            if not call.future.done():
                self._send(call)

    def _expire(self, call: _Call) -> None:
        if not call.future.done():
            call.future.set_exception(self._silence())
            self._abandon(call)

    def _abandon(self, call: _Call) -> None:
        if self._calls.pop(call.identifier, None) is not None and not self.is_closed:
            self.transport.write(self.wire.cancel(call.identifier))

    def _fail(self, error: MoltError) -> None:
        calls = [*self._calls.values(), *self._waiting]
        self._calls.clear()
        self._waiting.clear()
        for call in calls:
            if not call.future.done():
                call.future.set_exception(copy(error))


class StreamLink(_WireProtocol):
    """A connection for one stream, left unread while its consumer is slow."""

    def __init__(self, path: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(path)
        self._loop = loop
        self._replies: deque[Reply] = deque()
        self._byte_count = 0
        self._is_paused = False
        self._failure: MoltError | None = None
        self._waiter: asyncio.Future[None] | None = None

    def begin(self, start: Start, left: float | None) -> None:
        """Sends the request; its number is known only to the wire, as it is the only one."""
        _, data = start(self.wire, milliseconds(left))
        self.transport.write(data)

    async def next(self, deadline: float | None) -> Reply:
        """The next part, waiting for it until `GRACE` after the deadline."""
        while not self._replies:
            if self._failure is not None:
                raise self._failure
            await self._wait(deadline)
        reply = self._replies.popleft()
        self._byte_count -= len(reply.data)
        if self._is_paused and self._byte_count < BUFFERED_BYTE_COUNT // 2:
            self._is_paused = False
            self.transport.resume_reading()
        return reply

    def close(self) -> None:
        """Ends the connection, and with it a run that is still going on."""
        self._close(self._loss())

    async def _wait(self, deadline: float | None) -> None:
        waiter = self._waiter = self._loop.create_future()
        timer = None
        if deadline is not None:
            timer = self._loop.call_at(
                self._loop.time() + deadline + GRACE - time.monotonic(), self._expire
            )
        try:
            await waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    def _handle(self, reply: Reply) -> None:
        self._replies.append(reply)
        self._byte_count += len(reply.data)

    def _replied(self) -> None:
        if self._byte_count >= BUFFERED_BYTE_COUNT and not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()
        self._wake()

    def _expire(self) -> None:
        self._close(self._silence())

    def _fail(self, error: MoltError) -> None:
        self._failure = error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
