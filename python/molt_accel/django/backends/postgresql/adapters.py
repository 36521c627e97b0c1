"""Whether psycopg loads and dumps values as it does by itself under Django.

A project can register other loaders (``numeric`` as float, say) for all connections. What native
code writes is what psycopg's own would have loaded.
"""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import get_adapters_template
from psycopg import adapters, postgres
from psycopg.adapt import AdaptersMap, PyFormat
from psycopg.dbapi20 import register_dbapi20_adapters
from psycopg.pq import Format

from molt_accel._arguments import arguments
from molt_accel._messagepack import pack
from molt_accel.django.backends.postgresql.parameters import PYTHON_TYPES
from molt_accel.lanes import Database

__all__ = ["foreign_adapter", "registered"]

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


_OWN_TYPES = """
SELECT oid::bigint, typname::text, typarray::bigint FROM pg_catalog.pg_type WHERE oid >= 16384
"""
"""What CREATE TYPE, CREATE EXTENSION and CREATE TABLE have made, and no server has by itself."""

_ROWS = {
    "version": 1,
    "style": "compact",
    "layout": "arrays",
    "fields": [{"name": str(n), "column": n, "type": "any"} for n in range(3)],
}


def registered(database: Database, connection: Any) -> tuple[int, ...]:
    """The types of the database for which psycopg has loaders; of others it makes a `str`.

    What a receiver of `connection_created` registers is seen once Django's connection is open;
    what that of django.contrib.postgres registers is known.
    """
    rows = json.loads(database.prepare(_OWN_TYPES, pack(_ROWS)).run(arguments(()), timeout=30.0))
    open_one = connection.connection
    known = adapters if open_one is None else open_one.adapters
    found = {oid for oid, _, _ in rows if known.get_loader(oid, Format.TEXT) is not None}
    if apps.is_installed("django.contrib.postgres"):
        for oid, name, of_array in rows:
            if name == "hstore":
                found |= {oid, of_array}
            elif name == "citext":
                found.add(of_array)
    return tuple(sorted(found))
