"""Composes the report."""

from __future__ import annotations

import difflib
import re
import textwrap
from html import escape
from pathlib import Path
from string import Template

from ..load import CONNECTION_COUNT, WORKER_COUNT
from ..results import DJANGO, IN_PROCESS, WAYS, WORKER, Report, Result
from . import charts

FOLDER = Path(__file__).resolve().parent
LANES = (IN_PROCESS, WORKER)


def render(report: Report) -> str:
    """The whole page."""
    template = Template((FOLDER / "page.html").read_text(encoding="utf-8"))
    results = report.results
    return template.substitute(
        style=(FOLDER / "style.css").read_text(encoding="utf-8"),
        headline=headline(results),
        lead=lead(results),
        figures=figures(results),
        change=diff(results[0].sources),
        legend_lanes=charts.legend(LANES),
        legend=charts.legend(WAYS),
        speedups=charts.speedups(results),
        load_text=load_text(report),
        loads=charts.loads(results),
        endpoints=endpoints(results),
        facts=facts(report),
        method=method(report),
    )


def headline(results: list[Result]) -> str:
    """The first thing to read: honest about a run in which bytes differed."""
    different = sum(not result.is_identical(way) for result in results for way in LANES)
    if different:
        return f"{different} of {2 * len(results)} answers differ from Django’s"
    return f"The same bytes, up to {max(r.speedup(IN_PROCESS) for r in results):.0f} times faster"


def lead(results: list[Result]) -> str:
    return (
        "336,776 flights that left New York City in 2013, in SQLite, served by a Django 5.2 "
        f"project: {len(results)} endpoints, each the Django way and by Molt’s native code, "
        "in process and through the worker."
    )


def figures(results: list[Result]) -> str:
    """Four numbers."""
    identical = sum(result.is_identical(way) for result in results for way in LANES)
    by_name = {result.name: result for result in results}
    chosen = [
        (f"{identical}/{2 * len(results)}", "answers byte-identical to Django’s"),
        *(
            (f"{by_name[name].speedup(IN_PROCESS):.1f}×", f"{label}, in process")
            for name, label in [
                ("values, 1,000 rows", ".values(), 1,000 rows"),
                ("DRF page of 1,000", "DRF, 1,000 rows"),
            ]
        ),
        (
            f"{by_name['values, 1,000 rows'].load_ratio(IN_PROCESS):.1f}×",
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


def endpoints(results: list[Result]) -> str:
    """A table whose rows open."""
    names = ["endpoint", "bytes", "in process", "worker", "time", "load"]
    heads = "".join(f"<span>{name}</span>" for name in names)
    return f'<div class="heads">{heads}</div>' + "".join(endpoint(result) for result in results)


def endpoint(result: Result) -> str:
    cells = [escape(result.name), f"{result.answers[DJANGO].byte_count:,}"]
    cells += [mark(result, way) for way in LANES]
    cells.append(f"{result.speedup(IN_PROCESS):.1f}×")
    cells.append(f"{result.load_ratio(IN_PROCESS):.1f}×" if result.loads else "")
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
    entries = report.machine | {"Versions": versions}
    return "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in entries.items())


def method(report: Report) -> str:
    quick = " This was a quick run; its figures vary more." if report.settings["quick"] else ""
    return (
        "DEBUG is off and CONN_MAX_AGE is set for all, so connections live on between requests. "
        "The three ways take turns within one process, request by request; the median counts. "
        "Molt runs in strict mode: an answer that would have come from Python counts as a failure."
        + quick
    )
