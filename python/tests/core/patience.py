"""Waiting in tests: as long as a busy machine needs, and no longer than that."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from molt_accel import errors

PATIENCE = 60.0
"""Seconds for what takes a moment on a machine that has nothing else to do."""

TIMEOUTS = (0.05, 0.5, 5.0, 20.0)
"""Each longer than the last: a busy machine may spend a short one before a request is sent."""

SILENCE = "did not answer before the deadline"
"""What is said of a worker that has a request and does not answer it."""


def wait_until(condition: Callable[[], bool]) -> None:
    """Fails unless a condition comes true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.005)


def check_silence(run: Callable[[float], object]) -> None:
    """A run with a timeout, on a worker that keeps silent for longer, ends soon and says why."""
    for timeout in TIMEOUTS:
        started = time.monotonic()
        with pytest.raises(errors.Timeout) as caught:
            run(timeout)
        assert time.monotonic() - started < timeout + PATIENCE / 2
        if SILENCE in str(caught.value):
            return
    pytest.fail(f"the worker was never waited for: {caught.value}")
