"""A worker made of threads and real Unix sockets, whose statements' SQL says how they behave.

Its frames are written and read by hand here, so that the client is not tested with itself.
"""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import socket
import struct
import threading
import time
from pathlib import Path
from typing import Any

from molt_accel._messagepack import pack, unpack_from


def frame(header: dict[str, Any], payload: bytes = b"") -> bytes:
    content = pack(header) + payload
    return struct.pack(">I", len(content)) + content


def error_payload(code: int, message: str, offset: int = -1) -> bytes:
    return pack({"code": code, "message": message, "offset": offset})


SHARED_BYTE_COUNT = 128 * 1024

GATE_SECONDS = 120
"""How long a run on `hold` waits for the gate; then its answer is an error."""


class FakeWorker:
    """Listens at `path` until `stop`. `requests` holds every (operation, header, payload).

    `sharing` says what it does when it is asked for memory: "unknown" as an older worker, "memory",
    or a lie.
    """

    def __init__(self, path: Path, hello: dict[str, Any] | None = None) -> None:
        self.path = path
        self.hello = hello or {"protocol": 1, "server": "fake", "databases": ["default"]}
        self.requests: list[tuple[str, dict[str, Any], Any]] = []
        self.connections: list[socket.socket] = []
        self.connection_count = 0
        self.gate = threading.Event()
        self.sharing = "unknown"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def operations(self) -> list[str]:
        return [operation for operation, _, _ in self.requests]

    def stop(self) -> None:
        self.gate.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.path.unlink(missing_ok=True)
        self.drop_connections()

    def drop_connections(self) -> None:
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self.connections.clear()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            self.connection_count += 1
            threading.Thread(target=_Session(self, connection).serve, daemon=True).start()


