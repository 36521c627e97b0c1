"""Ours: the asynchronous client for Swift, measured by the program `molt bench postgres`."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from molt_accel._locations import binary_path
from private_servers import PostgresServer

from . import small_selects


def rate(
    server: PostgresServer,
    seconds: float,
    connections: int = 1,
    pipeline: int = 1,
    batch: int = 1,
) -> float:
    """Selects by key per second on one thread; each row is checked.

    `pipeline` is how many tasks have a select in flight on each connection, `batch` how
    many selects one task sends with one synchronisation.
    """
    words = ["--sql", small_selects.SQL + "$1", "--keys", str(small_selects.ACCOUNTS)]
    words += ["--multiple", "2", "--seconds", str(seconds), "--loops", "1"]
    words += ["--connections", str(connections), "--pipeline", str(pipeline)]
    words += ["--batch", str(batch)]
    return float(bench(server, *words)["queries_per_second"])


def export(server: PostgresServer, rows: int) -> dict[str, Any]:
    """Streams so many rows of two columns: `rows`, `seconds` and `peak_resident_bytes`."""
    sql = f"SELECT n, repeat('x', 100) FROM generate_series(1, {rows}) AS n"
    found = bench(server, "--export", "--sql", sql)
    if found["rows"] != rows:
        raise ValueError(f"{found['rows']} rows came instead of {rows}")
    return found


def waiting(server: PostgresServer, tasks: int, connections: int) -> dict[str, Any]:
    """So many tasks ask a pool for one select each, at once: `p50_us` and `p99_us`."""
    words = ["--sql", small_selects.SQL + "$1", "--connections", str(connections)]
    return bench(server, *words, "--waiting", str(tasks))


def bench(server: PostgresServer, *words: str) -> dict[str, Any]:
    """Runs the program: the line of JSON that it prints."""
    command = [str(binary_path()), "bench", "postgres", *words]
    environment = {**os.environ, "DATABASE_URL": server.socket_url()}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
