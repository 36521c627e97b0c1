"""One blocking connection to a worker, used by one thread at a time."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Final

from molt_accel._deadline import timeout_nanoseconds
from molt_accel.errors import ConnectionLost, MoltError, Timeout
from molt_accel.worker.exchange import (
    SHARED_BYTE_COUNT,
    Broken,
    Exchange,
    Fate,
    Memory,
    exchange,
)
from molt_accel.worker.wire import Reply, StatementKey, Wire, mismatch

__all__ = ["GRACE", "Connection", "milliseconds"]

NATIVE_BYTE_COUNT: Final = 1024 * 1024
"""The most bytes of arguments that libmolt sends; the wire knows what to say of larger ones."""

GRACE: Final = 0.25
"""Seconds beyond the deadline that a worker has to say `timeout` before it is given up."""


def milliseconds(timeout: float | None) -> int:
    """A timeout in seconds as the header's `deadline`, where 0 is the worker's default."""
    if timeout is None:
        return 0
    return min(max(1, round(timeout * 1000)), 1 << 40)


class Connection:
    """A socket with its protocol state.

    After an error the connection is usable only if `is_reusable` says so; otherwise close it.
    """

    __slots__ = (
        "_deadline",
        "_is_fresh",
        "_may_share",
        "_memory",
        "_socket",
        "_wants_memory",
        "_wire",
        "is_reusable",
        "path",
    )

    def __init__(self, path: str, connected: socket.socket) -> None:
        self.path = path
        self.is_reusable = True
        self._socket = connected
        self._wire = Wire(lends_buffer=True)
        self._is_fresh = True
        self._deadline: float | None = None
        self._memory: Memory | None = None
        self._wants_memory = False
        self._may_share = True

    def close(self) -> None:
        """Closes the socket; the worker then ends what still runs for it."""
        self.is_reusable = False
        self._memory = None
        self._socket.close()

    def run(
        self,
        key: StatementKey,
        arguments: bytes,
        timeout: float | None,
        row_limit: int,
        byte_limit: int,
    ) -> bytes:
        """The whole answer of a run."""
        native = exchange() if len(arguments) < NATIVE_BYTE_COUNT else None
        number = None if native is None else self._wire.quick_run(key)
        if native is not None and number is not None:
            return self._exchange(native, number, key, arguments, timeout, row_limit, byte_limit)
        identifier, data = self._wire.run(
            key, arguments, milliseconds(timeout), row_limit=row_limit, byte_limit=byte_limit
        )
        self._send(data, timeout)
        return self._answer(identifier)

    def stream(
        self,
        key: StatementKey,
        arguments: bytes,
        timeout: float | None,
        row_limit: int,
        byte_limit: int,
    ) -> Iterator[bytes]:
        """The answer of a run in the pieces that the worker sends, after the first has come."""
        identifier, data = self._wire.run(
            key,
            arguments,
            milliseconds(timeout),
            row_limit=row_limit,
            byte_limit=byte_limit,
            is_streamed=True,
        )
        self._send(data, timeout)
        return self._pieces(identifier, self._receive())

    def request(self, operation: str, payload: object, timeout: float | None) -> bytes:
        """The answer of any other operation."""
        identifier, data = self._wire.request(operation, payload, milliseconds(timeout))
        self._send(data, timeout)
        return self._answer(identifier)

    def _exchange(
        self,
        native: Exchange,
        number: int,
        key: StatementKey,
        arguments: bytes,
        timeout: float | None,
        row_limit: int,
        byte_limit: int,
    ) -> bytes:
        """The answer of a run in one native call."""
        self.is_reusable = False
        descriptor = self._socket.fileno()
        try:
            if self._wants_memory:
                self._share(native, descriptor, timeout)
            memory = None if self._memory is None else self._memory.handle
            limits = (timeout_nanoseconds(timeout), row_limit, byte_limit)
            body = native.run(descriptor, number, key.number, memory, arguments, *limits)
        except MoltError:
            self.is_reusable = True
            raise
        except Broken as broken:
            self._wire.received_byte_count += broken.received_byte_count
            raise self._error(broken) from None
        self.is_reusable = True
        if self._may_share and len(body) >= SHARED_BYTE_COUNT:
            self._wants_memory = True
        return body

    def _share(self, native: Exchange, descriptor: int, timeout: float | None) -> None:
        """Asks, once, for memory to read large answers from."""
        self._wants_memory = self._may_share = False
        self._memory = native.share(descriptor, self._wire.quick_share(), timeout)

    def _error(self, broken: Broken) -> MoltError:
        if isinstance(broken.error, MoltError):
            return broken.error
        if broken.fate is Fate.SILENT:
            return self._silence()
        if broken.fate is Fate.MISMATCH:
            return mismatch("a reply that answers no request")
        return self._loss(broken.error)

    def _send(self, data: bytes, timeout: float | None) -> None:
        """Sends a request and sets the deadline that the replies to it have."""
        self.is_reusable = False
        if self._is_fresh:
            self._is_fresh = False
            data = self._wire.hello() + data
        limit = None if timeout is None else timeout + GRACE
        self._deadline = None if limit is None else time.monotonic() + limit
        try:
            self._socket.settimeout(limit)
            self._socket.sendall(data)
        except TimeoutError:
            raise self._silence() from None
        except OSError as error:
            raise self._loss(error) from None

    def _answer(self, identifier: int) -> bytes:
        while True:
            for reply in self._receive():
                if reply.identifier == identifier:
                    if reply.error is not None:
                        raise reply.error
                    return reply.data

    def _pieces(self, identifier: int, replies: list[Reply]) -> Iterator[bytes]:
        while True:
            for reply in replies:
                if reply.identifier != identifier:
                    continue
                if reply.error is not None:
                    raise reply.error
                if reply.data:
                    yield reply.data
                if reply.is_last:
                    return
            replies = self._receive()

    def _receive(self) -> list[Reply]:
        """Waits for bytes; the first read of a request has its timeout from `_send`."""
        try:
            count = self._socket.recv_into(self._wire.space())
        except TimeoutError:
            raise self._silence() from None
        except OSError as error:
            raise self._loss(error) from None
        if not count:
            raise self._loss(None)
        replies = self._wire.received(count)
        self.is_reusable = self._wire.is_idle
        if not self.is_reusable and self._deadline is not None:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise self._silence()
            self._socket.settimeout(left)
        return replies

    @property
    def received_byte_count(self) -> int:
        """How much the worker has sent on this connection."""
        return self._wire.received_byte_count

    def _silence(self) -> Timeout:
        return Timeout(f"The worker at {self.path} did not answer before the deadline.")

    def _loss(self, error: OSError | None) -> ConnectionLost:
        reason = f" ({error.strerror})" if error is not None and error.strerror else ""
        return ConnectionLost(
            f"The worker at {self.path} closed the connection before the answer was complete"
            f"{reason}; look into its log and try again."
        )
