"""Small prepared selects over PostgreSQL: the asynchronous client for Swift beside its peers.

A private server on this machine's cores, reached over its Unix socket; server and client share the
cores, and so do pgbench and its server. Everybody has a turn of some seconds in each round, and a
ratio is the median of the rounds' ratios: where the scheduler puts two processes changes a round's
rates by half and more, for all of them. `molt` runs its tasks on one event loop, on one thread;
pgbench has one thread too (`--jobs=1`, its default), and two (`--jobs=2`) in a line of its own.

A batch of ours is what psycopg's and pgbench's pipelines are: a hundred selects with one
synchronisation, sent by one task. The hundred tasks beside it have a select each, with a
synchronisation of its own, so that none fails with another's.

At last ours streams a long result, beside a tenth of it: the peak of memory must be the same.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import recording
import surroundings
from postgres_cases import molt_client, small_selects
from postgres_cases.peer import Call, opened
from private_servers import BENCHMARKS, PostgresServer, postgres_server
from recording import Case, compared

PAIRS = [
    ("one connection", "molt", "asyncpg"),
    ("one connection", "molt", "psycopg"),
    ("one connection", "molt", "pgbench"),
    ("batches of 100", "molt, batches", "psycopg, pipelines of 100"),
    ("batches of 100", "molt, batches", "pgbench, pipelines of 100"),
    ("100 tasks on one connection", "molt, pipelined", "psycopg, pipelines of 100"),
    ("eight connections", "molt, 8 connections", "pgbench, 8 connections"),
    ("eight connections", "molt, 8 connections", "pgbench, 8 connections, 2 threads"),
]
ROWS = 10_000_000


def main() -> int:
    """Measures everything, prints and writes."""
    quick = surroundings.is_quick(__doc__)
    with postgres_server(BENCHMARKS) as server:
        small_selects.fill(server)
        rates = measure(server, 3 if quick else 9, 1.0 if quick else 3.0)
        version = server.execute("SHOW server_version").split()[0]
        cases = [compare(rates, version, *pair) for pair in PAIRS]
        cases.append(stream(server, ROWS // 10 if quick else ROWS))
        waits = molt_client.waiting(server, 10_000, small_selects.CONNECTIONS)
    half, most = waits["p50_us"] / 1e3, waits["p99_us"] / 1e3
    print(f"10,000 tasks waiting: p50 {half:.1f} ms, p99 {most:.1f} ms, {most / half:.2f}x")
    recording.show("Prepared selects by key, and a stream", cases)
    print(f"\n{recording.write('postgres-client', cases)}")
    return 0


def measure(server: PostgresServer, rounds: int, seconds: float) -> dict[str, list[float]]:
    """Everybody's rates, round by round."""
    eight = small_selects.CONNECTIONS
    turns: dict[str, Callable[[], float]] = {
        "molt": lambda: molt_client.rate(server, seconds),
        "molt, pipelined": lambda: molt_client.rate(server, seconds, 1, small_selects.PIPELINE),
        "molt, batches": lambda: molt_client.rate(server, seconds, batch=small_selects.PIPELINE),
        "pgbench, pipelines of 100": lambda: small_selects.pgbench_pipeline_rate(
            server, int(seconds)
        ),
        "molt, 8 connections": lambda: molt_client.rate(server, seconds, eight),
        "pgbench": lambda: small_selects.pgbench_rate(server, int(seconds), 1),
        "pgbench, 8 connections": lambda: small_selects.pgbench_rate(server, int(seconds), eight),
        "pgbench, 8 connections, 2 threads": lambda: small_selects.pgbench_rate(
            server, int(seconds), eight, threads=2
        ),
    }
    with opened(small_selects.PEERS, server) as calls:
        for peer in small_selects.PEERS:
            turns[peer.name] = turn(calls[peer.name], peer.queries, seconds)
        rates: dict[str, list[float]] = {name: [] for name in turns}
        for _ in range(rounds):
            for name, take in turns.items():
                rates[name].append(take())
    return rates


def turn(call: Call, queries: int, seconds: float) -> Callable[[], float]:
    """Calls again and again for some seconds: queries per second."""

    def take() -> float:
        started, count = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - started) < seconds:
            call()
            count += queries
        return count / elapsed

    return take


def compare(
    rates: dict[str, list[float]], server_version: str, case: str, ours: str, peer: str
) -> Case:
    """The medians, and the median of the ratios of the rounds; pgbench has the server's version."""
    versions = {found.name: found.versions for found in small_selects.PEERS}
    ratio = statistics.median(
        mine / other for mine, other in zip(rates[ours], rates[peer], strict=True)
    )
    return Case(
        f"postgres select by key, {case}",
        "queries/s",
        round(statistics.median(rates[ours])),
        round(statistics.median(rates[peer])),
        peer,
        versions.get(peer, server_version),
        round(ratio, 2),
    )


def stream(server: PostgresServer, rows: int) -> Case:
    """The peak of memory of a long stream beside that of a tenth of it."""
    short, long = molt_client.export(server, rows // 10), molt_client.export(server, rows)
    print(f"{rows:,} rows streamed in {long['seconds']} s")
    ours, peer = (found["peak_resident_bytes"] / 2**20 for found in (long, short))
    name = f"molt with {rows // 10:,} rows"
    return compared(f"postgres stream of {rows:,} rows", ours, peer, name, "", unit="peak MiB")


if __name__ == "__main__":
    sys.exit(main())
