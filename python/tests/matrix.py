#!/usr/bin/env python3
"""Runs the Python tests on every supported pair of Python and Django.

    python/tests/matrix.py                        all pairs, one after the other
    python/tests/matrix.py --only py312-dj52      one of them; repeatable
    python/tests/matrix.py -- -k prepare -x       what follows -- goes to pytest

Interpreters come from ~/.pyenv/versions or PATH; a pair whose interpreter is missing is skipped
loudly, and fails the run where CI is set. Each pair has a virtual environment .venv-NAME at the
root of the repository, made once. MOLT_LIBRARY names the libmolt.so to test; without it the Django
tests run against an oracle in pure Python; with it they run again on a private PostgreSQL server.
The codecs' and the tokens' tests run on the twin in pure Python, and with MOLT_LIBRARY also on the
native codecs.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "python" / "tests"
ON_POSTGRESQL = " on PostgreSQL"
ON_SERVER = f"django{ON_POSTGRESQL}"
NATIVELY = " natively"
DUAL = ("codecs", "tokens")
"""The suites of what is there natively and in pure Python."""


class Pair(NamedTuple):
    """A Python with a Django; the core's tests run on the pairs that say so, once per Python."""

    python: str
    django: str
    core: bool = True

    @property
    def name(self) -> str:
        return f"py{self.python.replace('.', '')}-dj{self.django.replace('.', '')}"

    @property
    def requirements(self) -> list[str]:
        return [
            *(f"django~={self.django}.0", "djangorestframework", "hypothesis", "pytest"),
            "psycopg[binary]>=3.2",
            "pyarrow",
            *("msgpack>=1.2", "cbor2>=6.3"),
            *("argon2-cffi>=23.1", "bcrypt>=4"),
            *("PyJWT>=2.13", "joserfc>=1.6", "cryptography>=45", "djangorestframework-simplejwt"),
        ]


PAIRS = [
    Pair("3.10", "4.2"),
    Pair("3.11", "5.2"),
    Pair("3.12", "5.2"),
    Pair("3.13", "6.1"),
    Pair("3.12", "6.1", core=False),
]


def interpreter(version: str) -> str | None:
    """The newest interpreter of a version under pyenv, or the one on PATH."""
    installed = Path.home() / ".pyenv" / "versions"
    found = [
        (int(match[1]), path / "bin" / "python")
        for path in (installed.iterdir() if installed.is_dir() else ())
        if (match := re.fullmatch(rf"{re.escape(version)}\.(\d+)", path.name))
    ]
    for _, path in sorted(found, reverse=True):
        if path.is_file():
            return str(path)
    return shutil.which(f"python{version}")


def environment(pair: Pair, base: str) -> Path:
    """The virtual environment of a pair, made anew when what it must hold has changed."""
    folder = ROOT / f".venv-{pair.name}"
    stamp = folder / ".requirements"
    wanted = "\n".join([base, *pair.requirements])
    if not stamp.is_file() or stamp.read_text() != wanted:
        print(f"{pair.name}: installing {', '.join(pair.requirements)}", flush=True)
        subprocess.run([base, "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "-q"]
        subprocess.run([*pip, "install", *pair.requirements], check=True)
        stamp.write_text(wanted)
    return folder / "bin" / "python"


def run(pair: Pair, python: Path, extra: list[str]) -> bool:
    """Runs the suites of a pair; answers whether all of them passed."""
    suites = ["core", "documents", *DUAL, "django"] if pair.core else ["django"]
    passed = True
    if os.environ.get("MOLT_LIBRARY"):
        # The oracle reads SQLite only.
        suites.append(ON_SERVER)
        suites += [f"{suite}{NATIVELY}" for suite in DUAL] if pair.core else []
    for chosen in suites:
        suite = chosen.removesuffix(ON_POSTGRESQL).removesuffix(NATIVELY)
        if not (TESTS / suite).is_dir():
            continue
        print(f"\n=== {pair.name}: {chosen}", flush=True)
        start = time.monotonic()
        # Suites are separate runs: the Django tests configure Django for their whole process.
        command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", TESTS / suite, *extra]
        if chosen == ON_SERVER:
            command = [sys.executable, ROOT / "servers" / "postgres.py", "run", "--", *command]
        status = subprocess.run(command, cwd=ROOT / "python", env=_variables(chosen)).returncode
        print(f"=== {pair.name}: {chosen} took {time.monotonic() - start:.0f} s", flush=True)
        passed = passed and status == 0
    return passed


def _variables(chosen: str) -> dict[str, str]:
    """The environment of a suite: which codecs it is about."""
    if chosen in DUAL:
        return {**os.environ, "MOLT_PURE": "1", "MOLT_CODECS": "python"}
    return {**os.environ, "MOLT_CODECS": "native"} if NATIVELY in chosen else dict(os.environ)


def main() -> int:
    """Runs the pairs and answers the exit status."""
    names = [pair.name for pair in PAIRS]
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--only", action="append", choices=names, help="a pair; repeatable")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    options = parser.parse_args()
    results: dict[str, str] = {}
    for pair in PAIRS:
        if options.only and pair.name not in options.only:
            continue
        base = interpreter(pair.python)
        if base is None:
            print(
                f"\n!!! {pair.name} SKIPPED: no Python {pair.python} in ~/.pyenv/versions or PATH"
            )
            results[pair.name] = "skipped"
            continue
        passed = run(pair, environment(pair, base), options.pytest)
        results[pair.name] = "passed" if passed else "failed"
    return _summary(results)


def _summary(results: dict[str, str]) -> int:
    print()
    for name, result in results.items():
        print(f"{name:<12} {result}")
    counts = {word: list(results.values()).count(word) for word in ("passed", "failed", "skipped")}
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    if not os.environ.get("MOLT_LIBRARY"):
        print(
            "!!! MOLT_LIBRARY is not set: the Django tests ran against the oracle, not libmolt.so"
        )
    must_run_all = bool(os.environ.get("CI"))
    if counts["failed"] or not counts["passed"] or (must_run_all and counts["skipped"]):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
