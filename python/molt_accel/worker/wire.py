"""The client's side of the worker protocol, without sockets.

The shells (`client`, `async_client`) send the bytes that this machine answers and hand it what they
receive. It numbers the requests, prepares statements before their first run on the connection,
releases those that were not used for long, and joins the parts of answers:

    wire = Wire()
    send(wire.hello())                           first of all
    identifier, data = wire.run(key, arguments)
    send(data)                                   prepare + run, or run alone
    count = receive_into(wire.space())
    for reply in wire.received(count):           Reply(identifier, data, …)
"""

from __future__ import annotations

from collections import OrderedDict
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

from molt_accel._messagepack import UnpackError, unpack, unpack_from
from molt_accel.errors import InvalidInput, MoltError, TooLarge, WorkerMismatch, error_for
from molt_accel.worker.frames import FrameReader, decode_reply_header, encode_request, encode_run
from molt_accel.worker.operations import HELLO, PROTOCOL_VERSION, fields_from

__all__ = ["Reply", "StatementKey", "Wire", "mismatch"]

STATEMENT_CAPACITY: Final = 512
"""The most statements prepared on one connection; the worker's own limit is 1,024."""


class StatementKey(NamedTuple):
    """What a statement is; `number` stands for the rest within this process."""

    number: int
    database: str
    sql: str
    shape: bytes


class Reply(NamedTuple):
    """An event for the shell: a part of an answer, its end, or an error in its place."""

    identifier: int
    data: bytes
    is_last: bool
    error: MoltError | None = None


class _Preparation:
    """A statement on this connection, shared by the runs that need it."""

    __slots__ = ("error",)

    def __init__(self) -> None:
        self.error: MoltError | None = None


@dataclass(slots=True)
class _Request:
    """A request without its last reply yet."""

    is_streamed: bool = False
    is_abandoned: bool = False
    is_hello: bool = False
    row_limit: int = 0
    byte_limit: int = 0
    byte_count: int = 0
    parts: list[bytes | memoryview] = field(default_factory=list)
    prepares: StatementKey | None = None
    preparation: _Preparation | None = None


