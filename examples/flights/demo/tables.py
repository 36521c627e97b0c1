"""The three tables on the terminal."""

from __future__ import annotations

from . import console
from .results import DJANGO, IN_PROCESS, WAYS, WORKER, Result

LANES = (IN_PROCESS, WORKER)


def identity(results: list[Result]) -> None:
    """Sizes, and a tick for each lane that sends Django's bytes."""
    rows = []
    for result in results:
        marks = [
            console.good("✓ identical") if result.is_identical(way) else console.bad("✗ differs")
            for way in LANES
        ]
        rows.append([result.name, f"{result.answers[DJANGO].byte_count:,}", *marks])
    console.table(["endpoint", "bytes", "in process", "worker"], rows)
    for result in results:
        for way, answer in result.answers.items():
            if answer.problem:
                console.say(console.bad(f"  {result.name}, {way}: {answer.problem}"))


def times(results: list[Result]) -> None:
    """Median milliseconds and how many times sooner each lane answers."""
    rows = []
    for result in results:
        cells = [f"{result.times[DJANGO]:.2f} ms"]
        for way in LANES:
            cells += [f"{result.times[way]:.2f} ms", ratio(result.speedup(way))]
        rows.append([result.name, *cells])
    console.table(["endpoint", "Django", "in process", "", "worker", ""], rows)


def loads(results: list[Result]) -> None:
    """Requests per second and latencies of each server."""
    rows = []
    for result in results:
        for way in WAYS:
            found = result.loads[way]
            rows.append(
                [
                    (result.name if way == DJANGO else "").ljust(22) + "  " + short(way),
                    f"{found.requests_per_second:,.0f}/s",
                    f"{found.p50:.1f} ms",
                    f"{found.p99:.1f} ms",
                    "" if way == DJANGO else ratio(result.load_ratio(way)),
                ]
            )
    console.table(["endpoint", "requests", "p50", "p99", "ratio"], rows)


def short(way: str) -> str:
    return {DJANGO: "Django", IN_PROCESS: "in process", WORKER: "worker"}[way]


def ratio(value: float) -> str:
    """A ratio such as `14.2x`, in colour."""
    text = f"{value:.1f}x"
    return console.good(text) if value >= 1.05 else console.dim(text)
