"""The servers that other tests stand on, seen from outside: through psycopg, sockets and /proc."""

from __future__ import annotations

from private_servers.fixtures import (
    bouncer,
    breakable_postgres,
    database,
    need_servers,
    postgres,
)

__all__ = ["bouncer", "breakable_postgres", "database", "need_servers", "postgres"]
