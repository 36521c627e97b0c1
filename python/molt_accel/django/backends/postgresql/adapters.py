"""Whether psycopg loads and dumps values as it does by itself under Django.

A project can register other loaders (``numeric`` as float, say) for all connections. What native
code writes is what psycopg's own would have loaded.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import get_adapters_template
from psycopg import adapters, postgres
from psycopg.adapt import AdaptersMap, PyFormat
from psycopg.dbapi20 import register_dbapi20_adapters
from psycopg.pq import Format

from molt_accel.django.backends.postgresql.parameters import PYTHON_TYPES

__all__ = ["foreign_adapter"]

_DJANGO_TYPES = frozenset({"timestamptz", "jsonb", "inet", "cidr"})
"""The types for which Django registers loaders of its own."""


def foreign_adapter(connection: Any) -> str | None:
    """A loader or dumper that somebody replaced, as the subject of a sentence."""
    stock = AdaptersMap(types=postgres.types)
    postgres.register_default_adapters(stock)
    register_dbapi20_adapters(stock)
    template = get_adapters_template(settings.USE_TZ, connection.timezone)
    for info in postgres.types:
        of_django = info.name in _DJANGO_TYPES
        # Arrays are loaded by the loaders of their elements.
        expected = stock.get_loader(info.oid, Format.TEXT)
        for found in (adapters,) if of_django else (adapters, template):
            if found.get_loader(info.oid, Format.TEXT) is not expected:
                return f"a loader for the type {info.name}"
    for kind in PYTHON_TYPES:
        dumper = stock.get_dumper(kind, PyFormat.TEXT)
        if any(each.get_dumper(kind, PyFormat.TEXT) is not dumper for each in (adapters, template)):
            return f"a dumper for {kind.__qualname__}"
    return None
