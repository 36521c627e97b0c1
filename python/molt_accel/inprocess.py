"""The in-process lane: SQLite or PostgreSQL read by libmolt inside this process.

    database = open_sqlite("flights.sqlite3")
    statement = database.prepare("SELECT id, name FROM airline WHERE id < ?", shape)
    body = statement.run(arguments([10]))

    database = open_postgres({"host": "db.example", "user": "app", "database": "flights"})
    statement = database.prepare("SELECT id, name FROM airline WHERE id < $1", shape)

A run is one C call that lets go of the GIL. Databases and statements may be shared by threads and
used after a fork: libmolt opens its connections anew in the child.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Final

from molt_accel import _native
from molt_accel._codecs import codecs
from molt_accel._deadline import deadline_after, remaining, timeout_nanoseconds
from molt_accel._messagepack import pack
from molt_accel._native import Cancellation, Library
from molt_accel.columns import ColumnStream
from molt_accel.errors import InvalidInput, SeparateSQLite, error_for

__all__ = [
    "InProcessDatabase",
    "InProcessStatement",
    "open_postgres",
    "open_sqlite",
    "shares_sqlite",
    "sharing_obstacle",
]

_Limits = tuple[float | None, int, int]
"""The timeout in seconds, the row limit and the byte limit of a run."""

PIECE_BYTE_COUNT: Final = 64 * 1024
"""About how large the pieces of `InProcessStatement.stream` are."""

NO_ARGUMENTS: Final = pack([[], []])
"""The arguments of a run without parameters."""


def shares_sqlite() -> bool:
    """Whether libmolt and Python's ``sqlite3`` run the same copy of SQLite.

    Raises `LibraryNotFound` or `LibraryMismatch`.
    """
    return not sharing_obstacle(_native.library())


def sharing_obstacle(library: Library) -> str:
    """Why the in-process lane must stay closed, or an empty text."""
    address = _native.python_sqlite_address()
    if address is None:
        fault = "this Python hides which copy of SQLite it uses"
    elif address != library.sqlite_address:
        fault = "this Python carries a copy of SQLite of its own"
    else:
        return ""
    return (
        f"{fault}, and two copies in one process lose each other's file locks; use the worker "
        "lane, or a Python whose sqlite3 module uses the system's libsqlite3.so.0."
    )


def open_sqlite(
    path: str | os.PathLike[str], busy_timeout: float = 5.0, connections: int = 8
) -> InProcessDatabase:
    """Opens an SQLite file for reading.

    `busy_timeout` is how many seconds a run waits for a writer's lock, `connections` the most idle
    connections that are kept open. Raises `SeparateSQLite` when Python uses another copy of SQLite,
    `LibraryNotFound` or `LibraryMismatch` without a usable libmolt.so, `Unavailable` or `Forbidden`
    when the file cannot be opened, `InvalidInput` for options out of range.
    """
    library = _native.library()
    obstacle = sharing_obstacle(library)
    if obstacle:
        raise SeparateSQLite(f"The database cannot be opened in process: {obstacle}")
    options = {
        "engine": "sqlite",
        "path": os.fspath(path),
        "busy_timeout_ms": round(busy_timeout * 1000),
        "connections": connections,
    }
    return _open(library, options, repr(options["path"]))


def open_postgres(options: Mapping[str, object]) -> InProcessDatabase:
    """Logs in to a PostgreSQL server, whose sessions are then asked to refuse writing.

    `options` are those of ``molt_database_open`` in molt.h but ``engine``: ``user``, ``host`` (a
    folder means a Unix socket), ``port``, ``password``, ``database``, ``sslmode``, ``settings``,
    ``connections``, ``connect_timeout_ms``. Raises `LibraryNotFound` or `LibraryMismatch` without
    a usable libmolt.so, `Unavailable` when the server cannot be reached or refuses the login,
    `Unsupported` when TLS is required, `Timeout`, and `InvalidInput` for options out of range.
    """
    library = _native.library()
    return _open(library, {**options, "engine": "postgres"}, repr(options.get("database")))


def _open(library: Library, options: Mapping[str, object], name: str) -> InProcessDatabase:
    try:
        encoded = pack(options)
    except (TypeError, UnicodeEncodeError) as error:
        raise InvalidInput(f"The database {name} cannot be opened: {error}") from None
    return InProcessDatabase(library, encoded)


class InProcessDatabase:
    """A database opened by `open_sqlite` or `open_postgres`; closed with its last reference."""

    __slots__ = ("__weakref__", "_handle", "_library")

    def __init__(self, library: Library, options: bytes) -> None:
        self._library = library
        self._handle: int | None = None
        call = library.take_call()
        code = library.database_open(options, len(options), call.handle_address, call.error_address)
        if code:
            raise call.failure(code)
        self._handle = call.handle.value
        library.calls.append(call)

    def prepare(self, sql: str, shape: bytes) -> InProcessStatement:
        """Compiles SQL and an output shape.

        Raises `InvalidInput` (bad SQL or shape), `Forbidden` (the SQL would write), `Unsupported`
        (a SQL function that exists only in Python) or `Unavailable`.
        """
        library = self._library
        try:
            encoded = sql.encode()
        except UnicodeEncodeError as error:
            raise InvalidInput(f"The SQL is not valid Unicode: {error}", error.start) from None
        call = library.take_call()
        code = library.statement_prepare(
            self._handle,
            *(encoded, len(encoded), shape, len(shape)),
            *(call.handle_address, call.error_address),
        )
        if code:
            raise call.failure(code)
        handle = call.handle.value
        library.calls.append(call)
        return InProcessStatement(library, handle)

    def columns(
        self,
        sql: str,
        arguments: bytes = NO_ARGUMENTS,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
        batch_rows: int = 0,
    ) -> ColumnStream:
        """Runs SQL on PostgreSQL and answers its rows as Arrow columns.

        `batch_rows` is the most rows of a batch, 65,536 where it is 0. `timeout` counts until the
        last batch. Raises what `prepare` and a run raise, and `Unsupported` on SQLite.
        """
        options = (timeout_nanoseconds(timeout), row_limit, byte_limit)
        return ColumnStream(self._library, self._handle, sql, arguments, options, batch_rows)

    def __del__(self) -> None:
        if self._handle:
            self._library.database_close(self._handle)


class InProcessStatement:
    """A statement of an `InProcessDatabase`, which it keeps open; freed with its last reference."""

    __slots__ = ("__weakref__", "_handle", "_latest", "_library")

    def __init__(self, library: Library, handle: int | None) -> None:
        self._library = library
        self._handle = handle
        # The limits of the latest run, which views repeat, and what runs with them.
        self._latest: tuple[_Limits, Callable[[bytes], bytes]] | None = None

    def run(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
        cancellation: Cancellation | None = None,
    ) -> bytes:
        """Answers all bytes at once; see `molt_accel.lanes.Statement.run`."""
        limits = (timeout, row_limit, byte_limit)
        if cancellation is not None:
            return self._runner(limits, cancellation)(arguments)
        latest = self._latest
        if latest is None or latest[0] != limits:
            latest = self._latest = (limits, self._runner(limits))
        return latest[1](arguments)

    def limited(
        self, *, timeout: float | None, row_limit: int, byte_limit: int
    ) -> Callable[[bytes], bytes]:
        """See `molt_accel.lanes.Statement.limited`."""
        return self._runner((timeout, row_limit, byte_limit), owner=self)

    def _runner(
        self,
        limits: _Limits,
        cancellation: Cancellation | None = None,
        owner: InProcessStatement | None = None,
    ) -> Callable[[bytes], bytes]:
        """Runs with these limits, for as long as this object is there; `owner` is kept."""
        library = self._library
        timeout, row_limit, byte_limit = limits
        call = _native.Call(library.answer_release)
        nanoseconds = timeout_nanoseconds(timeout)
        options = call.fill_options(nanoseconds, row_limit, byte_limit, cancellation)
        run: Callable[[bytes], bytes] = codecs.statement_runner(
            library.statement_run_address,
            library.answer_release_address,
            self._handle,
            options,
            (library, call, cancellation, owner),
            error_for,
        )
        return run

    def stream(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
    ) -> Iterator[bytes]:
        """Answers pieces of about 64 KiB; a read transaction is open until the last or a close."""
        cursor = _Cursor(self, arguments, timeout, row_limit, byte_limit)
        try:
            while piece := cursor.next():
                yield piece
        finally:
            cursor.close()

    async def run_async(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
    ) -> bytes:
        """Runs in the event loop's default executor; a cancelled task ends the native run."""
        cancellation = Cancellation(self._library)
        deadline = deadline_after(timeout)

        def work() -> bytes:
            return self.run(
                arguments,
                timeout=remaining(deadline),
                row_limit=row_limit,
                byte_limit=byte_limit,
                cancellation=cancellation,
            )

        try:
            return await asyncio.get_running_loop().run_in_executor(None, work)
        except asyncio.CancelledError:
            cancellation.cancel()
            raise

    async def stream_async(
        self,
        arguments: bytes,
        *,
        timeout: float | None = None,
        row_limit: int = 0,
        byte_limit: int = 0,
    ) -> AsyncIterator[bytes]:
        """Takes each piece in the default executor; a cancelled task ends the native run."""
        cancellation = Cancellation(self._library)
        deadline = deadline_after(timeout)
        execute = asyncio.get_running_loop().run_in_executor

        def start() -> _Cursor:
            limits = (remaining(deadline), row_limit, byte_limit, cancellation)
            return _Cursor(self, arguments, *limits)

        cursor: _Cursor | None = None
        try:
            cursor = await execute(None, start)
            while piece := await execute(None, cursor.next):
                yield piece
        except asyncio.CancelledError:
            # The thread in the middle of a call holds the cursor, which closes when it drops it.
            cursor = None
            cancellation.cancel()
            raise
        finally:
            if cursor is not None:
                cursor.close()

    def __del__(self) -> None:
        if self._handle:
            self._library.statement_release(self._handle)


