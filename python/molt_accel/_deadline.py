"""Timeouts in seconds as a caller gives them, and what remains of them later."""

from __future__ import annotations

import time
from typing import Final

from molt_accel.errors import Timeout

__all__ = ["deadline_after", "remaining", "timeout_nanoseconds"]

_LONGEST: Final = 10 * 365 * 86400.0
"""Ten years in seconds: whoever waits longer has no deadline."""


def deadline_after(timeout: float | None) -> float | None:
    """The moment on `time.monotonic`'s clock at which `timeout` will have passed."""
    return None if timeout is None else time.monotonic() + timeout


def remaining(deadline: float | None) -> float | None:
    """The seconds left, None without a deadline; raises `Timeout` when none are left."""
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise Timeout("The deadline passed before the answer was complete.")
    return left


def timeout_nanoseconds(timeout: float | None) -> int:
    """A timeout as libmolt takes it, where 0 is none.

    Raises `Timeout` when nothing is left of it, and ``ValueError`` for NaN.
    """
    if timeout is None:
        return 0
    if timeout <= 0:
        raise Timeout("The deadline had passed before the run began.")
    if timeout > _LONGEST:
        return 0
    return max(1, int(timeout * 1e9))
