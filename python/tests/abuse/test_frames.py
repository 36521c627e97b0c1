"""Malformed, truncated and oversized frames."""

from __future__ import annotations

import contextlib
import random
import socket
import struct

import pytest

import raw_frames
from abused_worker import AbusedWorker
from molt_accel._messagepack import pack, unpack_from

SEED = 20130101


def send_and_leave(worker: AbusedWorker, data: bytes) -> bytes:
    """What the worker says to some bytes and the end of the sending side, until it closes."""
    with worker.connect() as connection:
        # The worker may have closed already.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(data)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        return raw_frames.read_to_end(connection)


def test_random_bytes_never_hang_or_crash_the_worker(worker: AbusedWorker) -> None:
    chance = random.Random(SEED)
    for _ in range(300):
        send_and_leave(worker, chance.randbytes(chance.randrange(1, 400)))


def test_random_content_in_frames_of_the_right_length(worker: AbusedWorker) -> None:
    chance = random.Random(SEED + 1)
    for _ in range(300):
        content = chance.randbytes(chance.randrange(1, 200))
        send_and_leave(worker, worker.opening() + struct.pack(">I", len(content)) + content)


def test_every_truncation_of_a_conversation_is_survived(worker: AbusedWorker) -> None:
    conversation = worker.opening() + raw_frames.run(3, 5)
    for length in range(len(conversation)):
        send_and_leave(worker, conversation[:length])


def test_flipped_bytes_of_a_conversation_are_survived(worker: AbusedWorker) -> None:
    chance = random.Random(SEED + 2)
    conversation = worker.opening() + raw_frames.run(3, 5)
    for _ in range(400):
        changed = bytearray(conversation)
        for _ in range(chance.randrange(1, 5)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        send_and_leave(worker, bytes(changed))


HEADERS: list[object] = [
    {"id": "one", "op": "hello"},
    {"id": -1, "op": "hello"},
    {"id": 2**63 - 1, "op": "run"},
    {"id": 1},
    {"op": "hello"},
    {"id": 1, "op": "no such operation"},
    {"id": 1, "op": None},
    {"id": 1, "op": "run", "deadline": "soon"},
    {"id": 1, "op": "run", "deadline": -5},
    {"id": 1, "op": "cancel", "trace": 7},
    [],
    None,
    17,
    {},
]
PAYLOADS: list[object] = [
    None,
    [],
    {},
    {"statement": -1},
    {"statement": "x", "database": 1, "sql": 2, "shape": 3},
    {"statement": 1, "database": "default", "sql": "DROP TABLE book", "shape": b""},
    {"statement": 1, "database": "default", "sql": "", "shape": b"\xc1"},
    {"statement": 1, "arguments": b"\xdd\xff\xff\xff\xff"},
    {"statement": 9, "arguments": b"\x92\x90\x90"},
]


@pytest.mark.parametrize("header", HEADERS, ids=repr)
def test_wrong_headers_with_every_payload_are_survived(
    worker: AbusedWorker, header: object
) -> None:
    for payload in PAYLOADS:
        send_and_leave(worker, worker.opening() + raw_frames.frame(header, payload))


@pytest.mark.parametrize("operation", ["hello", "prepare", "run", "release", "cancel", "health"])
def test_wrong_payloads_get_an_error_that_names_the_request(
    worker: AbusedWorker, operation: str
) -> None:
    for payload in PAYLOADS:
        data = raw_frames.hello() + raw_frames.frame({"id": 77, "op": operation}, payload)
        send_and_leave(worker, data)
    worker.check_correct()


@pytest.mark.parametrize("length", [0, 16 * 1024 * 1024 + 1, 2**31, 2**32 - 1])
def test_impossible_lengths_are_answered_with_an_error_and_a_close(
    worker: AbusedWorker, length: int
) -> None:
    with worker.connect() as connection:
        connection.sendall(raw_frames.hello() + struct.pack(">I", length) + b"x" * 10)
        received = raw_frames.read_to_end(connection)
    header, start = last_reply(received)
    assert header["id"] == 0
    assert header["status"] == "error"
    fields, _ = unpack_from(start, 0)
    assert fields["code"] in (1, 8)
    assert fields["message"]


def last_reply(received: bytes) -> tuple[dict[str, object], bytes]:
    """The last frame's header and payload."""
    offset, content = 0, b""
    while offset < len(received):
        (length,) = struct.unpack_from(">I", received, offset)
        content = received[offset + 4 : offset + 4 + length]
        offset += 4 + length
    header, start = unpack_from(content, 0)
    return header, content[start:]


def test_announced_bytes_are_not_allocated(worker: AbusedWorker) -> None:
    before = worker.memory()
    connections = [worker.connect() for _ in range(200)]
    for connection in connections:
        connection.sendall(raw_frames.hello() + struct.pack(">I", 16 * 1024 * 1024) + b"x")
    worker.check_correct()
    grown = worker.memory() - before
    for connection in connections:
        connection.close()
    assert grown < 200 << 20, f"{grown >> 20} MiB for 200 announced frames of 16 MiB"


def test_the_largest_frame_is_read_whole(worker: AbusedWorker) -> None:
    content = pack({"id": 9, "op": "health"})
    padding = pack({"x": b"x" * (16 * 1024 * 1024 - len(content) - 20)})
    with worker.connect() as connection:
        whole = content + padding
        connection.sendall(raw_frames.hello() + struct.pack(">I", len(whole)) + whole)
        for header, _ in raw_frames.replies(connection):
            if header["id"] == 9:
                return
    pytest.fail("the worker closed without an answer to a frame within the limit")
