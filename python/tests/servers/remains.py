"""What a server leaves behind, which must be nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

PATIENCE = 60.0


def alive(pids: Iterable[int]) -> list[int]:
    """Those processes that still run; a zombie runs no more."""
    return [pid for pid in pids if state(pid) not in ("", "Z")]


def state(pid: int) -> str:
    """The letter of a process in /proc, or nothing when it is gone."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return ""
    return status.rpartition(")")[2].split()[0]


def settle(pids: Iterable[int]) -> list[int]:
    """Those that do not end even when they are given time."""
    deadline = time.monotonic() + PATIENCE
    left = alive(pids)
    while left and time.monotonic() < deadline:
        time.sleep(0.01)
        left = alive(left)
    return left


def segments() -> set[str]:
    """The ids of the machine's System V shared memory segments."""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return {line.split()[1] for line in lines}


def segment_of(data: Path) -> str:
    """The id of a running server's segment, from its lock file."""
    return (data / "postmaster.pid").read_text().splitlines()[6].split()[1]
