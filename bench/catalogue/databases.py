"""The catalogue's database from one word: a SQLite file, or the URL of a PostgreSQL database."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

C_LOADER = "c_loader"
"""The alias of a second connection to PostgreSQL, by the back end catalogue/c_loader."""


def databases(place: str) -> dict[str, dict[str, Any]]:
    """Django's DATABASES. Connections are kept between requests, so that the gain is Molt's."""
    if not place.startswith("postgresql:"):
        sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": place, "CONN_MAX_AGE": None}
        return {"default": sqlite}
    default = postgres(place)
    return {"default": default, C_LOADER: {**default, "ENGINE": "catalogue.c_loader"}}


def postgres(url: str) -> dict[str, Any]:
    """One database of PostgreSQL."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": query.get("port", str(parts.port or "")),
        "CONN_MAX_AGE": None,
    }
