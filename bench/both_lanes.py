"""Views of ours in both lanes of one process."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from alternating import Timing
from recording import Case

LANES = {"inprocess": "in-process", "worker": "worker"}
HOP_BUDGET = 100.0
"""Microseconds that a request through the worker may take longer."""


class Lanes:
    """Both lanes in one process, for requests in turns.

    A real process has one lane; this one swaps the settings that molt_accel has read, which costs
    the request nothing and keeps the prepared statements of both.
    """

    def __init__(self, socket: str) -> None:
        from handler import Handler
        from molt_accel.django import conf

        self.conf = conf
        self.handler = Handler()
        near = dataclasses.replace(conf.current(), lane="inprocess", socket=socket)
        far = dataclasses.replace(near, lane="worker")
        self.configurations = {"inprocess": near, "worker": far}

    def get(self, view: str, count: int, lane: str = "inprocess") -> bytes:
        """The body of a view in one lane."""
        self.conf._current = self.configurations[lane]
        return self.handler.get(f"/{view}/{count}/")


def native_call(lanes: Lanes, count: int, lane: str) -> Callable[[], object]:
    """The native run alone: no view and no QuerySet, but their SQL, shape and values."""
    from catalogue.views import books
    from molt_accel.django import answers
    from molt_accel.django.shape import Output

    lanes.conf._current = lanes.configurations[lane]
    native = answers.native_run(books(count), Output("django"))
    assert native.plan is not None
    run, arguments = native.plan.statement.run, native.arguments
    return lambda: run(arguments, timeout=30.0)


def hop(
    database: str, view: str, count: int, times: dict[str, Timing], circumstances: str = ""
) -> Case:
    """What the worker lane costs beyond the in-process lane, against its budget.

    Less than a microsecond, or less than nothing, counts as one in the ratio.
    """
    extra = (times[f"{view} worker"].median - times[f"{view} inprocess"].median) * 1e3
    case = f"{database} {view} {count} rows, worker lane beyond in-process{circumstances}"
    ratio = HOP_BUDGET / max(extra, 1.0)
    return Case(case, "µs", round(extra, 1), HOP_BUDGET, "budget", "", round(ratio, 2))
