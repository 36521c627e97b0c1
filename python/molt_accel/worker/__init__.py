"""The worker lane: clients of `molt worker` over its Unix socket (docs/formats/envelope.md).

address       the socket's path, and what a failed connection means
operations    hello, health, metrics
frames        lengths, headers, payloads
wire          the protocol without sockets
connection    one blocking socket
client        the blocking client: a pool of connections
link          asyncio connections
async_client  the asyncio client
"""

from molt_accel.worker.async_client import AsyncClient, AsyncWorkerDatabase, AsyncWorkerStatement
from molt_accel.worker.client import Client, WorkerDatabase, WorkerStatement

__all__ = [
    "AsyncClient",
    "AsyncWorkerDatabase",
    "AsyncWorkerStatement",
    "Client",
    "WorkerDatabase",
    "WorkerStatement",
]
