"""libmolt.so through ctypes: the declarations of molt.h and the loaded library.

Two handles to the one library: calls that run SQL go through ``CDLL``, which lets go of the GIL;
calls of a microsecond at most (an answer's release, cancel) go through ``PyDLL``, which keeps it.
Pointers travel as plain integers (``c_void_p``): that is ctypes' cheapest argument.
"""

from __future__ import annotations

import ctypes
import importlib
import sqlite3
import sys
from ctypes import (
    c_char,
    c_char_p,
    c_int32,
    c_int64,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
    string_at,
)
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from molt_accel._locations import library_path
from molt_accel.errors import LibraryMismatch, MoltError, error_for

__all__ = ["ABI_VERSION", "Call", "Cancellation", "Library", "library", "python_sqlite_address"]

ABI_VERSION: Final = 1
"""MOLT_ABI_VERSION of the molt.h that these declarations follow."""

MESSAGE_CAPACITY: Final = 1000

KEPT_BYTE_COUNT: Final = 4 << 20
"""The largest answer whose memory is kept for the next one."""


class _Error(ctypes.Structure):
    """molt_error."""

    _fields_ = [
        ("code", c_int32),
        ("reserved", c_int32),
        ("offset", c_int64),
        ("message", c_char * MESSAGE_CAPACITY),
    ]


class _Options(ctypes.Structure):
    """molt_run_options."""

    _fields_ = [
        ("timeout_nanoseconds", c_uint64),
        ("row_limit", c_uint64),
        ("byte_limit", c_uint64),
        ("cancellation", c_void_p),
    ]


class _Answer(ctypes.Structure):
    """molt_answer."""

    _fields_ = [
        ("bytes", c_void_p),
        ("byte_count", c_size_t),
        ("row_count", c_uint64),
        ("owner", c_void_p),
    ]


class Call:
    """The memory that one native call writes into, reused by later calls of any thread.

    Whoever holds a Call uses it alone: take it from `Library.calls`, give it back afterwards. That
    is cheaper than ``threading.local`` and stays right when a signal handler runs a statement.
    """

    __slots__ = (
        "_answer_release",
        "answer",
        "answer_address",
        "error",
        "error_address",
        "handle",
        "handle_address",
        "options",
        "options_address",
    )

    def __init__(self, answer_release: Any) -> None:
        self._answer_release = answer_release
        self.answer = _Answer()
        self.answer_address = ctypes.addressof(self.answer)
        self.error = _Error()
        self.error_address = ctypes.addressof(self.error)
        self.options = _Options()
        self.options_address = ctypes.addressof(self.options)
        self.handle = c_void_p()
        self.handle_address = ctypes.addressof(self.handle)

    def take_bytes(self) -> bytes:
        """A copy of the answer, whose memory is kept for the next unless it is large."""
        answer = self.answer
        body = string_at(answer.bytes, answer.byte_count)
        if len(body) > KEPT_BYTE_COUNT:
            self._answer_release(self.answer_address)
        return body

    def __del__(self) -> None:
        self._answer_release(self.answer_address)

    @property
    def sentence(self) -> str:
        """What the last call wrote into ``error``, for people."""
        return str(self.error.message, "utf-8", "replace")

    def failure(self, code: int) -> MoltError:
        """The exception for what the last call wrote into ``error``."""
        return error_for(code, self.sentence, self.error.offset)

    def fill_options(
        self, nanoseconds: int, row_limit: int, byte_limit: int, cancellation: Cancellation | None
    ) -> int:
        """Sets the run options and answers their address; ``OverflowError`` beyond 64 bits."""
        for limit in (row_limit, byte_limit):
            if not 0 <= limit < 1 << 64:
                raise OverflowError(f"a limit must be between 0 and 2**64 - 1, not {limit}")
        options = self.options
        options.timeout_nanoseconds = nanoseconds
        options.row_limit = row_limit
        options.byte_limit = byte_limit
        options.cancellation = cancellation.handle if cancellation is not None else None
        return self.options_address


