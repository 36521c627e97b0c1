"""pytest fixtures: `from private_servers.fixtures import …` in a conftest.py.

Where PostgreSQL is not installed, the tests that need it are skipped and say how to get it; where
CI is set they fail instead.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator

import pytest

from . import programs
from .pgbouncer import PgBouncer, pgbouncer
from .postgres import PostgresServer, postgres_server

__all__ = ["bouncer", "breakable_postgres", "database", "need_servers", "postgres"]


@pytest.fixture(scope="session")
def need_servers() -> None:
    """Skips, or fails under CI, where the servers are not installed."""
    needed: list[Callable[[], object]] = [
        programs.postgres_folder,
        lambda: programs.program("pgbouncer"),
        lambda: programs.program("openssl"),
    ]
    try:
        for find in needed:
            find()
    except programs.NotInstalled as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def postgres(need_servers: None) -> Iterator[PostgresServer]:
    """One server for all tests, which no test may harm."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def breakable_postgres(need_servers: None) -> Iterator[PostgresServer]:
    """A server of the test's own, to be stopped, killed and reconfigured; made in a second."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def bouncer(postgres: PostgresServer) -> Iterator[PgBouncer]:
    """PgBouncer before the server of all tests."""
    with pgbouncer(postgres) as running:
        yield running


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[str]:
    """The name of an empty database of the test's own, on the server of all tests."""
    name = f"test_{secrets.token_hex(6)}"
    postgres.execute(f"CREATE DATABASE {name}", "postgres")
    try:
        yield name
    finally:
        with contextlib.suppress(Exception):
            postgres.execute(f"DROP DATABASE {name} WITH (FORCE)", "postgres")
