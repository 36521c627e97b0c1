"""The files that SQLite databases live in, and the options that change what they answer."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from molt_accel.django.reasons import NotNative, Reason

__all__ = ["file_problem", "is_memory"]

# Options that change nothing about what a SELECT answers.
_HARMLESS_OPTIONS = frozenset(
    {"timeout", "transaction_mode", "init_command", "cached_statements", "check_same_thread"}
)
_HARMLESS_COMMAND = re.compile(
    r"\s*PRAGMA\s+(main\.)?(journal_mode|synchronous|busy_timeout|cache_size|mmap_size|temp_store"
    r"|foreign_keys|wal_autocheckpoint|journal_size_limit|page_size|auto_vacuum|optimize"
    r"|analysis_limit)\b[^;]*\Z",
    re.IGNORECASE,
)
_DJANGO_CONVERTERS = frozenset({"BOOL", "DATE", "TIME", "DATETIME", "TIMESTAMP"})


def is_memory(settings_dict: dict[str, Any]) -> bool:
    """Whether a SQLite database lives in the memory of this process."""
    name = str(settings_dict["NAME"])
    return name == ":memory:" or "mode=memory" in name


def file_problem(alias: str, settings_dict: dict[str, Any]) -> NotNative | None:
    """Why a SQLite database cannot be read by another connection, if so."""
    name = str(settings_dict["NAME"])
    if is_memory(settings_dict):
        return NotNative(
            Reason.IN_MEMORY,
            f"The database {alias!r} lives in this process's memory: native code reads files.",
        )
    if not name or name.startswith("file:"):
        return NotNative(
            Reason.DATABASE, f"The database {alias!r} is named by a URI: give NAME a path."
        )
    options = settings_dict.get("OPTIONS") or {}
    other = sorted(set(options) - _HARMLESS_OPTIONS)
    if other:
        return NotNative(
            Reason.DATABASE,
            f"The database {alias!r} has the option {other[0]!r}, which can change answers.",
        )
    for command in str(options.get("init_command") or "").split(";"):
        if command.strip() and not _HARMLESS_COMMAND.match(command):
            return NotNative(
                Reason.DATABASE,
                f"The init_command {command.strip()!r} of {alias!r} can change answers.",
            )
    foreign = sorted(set(sqlite3.converters) - _DJANGO_CONVERTERS)
    if foreign:
        return NotNative(
            Reason.DATABASE,
            f"sqlite3.register_converter({foreign[0]!r}, ...) changes what columns yield.",
        )
    return None
