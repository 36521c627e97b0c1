"""A port of the loopback that stays a server's own, also while the server is down."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


class ReservedPort:
    """A free port, kept by a socket that is bound and does not listen.

    A server that sets SO_REUSEADDR, as PostgreSQL and PgBouncer do, can listen there all the same.
    While none does, a client is refused, and nobody else is given the port.
    """

    def __init__(self) -> None:
        self._holder = socket.socket()
        self._holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._holder.bind((LOOPBACK, 0))
        self.number: int = self._holder.getsockname()[1]

    def close(self) -> None:
        """Gives the port back."""
        self._holder.close()
