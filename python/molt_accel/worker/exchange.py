"""A run's request and answer in one native call, for a connection that owes nothing.

The wire in Python costs a request more than the worker itself does at 20 rows. Where libmolt is at
hand it sends the run and receives the answer without the GIL; everything else that happens on a
connection (hello, prepare, streams, several requests at once) stays with `wire`.
"""

from __future__ import annotations

import os
import time
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from molt_accel._deadline import deadline_after, timeout_nanoseconds
from molt_accel.errors import MoltError

if TYPE_CHECKING:
    from molt_accel import _native

__all__ = ["SHARED_BYTE_COUNT", "Broken", "Exchange", "Fate", "Memory", "exchange"]

SHARED_BYTE_COUNT: Final = 32 * 1024
"""After an answer of this size a connection asks for shared memory: the next is alike."""


class Fate(IntEnum):
    """Why a connection broke: the negative results of ``molt_worker_run``."""

    INTERRUPTED = -1
    LOST = -2
    SILENT = -3
    MISMATCH = -4
    TOO_LARGE = -5


class Broken(Exception):
    """The connection must be closed; `received_byte_count` is what had come of the answer."""

    def __init__(self, fate: Fate, error: OSError | MoltError | None, received: int) -> None:
        super().__init__(fate.name)
        self.fate = fate
        self.error = error
        self.received_byte_count = received


class Memory:
    """Memory of a worker's that one connection reads large answers from; freed with it."""

    __slots__ = ("_library", "handle")

    def __init__(self, library: _native.Library, handle: int | None) -> None:
        self._library = library
        self.handle = handle

    def __del__(self) -> None:
        self._library.worker_memory_release(self.handle)


class Exchange:
    """Runs on connected sockets through libmolt."""

    __slots__ = ("_library",)

    def __init__(self, library: _native.Library) -> None:
        self._library = library

    def run(
        self,
        descriptor: int,
        identifier: int,
        statement: int,
        arguments: bytes,
        timeout: float | None,
        row_limit: int,
        byte_limit: int,
        memory: Memory | None = None,
    ) -> bytes:
        """The answer of request `identifier` for a statement that is prepared on the socket.

        It may come through `memory`, which must be this connection's. Raises the worker's own
        error, after which the connection is as good as before, or `Broken`.
        """
        library = self._library
        call = library.take_call()
        limits = (timeout, row_limit, byte_limit)
        if call.limits != limits:
            call.fill_options(timeout_nanoseconds(timeout), row_limit, byte_limit, None)
            call.limits = limits
        run: Any = library.worker_run
        target: tuple[int | None, ...] = (descriptor, identifier, statement)
        if memory is not None:
            run = library.worker_run_shared
            target = (*target, memory.handle)
        addresses = (call.options_address, call.answer_address, call.error_address)
        deadline = deadline_after(timeout)
        code = run(*target, arguments, len(arguments), *addresses)
        while code == Fate.INTERRUPTED:
            # Python has looked at the signal in between; the wait goes on with what time is left.
            left = 0 if deadline is None else max(1, int((deadline - time.monotonic()) * 1e9))
            call.fill_options(left, row_limit, byte_limit, None)
            code = run(*target, None, 0, *addresses)
        if code:
            raise _failure(call, code)
        body = call.take_bytes()
        library.calls.append(call)
        return body

    def share(self, descriptor: int, identifier: int, timeout: float | None) -> Memory | None:
        """Asks for shared memory as request `identifier`; None where the worker shares none.

        Raises `Broken`.
        """
        library = self._library
        call = library.take_call()
        call.handle.value = None
        call.answer.byte_count = 0  # of which a failure tells
        code = library.worker_share(
            descriptor,
            identifier,
            timeout_nanoseconds(timeout),
            call.handle_address,
            call.error_address,
        )
        if code < 0:
            raise _failure(call, code)
        memory = Memory(library, call.handle.value) if code == 0 else None
        library.calls.append(call)
        return memory


def _failure(call: _native.Call, code: int) -> MoltError | Broken:
    if code > 0:
        return call.failure(code)
    fate = Fate(code)
    error: OSError | MoltError | None = None
    if fate is Fate.LOST and call.error.offset:
        error = OSError(call.error.offset, os.strerror(call.error.offset))
    elif fate is Fate.TOO_LARGE:
        error = call.failure(call.error.code)
    return Broken(fate, error, call.answer.byte_count)


@cache
def exchange() -> Exchange | None:
    """The native exchange; None where libmolt cannot be loaded."""
    # Imported late: a program that only names the client loads neither ctypes nor sqlite3.
    from molt_accel import _native

    try:
        return Exchange(_native.library())
    except MoltError:
        return None
