"""What depends on Django's database backend: one folder per backend, one interface.

    backend_of(connections["default"])   ->  the adapter of django.db.backends.sqlite3

An adapter is found by the exact class of the connection: a subclass may do anything between Django
and the database, so it has none.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from molt_accel.django.backends.backend import Backend, Bound

__all__ = ["NAMES", "Backend", "Bound", "backend_of"]

NAMES = {
    "django.db.backends.sqlite3.base": "sqlite",
    "django.db.backends.postgresql.base": "postgresql",
}
"""The folder of each of Django's modules; it is imported with the first connection of its kind."""

_known: dict[type, Backend | None] = {}


def backend_of(connection: Any) -> Backend | None:
    """The adapter of a connection's backend; None for a backend that is not read natively."""
    kind = type(connection)
    try:
        return _known[kind]
    except KeyError:
        found = _known[kind] = _backend(kind)
        return found


def _backend(kind: type) -> Backend | None:
    name = NAMES.get(kind.__module__)
    if name is None or kind.__qualname__ != "DatabaseWrapper":
        return None
    found: Backend | None = import_module(f"{__name__}.{name}").BACKEND
    return found
