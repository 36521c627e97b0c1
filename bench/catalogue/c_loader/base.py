"""Django registers a loader of its own for `timestamptz`, a subclass of the one that psycopg has in
Python. psycopg's loader in C gives the same values where the connection's time zone is UTC. A
project can put it back, as here, and one that has done so is the stronger peer.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import Format


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Takes the loader from psycopg's own map of types, which is the compiled one."""
        connection = super().get_new_connection(conn_params)
        loader = psycopg.adapters.get_loader(base.TIMESTAMPTZ_OID, Format.TEXT)
        assert loader is not None
        connection.adapters.register_loader(base.TIMESTAMPTZ_OID, loader)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """Without Django's look at the loader's time zone, an attribute that C classes lack."""
        return super().create_cursor(name) if name else self.connection.cursor()
