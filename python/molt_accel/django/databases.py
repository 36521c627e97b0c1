"""The native side of each database alias: which lane answers, and whether it may.

What is checked per request (`guard`) is about the connection: a transaction of its own, an
instrument that counts queries. What is checked once per alias (`database`) is about the database
and its options, which each backend knows (`backends`).
"""

from __future__ import annotations

from typing import Any

from molt_accel.django import conf
from molt_accel.django.backends import Backend, backend_of
from molt_accel.django.conf import Configuration
from molt_accel.django.reasons import NotNative, Reason
from molt_accel.lanes import Database

__all__ = ["backend", "database", "guard", "is_plain"]

_databases: dict[tuple[Any, ...], Database] = {}
_clients: dict[tuple[Any, ...], Any] = {}

# Methods that a debug toolbar, or a test case that forbids queries, replaces on the connection.
_INSTRUMENTED = frozenset({"cursor", "chunked_cursor", "connect", "create_cursor"})


def guard(connection: Any, alias: str, configuration: Configuration) -> None:
    """Raises `NotNative` where another connection would not see what this one sees."""
    if configuration.lane == "off":
        raise NotNative(Reason.OFF, 'MOLT["lane"] is "off".')
    if configuration.databases is not None and alias not in configuration.databases:
        raise NotNative(
            Reason.DATABASE_NOT_LISTED, f'The database {alias!r} is not in MOLT["databases"].'
        )
    backend(connection, alias)
    if connection.in_atomic_block:
        raise NotNative(
            Reason.ATOMIC,
            f"The database {alias!r} is inside atomic(): rows it has not committed are visible to "
            "its own connection only.",
        )
    if connection.execute_wrappers or _is_instrumented(connection):
        raise NotNative(
            Reason.INSTRUMENTED,
            f"The database {alias!r} is instrumented by something that expects its queries.",
        )
    if not connection.autocommit and not _will_commit(connection):
        raise NotNative(Reason.AUTOCOMMIT, f"The database {alias!r} does not commit by itself.")


def is_plain(connection: Any) -> bool:
    """Whether `guard` has nothing to say about a connection, nor anyone logs its queries."""
    return (
        backend_of(connection) is not None
        and (connection.autocommit or _will_commit(connection))
        and not connection.in_atomic_block
        and not connection.execute_wrappers
        and not connection.force_debug_cursor
        and not _is_instrumented(connection)
    )


def _will_commit(connection: Any) -> bool:
    """Whether a connection that is not open yet will commit by itself once it is."""
    return connection.connection is None and bool(connection.settings_dict["AUTOCOMMIT"])


def _is_instrumented(connection: Any) -> bool:
    """Whether a method stands on the connection itself that is not its class's own."""
    own = connection.__dict__
    if _INSTRUMENTED.isdisjoint(own):
        return False
    kind = type(connection)
    return any(
        getattr(own[name], "__func__", None) is not getattr(kind, name)
        for name in _INSTRUMENTED
        if name in own
    )


def backend(connection: Any, alias: str) -> Backend:
    """The adapter of a connection's backend; raises `NotNative` where there is none."""
    found = backend_of(connection)
    if found is None:
        kind = type(connection)
        raise NotNative(
            Reason.BACKEND,
            f"The database {alias!r} uses {kind.__module__}.{kind.__qualname__}: the backends of "
            "Django itself for SQLite and, on psycopg 3, for PostgreSQL are read natively.",
        )
    return found


def database(alias: str, connection: Any, configuration: Configuration) -> Database:
    """The native database behind an alias, opened at first use.

    Raises `NotNative` for a database that cannot be read natively and a `MoltError` when the lane
    is not there.
    """
    adapter = backend(connection, alias)
    key = (
        alias,
        adapter.key(connection),
        configuration.lane,
        configuration.socket,
        configuration.connections,
    )
    found = _databases.get(key)
    if found is None:
        problem = adapter.problem(alias, connection, configuration.lane)
        if problem is not None:
            raise problem
        found = _databases[key] = _open(adapter, alias, connection, configuration)
    return found


def _open(adapter: Backend, alias: str, connection: Any, configuration: Configuration) -> Database:
    if configuration.lane == "worker":
        from molt_accel.worker import Client

        client = _clients.get((configuration.socket,))
        if client is None:
            client = _clients[(configuration.socket,)] = Client(configuration.socket)
        return client.database(alias)
    return adapter.open(alias, connection, configuration)


def _forget() -> None:
    _databases.clear()
    _clients.clear()


conf.on_change(_forget)
