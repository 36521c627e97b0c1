"""The one thing of a killed PostgreSQL that no folder holds: a small System V segment."""

from __future__ import annotations

import ctypes
from pathlib import Path

_IPC_RMID = 0
_libc = ctypes.CDLL(None, use_errno=True)


def remove(lock_file: Path) -> None:
    """Removes the segment that a server's lock file names in its seventh line.

    A server that ends in order has removed its segment and its lock file, and nothing happens.
    """
    try:
        lines = lock_file.read_text().splitlines()
    except FileNotFoundError:
        return
    if len(lines) >= 7 and len(lines[6].split()) == 2:
        _libc.shmctl(int(lines[6].split()[1]), _IPC_RMID, None)
