"""What a benchmark needs around it: a filled database, a worker, a PostgreSQL server."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

BENCH = Path(__file__).resolve().parent
sys.path.insert(0, str(BENCH.parent / "examples" / "flights"))
sys.path.insert(0, str(BENCH.parent / "servers"))

from demo import paths

paths.use_checkout()

from demo import lanes, load
from private_servers import BENCHMARKS, PostgresServer, postgres_server

__all__ = ["BENCH", "catalogue", "is_quick", "load", "postgres_catalogue", "worker"]


def is_quick(description: str | None) -> bool:
    """Reads the one option that every benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    return bool(parser.parse_args().quick)


@contextlib.contextmanager
def catalogue() -> Iterator[Path]:
    """A fresh database with the books, Django set up on it, and a worker: the worker's socket."""
    with tempfile.TemporaryDirectory(prefix="molt-bench-") as folder:
        database = Path(folder) / "catalogue.sqlite3"
        fill(str(database))
        with worker() as socket:
            yield socket


@contextlib.contextmanager
def worker() -> Iterator[Path]:
    """A worker with the databases of the settings: its socket, which they know from here."""
    with lanes.worker(os.environ, BENCH) as socket:
        os.environ["BENCH_SOCKET"] = str(socket)
        yield socket


@contextlib.contextmanager
def postgres_catalogue() -> Iterator[PostgresServer]:
    """A private PostgreSQL server with the books, and Django set up on it."""
    with postgres_server(BENCHMARKS) as server:
        fill(server.socket_url())
        server.execute("VACUUM ANALYZE")
        yield server


def fill(place: str) -> None:
    """Sets Django up on a database and fills it."""
    import django

    os.environ["BENCH_DATABASE"] = place
    os.environ["DJANGO_SETTINGS_MODULE"] = "catalogue.settings"

    django.setup(set_prefix=False)
    from catalogue import data

    data.fill()
