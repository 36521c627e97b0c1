"""The form of every benchmark's results: a list of cases in bench/results/NAME.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Case:
    """Ours against one peer; `ratio` is how many times better ours is."""

    case: str
    unit: str
    ours: float
    peer: float
    peer_name: str
    peer_version: str
    ratio: float


def compared(
    case: str, ours: float, peer: float, peer_name: str, peer_version: str, unit: str = "ms"
) -> Case:
    """A case where less is better; with a unit such as `requests/s`, where more is."""
    ratio = ours / peer if unit.endswith("/s") else peer / ours
    return Case(
        case, unit, round(ours, 4), round(peer, 4), peer_name, peer_version, round(ratio, 2)
    )


def write(name: str, cases: Sequence[Case]) -> Path:
    """Writes the results of one benchmark."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps([asdict(case) for case in cases], indent=1), encoding="utf-8")
    return path


def show(heading: str, cases: Sequence[Case]) -> None:
    """Prints the cases as a table."""
    print(f"\n{heading}")
    rows = [
        (case.case, number(case.ours), number(case.peer), case.unit, f"{case.ratio:.1f}x",
         f"{case.peer_name} {case.peer_version}".strip())
        for case in cases
    ]  # fmt: skip
    table(("case", "ours", "peer", "unit", "ratio", "peer"), rows, right={1, 2, 4})


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: set[int]) -> None:
    """Columns as wide as their longest cell."""
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]
    for row in [headings, *rows]:
        cells = (
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  " + "   ".join(cells).rstrip(), flush=True)


def number(value: float) -> str:
    """Three digits or so."""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.3g}" if size >= 1 else f"{value:.3f}"
