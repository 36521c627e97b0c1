"""Requests per second under gunicorn with two sync workers, loaded with wrk on the loopback."""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
from importlib.metadata import version

import recording
import surroundings
from recording import Case, compared
from surroundings import load

COUNT = 1000
OURS = ["ordinary", "prepared", "mixin"]
VIEWS = ["ready", "values", "drf", *OURS]


def main() -> int:
    """Loads every view in both lanes, prints and writes."""
    rounds, seconds = (1, 2) if surroundings.is_quick(__doc__) else (3, 3)
    with surroundings.catalogue(), contextlib.ExitStack() as stack:
        ports = {lane: stack.enter_context(server(lane)) for lane in ("inprocess", "worker")}
        places = [(ports["inprocess"], view) for view in VIEWS]
        places += [(ports["worker"], view) for view in OURS]
        found = rates(places, rounds, seconds)
    near = dict(zip(VIEWS, found[: len(VIEWS)], strict=True))
    far = dict(zip(OURS, found[len(VIEWS) :], strict=True))
    print(f"\nA ready-made body of {COUNT:,} rows: {near['ready']:,.0f} requests/s")
    cases = compare(near, near, "in-process") + compare(far, near, "worker")
    recording.show(f"gunicorn {version('gunicorn')}, {load.WORKER_COUNT} sync workers", cases)
    print(f"\n{recording.write('querysets-gunicorn', cases)}")
    return 0


def server(lane: str) -> contextlib.AbstractContextManager[int]:
    """The project under gunicorn."""
    environment = {**os.environ, "BENCH_LANE": lane}
    return load.server("catalogue.wsgi", environment, surroundings.BENCH)


def rates(places: list[tuple[int, str]], rounds: int, seconds: float) -> list[float]:
    """Median requests per second of each view, loaded in turns."""
    found = [[rate(port, view, seconds) for port, view in places] for _ in range(rounds)]
    return [statistics.median(taken) for taken in zip(*found, strict=True)]


def rate(port: int, view: str, seconds: float) -> float:
    """Requests per second of one view."""
    url = f"/{view}/{COUNT}/"
    load.digest(port, url)
    load.measure(port, url, 1)
    found = load.measure(port, url, seconds)
    if found.failures:
        sys.exit(f"{url}: {found.failures} requests failed")
    return found.requests_per_second


def compare(ours: dict[str, float], theirs: dict[str, float], lane: str) -> list[Case]:
    """Every view of ours against Django's and DRF's."""
    peers = [
        ("values", "Django JsonResponse", version("Django")),
        ("drf", "DRF ModelSerializer", version("djangorestframework")),
    ]
    return [
        compared(
            f"gunicorn {view} {COUNT} rows {lane}", ours[view], theirs[peer], name, of,
            unit="requests/s",
        )
        for view in OURS
        for peer, name, of in peers
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
