"""Django's PostgreSQL backend, on psycopg 3."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from molt_accel.django.backends.backend import Backend, Bound, WorkerPlace
from molt_accel.django.conf import Configuration
from molt_accel.django.converters import Kind
from molt_accel.django.reasons import NotNative, Reason
from molt_accel.errors import InvalidInput
from molt_accel.inprocess import open_postgres
from molt_accel.lanes import Database

if is_psycopg3:
    from molt_accel.django.backends.postgresql.adapters import foreign_adapter, registered
    from molt_accel.django.backends.postgresql.kinds import kind_of
    from molt_accel.django.backends.postgresql.parameters import INT8, bound
    from molt_accel.django.backends.postgresql.settings import connection_options
    from molt_accel.django.backends.postgresql.sql import with_dollars
    from molt_accel.django.backends.postgresql.urls import connection_url

__all__ = ["BACKEND"]


class PostgreSQL:
    """The adapter of ``django.db.backends.postgresql``."""

    compiler: type = import_module(DatabaseOperations.compiler_module).SQLCompiler
    unlimited = None
    zone_marks = (" AT TIME ZONE ",)

    def problem(self, alias: str, connection: Any, lane: str) -> NotNative | None:
        """Why another connection would not read as this one does, if so."""
        foreign = foreign_adapter(connection)
        if foreign is not None:
            return NotNative(Reason.DATABASE, f"The project has registered {foreign} with psycopg.")
        try:
            connection_options(alias, connection, 1, has_tls=lane == "worker")
        except NotNative as refusal:
            return refusal
        return None

    def open(self, alias: str, connection: Any, configuration: Configuration) -> Database:
        """The server, read by libmolt."""
        return open_postgres(connection_options(alias, connection, configuration.connections))

    def worker_place(self, alias: str, connection: Any) -> WorkerPlace:
        """A URL in a variable of the environment, since it may hold a password."""
        url = connection_url(connection_options(alias, connection, 1, has_tls=True))
        name = "MOLT_DATABASE_" + re.sub(r"[^A-Z0-9]", "_", alias.upper())
        return WorkerPlace(f"env:{name}", {name: url})

    def key(self, connection: Any) -> Any:
        """Every setting of the entry, and the zone of its sessions."""
        settings_dict = connection.settings_dict
        names = ("NAME", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")
        chosen = [settings_dict.get(name) for name in names]
        return json.dumps([*chosen, connection.timezone_name], default=repr)

    def objects(self, database: Database, connection: Any) -> tuple[int, ...]:
        """The types that somebody has registered with psycopg, as django.contrib.postgres does."""
        found = _objects.get(database)
        if found is None:
            found = _objects[database] = registered(database, connection)
        return found

    def sql(self, sql: str) -> str:
        """SQL with numbered parameters."""
        return with_dollars(sql)

    def bound(self, parameters: Sequence[Any], connection: Any) -> Bound:
        """What psycopg would write or send."""
        return bound(parameters, not self.takes_plain(connection))

    def takes_plain(self, connection: Any) -> bool:
        """A literal's type is that of its text; psycopg's own parameters have those of classes."""
        return connection.settings_dict["OPTIONS"].get("server_side_binding") is not True

    def limits(self, types: tuple[int, ...]) -> tuple[int, ...]:
        """LIMIT and OFFSET count in 64 bits."""
        return (*types, INT8, INT8)

    def kind_of(
        self, expression: Any, converters: list[Callable[..., Any]], connection: Any
    ) -> Kind:
        """See `kinds.kind_of`."""
        return kind_of(expression, converters, connection)

    def is_final(self, error: Exception) -> bool:
        """SQL that is refused with parameters in the place of literals is so each time."""
        return isinstance(error, InvalidInput)


_objects: WeakKeyDictionary[Database, tuple[int, ...]] = WeakKeyDictionary()

BACKEND: Backend | None = PostgreSQL() if is_psycopg3 else None
