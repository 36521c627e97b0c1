"""A TCP proxy that is slow, stops or cuts: what a bad network does to a client.

>>> with FaultyProxy(server.port, Faults(chunk=1, delay=0.001)) as proxy:
...     connect(server.tcp_url(port=proxy.port))
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from .ports import LOOPBACK

READ_SIZE = 65_536
ORDER_SECONDS = 60.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Faults:
    """What happens to the bytes that the server sends to one client.

    The client's own bytes pass untouched, so that the server always understands.
    """

    delay: float = 0.0
    """Seconds before each piece."""
    chunk: int = READ_SIZE
    """The most bytes of a piece; 1 drips."""
    cut_after: int | None = None
    """The connection ends after so many bytes, in the middle of a message if need be."""
    reset: bool = False
    """It ends with a reset instead of an orderly end."""
    stall_after: int | None = None
    """Nothing more arrives after so many bytes, and the connection stays open."""


class FaultyProxy:
    """A listening port of the loopback before another one, in a thread of its own.

    `faults` may be replaced at any time and holds from the next piece on.
    """

    def __init__(self, target_port: int, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self._target_port = target_port
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._clients: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> FaultyProxy:
        self._thread.start()
        self._do(asyncio.start_server(self._serve, sock=self._listener))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._listener.close()
        self._loop.close()

    def cut(self) -> None:
        """Ends every connection there is now; new ones are welcome."""
        self._do(self._end_clients())

    def _do(self, work: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(ORDER_SECONDS)

    async def _end_clients(self) -> None:
        for task in self._clients:
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        try:
            # A cancelled handler is no news to asyncio's own logging.
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await self._relay(reader, writer)
        finally:
            self._clients.discard(task)
            self._end(writer)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(LOOPBACK, self._target_port)
        upward = asyncio.ensure_future(self._pass_on(reader, server_writer))
        downward = asyncio.ensure_future(self._damage(server_reader, writer))
        try:
            await asyncio.wait({upward, downward}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (upward, downward):
                task.cancel()
            await asyncio.gather(upward, downward, return_exceptions=True)
            server_writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(READ_SIZE):
            writer.write(piece)
            await writer.drain()

    async def _damage(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Returns when the connection shall end."""
        sent = 0
        while piece := await reader.read(min(self.faults.chunk, READ_SIZE)):
            faults = self.faults
            if faults.delay:
                await asyncio.sleep(faults.delay)
            for limit in (faults.cut_after, faults.stall_after):
                if limit is not None:
                    piece = piece[: max(0, limit - sent)]
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
            if faults.cut_after is not None and sent >= faults.cut_after:
                return
            if faults.stall_after is not None and sent >= faults.stall_after:
                await asyncio.get_running_loop().create_future()

    def _end(self, writer: asyncio.StreamWriter) -> None:
        if self.faults.reset:
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        writer.close()
