"""A run's request and answer in one native call, for a connection that owes nothing.

The wire in Python costs a request more than the worker itself does at 20 rows. Where libmolt is at
hand it sends the run and receives the answer without the GIL; everything else that happens on a
connection (hello, prepare, streams, several requests at once) stays with `wire`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from molt_accel._deadline import timeout_nanoseconds
from molt_accel.errors import MoltError, error_for

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
    """Runs on connected sockets through libmolt.

    ``run(descriptor, request, statement, memory, arguments, timeout, row_limit, byte_limit)``
    answers the bytes of a statement that is prepared on the socket, as request `request`. They may
    come through `memory`, the handle of this connection's `Memory`, or None. `timeout` is in
    nanoseconds; 0 leaves it to the worker. Raises the worker's own error, after which the
    connection is as good as before, or `Broken`.
    """

    __slots__ = ("_library", "run")

    def __init__(self, library: _native.Library) -> None:
        # Imported late, as below.
        from molt_accel._codecs import codecs

        self._library = library
        self.run: Callable[[int, int, int, int | None, bytes, int, int, int], bytes]
        self.run = codecs.worker_runner(
            library.worker_run_address, library.answer_release_address, library, _failure
        )

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
            facts = (call.error.code, call.sentence, call.error.offset)
            raise _failure(code, *facts, call.answer.byte_count)
        memory = Memory(library, call.handle.value) if code == 0 else None
        library.calls.append(call)
        return memory


def _failure(
    code: int, kind: int, message: str, offset: int, received_byte_count: int
) -> MoltError | Broken:
    """The exception for what a function of molt.h has answered and written into its error."""
    if code > 0:
        return error_for(code, message, offset)
    fate = Fate(code)
    error: OSError | MoltError | None = None
    if fate is Fate.LOST and offset:
        error = OSError(offset, os.strerror(offset))
    elif fate is Fate.TOO_LARGE:
        error = error_for(kind, message, offset)
    return Broken(fate, error, received_byte_count)


@cache
def exchange() -> Exchange | None:
    """The native exchange; None where libmolt cannot be loaded."""
    # Imported late: a program that only names the client loads neither ctypes nor sqlite3.
    from molt_accel import _native

    try:
        return Exchange(_native.library())
    except MoltError:
        return None
