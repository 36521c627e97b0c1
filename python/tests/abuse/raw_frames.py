"""Frames of docs/formats/envelope.md by hand, right and wrong."""

from __future__ import annotations

import fcntl
import socket
import struct
import termios
from collections.abc import Iterator
from typing import Any

from molt_accel import arguments
from molt_accel._messagepack import pack, unpack_from


def frame(header: object, payload: object = None) -> bytes:
    """A request frame; a payload of None is no payload."""
    content = pack(header) + (b"" if payload is None else pack(payload))
    return struct.pack(">I", len(content)) + content


def hello() -> bytes:
    return frame({"id": 1, "op": "hello"}, {"protocol": 1, "client": "abuse"})


def prepare(sql: str, shape: bytes) -> bytes:
    definition = {"statement": 1, "database": "default", "sql": sql, "shape": shape}
    return frame({"id": 2, "op": "prepare"}, definition)


def run(identifier: int, count: int) -> bytes:
    payload = {"statement": 1, "arguments": arguments([count])}
    return frame({"id": identifier, "op": "run"}, payload)


def replies(connection: socket.socket) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Header and payload of each frame until the worker closes.

    Fails when the worker closes within a frame.
    """
    stream = connection.makefile("rb")
    while length := stream.read(4):
        assert len(length) == 4, "the worker closed within a frame"
        content = stream.read(struct.unpack(">I", length)[0])
        assert len(content) == struct.unpack(">I", length)[0], "the worker closed within a frame"
        header, start = unpack_from(content, 0)
        yield header, content[start:]


def answers(
    incoming: Iterator[tuple[dict[str, Any], bytes]], identifiers: set[int]
) -> dict[int, bytes]:
    """The whole answers of these requests.

    Fails on an error reply.
    """
    parts: dict[int, list[bytes]] = {identifier: [] for identifier in identifiers}
    missing = set(identifiers)
    for header, payload in incoming:
        assert header["status"] != "error", payload
        if header["id"] in parts:
            parts[header["id"]].append(payload)
        if header["status"] == "done":
            missing.discard(header["id"])
        if not missing:
            break
    assert not missing, f"requests without an answer: {sorted(missing)}"
    return {identifier: b"".join(found) for identifier, found in parts.items()}


def unread_byte_count(connection: socket.socket) -> int:
    """How much of what was sent the worker has not read yet, in the kernel's measure."""
    (count,) = struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)))
    return int(count)


def read_to_end(connection: socket.socket) -> bytes:
    """Everything until the worker closes; its reset counts as closing."""
    received = bytearray()
    try:
        while piece := connection.recv(1 << 16):
            received += piece
    except ConnectionResetError:
        pass
    return bytes(received)
