"""Requests per second under gunicorn with two sync workers, loaded with wrk on the loopback."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib.metadata import version

import recording
import surroundings
from recording import Case, compared
from surroundings import load

COUNT = 1000
VIEWS = ["ready", "values", "drf", "ordinary", "prepared", "mixin"]


def main() -> int:
    """Loads every view in both lanes, prints and writes."""
    seconds = 2 if surroundings.is_quick(__doc__) else 5
    with surroundings.catalogue(), contextlib.ExitStack() as stack:
        ports = {lane: stack.enter_context(server(lane)) for lane in ("inprocess", "worker")}
        rates = {view: rate(ports["inprocess"], view, seconds) for view in VIEWS}
        far = {view: rate(ports["worker"], view, seconds) for view in VIEWS[3:]}
    print(f"\nA ready-made body of {COUNT:,} rows: {rates['ready']:,.0f} requests/s")
    cases = compare(rates, "in-process") + compare(far | pick(rates, "values", "drf"), "worker")
    recording.show(f"gunicorn {version('gunicorn')}, {load.WORKER_COUNT} sync workers", cases)
    print(f"\n{recording.write('querysets-gunicorn', cases)}")
    return 0


def server(lane: str) -> contextlib.AbstractContextManager[int]:
    """The project under gunicorn."""
    environment = {**os.environ, "BENCH_LANE": lane}
    return load.server("catalogue.wsgi", environment, surroundings.BENCH)


def rate(port: int, view: str, seconds: float) -> float:
    """Requests per second of one view."""
    url = f"/{view}/{COUNT}/"
    load.digest(port, url)
    load.measure(port, url, 1)
    found = load.measure(port, url, seconds)
    if found.failures:
        sys.exit(f"{url}: {found.failures} requests failed")
    return found.requests_per_second


def pick(rates: dict[str, float], *views: str) -> dict[str, float]:
    return {view: rates[view] for view in views}


def compare(rates: dict[str, float], lane: str) -> list[Case]:
    """Every view of ours against Django's and DRF's."""
    peers = [
        ("values", "Django JsonResponse", version("Django")),
        ("drf", "DRF ModelSerializer", version("djangorestframework")),
    ]
    return [
        compared(
            f"gunicorn {view} {COUNT} rows {lane}", rates[view], rates[peer], name, of,
            unit="requests/s",
        )
        for view in ("ordinary", "prepared", "mixin")
        for peer, name, of in peers
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