class _Session:
    def __init__(self, worker: FakeWorker, connection: socket.socket) -> None:
        self.worker = worker
        self.connection = connection
        self.statements: dict[int, str] = {}
        self.cancelled: set[int] = set()
        self.lock = threading.Lock()
        self.memory: mmap.mmap | None = None

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                content = self._read(struct.unpack(">I", self._read(4))[0])
                header, offset = unpack_from(content, 0)
                payload = unpack_from(content, offset)[0] if offset < len(content) else None
                self.worker.requests.append((header["op"], header, payload))
                getattr(self, "do_" + header["op"])(header, payload)
        self.connection.close()

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self.connection.recv(count - len(data))
            if not more:
                raise OSError("closed")
            data += more
        return data

    def send(self, data: bytes) -> None:
        with self.lock:
            self.connection.sendall(data)

    def done(self, header: dict[str, Any], payload: bytes = b"", **extra: Any) -> None:
        self.send(frame({"id": header["id"], "status": "done", **extra}, payload))

    def more(self, header: dict[str, Any], payload: bytes) -> None:
        self.send(frame({"id": header["id"], "status": "more"}, payload))

    def error(self, header: dict[str, Any], code: int, message: str, offset: int = -1) -> None:
        self.send(
            frame({"id": header["id"], "status": "error"}, error_payload(code, message, offset))
        )

    def do_hello(self, header: dict[str, Any], payload: Any) -> None:
        self.done(header, pack(self.worker.hello))

    def do_health(self, header: dict[str, Any], payload: Any) -> None:
        self.done(header, pack({"status": "ok", "version": "0", "databases": {"default": "ok"}}))

    def do_metrics(self, header: dict[str, Any], payload: Any) -> None:
        self.done(header, b"molt_requests_total 1\n")

    def do_prepare(self, header: dict[str, Any], payload: Any) -> None:
        if payload["sql"].startswith("bad"):
            self.error(header, 1, "the SQL is bad", 7)
            return
        self.statements[payload["statement"]] = payload["sql"]
        self.done(header)

    def do_release(self, header: dict[str, Any], payload: Any) -> None:
        self.statements.pop(payload["statement"], None)
        self.done(header)

    def do_share(self, header: dict[str, Any], payload: Any) -> None:
        sharing = self.worker.sharing
        if sharing == "unknown":
            self.error(header, 1, 'the operation "share" is unknown')
        elif sharing == "die":
            raise OSError("dies")
        else:
            content = pack({"size": SHARED_BYTE_COUNT})
            reply = frame({"id": header["id"], "status": "done"}, content)
            descriptor = self._make_memory(sharing)
            socket.send_fds(
                self.connection, [reply], [] if sharing == "no memory" else [descriptor]
            )
            os.close(descriptor)

    def _make_memory(self, sharing: str) -> int:
        descriptor = os.memfd_create("fake", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(
            descriptor, SHARED_BYTE_COUNT // 2 if sharing == "small" else SHARED_BYTE_COUNT
        )
        self.memory = mmap.mmap(descriptor, 0)
        if sharing != "unsealed":
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK)
        return descriptor

    def do_cancel(self, header: dict[str, Any], payload: Any) -> None:
        self.cancelled.add(header["id"])

    def do_run(self, header: dict[str, Any], payload: Any) -> None:
        sql = self.statements.get(payload["statement"])
        if sql is None:
            self.error(header, 1, f"statement {payload['statement']} is not prepared")
            return
        verb, *rest = sql.split()
        getattr(self, "sql_" + verb)(header, payload["arguments"], *rest)

    def sql_echo(self, header: dict[str, Any], arguments: bytes, *_: str) -> None:
        self.done(header, arguments, rows=3)

    def sql_asked(self, header: dict[str, Any], arguments: bytes, *_: str) -> None:
        """Behaves as the arguments say, so that a statement that is known can misbehave."""
        verb, *rest = arguments.decode().split()
        getattr(self, "sql_" + verb)(header, b"", *rest)

    def sql_drip(self, header: dict[str, Any], _: bytes, *__: str) -> None:
        """Two parts and an end, byte by byte."""
        parts = [({"status": "more"}, b"one "), ({"status": "more"}, b"two ")]
        parts.append(({"status": "done", "rows": 2}, b"end"))
        for extra, payload in parts:
            for byte in frame({"id": header["id"], **extra}, payload):
                self.send(bytes([byte]))
                time.sleep(0.0005)

    def sql_unowed(self, header: dict[str, Any], _: bytes, *__: str) -> None:
        """A reply to somebody else."""
        self.done({"id": header["id"] + 7}, b"stray")

    def sql_parts(self, header: dict[str, Any], _: bytes, count: str, size: str) -> None:
        for index in range(int(count)):
            self.more(header, bytes([index % 256]) * int(size))
        self.done(header, b"end", rows=int(count))

    def sql_shared(self, header: dict[str, Any], _: bytes, letter: str, size: str) -> None:
        """So many letters, where there is memory in it."""
        count = int(size)
        if self.memory is None:
            self.done(header, letter.encode() * count, rows=1)
            return
        if count <= SHARED_BYTE_COUNT:
            self.memory[:count] = letter.encode() * count
        self.done(header, rows=1, shared=count)

    def sql_slow(self, header: dict[str, Any], arguments: bytes, seconds: str) -> None:
        def wait() -> None:
            end = time.monotonic() + float(seconds)
            while time.monotonic() < end:
                if header["id"] in self.cancelled:
                    with contextlib.suppress(OSError):
                        self.error(header, 5, "cancelled")
                    return
                time.sleep(0.005)
            with contextlib.suppress(OSError):
                self.done(header, arguments)

        threading.Thread(target=wait, daemon=True).start()

    def sql_hold(self, header: dict[str, Any], arguments: bytes, *_: str) -> None:
        def wait() -> None:
            is_open = self.worker.gate.wait(GATE_SECONDS)
            with contextlib.suppress(OSError):
                if is_open:
                    self.done(header, arguments)
                else:
                    self.error(header, 6, "nobody opened the gate")

        threading.Thread(target=wait, daemon=True).start()

    def sql_fail(self, header: dict[str, Any], _: bytes, code: str, parts: str = "0") -> None:
        for _ in range(int(parts)):
            self.more(header, b"void")
        self.error(header, int(code), f"failed with {code}", 12)

    def sql_die(self, header: dict[str, Any], _: bytes, parts: str = "0") -> None:
        for _ in range(int(parts)):
            self.more(header, b"void")
        raise OSError("dies")

    def sql_garbage(self, header: dict[str, Any], _: bytes, hexadecimal: str) -> None:
        self.send(bytes.fromhex(hexadecimal))
