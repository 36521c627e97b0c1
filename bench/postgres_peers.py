"""What others do with PostgreSQL on this machine: small selects, Django's views, a million rows.

A private server with the settings `BENCHMARKS` of servers/private_servers/settings.py, reached over
its Unix socket. The peers take turns in one process; medians count. Ours is put beside them by the
scripts that take their cases from bench/postgres_cases.
"""

from __future__ import annotations

import statistics

import alternating
import recording
import surroundings
from alternating import Timing
from postgres_cases import catalogue_rows, million_rows, small_selects
from postgres_cases.peer import Peer, opened
from private_servers import PostgresServer


def main() -> int:
    """Times everything and prints it."""
    quick = surroundings.is_quick(__doc__)
    with surroundings.postgres_catalogue() as server:
        print("PostgreSQL", server.execute("SHOW server_version").strip())
        time_small_selects(server, 3 if quick else 15, 3 if quick else 10)
        catalogue_rows.check()
        for count in catalogue_rows.COUNTS:
            time_views(server, count, 30 if quick else 150)
        million_rows.fill(server)
        time_bulk(server, 1 if quick else 5)
    return 0


def time_small_selects(server: PostgresServer, rounds: int, seconds: int) -> None:
    """One connection each, then pgbench."""
    small_selects.fill(server)
    with opened(small_selects.PEERS, server) as calls:
        times = alternating.measure(calls, rounds)
    rows = [
        (peer.name, rate(peer, times[peer.name].median), rate(peer, times[peer.name].best),
         peer.versions)
        for peer in small_selects.PEERS
    ]  # fmt: skip
    eight = small_selects.CONNECTIONS
    for connections, threads in ((1, 1), (eight, 1), (eight, 2)):
        found = [
            small_selects.pgbench_rate(server, seconds, connections, threads) for _ in range(3)
        ]
        name = f"pgbench -M prepared -c {connections} -j {threads}"
        rows.append((name, f"{statistics.median(found):,.0f}", f"{max(found):,.0f}", ""))
    print("\nSmall prepared selects by key, per second")
    recording.table(("case", "median", "best", "version"), rows, right={1, 2})


def rate(peer: Peer, milliseconds: float) -> str:
    """Queries per second."""
    return f"{peer.queries / milliseconds * 1e3:,.0f}"


def time_views(server: PostgresServer, count: int, rounds: int) -> None:
    """One number of rows."""
    peers = catalogue_rows.peers(count)
    with opened(peers, server) as calls:
        times = alternating.measure(calls, rounds, turn=10 if count <= 20 else 1)
    show(f"{count:,} rows of nine columns, milliseconds", peers, times)


def time_bulk(server: PostgresServer, rounds: int) -> None:
    """A million rows."""
    with opened(million_rows.PEERS, server) as calls:
        times = alternating.measure(calls, rounds)
    show(
        f"{million_rows.ROW_COUNT:,} rows of eight columns, milliseconds", million_rows.PEERS, times
    )


def show(heading: str, peers: list[Peer], times: dict[str, Timing]) -> None:
    """Prints one table."""
    rows = [
        (
            peer.name,
            f"{times[peer.name].median:,.3f}",
            f"{times[peer.name].best:,.3f}",
            peer.versions,
        )
        for peer in peers
    ]
    print(f"\n{heading}")
    recording.table(("case", "median", "best", "version"), rows, right={1, 2})


if __name__ == "__main__":
    raise SystemExit(main())
