"""Where the servers' programs are."""

from __future__ import annotations

import shutil
from pathlib import Path

DEBIAN_FOLDER = Path("/usr/lib/postgresql")


class NotInstalled(Exception):
    """A program is missing; the message says how to get it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not installed: run Scripts/install-system-packages.sh")


def postgres_folder() -> Path:
    """The folder with `initdb` and `postgres`: the newest of Debian's, or the one on PATH.

    Raises: NotInstalled.
    """
    versions = [path for path in DEBIAN_FOLDER.glob("*/bin") if (path / "initdb").exists()]
    if versions:
        return max(versions, key=lambda path: int(path.parent.name))
    found = shutil.which("initdb")
    if found is None:
        raise NotInstalled("PostgreSQL")
    return Path(found).resolve().parent


def program(name: str) -> str:
    """A program on PATH or where Debian keeps those of the administrator.

    Raises: NotInstalled.
    """
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/bin:/bin")
    if found is None:
        raise NotInstalled(name)
    return found
