"""What both lanes offer: a database prepares statements, a statement answers bytes.

The in-process lane is `molt_accel.inprocess.open_sqlite`, the worker lane
`molt_accel.worker.Client(path).database(alias)`; both answer a `Database`. All four ways to run a
statement give the same bytes:

    statement = database.prepare("SELECT id, name FROM airline WHERE id < ?", shape)
    body = statement.run(arguments([10]))
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Protocol, runtime_checkable

__all__ = ["AsyncDatabase", "AsyncStatement", "Database", "Statement"]


@runtime_checkable
class AsyncStatement(Protocol):
    """A statement that is awaited."""

    async def run_async(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
    ) -> bytes:
        """Like `Statement.run`; cancelling the awaiting task ends the run on the native side."""
        ...

    def stream_async(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
    ) -> AsyncIterator[bytes]:
        """Like `Statement.stream`; leave early through ``aclose()`` or by cancelling the task."""
        ...


@runtime_checkable
class Statement(AsyncStatement, Protocol):
    """One SQL text with its output shape, ready for any number of runs from any thread.

    Usable after a fork. Dropping the last reference releases it.
    """

    def run(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
    ) -> bytes:
        """Answers all bytes at once.

        `arguments` comes from `molt_accel.arguments`; `timeout` is in seconds (None: the lane's
        default); a limit of 0 is no limit. Raises a `MoltError`; what to do about it depends on
        its class only, never on the lane.
        """
        ...

    def limited(
        self, *, timeout: float | None, row_limit: int, byte_limit: int
    ) -> Callable[[bytes], bytes]:
        """`run` with these limits, for callers that repeat them."""
        ...

    def stream(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
    ) -> Iterator[bytes]:
        """Answers the bytes in pieces; a `MoltError` after some pieces makes those void.

        The run starts with the first piece. Leave early through the generator's ``close()``.
        """
        ...


@runtime_checkable
class Database(Protocol):
    """A database that native code can read."""

    def prepare(self, sql: str, shape: bytes) -> Statement:
        """Makes a statement of SQL and an output shape (docs/formats/shape.md).

        In process a wrong SQL or shape raises here. Through a worker nothing is sent before the
        first run, which then raises.
        """
        ...


@runtime_checkable
class AsyncDatabase(Protocol):
    """A database whose statements can only be awaited."""

    def prepare(self, sql: str, shape: bytes) -> AsyncStatement:
        """Makes a statement; nothing is sent before the first run."""
        ...
