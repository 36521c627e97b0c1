"""The demo from start to end; each step is a function below."""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import signal
import sys
import time
from itertools import compress
from pathlib import Path
from types import FrameType
from typing import Any

from molt_accel import MoltError

from . import console, lanes, load, machine, paths, processes, tables
from .database import DATABASES, NAMES
from .report import page
from .results import DJANGO, IN_PROCESS, LANES, WORKER, Answer, Report, Result

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
    place = write(report, options.database)
    return conclude(report, place, time.monotonic() - started)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="demo.py",
        description="Every endpoint the Django way and natively: bytes, times, load.",
    )
    parser.add_argument("--quick", action="store_true", help="shorter measurements, about 1 minute")
    parser.add_argument(
        "--database", choices=list(DATABASES), default="sqlite", help="where the flights are"
    )
    parser.add_argument(
        "--lane", action="append", choices=LANES, help="one of Molt's lanes alone; repeatable"
    )
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
    chosen = [lane for lane in LANES if lane in (options.lane or LANES)]
    name = NAMES[options.database]
    with contextlib.ExitStack() as stack:
        console.heading(1, STEPS, f"Data: every flight that left New York City in 2013, in {name}")
        place = stack.enter_context(DATABASES[options.database]())
        console.heading(2, STEPS, f"Start: Django with {answering(chosen)}")
        socket = None
        if WORKER in chosen:
            project = lanes.environment(WORKER, place, None)
            socket = stack.enter_context(lanes.worker(project, paths.PROJECT))
        environments = {way: lanes.environment(way, place, socket) for way in (DJANGO, *chosen)}
        probe = stack.enter_context(lanes.probe(environments[chosen[0]]))
        described = probe.ask("describe")
        report = prepared(described, chosen, {**seconds, "quick": options.quick})
        console.say("  " + " · ".join(map(" ".join, report.versions.items())))
        check(report, probe)
        measure(report, probe)
        is_loaded = [item["is_loaded_with_wrk"] for item in described["endpoints"]]
        serve(report, list(compress(report.results, is_loaded)), environments)
    return report


def answering(chosen: list[str]) -> str:
    """What answers beside Django, as the end of a sentence."""
    words = {IN_PROCESS: "Molt in process", WORKER: "Molt's worker"}
    return " and ".join(words[lane] for lane in chosen)


def prepared(described: dict[str, Any], chosen: list[str], settings: dict[str, Any]) -> Report:
    """A report in which nothing is measured yet."""
    server = described["database"]
    return Report(
        database=" ".join(next(iter(server.items()))),
        lanes=chosen,
        machine=machine.description(),
        versions=described["versions"] | server | machine.versions(),
        settings=settings,
        results=[made(endpoint) for endpoint in described["endpoints"]],
    )


def made(endpoint: dict[str, Any]) -> Result:
    return Result(endpoint["name"], endpoint["about"], endpoint["url"], endpoint["sources"])


def check(report: Report, probe: lanes.Probe) -> None:
    """Asks each endpoint each way and compares the bytes."""
    console.heading(3, STEPS, "Bytes: is every answer Django's, byte by byte?")
    for index, result in enumerate(report.results):
        console.progress(index, len(report.results), result.name)
        result.answers = {
            way: Answer(**probe.ask("answer", index=index, way=way)) for way in report.ways
        }
    tables.identity(report)


def measure(report: Report, probe: lanes.Probe) -> None:
    """Times each endpoint each way, in turns."""
    console.heading(4, STEPS, "In process: through Django's handler with middleware, in turns")
    for index, result in enumerate(report.results):
        console.progress(index, len(report.results), result.name)
        result.times = probe.ask(
            "measure", index=index, ways=report.ways, seconds=report.settings["call"]
        )
    tables.times(report)


def serve(report: Report, results: list[Result], environments: dict[str, dict[str, str]]) -> None:
    """Serves the ways under gunicorn and loads them in turns."""
    console.heading(
        5, STEPS, f"Under load: gunicorn with {load.WORKER_COUNT} sync workers, wrk on loopback"
    )
    with contextlib.ExitStack() as stack:
        ports = {
            way: stack.enter_context(
                load.server("flights_site.wsgi", environments[way], paths.PROJECT)
            )
            for way in report.ways
        }
        rounds = [(result, way) for result in results for way in report.ways]
        for number, (result, way) in enumerate(rounds):
            console.progress(number, len(rounds), f"{result.name}: {way}")
            if load.digest(ports[way], result.url) != result.answers[DJANGO].digest:
                raise processes.ProcessFailed(f"{result.url} differs under gunicorn, {way}")
            load.measure(ports[way], result.url, 1)
            result.loads[way] = load.measure(ports[way], result.url, report.settings["load"])
    tables.loads(report, results)


def write(report: Report, database: str) -> Path:
    """Writes the report and its figures; answers where the report is."""
    place = paths.report(database)
    place.parent.mkdir(parents=True, exist_ok=True)
    figures = json.dumps(report.as_json(), indent=1)
    paths.results(database).write_text(figures, encoding="utf-8")
    place.write_text(page.render(report), encoding="utf-8")
    return place


def conclude(report: Report, place: Path, seconds: float) -> int:
    """The last lines, and the exit code."""
    different = [f"{result.name} ({lane})" for result, lane in report.different()]
    failures = sum(item.failures for result in report.results for item in result.loads.values())
    console.say()
    console.say(f"Report: {console.bold(paths.shown(place))}   ({seconds:.0f} s)")
    if different:
        console.say(console.bad("Not identical: " + ", ".join(different)))
    if failures:
        console.say(console.bad(f"{failures} requests failed under load."))
    return 1 if different or failures else 0


if __name__ == "__main__":
    sys.exit(main())
