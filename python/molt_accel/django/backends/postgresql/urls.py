"""The URL of a server, as `molt worker` takes it.

{"host": "/run/postgresql", "port": 5432, "user": "app", "database": "flights",
"sslmode": "prefer", "settings": {"jit": "off", "TimeZone": "UTC"}}
->  "postgresql://app@/flights?host=%2Frun%2Fpostgresql&port=5432&sslmode=prefer"
"&options=-c%20jit%3Doff&TimeZone=UTC"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

__all__ = ["connection_url"]

# Settings that are parameters of a URL by themselves.
_OWN = ("application_name", "search_path", "statement_timeout", "TimeZone")
_FILES = ("sslrootcert", "sslcert", "sslkey")


def connection_url(options: Mapping[str, Any]) -> str:
    """The URL of what `settings.connection_options` found."""
    user = quote(options["user"], safe="")
    if "password" in options:
        user += ":" + quote(options["password"], safe="")
    parameters = {"host": options["host"], "port": options["port"], "sslmode": options["sslmode"]}
    parameters |= {name: options[name] for name in _FILES if name in options}
    if "connect_timeout_ms" in options:
        parameters["connect_timeout"] = options["connect_timeout_ms"] // 1000
    settings = dict(options["settings"])
    others = [name for name in settings if name not in _OWN]
    if others:
        parameters["options"] = " ".join(f"-c {name}={_escaped(settings[name])}" for name in others)
    parameters |= {name: settings[name] for name in _OWN if name in settings}
    query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in parameters.items())
    return f"postgresql://{user}@/{quote(options['database'], safe='')}?{query}"


def _escaped(value: str) -> str:
    """A value in which the server does not see an end."""
    return re.sub(r"([\\\s])", r"\\\1", value)
