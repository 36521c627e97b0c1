"""Composes the report."""

from __future__ import annotations

import difflib
import re
import textwrap
from html import escape
from pathlib import Path
from string import Template

from ..load import CONNECTION_COUNT, WORKER_COUNT
from ..results import DJANGO, IN_PROCESS, SHORT, WORKER, Report, Result
from . import charts

FOLDER = Path(__file__).resolve().parent


def render(report: Report) -> str:
    """The whole page."""
    template = Template((FOLDER / "page.html").read_text(encoding="utf-8"))
    results = report.results
    return template.substitute(
        style=(FOLDER / "style.css").read_text(encoding="utf-8"),
        database=escape(report.database),
        headline=headline(report),
        lead=lead(report),
        figures=figures(report),
        change=diff(results[0].sources),
        legend_lanes=charts.legend(report.lanes),
        legend=charts.legend(report.ways),
        speedups=charts.speedups(report),
        load_text=load_text(report),
        loads=charts.loads(report),
        lane_count=len(report.lanes),
        endpoints=endpoints(report),
        facts=facts(report),
        method=method(report),
        command=command(report),
    )


def headline(report: Report) -> str:
    """The first thing to read: honest about a run in which bytes differed."""
    different, count = len(report.different()), len(report.lanes) * len(report.results)
    if different:
        return f"{different} of {count} answers differ from Django’s"
    best = max(result.speedup(report.lanes[0]) for result in report.results)
    return f"The same bytes, up to {best:.0f} times faster"


def lead(report: Report) -> str:
    words = {IN_PROCESS: "in process", WORKER: "through the worker"}
    lanes = " and ".join(words[lane] for lane in report.lanes)
    django = ".".join(report.versions["Django"].split(".")[:2])
    return (
        f"336,776 flights that left New York City in 2013, in {escape(report.database)}, served by "
        f"a Django {escape(django)} project: {len(report.results)} endpoints, each the Django way "
        f"and by Molt’s native code, {lanes}."
    )


def figures(report: Report) -> str:
    """Four numbers, those of time for the first of the lanes."""
    count, lane = len(report.lanes) * len(report.results), report.lanes[0]
    by_name = {result.name: result for result in report.results}
    chosen = [
        (f"{count - len(report.different())}/{count}", "answers byte-identical to Django’s"),
        *(
            (f"{by_name[name].speedup(lane):.1f}×", f"{label}, {SHORT[lane]}")
            for name, label in [
                ("values, 1,000 rows", ".values(), 1,000 rows"),
                ("DRF page of 1,000", "DRF, 1,000 rows"),
            ]
        ),
        (
            f"{by_name['values, 1,000 rows'].load_ratio(lane):.1f}×",
            "requests/s under gunicorn, 1,000 rows",
        ),
    ]
    return "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for value, label in chosen
    )


def diff(sources: dict[str, str]) -> str:
    """The two views as a difference, with one name for both."""
    before, after = (plain(sources[way]) for way in ("django", "native"))
    lines = [
        line
        for line in difflib.unified_diff(before, after, n=9, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]
    classes = {"+": "added", "-": "removed"}
    shown = "".join(
        f'<span class="{classes.get(line[0], "same")}">{escape(line)}</span>' for line in lines
    )
    return f'<pre class="diff">{shown}</pre>'


def plain(source: str) -> list[str]:
    """A view's lines without what tells the pair apart by name or by type."""
    text = textwrap.dedent(source)
    text = re.sub(r"^(async def|def) \w+\(", r"\1 view(", text, flags=re.MULTILINE)
    return re.sub(r"\) -> [^:]+:$", "):", text, flags=re.MULTILINE).splitlines()


def endpoints(report: Report) -> str:
    """A table whose rows open."""
    names = ["endpoint", "bytes", *(SHORT[lane] for lane in report.lanes), "time", "load"]
    heads = "".join(f"<span>{name}</span>" for name in names)
    rows = "".join(endpoint(result, report.lanes) for result in report.results)
    return f'<div class="heads">{heads}</div>{rows}'


def endpoint(result: Result, lanes: list[str]) -> str:
    cells = [escape(result.name), f"{result.answers[DJANGO].byte_count:,}"]
    cells += [mark(result, lane) for lane in lanes]
    cells.append(f"{result.speedup(lanes[0]):.1f}×")
    cells.append(f"{result.load_ratio(lanes[0]):.1f}×" if result.loads else "")
    summary = "".join(f"<span>{cell}</span>" for cell in cells)
    problems = "".join(
        f'<p class="no">{way}: {escape(answer.problem)}</p>'
        for way, answer in result.answers.items()
        if answer.problem
    )
    return (
        f'<details><summary>{summary}</summary><div class="body">'
        f"<p>{escape(result.about)} <code>{escape(result.url)}</code></p>{problems}"
        f"{diff(result.sources)}</div></details>"
    )


def mark(result: Result, way: str) -> str:
    if result.is_identical(way):
        return '<span class="yes">✓ same</span>'
    return '<span class="no">✗ differs</span>'


def load_text(report: Report) -> str:
    return (
        f"gunicorn with {WORKER_COUNT} sync workers for each way, wrk with {CONNECTION_COUNT} "
        f"connections for {report.settings['load']:.0f} s each, all on the same "
        f"{escape(report.machine['Processor'].rpartition(', ')[2])}. "
        "Requests per second; p50 and p99 are milliseconds that wrk waited. Every answer was "
        "compared with Django’s over HTTP first. Each panel has its own scale."
    )


def facts(report: Report) -> str:
    """The machine and the versions."""
    versions = " · ".join(f"{name} {version}" for name, version in report.versions.items())
    entries = report.machine | {"Database": database(report), "Versions": versions}
    return "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in entries.items())


def database(report: Report) -> str:
    """What it is and where it runs."""
    if "PostgreSQL" in report.versions:
        return f"{report.database}, on the same machine, over its Unix socket"
    return f"{report.database}, a file"


def command(report: Report) -> str:
    """What one types for this report."""
    return "make demo DB=postgres" if "PostgreSQL" in report.versions else "make demo"


def method(report: Report) -> str:
    quick = " This was a quick run; its figures vary more." if report.settings["quick"] else ""
    return (
        "DEBUG is off and CONN_MAX_AGE is set for all, so connections live on between requests. "
        "The ways take turns within one process, request by request; the median counts. "
        "Molt runs in strict mode: an answer that would have come from Python counts as a failure."
        + quick
    )
