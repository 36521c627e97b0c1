"""The demo's databases: each is filled with every flight before it is given to the demo.

A new one is a file with a context manager like `sqlite.filled`, and a line below.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from . import postgres, sqlite

DATABASES: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "sqlite": sqlite.filled,
    "postgres": postgres.filled,
}
"""By the name that `--database` takes: what FLIGHTS_DATABASE is while the demo runs."""

NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
