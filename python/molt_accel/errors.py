"""The error table of docs/formats/errors.md as exception classes.

Every error carries one sentence that says what happened, where, and what to do, its ``code``, the
``http_status`` that goes with it, and an ``offset``: the byte offset in the malformed input, the
zero-based row number, or -1 when neither applies.

    MoltError
    ├── InvalidInput ── SocketPathTooLong
    ├── Busy
    ├── Unavailable ─── LibraryNotFound, LibraryMismatch, BinaryNotFound, SeparateSQLite,
    │                   WorkerNotRunning, WorkerMismatch, ConnectionLost
    ├── Timeout
    ├── Cancelled
    ├── InternalError
    ├── Unsupported
    ├── TooLarge
    └── Forbidden ───── SocketForbidden
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

__all__ = [
    "BinaryNotFound",
    "Busy",
    "Cancelled",
    "ConnectionLost",
    "ErrorCode",
    "Forbidden",
    "InternalError",
    "InvalidInput",
    "LibraryMismatch",
    "LibraryNotFound",
    "MoltError",
    "SeparateSQLite",
    "SocketForbidden",
    "SocketPathTooLong",
    "Timeout",
    "TooLarge",
    "Unavailable",
    "Unsupported",
    "WorkerMismatch",
    "WorkerNotRunning",
    "error_for",
]


class ErrorCode(IntEnum):
    """The codes shared by Swift, C, the worker and Python; numbers never change meaning."""

    OK = 0
    INVALID_INPUT = 1
    BUSY = 2
    UNAVAILABLE = 3
    TIMEOUT = 4
    CANCELLED = 5
    INTERNAL = 6
    UNSUPPORTED = 7
    TOO_LARGE = 8
    FORBIDDEN = 9


class MoltError(Exception):
    """The base of everything that Molt raises on purpose."""

    code: int = int(ErrorCode.INTERNAL)
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, offset: int = -1) -> None:
        super().__init__(message)
        self.offset = offset

    @property
    def message(self) -> str:
        """The one sentence."""
        return str(self)


class InvalidInput(MoltError):
    """The caller sent something malformed: a frame, a shape, arguments, SQL."""

    code = int(ErrorCode.INVALID_INPUT)
    http_status = 400


class Busy(MoltError):
    """A queue or a limit on concurrent work is full; trying again later can help."""

    code = int(ErrorCode.BUSY)
    http_status = 429


class Unavailable(MoltError):
    """The database, the library or the worker cannot be reached, is locked, or is draining."""

    code = int(ErrorCode.UNAVAILABLE)
    http_status = 503


class Timeout(MoltError):
    """The deadline passed before the answer was complete."""

    code = int(ErrorCode.TIMEOUT)
    http_status = 504


class Cancelled(MoltError):
    """The caller, or its client, went away."""

    code = int(ErrorCode.CANCELLED)
    http_status = 499


class InternalError(MoltError):
    """A defect or an exhausted resource; details stay in the server's log."""

    code = int(ErrorCode.INTERNAL)
    http_status = 500


class Unsupported(MoltError):
    """A native answer would not be byte-identical; the Python path answers instead."""

    code = int(ErrorCode.UNSUPPORTED)
    http_status = 501


class TooLarge(MoltError):
    """A limit on rows, bytes or frame size was exceeded."""

    code = int(ErrorCode.TOO_LARGE)
    http_status = 413


class Forbidden(MoltError):
    """The peer may not use this worker, or the statement would write."""

    code = int(ErrorCode.FORBIDDEN)
    http_status = 403


class LibraryNotFound(Unavailable):
    """libmolt.so is at none of the places where it is looked for."""


class LibraryMismatch(Unavailable):
    """libmolt.so was found but cannot be used: not loadable, or of another ABI version."""


class BinaryNotFound(Unavailable):
    """The program ``molt`` is at none of the places where it is looked for."""


class SeparateSQLite(Unavailable):
    """libmolt and Python use two copies of SQLite, which would lose each other's file locks."""


class WorkerNotRunning(Unavailable):
    """Nobody listens on the worker's socket."""


class WorkerMismatch(Unavailable):
    """Whoever listens on the socket does not speak this version of the worker's protocol."""


class ConnectionLost(Unavailable):
    """The worker closed the connection before the answer was complete."""


class SocketPathTooLong(InvalidInput):
    """The path does not fit into a Unix socket address."""


class SocketForbidden(Forbidden):
    """The socket belongs to another user or refuses this one."""


_CLASSES: dict[int, type[MoltError]] = {
    int(error.code): error
    for error in (
        InvalidInput,
        Busy,
        Unavailable,
        Timeout,
        Cancelled,
        InternalError,
        Unsupported,
        TooLarge,
        Forbidden,
    )
}


def error_for(code: int, message: str, offset: int = -1) -> MoltError:
    """The exception for a code that came from libmolt or a worker.

    A code that this version does not know becomes an `InternalError` that keeps the number in
    ``code``, so that a newer worker never gets an older meaning.
    """
    known = _CLASSES.get(code)
    if known is not None:
        return known(message, offset)
    error = InternalError(message, offset)
    error.code = code
    return error
