"""``manage.py check``: what keeps QuerySets from being answered natively.

| Id | |
|---|---|
| molt.E001 | ``MOLT`` is malformed |
| molt.E002 | the lane is ``worker`` and its socket cannot be used by this user |
| molt.E003 | ``MOLT_JWT`` is malformed, or missing where it is needed |
| molt.W001 | libmolt.so is missing or cannot be loaded |
| molt.W002 | Python and libmolt use two copies of SQLite |
| molt.W003 | the worker is not running |
| molt.W004 | a database's backend is not supported |
| molt.W005 | a database lives in memory, or has options that native code cannot honour |
| molt.W006 | ``ATOMIC_REQUESTS``: every view runs inside atomic() |
| molt.W007 | a receiver of ``connection_created`` may change what SQL means |
| molt.W008 | a secret of ``MOLT_JWT`` is shorter than its digest |
"""

from __future__ import annotations

import os
import socket
import stat
import weakref
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connections
from django.db.backends.signals import connection_created

from molt_accel import MoltError
from molt_accel.django import conf
from molt_accel.django.backends import backend_of

__all__ = ["check_databases", "check_lane", "check_settings", "check_tokens"]


@register("molt")
def check_settings(app_configs: Sequence[Any] | None = None, **_: Any) -> list[CheckMessage]:
    """Reports malformed parts of the setting ``MOLT``."""
    return [Error(problem, id="molt.E001") for problem in conf.problems()]


@register("molt")
def check_lane(app_configs: Sequence[Any] | None = None, **_: Any) -> list[CheckMessage]:
    """Reports a lane that is not there."""
    if conf.problems():
        return []
    configuration = conf.current()
    if configuration.lane == "worker":
        return _check_socket(configuration.socket)
    if configuration.lane == "inprocess":
        return _check_library()
    return []


@register("molt")
def check_databases(app_configs: Sequence[Any] | None = None, **_: Any) -> list[CheckMessage]:
    """Reports databases whose QuerySets take the Python path always."""
    if conf.problems() or conf.current().lane == "off":
        return []
    listed = conf.current().databases
    found: list[CheckMessage] = []
    for alias in connections:
        if listed is None or alias in listed:
            found += _check_database(alias)
    if any(map(_is_foreign, connection_created.receivers)):
        found.append(
            Warning(
                "A receiver of the signal connection_created prepares Django's connections; native "
                "connections do not get what it does.",
                hint="SQL functions or collations that it replaces would answer differently: "
                "if it does more than PRAGMAs or settings of a session that change no answer, "
                'leave the database out of MOLT["databases"].',
                id="molt.W007",
            )
        )
    return found


@register("molt")
def check_tokens(app_configs: Sequence[Any] | None = None, **_: Any) -> list[CheckMessage]:
    """Reports malformed parts of the setting ``MOLT_JWT``."""
    given = getattr(settings, "REST_FRAMEWORK", None) or {}
    classes = given.get("DEFAULT_AUTHENTICATION_CLASSES", ()) if isinstance(given, dict) else ()
    is_used = any("molt_accel.django.drf.tokens" in str(each) for each in classes)
    if not is_used and not hasattr(settings, "MOLT_JWT"):
        return []
    from molt_accel.django import tokens

    problems = tokens.problems()
    if is_used and not hasattr(settings, "MOLT_JWT"):
        problems = ["JWTAuthentication needs the setting MOLT_JWT."]
    if problems:
        return [Error(problem, id="molt.E003") for problem in problems]
    if not tokens.has_short_secret():
        return []
    return [
        Warning(
            "A secret of MOLT_JWT is shorter than the digest of an algorithm that it is for.",
            hint="RFC 7518 demands 32 bytes for HS256, 48 for HS384 and 64 for HS512.",
            id="molt.W008",
        )
    ]


def _is_foreign(receiver: Any) -> bool:
    """Whether a receiver is not django.contrib.postgres's, which registers types in Python."""
    function = receiver[1]
    function = function() if isinstance(function, weakref.ReferenceType) else function
    return getattr(function, "__module__", None) != "django.contrib.postgres.signals"


def _check_library() -> list[CheckMessage]:
    from molt_accel.inprocess import shares_sqlite

    try:
        shared = shares_sqlite()
    except MoltError as error:
        return [
            Warning(
                f"Nothing is answered natively: {error}",
                hint="Install a wheel of molt_accel, set MOLT_LIBRARY, or set "
                'MOLT["lane"] to "off".',
                id="molt.W001",
            )
        ]
    if shared or not _reads_sqlite():
        return []
    return [
        Warning(
            "SQLite is not read natively: Python's sqlite3 and libmolt use two copies of SQLite, "
            "which would drop each other's file locks.",
            hint='Set MOLT["lane"] to "worker", or use a Python that links the system\'s SQLite.',
            id="molt.W002",
        )
    ]


def _reads_sqlite() -> bool:
    listed = conf.current().databases
    return any(
        connections[alias].vendor == "sqlite"
        for alias in connections
        if listed is None or alias in listed
    )


def _check_socket(path: str) -> list[CheckMessage]:
    start = "Start it with `manage.py molt_worker`."
    if not os.path.exists(path):
        return [
            Warning(
                f"The worker is not running: there is no socket {path}.", hint=start, id="molt.W003"
            )
        ]
    if not stat.S_ISSOCK(os.stat(path).st_mode):
        return [
            Error(
                f"{path} is no socket.",
                hint='Give MOLT["socket"] the path that the worker listens on.',
                id="molt.E002",
            )
        ]
    try:
        with socket.socket(socket.AF_UNIX) as attempt:
            attempt.settimeout(1.0)
            attempt.connect(path)
    except PermissionError:
        return [
            Error(
                f"This user may not use the worker's socket {path}.",
                hint="Run the worker and Django as one user: the socket is private to its owner.",
                id="molt.E002",
            )
        ]
    except OSError as error:
        return [
            Warning(
                f"The worker is not running: nobody answers at {path} ({error.strerror or error}).",
                hint=start,
                id="molt.W003",
            )
        ]
    return []


def _check_database(alias: str) -> list[CheckMessage]:
    connection = connections[alias]
    adapter = backend_of(connection)
    if adapter is None:
        return [
            Warning(
                f"The database {alias!r} uses {type(connection).__module__}: its QuerySets take "
                "the Python path.",
                hint="Django's own backends for SQLite and PostgreSQL are read natively. Leave the "
                'others\' aliases out of MOLT["databases"] to silence this.',
                id="molt.W004",
            )
        ]
    found: list[CheckMessage] = []
    problem = adapter.problem(alias, connection, conf.current().lane)
    if problem is not None:
        found.append(Warning(f"{problem} Its QuerySets take the Python path.", id="molt.W005"))
    if connection.settings_dict.get("ATOMIC_REQUESTS"):
        found.append(
            Warning(
                f"The database {alias!r} has ATOMIC_REQUESTS: inside atomic() QuerySets take the "
                "Python path.",
                hint="Decorate views that only read with transaction.non_atomic_requests.",
                id="molt.W006",
            )
        )
    return found
