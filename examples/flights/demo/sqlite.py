"""The demo's SQLite file: loaded once, and never half-written.

The data goes into a file beside the real one, which takes its place when it is complete. Ctrl-C in
between leaves neither.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from . import console, loading, paths


@contextlib.contextmanager
def filled() -> Iterator[str]:
    """The file with the flights, which are loaded unless they are there; it stays."""
    if is_complete(paths.DATABASE):
        console.say(f"  336,776 flights are in {paths.shown(paths.DATABASE)} already.")
    else:
        paths.DATABASE.parent.mkdir(parents=True, exist_ok=True)
        with replaced(paths.DATABASE) as new:
            loading.fill(str(new))
        console.say(f"  Written to {paths.shown(paths.DATABASE)}.")
    yield str(paths.DATABASE)


def is_complete(path: Path) -> bool:
    """Whether the file has every flight of the present schema."""
    if not path.exists():
        return False
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        try:
            (count,) = connection.execute("SELECT COUNT(*) FROM flights_flight").fetchone()
            applied = connection.execute(
                "SELECT name FROM django_migrations WHERE app = 'flights'"
            ).fetchall()
        except sqlite3.DatabaseError:
            return False
    return count == 336_776 and {name for (name,) in applied} == migrations()


def migrations() -> set[str]:
    """The names of the project's migrations."""
    folder = paths.PROJECT / "flights" / "migrations"
    return {file.stem for file in folder.glob("0*.py")}


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A file to write, which replaces another when the block ends well and vanishes otherwise."""
    new = path.with_name(path.name + ".loading")
    remove(new)
    try:
        yield new
        os.replace(new, path)
    finally:
        remove(new)


def remove(path: Path) -> None:
    """Removes a database file with its journals."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
