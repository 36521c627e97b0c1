"""What libpq would check a server's certificate with, and show of its own.

    {"sslrootcert": "/etc/ssl/db.pem"}  ->  {"sslrootcert": "/etc/ssl/db.pem"}

Files that are not named are those of libpq in the user's home. What cannot be checked the same way
is refused, so that no password goes where psycopg would not send it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from molt_accel.django.reasons import NotNative, Reason

__all__ = ["certificates", "refusal"]

_UNCHECKED = ("sslcrl", "sslcrldir", "sslpassword", "ssl_min_protocol_version")


def refusal(alias: str, what: str) -> NotNative:
    """The exception that says what a database has."""
    return NotNative(Reason.DATABASE, f"The database {alias!r} {what}.")


def certificates(alias: str, mode: str, found: Mapping[str, Any]) -> dict[str, str]:
    """The files of certificates and keys; raises `NotNative` for options that only libpq knows."""
    if mode not in ("require", "verify-ca", "verify-full"):
        return {}
    for name in _UNCHECKED:
        if found.get(name):
            raise refusal(alias, f"has the option {name!r}, which only libpq knows")
    if mode == "verify-full" and found.get("hostaddr"):
        raise refusal(alias, "has a hostaddr, which is not the name in its certificate")
    home = Path.home() / ".postgresql"
    files: dict[str, str] = {}
    root = _file(found.get("sslrootcert"), home / "root.crt")
    if root is not None:
        files["sslrootcert"] = root
    elif mode != "require":
        raise refusal(alias, f"has no sslrootcert, which sslmode {mode!r} needs")
    own = _file(found.get("sslcert"), home / "postgresql.crt")
    key = _file(found.get("sslkey"), home / "postgresql.key")
    if own is not None and key is not None:
        files |= {"sslcert": own, "sslkey": key}
    return files


def _file(named: Any, usual: Path) -> str | None:
    if named:
        return str(named)
    return str(usual) if usual.is_file() else None
