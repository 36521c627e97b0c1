"""The report's charts: bars in SVG, their words in HTML, so that they read well on a phone too."""

from __future__ import annotations

from html import escape

from ..results import DJANGO, IN_PROCESS, TITLES, WAYS, WORKER, Result


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


def legend(ways: tuple[str, ...]) -> str:
    """What the colours mean."""
    items = "".join(f'<li class="key-{way}">{TITLES[way]}</li>' for way in ways)
    return f'<ul class="legend">{items}</ul>'


def speedups(results: list[Result]) -> str:
    """One pair of bars per endpoint: how many times sooner each lane answers."""
    longest = max(result.speedup(way) for result in results for way in (IN_PROCESS, WORKER))
    return "".join(speedup(result, longest) for result in results)


def speedup(result: Result, longest: float) -> str:
    rows = "".join(
        f'<div class="row">{bar(way, result.speedup(way) / longest, 1 / longest)}'
        f'<span class="value">'
        f"<b>{result.speedup(way):.1f}×</b> <small>{milliseconds(result.times[way])}</small>"
        "</span></div>"
        for way in (IN_PROCESS, WORKER)
    )
    return (
        f'<div class="endpoint"><div class="name">{escape(result.name)}<small>Django '
        f"{milliseconds(result.times[DJANGO])}</small></div><div>{rows}</div></div>"
    )


def loads(results: list[Result]) -> str:
    """One panel per loaded endpoint: requests per second with the latencies."""
    return "".join(panel(result) for result in results if result.loads)


def panel(result: Result) -> str:
    most = max(load.requests_per_second for load in result.loads.values())
    ways = "".join(way_of_panel(result, way, most) for way in WAYS)
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
