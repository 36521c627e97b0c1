"""How many answers were native and why the others were not, per process.

    >>> from molt_accel.django import counters
    >>> counters.snapshot()
    {'native': {'inprocess': 12}, 'python': {'atomic-block': 3}}

The first answer of a view that takes the Python path for a reason is logged, later ones are only
counted: at INFO where nothing can be done about it at run time, at WARNING where something is
broken (no library, no worker, a native error).
"""

from __future__ import annotations

import logging
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from threading import Lock

from molt_accel.django.reasons import NotNative, Reason

__all__ = ["count_native", "count_python", "reset", "snapshot"]

logger = logging.getLogger("molt_accel.django")

_WARNED = frozenset({Reason.UNAVAILABLE, Reason.NATIVE_ERROR})
_LOGGED_LIMIT = 4096
_OWN_PREFIX = __name__.rpartition(".")[0]

_lock = Lock()
_native: defaultdict[str, Iterator[int]] = defaultdict(count)
_python: dict[str, int] = {}
_logged: set[tuple[str, str]] = set()


def count_native(lane: str) -> None:
    """Counts an answer of native code; without a lock, since it is on every native answer's way."""
    next(_native[lane])


def count_python(error: NotNative, view: str | None = None) -> None:
    """Counts an answer of the Python path and logs it when it is the first of its view and reason.

    Without `view`, the function that called into this package stands for it.
    """
    reason = error.reason
    place = view or _caller()
    with _lock:
        _python[reason] = _python.get(reason, 0) + 1
        first = (reason, place) not in _logged and len(_logged) < _LOGGED_LIMIT
        if first:
            _logged.add((reason, place))
    if first:
        level = logging.WARNING if reason in _WARNED else logging.INFO
        logger.log(level, "%s takes the Python path (%s): %s", place, reason, error)


def snapshot() -> dict[str, dict[str, int]]:
    """The counts so far: of native answers by lane, of Python ones by reason."""
    with _lock:
        # repr() tells the next number, "count(3)", which is how often a count() was asked.
        native = {lane: int(repr(asked)[6:-1]) for lane, asked in tuple(_native.items())}
        return {"native": native, "python": dict(_python)}


def reset() -> None:
    """Sets the counts to zero and forgets what was logged."""
    with _lock:
        _native.clear()
        _python.clear()
        _logged.clear()


def _caller() -> str:
    frame = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if not module.startswith(_OWN_PREFIX):
            return f"{module}.{frame.f_code.co_name}"
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "unknown"
