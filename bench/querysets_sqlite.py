"""A Django view over nine mixed columns of SQLite: Django, DRF, orjson and by hand against Molt.

Whole views through Django's handler in process, `startproject`'s middleware included, no HTTP. Ours
and the peers take turns in one process; medians count. Bytes are compared before anything is timed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import alternating
import awake
import recording
import surroundings
from alternating import Timing
from both_lanes import LANES, Lanes, hop, native_call
from recording import Case, compared

PEERS = {
    "values": "Django JsonResponse",
    "drf": "DRF ModelSerializer",
    "orjson": "Django values() + orjson",
    "by-hand": "sqlite3 + orjson by hand",
}
OURS = ["ordinary", "prepared", "mixin"]
COUNTS = {1000: (30, 10), 20: (150, 10)}
"""Rounds, and calls per turn, by number of rows."""


def main() -> int:
    """Compares the bytes, times everything, prints and writes."""
    quick = surroundings.is_quick(__doc__)
    with surroundings.catalogue() as socket:
        lanes = Lanes(str(socket))
        check(lanes)
        cases: list[Case] = []
        for count, (rounds, turn) in COUNTS.items():
            rounds = rounds // 5 if quick else rounds
            times = alternating.measure(calls(lanes, count), rounds, turn)
            show_times(count, times)
            cases += compare(count, times)
            both = alternating.measure(lane_calls(lanes, count), 2 * rounds, turn)
            cases += [hop("sqlite", view, count, both) for view in OURS]
            with awake.cores() as is_awake:
                if not is_awake:
                    continue
                both = alternating.measure(lane_calls(lanes, count), 2 * rounds, turn)
                cases += [hop("sqlite", view, count, both, ", cores awake") for view in OURS]
    recording.show("Ratios of medians", cases)
    print(f"\n{recording.write('querysets-sqlite', cases)}")
    return 0


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
    found |= lane_calls(lanes, count)
    for lane in LANES:
        found[f"native call {lane}"] = native_call(lanes, count, lane)
    found["by-hand call"] = lambda: by_hand_bytes(count)
    return found


def lane_calls(lanes: Lanes, count: int) -> dict[str, Callable[[], object]]:
    """Our views in both lanes.

    What one lane costs beyond the other is measured with these alone: a round of the peers takes so
    long that the worker's core falls asleep, and may be slower than the client's after that.
    """
    return {
        f"{view} {lane}": lambda view=view, lane=lane: lanes.get(view, count, lane)
        for view in OURS
        for lane in LANES
    }


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
    return cases


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