class Library:
    """libmolt.so, loaded, of the right ABI version.

    Raises `LibraryMismatch` when the file cannot be loaded, lacks a function of molt.h, or has
    another ABI version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.calls: list[Call] = []
        try:
            blocking = ctypes.CDLL(str(path))
            quick = ctypes.PyDLL(str(path))
            self.abi_version = int(_function(quick, "molt_abi_version", c_uint32)())
            if self.abi_version != ABI_VERSION:
                raise LibraryMismatch(
                    f"{path} has ABI version {self.abi_version}, but this molt_accel needs "
                    f"{ABI_VERSION}; install the libmolt.so and the molt_accel of one release."
                )
            self._bind(blocking, quick)
        except OSError as error:
            raise LibraryMismatch(
                f"{path} cannot be loaded ({error}); install the molt_accel wheel of this platform."
            ) from None
        except AttributeError as error:
            raise LibraryMismatch(
                f"{path} is not a libmolt of ABI version {ABI_VERSION} ({error}); install the "
                "libmolt.so and the molt_accel of one release."
            ) from None

    def _bind(self, blocking: ctypes.CDLL, quick: ctypes.PyDLL) -> None:
        pointer, count = c_void_p, c_size_t
        self.version = _function(quick, "molt_version", c_char_p)().decode()
        self.sqlite_address = int(_function(quick, "molt_sqlite_address", c_void_p)() or 0)
        self.database_open = _function(
            blocking, "molt_database_open", c_int32, c_char_p, count, pointer, pointer
        )
        self.database_close = _function(blocking, "molt_database_close", None, pointer)
        self.statement_prepare = _function(
            blocking,
            "molt_statement_prepare",
            *(c_int32, pointer, c_char_p, count, c_char_p, count, pointer, pointer),
        )
        self.statement_release = _function(blocking, "molt_statement_release", None, pointer)
        self.statement_run = _function(
            blocking,
            "molt_statement_run",
            *(c_int32, pointer, c_char_p, count, pointer, pointer, pointer),
        )
        self.answer_release = _function(quick, "molt_answer_release", None, pointer)
        self.statement_run_address = ctypes.cast(self.statement_run, pointer).value
        self.answer_release_address = ctypes.cast(self.answer_release, pointer).value
        self.cursor_open = _function(
            blocking,
            "molt_cursor_open",
            *(c_int32, pointer, c_char_p, count, pointer, pointer, pointer),
        )
        self.cursor_next = _function(
            blocking, "molt_cursor_next", c_int32, pointer, count, pointer, pointer
        )
        self.cursor_close = _function(blocking, "molt_cursor_close", None, pointer)
        self.columns_open = _function(
            blocking,
            "molt_columns_open",
            *(c_int32, pointer, c_char_p, count, c_char_p, count, pointer, c_uint64),
            *(pointer, pointer),
        )
        self.stream_free = _function(blocking, "molt_stream_free", None, pointer)
        pointer_of = ctypes.cast(ctypes.pythonapi.PyCapsule_GetPointer, pointer)
        _function(quick, "molt_capsule_bind", None, pointer)(pointer_of)
        self.capsule_destructor = ctypes.cast(quick.molt_capsule_release, pointer)
        self.worker_run_address = ctypes.cast(blocking.molt_worker_run_shared, pointer).value
        self.worker_share = _function(
            blocking, "molt_worker_share", c_int32, c_int32, c_uint64, c_uint64, pointer, pointer
        )
        self.worker_memory_release = _function(quick, "molt_worker_memory_release", None, pointer)
        self.cancellation_create = _function(quick, "molt_cancellation_create", c_void_p)
        self.cancellation_cancel = _function(quick, "molt_cancellation_cancel", None, pointer)
        self.cancellation_release = _function(quick, "molt_cancellation_release", None, pointer)

    def take_call(self) -> Call:
        """A Call for the caller alone; append it to ``calls`` afterwards."""
        try:
            return self.calls.pop()
        except IndexError:
            return Call(self.answer_release)


def _function(source: ctypes.CDLL, name: str, result: Any, *arguments: Any) -> Any:
    function = getattr(source, name)
    function.restype = result
    function.argtypes = arguments
    return function


class Cancellation:
    """A flag that ends native runs from another thread; freed with its last reference."""

    __slots__ = ("_library", "handle")

    def __init__(self, library: Library) -> None:
        self._library = library
        self.handle: int | None = library.cancellation_create()
        if not self.handle:
            raise MemoryError("libmolt has no memory for a cancellation")

    def cancel(self) -> None:
        """Ends the runs that use this flag with `Cancelled`, soon; may be called repeatedly."""
        self._library.cancellation_cancel(self.handle)

    def __del__(self) -> None:
        self._library.cancellation_release(self.handle)


def library() -> Library:
    """The loaded libmolt; the first call of a process loads it.

    Raises `LibraryNotFound` or `LibraryMismatch`.
    """
    return _load(library_path())


@lru_cache(maxsize=4)
def _load(path: Path) -> Library:
    return Library(path)


def python_sqlite_address() -> int | None:
    """The address of sqlite3_libversion in the SQLite that Python's ``sqlite3`` uses.

    None when that copy hides its functions, as a statically linked one may. A replaced module
    (``sys.modules["sqlite3"] = pysqlite3``) is followed to its extension.
    """
    name = sqlite3.__name__
    extension = importlib.import_module("_sqlite3" if name == "sqlite3" else f"{name}._sqlite3")
    path = getattr(extension, "__file__", None)
    if path is None and extension.__name__ not in sys.builtin_module_names:
        return None
    try:
        # Of a built-in extension the functions are in the program itself.
        function = ctypes.CDLL(path).sqlite3_libversion
    except (OSError, AttributeError):
        return None
    return ctypes.cast(function, c_void_p).value
