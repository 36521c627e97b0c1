"""The three tables on the terminal."""

from __future__ import annotations

from . import console
from .results import DJANGO, SHORT, Report, Result


def identity(report: Report) -> None:
    """Sizes, and a tick for each lane that sends Django's bytes."""
    rows = []
    for result in report.results:
        marks = [
            console.good("✓ identical") if result.is_identical(lane) else console.bad("✗ differs")
            for lane in report.lanes
        ]
        rows.append([result.name, f"{result.answers[DJANGO].byte_count:,}", *marks])
    console.table(["endpoint", "bytes", *(SHORT[lane] for lane in report.lanes)], rows)
    for result in report.results:
        for way, answer in result.answers.items():
            if answer.problem:
                console.say(console.bad(f"  {result.name}, {way}: {answer.problem}"))


def times(report: Report) -> None:
    """Median milliseconds and how many times sooner each lane answers."""
    rows = []
    for result in report.results:
        cells = [f"{result.times[DJANGO]:.2f} ms"]
        for lane in report.lanes:
            cells += [f"{result.times[lane]:.2f} ms", ratio(result.speedup(lane))]
        rows.append([result.name, *cells])
    heads = [head for lane in report.lanes for head in (SHORT[lane], "")]
    console.table(["endpoint", "Django", *heads], rows)


def loads(report: Report, results: list[Result]) -> None:
    """Requests per second and latencies of each server."""
    rows = []
    for result in results:
        for way in report.ways:
            found = result.loads[way]
            rows.append(
                [
                    (result.name if way == DJANGO else "").ljust(22) + "  " + SHORT[way],
                    f"{found.requests_per_second:,.0f}/s",
                    f"{found.p50:.1f} ms",
                    f"{found.p99:.1f} ms",
                    "" if way == DJANGO else ratio(result.load_ratio(way)),
                ]
            )
    console.table(["endpoint", "requests", "p50", "p99", "ratio"], rows)


def ratio(value: float) -> str:
    """A ratio such as `14.2x`, in colour."""
    text = f"{value:.1f}x"
    return console.good(text) if value >= 1.05 else console.dim(text)
