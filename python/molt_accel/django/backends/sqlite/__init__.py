"""Django's SQLite backend."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models.sql.compiler import SQLCompiler

from molt_accel.django.backends.backend import Backend, Bound, WorkerPlace
from molt_accel.django.backends.sqlite.files import file_problem
from molt_accel.django.backends.sqlite.kinds import kind_of
from molt_accel.django.backends.sqlite.parameters import adapted, with_question_marks
from molt_accel.django.conf import Configuration
from molt_accel.django.converters import Kind
from molt_accel.django.reasons import NotNative
from molt_accel.inprocess import open_sqlite
from molt_accel.lanes import Database

__all__ = ["BACKEND"]


class SQLite:
    """The adapter of ``django.db.backends.sqlite3``."""

    compiler = SQLCompiler
    unlimited = -1
    zone_marks = ("django_",)
    """All functions that take a time zone are Django's own."""

    def problem(self, alias: str, connection: Any, lane: str) -> NotNative | None:
        """Why another connection would not read the same database, if so."""
        return file_problem(alias, connection.settings_dict)

    def worker_place(self, alias: str, connection: Any) -> WorkerPlace:
        """The file's path."""
        path = os.path.abspath(str(connection.settings_dict["NAME"]))
        return WorkerPlace(f"sqlite:{path}", {})

    def open(self, alias: str, connection: Any, configuration: Configuration) -> Database:
        """The file, read by libmolt."""
        settings_dict = connection.settings_dict
        busy_timeout = (settings_dict.get("OPTIONS") or {}).get("timeout", 5.0)
        return open_sqlite(
            os.path.abspath(str(settings_dict["NAME"])),
            busy_timeout=busy_timeout,
            connections=configuration.connections,
        )

    def key(self, connection: Any) -> Any:
        """The file's name."""
        return str(connection.settings_dict["NAME"])

    def sql(self, sql: str) -> str:
        """SQL with question marks."""
        return with_question_marks(sql)

    def objects(self, database: Database, connection: Any) -> tuple[int, ...]:
        """None: SQLite has no types but those of its values."""
        return ()

    def bound(self, parameters: Sequence[Any], connection: Any) -> Bound:
        """What sqlite3 would bind: SQLite looks at each value by itself."""
        return Bound(adapted(parameters))

    def takes_plain(self, connection: Any) -> bool:
        """Django's SQLite backend passes them on."""
        return True

    def limits(self, types: tuple[int, ...]) -> tuple[int, ...]:
        """None, as for every parameter."""
        return types

    def kind_of(
        self, expression: Any, converters: list[Callable[..., Any]], connection: Any
    ) -> Kind:
        """See `kinds.kind_of`."""
        return kind_of(expression, converters, connection)

    def is_final(self, error: Exception) -> bool:
        """A statement that fails may succeed once a table is there."""
        return False


BACKEND: Backend = SQLite()
