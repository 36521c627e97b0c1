"""The servers that other tests stand on, seen from outside: through psycopg, sockets and /proc."""

from __future__ import annotations

import signal

from private_servers.fixtures import (
    bouncer,
    breakable_postgres,
    database,
    need_servers,
    postgres,
)

__all__ = ["bouncer", "breakable_postgres", "database", "need_servers", "postgres"]

# A shell's job in the background ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
