"""The codecs beside their peers: JSON, MessagePack and CBOR, in Swift, C, C++ and Python.

Peers of Debian are compiled from bench/codecs_peers, those of PyPI are imported; what is missing is
said, and left out. Everybody has a turn of some milliseconds in each round, a turn counts with the
median of its calls, and a ratio is the median of the rounds' ratios. Before that everybody shows
what a call comes to: values are counted, read or parsed back, and must be those of the others.

The files are those of MOLT_SUITES/json/corpora; MessagePack and CBOR are made of them. GB/s count
the bytes of the input, or of the file that a document came from.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import recording
from codecs_cases import ours, packages, programs
from codecs_cases.operations import OPERATIONS, Operation
from recording import Case

ROWS = 1_000


class Side(Protocol):
    """Who takes turns."""

    name: str
    version: str

    def turn(self, case: str, path: Path, milliseconds: float) -> float | None: ...
    def result(self, case: str, path: Path) -> bytes | None: ...
    def forget(self) -> None: ...
    def close(self) -> None: ...


def main() -> int:
    """Measures everything, prints and writes."""
    options = arguments()
    rounds, milliseconds = (3, 10.0) if options.quick else (9, 40.0)
    cases: list[Case] = []
    with tempfile.TemporaryDirectory(prefix="molt-bench-") as name:
        files = prepare(Path(name))
        with sides(Path(name)) as (mine, peers):
            for operation in OPERATIONS:
                if not operation.case.startswith(options.only):
                    continue
                measured = measure(
                    operation, files[operation.format], mine, peers, rounds, milliseconds
                )
                show(operation, measured)
                cases += [case for found in measured for case in found]
                cases += means(operation, measured)
    if not options.only:
        print(f"\n{recording.write('codecs', cases)}")
    return 0


def arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--only", default="", help="the start of the names of operations")
    return parser.parse_args()


def prepare(folder: Path) -> dict[str, list[Path]]:
    """The files of each format: MessagePack and CBOR are the JSON corpora's values."""
    import cbor2
    import msgpack

    suites = os.environ.get("MOLT_SUITES")
    if not suites:
        raise SystemExit("MOLT_SUITES must name the folder with json/corpora")
    files: dict[str, list[Path]] = {"json": [], "msgpack": [], "cbor": [], "rows": []}
    for source in sorted((Path(suites) / "json" / "corpora").glob("*.json")):
        value = json.loads(source.read_bytes())
        files["json"].append(source)
        for name, data in (("msgpack", msgpack.packb(value)), ("cbor", cbor2.dumps(value))):
            files[name].append(folder / f"{source.stem}.{name}")
            files[name][-1].write_bytes(data)
    files["rows"].append(folder / f"{ROWS} rows.rows")
    files["rows"][0].write_text(str(ROWS))
    return files


@contextlib.contextmanager
def sides(folder: Path) -> Iterator[tuple[list[Side], list[Side]]]:
    """Ours and the peers; what is missing is said loudly."""
    built, not_built = programs.compiled(folder)
    found, not_found = packages.installed()
    for sentence in [*not_built, *not_found]:
        print(f"SKIPPED: {sentence}", file=sys.stderr)
    mine: list[Side] = [ours.program("molt"), ours.package()]
    peers: list[Side] = [ours.program("foundation"), *built, *found]
    try:
        yield mine, peers
    finally:
        for side in [*mine, *peers]:
            side.close()


def measure(
    operation: Operation,
    files: Sequence[Path],
    mine: Sequence[Side],
    peers: Sequence[Side],
    rounds: int,
    milliseconds: float,
) -> list[list[Case]]:
    """For each file ours beside each peer that has the operation."""
    measured = []
    for path in files:
        if operation.files is None or path.stem in operation.files:
            able = agreeing(operation, path, [*mine, *peers])
            if able and able[0] in mine and len(able) > 1:
                measured.append(compare(operation, path, able, rounds, milliseconds))
    return measured


def agreeing(operation: Operation, path: Path, everybody: Sequence[Side]) -> list[Side]:
    """Those that have the operation; an error when one's result means something else."""
    meanings = []
    for side in everybody:
        result = side.result(operation.case, path)
        if result is not None:
            meanings.append((side, operation.means(result, path)))
    for side, meaning in meanings[1:]:
        if meaning != meanings[0][1]:
            raise RuntimeError(f"{operation.case}, {path.name}: {side.name} has another result")
    return [side for side, _ in meanings]


def compare(
    operation: Operation, path: Path, sides: Sequence[Side], rounds: int, milliseconds: float
) -> list[Case]:
    """Ours, the first of the sides, beside each of the others."""
    taken: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for side, list_ in zip(sides, taken, strict=True):
            list_.append(side.turn(operation.case, path, milliseconds) or math.nan)
    for side in sides:
        side.forget()
    size = path.stat().st_size
    unit = "ms" if operation.format == "rows" else "GB/s"

    def value(nanoseconds: list[float]) -> float:
        middle = statistics.median(nanoseconds)
        return round(middle / 1e6 if unit == "ms" else size / middle, 4)

    return [
        Case(
            f"{operation.case}, {path.stem}", unit, value(taken[0]), value(times), side.name,
            side.version, ratio(taken[0], times),
        )
        for side, times in zip(sides[1:], taken[1:], strict=True)
    ]  # fmt: skip


def ratio(mine: Sequence[float], others: Sequence[float]) -> float:
    """How many times faster ours is: the median over the rounds."""
    return round(statistics.median(b / a for a, b in zip(mine, others, strict=True)), 3)


def means(operation: Operation, measured: Sequence[Sequence[Case]]) -> list[Case]:
    """A case for each peer with the geometric means over the files; none for one file."""
    by_peer: dict[str, list[Case]] = {}
    for case in (case for found in measured for case in found):
        by_peer.setdefault(case.peer_name, []).append(case)
    return [
        Case(
            f"{operation.case}, geometric mean of {len(cases)} files", cases[0].unit,
            mean([case.ours for case in cases]), mean([case.peer for case in cases]),
            name, cases[0].peer_version, mean([case.ratio for case in cases]),
        )
        for name, cases in by_peer.items() if len(cases) > 1
    ]  # fmt: skip


def mean(values: Sequence[float]) -> float:
    """The geometric mean."""
    return round(statistics.geometric_mean(values), 3)


def show(operation: Operation, measured: Sequence[Sequence[Case]]) -> None:
    """A table: a line for each file, a column for each peer with ours over it."""
    if not measured:
        print(f"\nSKIPPED: {operation.title}: nobody to compare with", file=sys.stderr)
        return
    names = [f"{case.peer_name} {case.peer_version}".strip() for case in measured[0]]
    unit = measured[0][0].unit
    print(f"\n{operation.title} ({unit}; in brackets how many times faster ours is)")
    lines = [line(found[0].case.split(", ")[1], found) for found in measured]
    if len(measured) > 1:
        lines.append(line("geometric mean", means(operation, measured)))
    recording.table(("", "molt", *names), lines, right=set(range(1, len(names) + 2)))


def line(name: str, cases: Sequence[Case]) -> list[str]:
    """A line of the table."""
    cells = [f"{recording.number(case.peer)} ({case.ratio:.2f}x)" for case in cases]
    return [name, recording.number(cases[0].ours), *cells]


if __name__ == "__main__":
    sys.exit(main())
