"""The report's charts: bars in SVG, their words in HTML, so that they read well on a phone too."""

from __future__ import annotations

from html import escape

from ..results import DJANGO, TITLES, Report, Result


def bar(way: str, share: float, mark: float | None = None) -> str:
    """A horizontal bar of a share (0 to 1) of its room; never thinner than can be seen.

    `mark` is the share at which a thin line crosses the bar.
    """
    width = max(0.6, min(share, 1.0) * 100)
    line = "" if mark is None else f'<path d="M{mark * 100:.2f} 0V10"/>'
    return (
        f'<svg class="bar key-{way}" viewBox="0 0 100 10" preserveAspectRatio="none" '
        f'aria-hidden="true"><rect width="{width:.2f}" height="10" rx="0.6"/>{line}</svg>'
    )


def legend(ways: list[str]) -> str:
    """What the colours mean."""
    items = "".join(f'<li class="key-{way}">{TITLES[way]}</li>' for way in ways)
    return f'<ul class="legend">{items}</ul>'


def speedups(report: Report) -> str:
    """A bar per endpoint and lane: how many times sooner the lane answers."""
    longest = max(result.speedup(lane) for result in report.results for lane in report.lanes)
    # Where no lane is faster, Django's own line must still fit.
    longest = max(longest, 1.0)
    return "".join(speedup(result, report.lanes, longest) for result in report.results)


def speedup(result: Result, lanes: list[str], longest: float) -> str:
    rows = "".join(
        f'<div class="row">{bar(lane, result.speedup(lane) / longest, 1 / longest)}'
        f'<span class="value">'
        f"<b>{result.speedup(lane):.1f}×</b> <small>{milliseconds(result.times[lane])}</small>"
        "</span></div>"
        for lane in lanes
    )
    return (
        f'<div class="endpoint"><div class="name">{escape(result.name)}<small>Django '
        f"{milliseconds(result.times[DJANGO])}</small></div><div>{rows}</div></div>"
    )


def loads(report: Report) -> str:
    """One panel per loaded endpoint: requests per second with the latencies."""
    return "".join(panel(result, report.ways) for result in report.results if result.loads)


def panel(result: Result, names: list[str]) -> str:
    most = max(load.requests_per_second for load in result.loads.values())
    ways = "".join(way_of_panel(result, way, most) for way in names)
    return f'<div class="panel"><h3>{escape(result.name)}</h3>{ways}</div>'


def way_of_panel(result: Result, way: str, most: float) -> str:
    load = result.loads[way]
    ratio = "" if way == DJANGO else f" · <b>{result.load_ratio(way):.1f}×</b>"
    return (
        f'<div class="way">{bar(way, load.requests_per_second / most)}<div class="text">'
        f"<span><b>{load.requests_per_second:,.0f}</b>/s{ratio}</span>"
        f"<small>p50 {latency(load.p50)} · p99 {latency(load.p99)} ms</small></div></div>"
    )


def milliseconds(value: float) -> str:
    """Such as `0.42 ms` or `58.2 ms`."""
    return f"{value:.2f} ms" if value < 10 else f"{value:.1f} ms"


def latency(value: float) -> str:
    """Milliseconds without a unit: `0.9`, `43`."""
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"
