"""A Django view over nine mixed columns of SQLite: Django, DRF, orjson and by hand against Molt.

Whole views through Django's handler in process, `startproject`'s middleware included, no HTTP. Ours
and the peers take turns in one process; medians count. Bytes are compared before anything is timed.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable

import alternating
import recording
import surroundings
from alternating import Timing
from recording import Case, compared

PEERS = {
    "values": "Django JsonResponse",
    "drf": "DRF ModelSerializer",
    "orjson": "Django values() + orjson",
    "by-hand": "sqlite3 + orjson by hand",
}
OURS = ["ordinary", "prepared", "mixin"]
LANES = {"inprocess": "in-process", "worker": "worker"}
COUNTS = {1000: (30, 10), 20: (150, 10)}
"""Rounds, and calls per turn, by number of rows."""
HOP_BUDGET = 100.0
"""Microseconds that a request through the worker may take longer."""


def main() -> int:
    """Compares the bytes, times everything, prints and writes."""
    quick = surroundings.is_quick(__doc__)
    with surroundings.catalogue() as socket:
        lanes = Lanes(str(socket))
        check(lanes)
        cases: list[Case] = []
        for count, (rounds, turn) in COUNTS.items():
            times = alternating.measure(calls(lanes, count), rounds // 5 if quick else rounds, turn)
            show_times(count, times)
            cases += compare(count, times)
    recording.show("Ratios of medians", cases)
    print(f"\n{recording.write('querysets-sqlite', cases)}")
    return 0


class Lanes:
    """Both lanes in one process, for requests in turns.

    A real process has one lane; this one swaps the settings that molt_accel has read, which costs
    the request nothing and keeps the prepared statements of both.
    """

    def __init__(self, socket: str) -> None:
        from handler import Handler
        from molt_accel.django import conf

        self.conf = conf
        self.handler = Handler()
        near = dataclasses.replace(conf.current(), lane="inprocess", socket=socket)
        far = dataclasses.replace(near, lane="worker")
        self.configurations = {"inprocess": near, "worker": far}

    def get(self, view: str, count: int, lane: str = "inprocess") -> bytes:
        """The body of a view in one lane."""
        self.conf._current = self.configurations[lane]
        return self.handler.get(f"/{view}/{count}/")


def check(lanes: Lanes) -> None:
    """Stops the benchmark unless every answer of ours is byte-identical to its peer's."""
    for count in [*COUNTS, 0, 5_000]:
        for view, peer in [("ordinary", "values"), ("prepared", "values"), ("mixin", "drf")]:
            expected = lanes.get(peer, count)
            for lane in LANES:
                if lanes.get(view, count, lane) != expected:
                    sys.exit(f"{view} differs from {peer} with {count} rows, {LANES[lane]}")


def calls(lanes: Lanes, count: int) -> dict[str, Callable[[], object]]:
    """Every case of one round by name."""
    from catalogue.views import by_hand_bytes

    found: dict[str, Callable[[], object]] = {
        view: lambda view=view: lanes.get(view, count) for view in ["empty", "ready", *PEERS]
    }
    for lane in LANES:
        for view in OURS:
            found[f"{view} {lane}"] = lambda view=view, lane=lane: lanes.get(view, count, lane)
        found[f"native call {lane}"] = native_call(lanes, count, lane)
    found["by-hand call"] = lambda: by_hand_bytes(count)
    return found


def native_call(lanes: Lanes, count: int, lane: str) -> Callable[[], object]:
    """The native run alone: no view and no QuerySet, but their SQL, shape and values."""
    from catalogue.views import books
    from molt_accel.django import answers
    from molt_accel.django.shape import Output

    lanes.conf._current = lanes.configurations[lane]
    native = answers.native_run(books(count), Output("django"))
    assert native.plan is not None
    run, arguments = native.plan.statement.run, native.arguments
    return lambda: run(arguments, timeout=30.0)


def compare(count: int, times: dict[str, Timing]) -> list[Case]:
    """The cases of one number of rows."""
    cases = []
    for lane, lane_name in LANES.items():
        for view, peers in [("ordinary", PEERS), ("prepared", PEERS), ("mixin", ["drf"])]:
            ours = times[f"{view} {lane}"].median
            case = f"sqlite {'values' if view == 'ordinary' else view} {count} rows {lane_name}"
            cases += [
                compared(case, ours, times[peer].median, PEERS[peer], version(peer))
                for peer in peers
            ]
        cases.append(
            compared(
                f"sqlite native call alone {count} rows {lane_name}",
                times[f"native call {lane}"].median,
                times["by-hand call"].median,
                "sqlite3 + orjson by hand",
                version("by-hand"),
            )
        )
    return cases + [hop(view, count, times) for view in OURS]


def hop(view: str, count: int, times: dict[str, Timing]) -> Case:
    """What the worker lane costs beyond the in-process lane, against its budget."""
    extra = times[f"{view} worker"].median - times[f"{view} inprocess"].median
    case = f"sqlite {view} {count} rows, worker lane beyond in-process"
    return compared(case, max(extra * 1e3, 1.0), HOP_BUDGET, "budget", "", "µs")


def version(peer: str) -> str:
    """The version of what a peer is made of."""
    import sqlite3
    from importlib.metadata import version as of

    return {
        "values": of("Django"),
        "drf": of("djangorestframework"),
        "orjson": f"{of('Django')} + {of('orjson')}",
        "by-hand": f"{sqlite3.sqlite_version} + {of('orjson')}",
    }[peer]


def show_times(count: int, times: dict[str, Timing]) -> None:
    """Prints the medians and the best of each case."""
    print(f"\n{count:,} rows, milliseconds")
    rows = [(name, f"{time.median:.3f}", f"{time.best:.3f}") for name, time in times.items()]
    recording.table(("case", "median", "best"), rows, right={1, 2})


if __name__ == "__main__":
    sys.exit(main())
