"""Statements by number: equal database, SQL and shape share one number and one preparation."""

from __future__ import annotations

import itertools
from typing import Final

from molt_accel.worker.wire import StatementKey

__all__ = ["StatementKeys"]

CAPACITY: Final = 2048
"""The most statements remembered; beyond it all are forgotten and get new numbers."""


class StatementKeys:
    """The numbers of one client's statements. Without a lock, so that a fork cannot hold it."""

    __slots__ = ("_keys", "_numbers")

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str, bytes], StatementKey] = {}
        self._numbers = itertools.count(1)

    def key(self, database: str, sql: str, shape: bytes) -> StatementKey:
        """The one key of this definition; a number is never used for two definitions."""
        definition = (database, sql, shape)
        known = self._keys.get(definition)
        if known is not None:
            return known
        if len(self._keys) >= CAPACITY:
            self._keys.clear()
        # Of two threads that get here at once, setdefault lets one number win.
        return self._keys.setdefault(definition, StatementKey(next(self._numbers), *definition))
