"""Whose rights a server has: PostgreSQL and PgBouncer refuse to run as root."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

CANDIDATES = ("postgres", "nobody")


def server_account() -> pwd.struct_passwd | None:
    """The account that servers switch to, or None where this process is an ordinary user's."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LookupError(f"root needs another account for servers: none of {', '.join(CANDIDATES)}")


def switching_command() -> list[str]:
    """What stands before a command so that it runs as the server's account."""
    account = server_account()
    if account is None:
        return []
    return [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]


def hand_over(folder: Path) -> None:
    """Makes the server's account the owner of a folder and of everything in it."""
    account = server_account()
    if account is None:
        return
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
