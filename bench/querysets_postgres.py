"""A Django view over nine mixed columns of PostgreSQL: Django, DRF and by hand against Molt.

The same views as `querysets_sqlite`, on a private server, in process and through a worker. Ours and
the peers take turns in one process; medians count. Bytes are compared before anything is timed.
Django keeps its connection (CONN_MAX_AGE None), so that the gain is ours.
"""

from __future__ import annotations

import sys
from functools import partial

import alternating
import recording
import surroundings
from alternating import Timing
from both_lanes import LANES, Lanes, hop, native_call
from postgres_cases import catalogue_rows
from postgres_cases.peer import Call, Peer, opened
from recording import Case, compared

OURS = {
    "ordinary": ["Django JsonResponse", "Django, psycopg's C loader", "DRF ModelSerializer"],
    "prepared": ["Django JsonResponse", "Django, psycopg's C loader", "DRF ModelSerializer"],
    "mixin": ["DRF ModelSerializer"],
    "native call": ["asyncpg + orjson by hand", "psycopg, binary rows undecoded"],
}
VIEWS = ("ordinary", "prepared", "mixin")
ROUNDS = {1000: 30, 20: 100}
TURN = 10
"""Calls per turn, as for SQLite: a busy server answers one view again and again."""


def main() -> int:
    """Compares the bytes, times everything, prints and writes."""
    quick = surroundings.is_quick(__doc__)
    cases: list[Case] = []
    with surroundings.postgres_catalogue() as server, surroundings.worker() as socket:
        print("PostgreSQL", server.execute("SHOW server_version").strip())
        catalogue_rows.check()
        lanes = Lanes(str(socket))
        check(lanes)
        for count, rounds in ROUNDS.items():
            theirs = catalogue_rows.peers(count)
            with opened(theirs, server) as calls:
                times = alternating.measure(
                    ours(lanes, count) | calls, rounds // 5 if quick else rounds, TURN
                )
            cases += compare(count, theirs, times)
    recording.show("Ratios of medians", cases)
    print(f"\n{recording.write('querysets-postgres', cases)}")
    return 0


def check(lanes: Lanes) -> None:
    """Stops the benchmark unless our answers are native and have their peers' bytes."""
    from molt_accel.django import counters

    for count in (*ROUNDS, 5_000):
        for view, peer in (("ordinary", "values"), ("prepared", "values"), ("mixin", "drf")):
            expected = lanes.get(peer, count)
            for lane in LANES:
                if lanes.get(view, count, lane) != expected:
                    sys.exit(f"{view} differs from {peer} with {count} rows, {LANES[lane]}")
    if refused := counters.snapshot()["python"]:
        sys.exit(f"some answers were not native: {refused}")


def ours(lanes: Lanes, count: int) -> dict[str, Call]:
    """Our calls by name and lane."""
    found: dict[str, Call] = {}
    for lane in LANES:
        for view in VIEWS:
            found[f"{view} {lane}"] = partial(lanes.get, view, count, lane)
        found[f"native call {lane}"] = native_call(lanes, count, lane)
    return found


def compare(count: int, peers: list[Peer], times: dict[str, Timing]) -> list[Case]:
    """The cases of one number of rows."""
    versions = {peer.name: peer.versions for peer in peers}
    cases = [
        compared(
            f"postgres {name} {count} rows {lane_name}",
            times[f"{name} {lane}"].median,
            times[peer].median,
            peer,
            versions[peer],
        )
        for lane, lane_name in LANES.items()
        for name, names in OURS.items()
        for peer in names
    ]
    return cases + [hop("postgres", view, count, times) for view in VIEWS]


if __name__ == "__main__":
    sys.exit(main())
