"""The demo from start to end; each step is a function below."""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from molt_accel import MoltError

from . import console, database, lanes, load, machine, paths, processes, tables
from .report import page
from .results import DJANGO, IN_PROCESS, WAYS, WORKER, Answer, Report, Result

STEPS = 5
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Runs the demo; the exit code is 0 when every answer was identical."""
    options = parse()
    for number in STOPPING:
        signal.signal(number, stop)
    started = time.monotonic()
    try:
        report = run(options)
    except KeyboardInterrupt:
        console.say("\nStopped. Nothing is left running.")
        return 130
    except (processes.ProcessFailed, MoltError) as error:
        console.say(console.bad(f"\n{error}"))
        return 1
    write(report)
    return conclude(report, time.monotonic() - started)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="demo.py",
        description="Every endpoint the Django way and natively: bytes, times, load.",
    )
    parser.add_argument("--quick", action="store_true", help="shorter measurements, about 1 minute")
    return parser.parse_args()


def stop(number: int, frame: FrameType | None) -> None:
    """Unwinds everything once; a second Ctrl-C must not stop the ending of the children."""
    for stopping in STOPPING:
        signal.signal(stopping, signal.SIG_IGN)
    raise KeyboardInterrupt


def run(options: argparse.Namespace) -> Report:
    """All the steps, with everything they started ended afterwards."""
    if shutil.which("wrk") is None:
        raise processes.ProcessFailed("wrk is missing: run  make demo,  or  apt-get install wrk")
    seconds = {"call": 0.6, "load": 1.0} if options.quick else {"call": 3.0, "load": 4.0}
    with contextlib.ExitStack() as stack:
        console.heading(1, STEPS, "Data: every flight that left New York City in 2013")
        database.ensure()
        console.heading(2, STEPS, "Start: Django with Molt in process, and Molt's worker")
        socket = stack.enter_context(lanes.worker(paths.DATABASE))
        probe = stack.enter_context(lanes.probe(socket))
        described = probe.ask("describe")
        results = [made(endpoint) for endpoint in described["endpoints"]]
        versions = described["versions"] | machine.versions()
        console.say("  " + " · ".join(f"{name} {version}" for name, version in versions.items()))
        check(results, probe)
        measure(results, probe, seconds["call"])
        chosen = [item["is_loaded_with_wrk"] for item in described["endpoints"]]
        serve(
            [result for result, is_chosen in zip(results, chosen, strict=True) if is_chosen],
            socket,
            seconds["load"],
        )
    return Report(machine.description(), versions, {**seconds, "quick": options.quick}, results)


def made(endpoint: dict[str, Any]) -> Result:
    return Result(endpoint["name"], endpoint["about"], endpoint["url"], endpoint["sources"])


def check(results: list[Result], probe: lanes.Probe) -> None:
    """Asks each endpoint each way and compares the bytes."""
    console.heading(3, STEPS, "Bytes: is every answer Django's, byte by byte?")
    for index, result in enumerate(results):
        console.progress(index, len(results), result.name)
        result.answers = {way: Answer(**probe.ask("answer", index=index, way=way)) for way in WAYS}
    tables.identity(results)


def measure(results: list[Result], probe: lanes.Probe, seconds: float) -> None:
    """Times each endpoint each way, in turns."""
    console.heading(4, STEPS, "In process: through Django's handler with middleware, in turns")
    for index, result in enumerate(results):
        console.progress(index, len(results), result.name)
        result.times = probe.ask("measure", index=index, seconds=seconds)
    tables.times(results)


def serve(results: list[Result], socket: Path, seconds: float) -> None:
    """Serves the three ways under gunicorn and loads them in turns."""
    console.heading(
        5, STEPS, f"Under load: gunicorn with {load.WORKER_COUNT} sync workers, wrk on loopback"
    )
    with contextlib.ExitStack() as stack:
        ports = {
            way: stack.enter_context(
                load.server("flights_site.wsgi", lanes.environment(way, socket), paths.PROJECT)
            )
            for way in WAYS
        }
        rounds = [(result, way) for result in results for way in WAYS]
        for number, (result, way) in enumerate(rounds):
            console.progress(number, len(rounds), f"{result.name}: {way}")
            if load.digest(ports[way], result.url) != result.answers[DJANGO].digest:
                raise processes.ProcessFailed(f"{result.url} differs under gunicorn, {way}")
            load.measure(ports[way], result.url, 1)
            result.loads[way] = load.measure(ports[way], result.url, seconds)
    tables.loads(results)


def write(report: Report) -> None:
    """Writes the report and its figures."""
    paths.REPORT.parent.mkdir(parents=True, exist_ok=True)
    paths.RESULTS.write_text(json.dumps(report.as_json(), indent=1), encoding="utf-8")
    paths.REPORT.write_text(page.render(report), encoding="utf-8")


def conclude(report: Report, seconds: float) -> int:
    """The last lines, and the exit code."""
    different = [
        f"{result.name} ({way})"
        for result in report.results
        for way in (IN_PROCESS, WORKER)
        if not result.is_identical(way)
    ]
    failures = sum(item.failures for result in report.results for item in result.loads.values())
    console.say()
    console.say(f"Report: {console.bold(paths.shown(paths.REPORT))}   ({seconds:.0f} s)")
    if different:
        console.say(console.bad("Not identical: " + ", ".join(different)))
    if failures:
        console.say(console.bad(f"{failures} requests failed under load."))
    return 1 if different or failures else 0


if __name__ == "__main__":
    sys.exit(main())
