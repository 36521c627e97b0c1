"""Times several things in turns, so that a slow moment of the machine meets all of them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one case."""

    median: float
    best: float


def measure(
    cases: Mapping[str, Callable[[], Any]], rounds: int, turn: int = 1
) -> dict[str, Timing]:
    """Gives every case a turn of so many calls per round, after three rounds that do not count.

    Every call of a turn counts. Turns of several calls suit cases of less than a millisecond: a
    busy server answers one view again and again, and does not find its caches full of another's.
    """
    samples: dict[str, list[float]] = {name: [] for name in cases}
    gc.collect()
    for number in range(rounds + 3):
        for name, call in cases.items():
            for _ in range(turn):
                started = time.perf_counter()
                call()
                elapsed = time.perf_counter() - started
                if number >= 3:
                    samples[name].append(elapsed * 1e3)
    return {name: Timing(statistics.median(taken), min(taken)) for name, taken in samples.items()}
