"""The private folder of a server: data, log, keys and Unix sockets, removed with the server.

A process that is killed outright cannot remove its folders. Each holds a lock on them for as long
as it lives, so that the next one finds and removes what nobody holds any more.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .accounts import hand_over, server_account

PREFIX = "molt-server-"
LONGEST_BASE = 60
"""The path of a Unix socket must fit into 107 bytes."""
ABANDONED_SECONDS = 60.0
"""A folder younger than this may not be locked yet."""
REMOVAL_SECONDS = 30.0


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A new folder that only the server's account and root may enter."""
    base = base_folder()
    remove_abandoned(base)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        hand_over(folder)
        yield folder
    finally:
        remove(folder)
        os.close(lock)


def remove(folder: Path) -> None:
    """Removes a folder, in which a process that is just being killed may still have written."""
    deadline = time.monotonic() + REMOVAL_SECONDS
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            time.sleep(0.02)


def base_folder() -> Path:
    """The folder for temporary files, unless a server could not live there."""
    base = Path(tempfile.gettempdir()).resolve()
    if len(os.fsencode(base)) > LONGEST_BASE or not is_open_to_all(base):
        return Path("/tmp")
    return base


def is_open_to_all(folder: Path) -> bool:
    """Whether the server's account, too, gets through to a folder."""
    if server_account() is None:
        return True
    return all(path.stat().st_mode & 0o001 for path in [folder, *folder.parents])


def remove_abandoned(base: Path) -> None:
    """Removes the folders of processes that were killed."""
    account = server_account()
    owners = {os.geteuid(), account.pw_uid if account else os.geteuid()}
    for folder in base.glob(PREFIX + "*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if status.st_uid in owners and time.time() - status.st_ctime > ABANDONED_SECONDS:
                remove_unlocked(folder)


def remove_unlocked(folder: Path) -> None:
    """Removes a folder unless somebody holds it.

    Raises: OSError when somebody does.
    """
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove(folder)
    finally:
        os.close(lock)