class Wire:
    """The state of one connection. After it raised, the connection must be closed.

    `lends_buffer` saves a copy of an answer's parts, which then keep whole buffers alive: for a
    connection with one request at a time.
    """

    def __init__(
        self, statement_capacity: int = STATEMENT_CAPACITY, *, lends_buffer: bool = False
    ) -> None:
        self._lends_buffer = lends_buffer
        self._frames = FrameReader()
        self.space = self._frames.space
        self.received_byte_count = 0
        self._statement_capacity = statement_capacity
        self._statements: OrderedDict[int, _Preparation] = OrderedDict()
        self._requests: dict[int, _Request] = {}
        self._last_identifier = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is owed, so that the next reply will be that of the next request."""
        return not self._requests

    @property
    def pending_count(self) -> int:
        """How many requests wait for their last reply."""
        return len(self._requests)

    def is_pending(self, identifier: int) -> bool:
        """Whether the worker still owes the last reply to this request."""
        return identifier in self._requests

    # Sending

    def hello(self) -> bytes:
        """The first request of a connection; a wrong answer raises out of `received`."""
        identifier = self._add(_Request(is_hello=True))
        return encode_request(identifier, "hello", HELLO)

    def request(
        self, operation: str, payload: object = None, deadline: int = 0
    ) -> tuple[int, bytes]:
        """Any operation but `run`: its number and its bytes. `deadline` is in milliseconds."""
        data = encode_request(self._last_identifier + 1, operation, payload, deadline)
        return self._add(_Request()), data

    def run(
        self,
        key: StatementKey,
        arguments: bytes,
        deadline: int = 0,
        *,
        row_limit: int = 0,
        byte_limit: int = 0,
        is_streamed: bool = False,
    ) -> tuple[int, bytes]:
        """A run: its number and its bytes, led by `prepare` where the connection needs it.

        Raises `TooLarge`, with the connection as before, when a frame would be too large.
        """
        request = _Request(is_streamed, row_limit=row_limit, byte_limit=byte_limit)
        preparation = self._statements.get(key.number)
        if preparation is not None:
            self._statements.move_to_end(key.number)
            request.preparation = preparation
            identifier = self._last_identifier + 1
            data = encode_run(identifier, key.number, arguments, deadline)
            self._add(request)
            return identifier, data
        return self._prepare_and_run(key, arguments, deadline, request)

    def quick_run(self, key: StatementKey) -> int | None:
        """The number of a run that the shell sends, and whose replies it reads, by itself.

        None where more than that run is owed, or the statement is not prepared yet.
        """
        if self._requests or key.number not in self._statements:
            return None
        self._statements.move_to_end(key.number)
        self._last_identifier += 1
        return self._last_identifier

    def quick_share(self) -> int:
        """The number of a `share` that the shell makes by itself before a `quick_run`."""
        self._last_identifier += 1
        return self._last_identifier

    def cancel(self, identifier: int) -> bytes:
        """Ends a request early; no more events come for it."""
        request = self._requests.get(identifier)
        if request is None:
            return b""
        request.is_abandoned = True
        request.parts.clear()
        return encode_request(identifier, "cancel")

    def _prepare_and_run(
        self, key: StatementKey, arguments: bytes, deadline: int, request: _Request
    ) -> tuple[int, bytes]:
        definition = {
            "statement": key.number,
            "database": key.database,
            "sql": key.sql,
            "shape": key.shape,
        }
        first = self._last_identifier + 2
        try:
            prepare = encode_request(first, "prepare", definition)
        except UnicodeEncodeError as error:
            raise InvalidInput(f"The SQL is not valid Unicode: {error}", error.start) from None
        run = encode_run(first + 1, key.number, arguments, deadline)
        release = self._release_oldest()
        preparation = request.preparation = self._statements[key.number] = _Preparation()
        self._add(_Request(prepares=key, preparation=preparation))
        identifier = self._add(request)
        return identifier, release + prepare + run

    def _release_oldest(self) -> bytes:
        """Makes room for one statement more. Takes one request number in any case."""
        if len(self._statements) < self._statement_capacity:
            self._last_identifier += 1
            return b""
        number, _ = self._statements.popitem(last=False)
        identifier = self._add(_Request(is_abandoned=True))
        return encode_request(identifier, "release", {"statement": number})

    def _add(self, request: _Request) -> int:
        self._last_identifier += 1
        self._requests[self._last_identifier] = request
        return self._last_identifier

    # Receiving

    def received(self, byte_count: int) -> list[Reply]:
        """What the bytes just read into `space()` complete.

        Raises `WorkerMismatch` for anything that the protocol does not allow, and the worker's own
        error when it gives up the whole connection.
        """
        reader = self._frames
        reader.advance(byte_count)
        self.received_byte_count += byte_count
        replies: list[Reply] = []
        while (frame := reader.next_frame()) is not None:
            reply = self._reply(reader.buffer, *frame)
            if reply is not None:
                replies.append(reply)
        return replies

    def _reply(self, buffer: bytearray, start: int, end: int) -> Reply | None:
        try:
            number, status, rows, payload_start = decode_reply_header(buffer, start)
            identifier = cast(int, number)
            request = self._requests[identifier]
        except (UnpackError, KeyError, TypeError, IndexError):
            raise self._unexpected(buffer, start, end) from None
        if payload_start > end:
            raise mismatch("a header that is longer than its frame")
        if status == "more":
            return self._more(identifier, request, memoryview(buffer)[payload_start:end])
        payload = bytes(memoryview(buffer)[payload_start:end])
        if status == "done":
            self._remove(identifier)
            return self._done(identifier, request, payload, rows)
        if status == "error":
            self._remove(identifier)
            return self._failed(identifier, request, _error(payload))
        raise mismatch("a reply whose status is not one of the protocol's")

    def _remove(self, identifier: int) -> None:
        del self._requests[identifier]
        if not self._requests:
            self._frames.is_lent = False

    def _more(self, identifier: int, request: _Request, payload: memoryview) -> Reply | None:
        if request.is_abandoned:
            return None
        request.byte_count += len(payload)
        if request.byte_limit and request.byte_count > request.byte_limit:
            return self._too_large(identifier, request, "bytes", request.byte_limit)
        if request.is_streamed:
            return Reply(identifier, bytes(payload), False)
        if self._lends_buffer:
            self._frames.is_lent = True
            request.parts.append(payload)
        else:
            request.parts.append(bytes(payload))
        return None

    def _done(
        self, identifier: int, request: _Request, payload: bytes, rows: object
    ) -> Reply | None:
        if request.is_abandoned:
            return None
        if request.prepares is not None:
            return None
        if request.is_hello:
            _check_hello(payload)
            return None
        byte_limit, row_limit = request.byte_limit, request.row_limit
        if byte_limit and request.byte_count + len(payload) > byte_limit:
            return self._too_large(identifier, request, "bytes", byte_limit)
        if row_limit and isinstance(rows, int) and rows > row_limit:
            return self._too_large(identifier, request, "rows", row_limit)
        if request.parts:
            request.parts.append(payload)
            payload = b"".join(request.parts)
        return Reply(identifier, payload, True)

    def _failed(self, identifier: int, request: _Request, error: MoltError) -> Reply | None:
        if request.is_hello:
            raise error
        preparation = request.preparation
        if request.prepares is not None and preparation is not None:
            # The run behind it fails too; it will name this error, and the next run tries again.
            preparation.error = error
            if self._statements.get(request.prepares.number) is preparation:
                del self._statements[request.prepares.number]
            return None
        if request.is_abandoned:
            return None
        if preparation is not None and preparation.error is not None:
            error = copy(preparation.error)
        return Reply(identifier, b"", True, error)

    def _too_large(self, identifier: int, request: _Request, unit: str, limit: int) -> Reply:
        request.is_abandoned = True
        request.parts.clear()
        sentence = f"The answer has more than {limit} {unit}; ask for less or raise the limit."
        return Reply(identifier, b"", True, TooLarge(sentence))

    def _unexpected(self, buffer: bytearray, start: int, end: int) -> MoltError:
        """The error for a frame that answers no request: the worker's own (id 0) or nonsense."""
        try:
            header, payload_start = unpack_from(buffer, start)
            if header["id"] == 0 and header["status"] == "error":
                return _error(bytes(memoryview(buffer)[payload_start:end]))
        except (UnpackError, KeyError, TypeError, IndexError):
            pass
        return mismatch("a reply that answers no request")


def _error(payload: bytes) -> MoltError:
    try:
        fields: dict[str, Any] = unpack(payload)
        code, message, offset = fields["code"], fields["message"], fields.get("offset", -1)
    except (UnpackError, KeyError, TypeError, AttributeError):
        raise mismatch("an error without code and message") from None
    if type(code) is not int or not isinstance(message, str) or type(offset) is not int:
        raise mismatch("an error without code and message")
    return error_for(code, message, offset)


def _check_hello(payload: bytes) -> None:
    protocol = fields_from(payload, "hello").get("protocol")
    if protocol != PROTOCOL_VERSION:
        raise WorkerMismatch(
            f"The worker speaks protocol version {protocol}, but this molt_accel needs "
            f"{PROTOCOL_VERSION}; install the molt and the molt_accel of one release."
        )


def mismatch(what: str) -> WorkerMismatch:
    """The error for a peer that sent `what`, which no worker does."""
    return WorkerMismatch(
        f"Whoever listens on the socket sent {what}; check that the path is a worker's socket, and "
        "that molt and molt_accel are of one release."
    )
