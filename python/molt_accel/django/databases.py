"""The native side of each database alias: which lane answers, and whether it may.

What is checked per request (`guard`) is about the connection: a transaction of its own, an
instrument that counts queries. What is checked once per alias (`database`) is about the file.
"""

from __future__ import annotations

import os
import re
import sqlite3
from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper

from molt_accel.django import conf
from molt_accel.django.conf import Configuration
from molt_accel.django.reasons import NotNative, Reason
from molt_accel.lanes import Database

__all__ = ["database", "file_problem", "guard", "is_memory", "is_plain"]

_databases: dict[tuple[Any, ...], Database] = {}
_clients: dict[tuple[Any, ...], Any] = {}

# Options that change nothing about what a SELECT answers.
_HARMLESS_OPTIONS = frozenset(
    {"timeout", "transaction_mode", "init_command", "cached_statements", "check_same_thread"}
)
_HARMLESS_COMMAND = re.compile(
    r"\s*PRAGMA\s+(main\.)?(journal_mode|synchronous|busy_timeout|cache_size|mmap_size|temp_store"
    r"|foreign_keys|wal_autocheckpoint|journal_size_limit|page_size|auto_vacuum|optimize"
    r"|analysis_limit)\b[^;]*\Z",
    re.IGNORECASE,
)
# Methods that a debug toolbar, or a test case that forbids queries, replaces on the connection.
_INSTRUMENTED = frozenset({"cursor", "chunked_cursor", "connect", "create_cursor"})

_DJANGO_CONVERTERS = frozenset({"BOOL", "DATE", "TIME", "DATETIME", "TIMESTAMP"})


def guard(connection: Any, alias: str, configuration: Configuration) -> None:
    """Raises `NotNative` where another connection would not see what this one sees."""
    if configuration.lane == "off":
        raise NotNative(Reason.OFF, 'MOLT["lane"] is "off".')
    if configuration.databases is not None and alias not in configuration.databases:
        raise NotNative(
            Reason.DATABASE_NOT_LISTED, f'The database {alias!r} is not in MOLT["databases"].'
        )
    if type(connection) is not DatabaseWrapper:
        raise NotNative(
            Reason.BACKEND,
            f"The database {alias!r} uses {type(connection).__module__}, not "
            "django.db.backends.sqlite3.",
        )
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
        type(connection) is DatabaseWrapper
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
    return any(
        getattr(own[name], "__func__", None) is not getattr(DatabaseWrapper, name)
        for name in _INSTRUMENTED
        if name in own
    )


def database(alias: str, settings_dict: dict[str, Any], configuration: Configuration) -> Database:
    """The native database behind an alias, opened at first use.

    Raises `NotNative` for a file that cannot be read natively and a `MoltError` when the lane is
    not there.
    """
    name = str(settings_dict["NAME"])
    key = (alias, name, configuration.lane, configuration.socket, configuration.connections)
    found = _databases.get(key)
    if found is None:
        problem = file_problem(alias, settings_dict)
        if problem is not None:
            raise problem
        found = _databases[key] = _open(alias, name, settings_dict, configuration)
    return found


def is_memory(settings_dict: dict[str, Any]) -> bool:
    """Whether a SQLite database lives in the memory of this process."""
    name = str(settings_dict["NAME"])
    return name == ":memory:" or "mode=memory" in name


def file_problem(alias: str, settings_dict: dict[str, Any]) -> NotNative | None:
    """Why a SQLite database cannot be read by another connection, if so."""
    name = str(settings_dict["NAME"])
    if is_memory(settings_dict):
        return NotNative(
            Reason.IN_MEMORY,
            f"The database {alias!r} lives in this process's memory: native code reads files.",
        )
    if not name or name.startswith("file:"):
        return NotNative(
            Reason.DATABASE, f"The database {alias!r} is named by a URI: give NAME a path."
        )
    options = settings_dict.get("OPTIONS") or {}
    other = sorted(set(options) - _HARMLESS_OPTIONS)
    if other:
        return NotNative(
            Reason.DATABASE,
            f"The database {alias!r} has the option {other[0]!r}, which can change answers.",
        )
    for command in str(options.get("init_command") or "").split(";"):
        if command.strip() and not _HARMLESS_COMMAND.match(command):
            return NotNative(
                Reason.DATABASE,
                f"The init_command {command.strip()!r} of {alias!r} can change answers.",
            )
    foreign = sorted(set(sqlite3.converters) - _DJANGO_CONVERTERS)
    if foreign:
        return NotNative(
            Reason.DATABASE,
            f"sqlite3.register_converter({foreign[0]!r}, ...) changes what columns yield.",
        )
    return None


def _open(
    alias: str, name: str, settings_dict: dict[str, Any], configuration: Configuration
) -> Database:
    if configuration.lane == "worker":
        from molt_accel.worker import Client

        client = _clients.get((configuration.socket,))
        if client is None:
            client = _clients[(configuration.socket,)] = Client(configuration.socket)
        return client.database(alias)
    from molt_accel.inprocess import open_sqlite

    busy_timeout = (settings_dict.get("OPTIONS") or {}).get("timeout", 5.0)
    return open_sqlite(
        os.path.abspath(name), busy_timeout=busy_timeout, connections=configuration.connections
    )


def _forget() -> None:
    _databases.clear()
    _clients.clear()


conf.on_change(_forget)
