"""What a benchmark of the Django side needs around it: a filled database and a worker."""

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

from demo import paths

paths.use_checkout()

from demo import lanes, load

__all__ = ["BENCH", "catalogue", "is_quick", "load"]


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
        os.environ["BENCH_DATABASE"] = str(database)
        os.environ["DJANGO_SETTINGS_MODULE"] = "catalogue.settings"
        fill()
        with lanes.worker(database) as socket:
            os.environ["BENCH_SOCKET"] = str(socket)
            yield socket


def fill() -> None:
    """Sets Django up and fills the database."""
    import django

    django.setup(set_prefix=False)
    from catalogue import data

    data.fill()
