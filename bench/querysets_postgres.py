"""A Django view over nine mixed columns of PostgreSQL: Django, DRF and by hand against Molt.

The same views as `querysets_sqlite`, on a private server, in process. Ours and the peers take turns
in one process; medians count. Bytes are compared before anything is timed. Django keeps its
connection (CONN_MAX_AGE None), so that the gain is ours.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from functools import partial

import alternating
import recording
import surroundings
from alternating import Timing
from postgres_cases import catalogue_rows
from postgres_cases.peer import Call, Peer, opened
from private_servers import PostgresServer
from recording import Case, compared

OURS = {
    "ordinary": ["Django JsonResponse", "Django, psycopg's C loader", "DRF ModelSerializer"],
    "prepared": ["Django JsonResponse", "Django, psycopg's C loader", "DRF ModelSerializer"],
    "mixin": ["DRF ModelSerializer"],
    "native call": ["asyncpg + orjson by hand", "psycopg, binary rows undecoded"],
}
ROUNDS = {1000: 30, 20: 100}
TURN = 10
"""Calls per turn, as for SQLite: a busy server answers one view again and again."""


def main() -> int:
    """Compares the bytes, times everything, prints and writes."""
    quick = surroundings.is_quick(__doc__)
    cases: list[Case] = []
    with surroundings.postgres_catalogue() as server:
        print("PostgreSQL", server.execute("SHOW server_version").strip())
        catalogue_rows.check()
        check()
        for count, rounds in ROUNDS.items():
            ours = [Peer(name, ("Django",), partial(view, name, count)) for name in OURS]
            theirs = catalogue_rows.peers(count)
            with opened([*ours, *theirs], server) as calls:
                times = alternating.measure(calls, rounds // 5 if quick else rounds, TURN)
            cases += compare(count, theirs, times)
    recording.show("Ratios of medians", cases)
    print(f"\n{recording.write('querysets-postgres', cases)}")
    return 0


def check() -> None:
    """Stops the benchmark unless our answers are native and have their peers' bytes."""
    from handler import Handler
    from molt_accel.django import counters

    handler = Handler()
    for count in (*ROUNDS, 5_000):
        for ours, theirs in (("ordinary", "values"), ("prepared", "values"), ("mixin", "drf")):
            if handler.get(f"/{ours}/{count}/") != handler.get(f"/{theirs}/{count}/"):
                sys.exit(f"{ours} differs from {theirs} with {count} rows")
    if refused := counters.snapshot()["python"]:
        sys.exit(f"some answers were not native: {refused}")


@contextlib.contextmanager
def view(name: str, count: int, server: PostgresServer) -> Iterator[Call]:
    """A whole view of ours, or the native run alone."""
    if name != "native call":
        with catalogue_rows.of_view(name, count, server) as call:
            yield call
        return
    from catalogue.views import books
    from molt_accel.django import answers
    from molt_accel.django.shape import Output

    native = answers.native_run(books(count), Output("django"))
    assert native.plan is not None
    yield partial(native.plan.statement.run, native.arguments, timeout=30.0)


def compare(count: int, peers: list[Peer], times: dict[str, Timing]) -> list[Case]:
    """The cases of one number of rows."""
    versions = {peer.name: peer.versions for peer in peers}
    return [
        compared(
            f"postgres {ours} {count} rows in-process",
            times[ours].median,
            times[name].median,
            name,
            versions[name],
        )
        for ours, names in OURS.items()
        for name in names
    ]


if __name__ == "__main__":
    sys.exit(main())
