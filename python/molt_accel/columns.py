"""Rows of PostgreSQL as Arrow columns, taken by pyarrow, polars or pandas without a copy.

    database = open_postgres({"host": "/run/postgresql", "user": "app", "database": "flights"})
    table = pyarrow.table(database.columns("SELECT * FROM flight WHERE month = $1", arguments([3])))

    for batch in pyarrow.RecordBatchReader.from_stream(database.columns("SELECT * FROM flight")):
        ...  # one batch at a time is in memory

The types are those of docs/columns.md.
"""

from __future__ import annotations

import ctypes
from ctypes import c_char_p, c_void_p, py_object
from typing import Any, Final

from molt_accel._native import Library
from molt_accel.errors import InvalidInput

__all__ = ["ColumnStream"]

CAPSULE_NAME: Final = b"arrow_array_stream"
"""What the Arrow PyCapsule interface calls a capsule with a stream."""


_capsule_new: Any = ctypes.pythonapi.PyCapsule_New
_capsule_new.restype = py_object
_capsule_new.argtypes = (c_void_p, c_char_p, c_void_p)


class ColumnStream:
    """The rows of one run as record batches, for one consumer.

    Anything that knows the Arrow PyCapsule interface takes it: ``pyarrow.table(stream)``,
    ``polars.from_arrow(stream)``, ``pandas.DataFrame.from_arrow(stream)``. Reading lets go of the
    GIL. The run holds a connection until its last batch; `close`, or dropping the stream, ends it
    earlier. What goes wrong after the first batch is the consumer's own exception, with Molt's
    sentence in it.
    """

    __slots__ = ("__weakref__", "_library", "_stream")

    def __init__(
        self,
        library: Library,
        handle: int | None,
        sql: str,
        arguments: bytes,
        options: tuple[int, int, int],
        batch_rows: int,
    ) -> None:
        self._library = library
        self._stream: int | None = None
        if not 0 <= batch_rows < 1 << 64:
            raise OverflowError(f"batch_rows must be between 0 and 2**64 - 1, not {batch_rows}")
        try:
            encoded = sql.encode()
        except UnicodeEncodeError as error:
            raise InvalidInput(f"The SQL is not valid Unicode: {error}", error.start) from None
        call = library.take_call()
        address = call.fill_options(*options, None)
        code = library.columns_open(
            handle,
            *(encoded, len(encoded), arguments, len(arguments), address, batch_rows),
            *(call.handle_address, call.error_address),
        )
        if code:
            raise call.failure(code)
        self._stream = call.handle.value
        library.calls.append(call)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hands the batches to a consumer, once; `ValueError` afterwards.

        A requested schema is not looked at, as the interface allows: the columns have the types of
        docs/columns.md.
        """
        stream, self._stream = self._stream, None
        if stream is None:
            raise ValueError("the columns were taken already, or the stream is closed")
        # The destructor is libmolt's: it runs at any moment, also while an exception is on its way,
        # when no Python may run.
        return _capsule_new(stream, CAPSULE_NAME, self._library.capsule_destructor)

    def close(self) -> None:
        """Ends the run unless a consumer has it; harmless when repeated."""
        stream, self._stream = self._stream, None
        if stream is not None:
            self._library.stream_free(stream)

    def __enter__(self) -> ColumnStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()
