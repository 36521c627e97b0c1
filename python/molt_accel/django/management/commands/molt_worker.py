"""``manage.py molt_worker``: starts ``molt worker`` with the databases of the settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from molt_accel._locations import binary_path
from molt_accel.django import conf
from molt_accel.django.backends import backend_of
from molt_accel.errors import BinaryNotFound

__all__ = ["Command", "CommandLine", "command_line"]


class CommandLine(NamedTuple):
    """Arguments for ``molt``, and what its environment must hold besides."""

    arguments: list[str]
    environment: dict[str, str]


class Command(BaseCommand):
    """Replaces itself by the worker, so that a supervisor's signals reach it."""

    help = "Start the worker that answers QuerySets for many Django processes over a Unix socket."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's type

    execute_program: Callable[[str, list[str], dict[str, str]], Any] = staticmethod(os.execve)

    def add_arguments(self, parser: CommandParser) -> None:
        """Defines --socket; everything after ``--`` goes to ``molt worker``."""
        parser.add_argument("--socket", help='where to listen (default: MOLT["socket"])')
        parser.add_argument(
            "arguments", nargs="*", help="further arguments of `molt worker`, after --"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Starts the worker; raises ``CommandError`` when that cannot work."""
        try:
            program = str(binary_path())
        except BinaryNotFound as error:
            raise CommandError(str(error)) from error
        socket = options["socket"] or conf.current().socket
        folder = os.path.dirname(os.path.abspath(socket))
        if not os.path.isdir(folder):
            raise CommandError(
                f"The folder {folder} of the worker's socket does not exist: create it, or set "
                'MOLT["socket"] to a path in a folder that does.'
            )
        line = command_line(socket, self._warn)
        self.execute_program(
            program,
            [program, *line.arguments, *options["arguments"]],
            {**os.environ, **line.environment},
        )

    def _warn(self, sentence: str) -> None:
        self.stderr.write(self.style.WARNING(sentence))


def command_line(socket: str, warn: Callable[[str], None]) -> CommandLine:
    """How ``molt`` is called; raises ``CommandError`` when no database can be served."""
    listed = conf.current().databases
    line = CommandLine(["worker", "--socket", socket], {})
    served = 0
    for alias in connections:
        if listed is not None and alias not in listed:
            continue
        connection = connections[alias]
        adapter = backend_of(connection)
        if adapter is None:
            warn(
                f"The database {alias!r} is left out: its backend is neither Django's for SQLite "
                "nor, on psycopg 3, for PostgreSQL."
            )
            continue
        problem = adapter.problem(alias, connection, "worker")
        if problem is not None:
            warn(f"The database {alias!r} is left out: {problem}")
            continue
        place = adapter.worker_place(alias, connection)
        line.arguments.extend(["--database", f"{alias}={place.argument}"])
        line.environment.update(place.environment)
        served += 1
    if not served:
        raise CommandError(
            "No database in DATABASES can be served: a SQLite file or a PostgreSQL server is "
            "needed."
        )
    timeout = conf.current().timeout
    if timeout is not None:
        line.arguments.extend(["--deadline", f"{timeout:g}"])
    return line
