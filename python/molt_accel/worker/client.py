"""The blocking client of a worker, for any number of threads, before and after forks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, TypeVar

from molt_accel._deadline import remaining
from molt_accel.errors import ConnectionLost
from molt_accel.worker.address import checked_path, connect
from molt_accel.worker.async_client import AsyncClient, AsyncWorkerStatement
from molt_accel.worker.connection import Connection
from molt_accel.worker.operations import HELLO, fields_from, text_from
from molt_accel.worker.wire import StatementKey

__all__ = ["Client", "WorkerDatabase", "WorkerStatement"]

DEFAULT_TIMEOUT: Final = 30.0
DEFAULT_CONNECT_TIMEOUT: Final = 2.0
DEFAULT_POOL_SIZE: Final = 8

_Result = TypeVar("_Result")
_Work = Callable[[Connection, float | None], _Result]


class Client:
    """A pool of connections to the worker at `socket_path`; nothing is sent before the first use.

    `timeout` is the default of a run in seconds (None: the worker's, and wait as long as it takes),
    `pool_size` the most idle connections kept. Raises `SocketPathTooLong` at once. The statements'
    awaitable side has one connection more per event loop.

    A run on a pooled connection that turns out dead before any reply is sent again, once, on a new
    one: runs only read. Dropping the client closes its idle connections, as `close` and ``with``
    do.
    """

    def __init__(
        self,
        socket_path: str | os.PathLike[str],
        *,
        connect_timeout: float = DEFAULT_CONNECT_TIMEOUT,
        timeout: float | None = DEFAULT_TIMEOUT,
        pool_size: int = DEFAULT_POOL_SIZE,
    ) -> None:
        self.path = checked_path(socket_path)
        self.connect_timeout = connect_timeout
        self.timeout = timeout
        self.pool_size = pool_size
        self.asynchronous = AsyncClient(self.path, connect_timeout=connect_timeout, timeout=timeout)
        self._idle: list[Connection] = []
        self._process = os.getpid()

    def database(self, alias: str) -> WorkerDatabase:
        """The worker's database of that name; whether it exists shows with the first run."""
        return WorkerDatabase(self, alias)

    def hello(self, timeout: float | None = None) -> dict[str, Any]:
        """What the worker says of itself: protocol, server, databases, frame_limit."""
        return fields_from(self._request("hello", HELLO, timeout), "hello")

    def health(self, timeout: float | None = None) -> dict[str, Any]:
        """The worker's state: status (``ok`` or ``draining``), version, databases."""
        return fields_from(self._request("health", None, timeout), "health")

    def metrics(self, timeout: float | None = None) -> str:
        """The worker's metrics in Prometheus' text format."""
        return text_from(self._request("metrics", None, timeout), "metrics")

    def close(self) -> None:
        """Closes the idle connections; the client stays usable and opens new ones when needed."""
        # One by one: a connection belongs to whichever thread pops it.
        while (connection := self._pop()) is not None:
            connection.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        # Missing when the path was refused.
        if hasattr(self, "_idle"):
            self.close()

    def _request(self, operation: str, payload: object, timeout: float | None) -> bytes:
        return self.perform(
            lambda connection, left: connection.request(operation, payload, left), timeout
        )

    def perform(self, work: _Work[_Result], timeout: float | None) -> _Result:
        """Does `work` with a connection and the seconds left, and puts the connection back."""
        connection, result = self.begin(work, self.asynchronous.deadline(timeout))
        self.put_back(connection)
        return result

    def begin(self, work: _Work[_Result], deadline: float | None) -> tuple[Connection, _Result]:
        """Like `perform`, but the connection stays with the caller until `put_back`."""
        connection = self._take_idle()
        if connection is not None:
            seen = connection.received_byte_count
            try:
                return connection, self._attempt(connection, work, deadline)
            except ConnectionLost:
                if connection.received_byte_count != seen:
                    raise
                # Its worker has gone, and the other idle connections are of the same age.
                self.close()
        connection = self._open(remaining(deadline))
        return connection, self._attempt(connection, work, deadline)

    def _open(self, left: float | None) -> Connection:
        limit = self.connect_timeout if left is None else min(self.connect_timeout, left)
        return Connection(self.path, connect(self.path, limit))

    def _attempt(
        self, connection: Connection, work: _Work[_Result], deadline: float | None
    ) -> _Result:
        try:
            return work(connection, remaining(deadline))
        except BaseException:
            self.put_back(connection)
            raise

    def put_back(self, connection: Connection) -> None:
        """Keeps a connection for the next run if it is in a known state, else closes it."""
        if connection.is_reusable and len(self._idle) < self.pool_size:
            self._idle.append(connection)
        else:
            connection.close()

    def _take_idle(self) -> Connection | None:
        """An idle connection of this process; those of the process before a fork are left to it."""
        if self._process != os.getpid():
            self.close()
            self._process = os.getpid()
        return self._pop()

    def _pop(self) -> Connection | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None


class WorkerDatabase:
    """A database behind a worker's socket."""

    __slots__ = ("__weakref__", "_client", "alias")

    def __init__(self, client: Client, alias: str) -> None:
        self._client = client
        self.alias = alias

    def prepare(self, sql: str, shape: bytes) -> WorkerStatement:
        """Makes a statement; SQL and shape are checked by the worker with the first run."""
        client = self._client
        return WorkerStatement(client, client.asynchronous.keys.key(self.alias, sql, shape))


class WorkerStatement(AsyncWorkerStatement):
    """A statement that every connection prepares when it first runs it."""

    __slots__ = ("_blocking",)

    def __init__(self, client: Client, key: StatementKey) -> None:
        super().__init__(client.asynchronous, key)
        self._blocking = client

    def run(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
    ) -> bytes:
        """Answers all bytes at once; see `molt_accel.lanes.Statement.run`."""
        key = self._key
        return self._blocking.perform(
            lambda connection, left: connection.run(key, arguments, left, row_limit, byte_limit),
            timeout,
        )

    def limited(
        self, *, timeout: float | None, row_limit: int, byte_limit: int
    ) -> Callable[[bytes], bytes]:
        """See `molt_accel.lanes.Statement.limited`."""
        return partial(self.run, timeout=timeout, row_limit=row_limit, byte_limit=byte_limit)

    def stream(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
    ) -> Iterator[bytes]:
        """Answers pieces as the worker sends them, with the connection to itself until the end."""
        client = self._blocking
        key = self._key
        connection, pieces = client.begin(
            lambda connection, left: connection.stream(key, arguments, left, row_limit, byte_limit),
            client.asynchronous.deadline(timeout),
        )
        try:
            yield from pieces
        finally:
            client.put_back(connection)
