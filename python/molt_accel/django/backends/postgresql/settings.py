"""From an entry of DATABASES to the options of a native connection.

    {"NAME": "flights", "HOST": "db.example", "USER": "app", "OPTIONS": {"options": "-c jit=off"}}
      ->  {"host": "db.example", "port": 5432, "user": "app", "database": "flights",
           "sslmode": "prefer", "settings": {"jit": "off", "TimeZone": "UTC"}}

Settings win over options, and both over the environment variables that libpq reads. What is not
understood here may change answers, so that it is refused.
"""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Mapping
from typing import Any, Final

from molt_accel.django.backends.postgresql.certificates import certificates, refusal
from molt_accel.django.backends.postgresql.passwords import password_from_file

__all__ = ["connection_options"]

# Options that choose a server, a session or a login, read below.
_READ = frozenset(
    (
        *("application_name", "assume_role", "connect_timeout", "dbname", "host", "hostaddr"),
        *("options", "passfile", "password", "port", "sslmode", "user"),
    )
)
# Options that change nothing about what a SELECT answers, nor to whom the password is told.
_HARMLESS = frozenset(
    (
        *("client_encoding", "fallback_application_name", "gssencmode", "isolation_level"),
        *("keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "pool"),
        *("prepare_threshold", "server_side_binding", "tcp_user_timeout"),
        *("sslcert", "sslcompression", "sslcrl", "sslcrldir", "sslkey", "sslpassword"),
        *("sslrootcert", "sslsni", "ssl_max_protocol_version", "ssl_min_protocol_version"),
    )
)
_ENVIRONMENT = {
    "PGAPPNAME": "application_name",
    "PGCONNECT_TIMEOUT": "connect_timeout",
    "PGHOST": "host",
    "PGHOSTADDR": "hostaddr",
    "PGOPTIONS": "options",
    "PGPASSFILE": "passfile",
    "PGPASSWORD": "password",
    "PGPORT": "port",
    "PGSSLMODE": "sslmode",
    "PGUSER": "user",
}
_REFUSED_ENVIRONMENT = ("PGSERVICE", "PGDATESTYLE", "PGTARGETSESSIONATTRS", "PGREQUIREAUTH")

# How the server writes values as text, which native code does not ask for, and how it reads SQL.
_TEXT_SETTINGS = frozenset(
    {"datestyle", "intervalstyle", "extra_float_digits", "standard_conforming_strings"}
)
_OWN_SETTINGS = frozenset({"timezone", "client_encoding", "default_transaction_read_only"})
"""What Django sets itself, or native connections do."""

_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
SOCKET_FOLDERS: Final = ("/var/run/postgresql", "/tmp")
"""Where libpq looks without a HOST: as Debian, Red Hat and psycopg's wheels build it, and as is."""


def connection_options(
    alias: str, connection: Any, connections: int, *, has_tls: bool = False
) -> dict[str, Any]:
    """The options of `molt_accel.inprocess.open_postgres`.

    Where there is TLS, those of `urls.connection_url`, which has more. Raises `NotNative` for
    settings that another connection cannot honour.
    """
    found = _found(alias, connection.settings_dict)
    host, port = _address(alias, found)
    user = str(found.get("user") or getpass.getuser())
    database = str(found["dbname"])
    options: dict[str, Any] = {
        "host": host,
        "port": port,
        "user": user,
        "database": database,
        "sslmode": _sslmode(alias, found, has_tls),
        "settings": _settings(alias, connection, found),
        "connections": connections,
    }
    password = found.get("password") or password_from_file(
        found.get("passfile"), host, port, database, user
    )
    if password:
        options["password"] = str(password)
    timeout = _whole(alias, "connect_timeout", found.get("connect_timeout") or 0)
    if timeout > 0:
        options["connect_timeout_ms"] = timeout * 1000
    if has_tls and not host.startswith("/"):
        options |= certificates(alias, options["sslmode"], found)
    return options


def _found(alias: str, settings_dict: Mapping[str, Any]) -> dict[str, Any]:
    """What Django would give to psycopg, and psycopg find in the environment."""
    for name in _REFUSED_ENVIRONMENT:
        if os.environ.get(name):
            raise refusal(alias, f"is affected by the variable {name}, which only libpq reads")
    options = settings_dict.get("OPTIONS") or {}
    if options.get("service"):
        raise refusal(alias, "is named by a service file: give NAME, HOST and USER")
    other = sorted(set(options) - _READ - _HARMLESS)
    if other:
        raise refusal(alias, f"has the option {other[0]!r}, which can change answers")
    found: dict[str, Any] = {
        name: os.environ[variable]
        for variable, name in _ENVIRONMENT.items()
        if os.environ.get(variable)
    }
    found |= {name: value for name, value in options.items() if value is not None}
    name = settings_dict["NAME"]
    if name or "dbname" not in found:
        found["dbname"] = name or "postgres"
    for key in ("USER", "PASSWORD", "HOST", "PORT"):
        if settings_dict.get(key):
            found[key.lower()] = settings_dict[key]
    return found


def _address(alias: str, found: Mapping[str, Any]) -> tuple[str, int]:
    port = found.get("port") or 5432
    host = str(found.get("hostaddr") or found.get("host") or "")
    if "," in host or "," in str(port):
        raise refusal(alias, "names several hosts, of which libpq tries each")
    if host.startswith("@"):
        raise refusal(alias, "has an abstract Unix socket")
    number = _whole(alias, "port", port)
    return host or _socket_folder(number), number


def _socket_folder(port: int) -> str:
    for folder in SOCKET_FOLDERS:
        if os.path.exists(f"{folder}/.s.PGSQL.{port}"):
            return folder
    return SOCKET_FOLDERS[0]


def _whole(alias: str, name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise refusal(alias, f"has a {name} that is no whole number") from None


def _sslmode(alias: str, found: Mapping[str, Any], has_tls: bool) -> str:
    mode = str(found.get("sslmode") or "prefer")
    if mode in _ENCRYPTED and not has_tls:
        raise refusal(
            alias,
            f"asks for TLS (sslmode {mode!r}), which connections in process do not have: use the "
            "worker",
        )
    # "allow" begins without TLS, as connections in process do.
    return "prefer" if mode == "allow" else mode


_OPTION = re.compile(r"(?:-c\s*|--)([^\s=]+)=((?:[^\s\\]|\\.)*)")


def _settings(alias: str, connection: Any, found: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of a session as Django's connection has them."""
    chosen: dict[str, str] = {}
    text = str(found.get("options") or "").strip()
    while text:
        match = _OPTION.match(text)
        if match is None:
            raise refusal(alias, f"has the options {text!r}: only -c name=value is understood")
        name = match[1].replace("-", "_")
        if name.lower() in _TEXT_SETTINGS:
            raise refusal(alias, f"sets {name}, which changes how psycopg reads values")
        if name.lower() not in _OWN_SETTINGS:
            chosen[name] = re.sub(r"\\(.)", r"\1", match[2])
        text = text[match.end() :].lstrip()
    if found.get("application_name"):
        chosen["application_name"] = str(found["application_name"])
    if found.get("assume_role"):
        chosen["role"] = str(found["assume_role"])
    chosen["TimeZone"] = str(connection.timezone_name)
    return chosen
