"""The project's database from one word: a SQLite file, or the URL of a PostgreSQL database."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

CONN_MAX_AGE = 600
"""Connections live on between requests, for the Django way too: the gain is then Molt's."""


def database(place: str) -> dict[str, Any]:
    """One entry of Django's DATABASES."""
    if place.startswith(("postgres:", "postgresql:")):
        return postgres(place)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(place).resolve(),
        "CONN_MAX_AGE": CONN_MAX_AGE,
    }


def postgres(url: str) -> dict[str, Any]:
    """The entry for `postgresql://user:password@host:port/name`; a `?host=` may be a folder."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": query.get("port", str(parts.port or "")),
        "CONN_MAX_AGE": CONN_MAX_AGE,
    }
