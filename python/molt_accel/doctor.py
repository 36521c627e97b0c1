"""What `python -m molt_accel` says: what was found where, and what is missing.

molt_accel 0.1.0 on Python 3.13.0 (/srv/venv/bin/python)
ok       library   /srv/venv/lib/…/_lib/libmolt.so, version 0.1.0, ABI 1
ok       SQLite    3.40.1, one copy for libmolt and Python: in-process use is safe
ok       codecs    native: JSON, MessagePack, CBOR and tokens
missing  program   molt was not found at …; install the molt_accel wheel, which carries it, or …
"""

from __future__ import annotations

import argparse
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

import molt_accel
from molt_accel import _native
from molt_accel._codecs import REASON, codecs
from molt_accel._locations import binary_path
from molt_accel.errors import MoltError
from molt_accel.inprocess import sharing_obstacle
from molt_accel.worker import Client

__all__ = ["Finding", "diagnose", "main"]


class Finding(NamedTuple):
    """One line of the diagnosis."""

    is_good: bool
    subject: str
    sentence: str


def diagnose(socket_path: str | None = None) -> list[Finding]:
    """Looks at the library, SQLite, the codecs, the program and, if given, a worker's socket."""
    findings = [*_library_findings(), _codecs_finding(), _binary_finding()]
    if socket_path is not None:
        findings.append(_worker_finding(socket_path))
    return findings


def _library_findings() -> list[Finding]:
    try:
        library = _native.library()
    except MoltError as error:
        return [Finding(False, "library", str(error))]
    found = f"{library.path}, version {library.version}, ABI {library.abi_version}"
    obstacle = sharing_obstacle(library)
    shared = (
        f"{sqlite3.sqlite_version}, one copy for libmolt and Python: in-process use is safe"
        if not obstacle
        else f"the in-process lane stays closed: {obstacle}"
    )
    return [Finding(True, "library", found), Finding(not obstacle, "SQLite", shared)]


def _codecs_finding() -> Finding:
    if codecs.IMPLEMENTATION == "native":
        return Finding(True, "codecs", "native: JSON, MessagePack, CBOR and tokens")
    return Finding(False, "codecs", f"pure Python, which answers the same but slowly: {REASON}")


def _binary_finding() -> Finding:
    try:
        path = binary_path()
    except MoltError as error:
        return Finding(False, "program", str(error))
    try:
        answer = subprocess.run(
            [str(path), "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Finding(False, "program", f"{path} does not run: {error}")
    return Finding(True, "program", f"{path}, version {answer.stdout.strip()}")


def _worker_finding(socket_path: str) -> Finding:
    try:
        health = Client(socket_path, timeout=5.0).health()
    except MoltError as error:
        return Finding(False, "worker", str(error))
    databases = health.get("databases") or {}
    listed = ", ".join(f"{alias}: {state}" for alias, state in databases.items()) or "no databases"
    status = health.get("status")
    is_good = status == "ok" and all(state == "ok" for state in databases.values())
    return Finding(
        is_good, "worker", f"{socket_path}, version {health.get('version')}, {status}; {listed}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the diagnosis; 0 when nothing is missing, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m molt_accel", description="Says what Molt finds on this machine."
    )
    parser.add_argument("--socket", metavar="PATH", help="also ask the worker at this socket")
    options = parser.parse_args(arguments)
    version = platform.python_version()
    print(f"molt_accel {molt_accel.__version__} on Python {version} ({sys.executable})")
    findings = diagnose(options.socket)
    for finding in findings:
        state = "ok" if finding.is_good else "fault"
        print(f"{state:8} {finding.subject:9} {finding.sentence}")
    return 0 if all(finding.is_good for finding in findings) else 1