class _Cursor:
    """A run whose answer is taken in pieces, by one thread at a time; closed when dropped."""

    __slots__ = ("_cancellation", "_handle", "_library", "_statement")

    def __init__(
        self,
        statement: InProcessStatement,
        arguments: bytes,
        timeout: float | None,
        row_limit: int,
        byte_limit: int,
        cancellation: Cancellation | None = None,
    ) -> None:
        self._handle: int | None = None
        self._library = library = statement._library
        self._statement = statement
        self._cancellation = cancellation  # borrowed by libmolt until the close
        call = library.take_call()
        options = call.fill_options(
            timeout_nanoseconds(timeout), row_limit, byte_limit, cancellation
        )
        code = library.cursor_open(
            statement._handle,
            *(arguments, len(arguments), options),
            *(call.handle_address, call.error_address),
        )
        if code:
            raise call.failure(code)
        self._handle = call.handle.value
        library.calls.append(call)

    def next(self) -> bytes:
        """The next piece; empty at the end."""
        library = self._library
        call = library.take_call()
        code = library.cursor_next(
            self._handle, PIECE_BYTE_COUNT, call.answer_address, call.error_address
        )
        if code:
            raise call.failure(code)
        piece = call.take_bytes()
        library.calls.append(call)
        return piece

    def close(self) -> None:
        """Ends the read transaction; harmless when repeated."""
        handle, self._handle = self._handle, None
        if handle:
            self._library.cursor_close(handle)

    def __del__(self) -> None:
        self.close()
