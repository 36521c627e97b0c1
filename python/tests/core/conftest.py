"""What the tests of the package's core share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import unhurried  # noqa: F401
from core.fake_worker import FakeWorker
from molt_accel import errors
from molt_accel._locations import LIBRARY_VARIABLE, library_path


@pytest.fixture(scope="session")
def library() -> None:
    """For the tests that need libmolt.so."""
    try:
        library_path()
    except errors.LibraryNotFound as error:
        pytest.skip(f"SKIPPED WITHOUT libmolt.so: set {LIBRARY_VARIABLE} to run these ({error})")


@pytest.fixture
def socket_path() -> Iterator[Path]:
    """A short path: pytest's own temporary folders can be longer than a socket's path may be."""
    with tempfile.TemporaryDirectory(prefix="molt") as folder:
        yield Path(folder) / "worker.sock"


@pytest.fixture
def worker(socket_path: Path) -> Iterator[FakeWorker]:
    fake = FakeWorker(socket_path)
    yield fake
    fake.stop()
