"""Child processes that never outlive the demo.

Each child leads its own process group, so that Ctrl-C reaches the demo alone, which then ends the
groups one by one. Should the demo itself be killed outright, the kernel ends its children
(PR_SET_PDEATHSIG), and gunicorn's workers follow their master.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

GRACE_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class ProcessFailed(Exception):
    """A child ended by itself, or never got ready."""


def follow_parent() -> None:
    """Asks the kernel to end this process with its parent. Runs in the child, before exec."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None, **options: Any
) -> Iterator[subprocess.Popen[Any]]:
    """A child for the time of a `with` block, then its whole group is ended."""
    process = subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, **(environment or {})},
        start_new_session=True,
        preexec_fn=follow_parent,
        **options,
    )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Ends a child and everything in its group: asks first, then insists."""
    for number, patience in [(signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, GRACE_SECONDS)]:
        if not signal_group(process.pid, number):
            break
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        if wait_for_group(process.pid, patience if number == signal.SIGTERM else 1.0):
            break
    process.wait()


def signal_group(group: int, number: int) -> bool:
    """Whether there was anybody left to signal."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


def wait_for_group(group: int, seconds: float) -> bool:
    """Whether the group is empty within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not signal_group(group, 0):
            return True
        time.sleep(0.01)
    return False


def run(
    command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None, **options: Any
) -> None:
    """Runs a command to its end.

    Raises: ProcessFailed with the command, when it does not exit with 0.
    """
    with running(command, environment=environment, **options) as process:
        code = process.wait()
    if code != 0:
        raise ProcessFailed(f"{' '.join(str(part) for part in command)} exited with {code}")
