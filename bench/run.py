"""Runs the benchmarks: `python bench/run.py [NAME ...] [--quick]`, or `make bench`.

Each prints a table and writes bench/results/NAME.json. A new benchmark is a file beside this one
with a function `run(quick)`, and a line in the list.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

BENCHMARKS = [
    ("querysets-sqlite", "querysets_sqlite.py"),
    ("querysets-gunicorn", "querysets_gunicorn.py"),
    ("querysets-postgres", "querysets_postgres.py"),
    ("postgres-client", "postgres_client.py"),
    ("columns-postgres", "columns_postgres.py"),
    ("codecs", "codecs.py"),
    ("auth", "auth.py"),
    ("footprint", "footprint.py"),
]


def main() -> int:
    """Runs the named benchmarks, or all; the exit code tells whether each came to its end."""
    parser = argparse.ArgumentParser(prog="bench/run.py", description="Runs Molt's benchmarks.")
    names = [name for name, _ in BENCHMARKS]
    parser.add_argument("names", nargs="*", metavar="NAME", help="one of " + ", ".join(names))
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(names))
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}: the names are {', '.join(names)}")
    failed = [
        name
        for name, script in BENCHMARKS
        if (not options.names or name in options.names) and not succeeds(script, options.quick)
    ]
    for name in failed:
        print(f"{name} did not come to its end.", file=sys.stderr)
    return 1 if failed else 0


def succeeds(script: str, quick: bool) -> bool:
    """Runs one in a process of its own, so that none disturbs the memory of the next."""
    command = [sys.executable, str(Path(__file__).with_name(script)), *(["--quick"] * quick)]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
