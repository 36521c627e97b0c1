"""The servers that other tests stand on, seen from outside: through psycopg, sockets and /proc."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from private_servers.fixtures import (
    bouncer,
    breakable_postgres,
    database,
    need_servers,
    postgres,
)

__all__ = ["bouncer", "breakable_postgres", "database", "need_servers", "postgres"]

# A shell's job in the background ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def base() -> Iterator[Path]:
    """A folder for the folders of servers, which no other run on the machine knows."""
    with tempfile.TemporaryDirectory(prefix="molt-base-", dir="/tmp") as folder:
        os.chmod(folder, 0o711)  # the server's account has to get through
        yield Path(folder)
