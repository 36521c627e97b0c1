"""Fills a database by the project's own commands."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from . import paths, processes


def fill(place: str, environment: Mapping[str, str] | None = None) -> None:
    """Makes the tables in the database that FLIGHTS_DATABASE is to name, and loads the flights."""
    given = {"FLIGHTS_DATABASE": place, "FLIGHTS_WAY": "django", **(environment or {})}
    manage(given, "migrate", "--verbosity", "0")
    manage(given, "load_flights")


def manage(environment: Mapping[str, str], *arguments: str) -> None:
    """Runs `manage.py`."""
    command = [sys.executable, str(paths.PROJECT / "manage.py"), *arguments]
    processes.run(command, environment=environment, cwd=paths.PROJECT)
