"""The worker's socket path: whether it fits, and what a failed connection means."""

from __future__ import annotations

import errno
import os
import socket
import stat
import time
from typing import Final

from molt_accel.errors import (
    Busy,
    MoltError,
    SocketForbidden,
    SocketPathTooLong,
    Timeout,
    Unavailable,
    WorkerNotRunning,
)

__all__ = ["BACKLOG_PAUSE", "PATH_LIMIT", "checked_path", "connect", "connection_error"]

PATH_LIMIT: Final = 107
"""The most bytes in a Unix socket's path: sun_path of unix(7) without its NUL."""

BACKLOG_PAUSE: Final = 0.005
"""Seconds between two attempts to connect while the worker's backlog is full."""


def checked_path(path: str | os.PathLike[str]) -> str:
    """The path as text; `SocketPathTooLong` when no socket can have it."""
    text = os.fspath(path)
    byte_count = len(os.fsencode(text))
    if byte_count > PATH_LIMIT:
        raise SocketPathTooLong(
            f"The socket path {text} has {byte_count} bytes, but a Unix socket's path has at most "
            f"{PATH_LIMIT}; choose a shorter one."
        )
    return text


def connect(path: str, timeout: float) -> socket.socket:
    """A connected blocking socket; a full backlog is tried again until `timeout` seconds passed."""
    limit = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(max(0.001, limit - time.monotonic()))
            connection.connect(path)
        except BlockingIOError as error:
            connection.close()
            if time.monotonic() >= limit:
                raise connection_error(path, error) from None
            time.sleep(BACKLOG_PAUSE)
        except OSError as error:
            connection.close()
            raise connection_error(path, error) from None
        else:
            return connection


def connection_error(path: str, error: OSError) -> MoltError:
    """What it means that `connect` failed with `error`, and what to do about it."""
    if isinstance(error, BlockingIOError):
        return Busy(
            f"The worker at {path} accepts no connection, because too many wait already; try again "
            "later or start more workers."
        )
    if isinstance(error, PermissionError):
        return _forbidden(path)
    if isinstance(error, TimeoutError):
        return Timeout(f"The worker at {path} did not accept a connection in time.")
    if isinstance(error, (FileNotFoundError, ConnectionRefusedError)):
        return _not_running(path)
    if error.errno in (errno.ENOTSOCK, errno.EPROTOTYPE, errno.ENOTDIR):
        return _not_running(path)
    return Unavailable(f"The worker at {path} cannot be reached: {os.strerror(error.errno or 0)}.")


def _not_running(path: str) -> WorkerNotRunning:
    command = f"`molt worker --socket {path} --database ALIAS=sqlite:FILE`"
    try:
        is_socket = stat.S_ISSOCK(os.stat(path).st_mode)
    except OSError:
        is_socket = True
    if not is_socket:
        return WorkerNotRunning(
            f"{path} is not a socket; correct the path, or remove the file and start a worker with "
            f"{command}."
        )
    return WorkerNotRunning(f"No worker is running at {path}; start it with {command}.")


def _forbidden(path: str) -> SocketForbidden:
    try:
        owner = os.stat(path).st_uid
    except OSError:
        return SocketForbidden(
            f"The socket {path} cannot be reached, because a folder of its path is closed to user "
            f"{os.geteuid()}; grant it search permission or move the socket."
        )
    if owner == os.geteuid():
        return SocketForbidden(
            f"The socket {path} does not let its own user {owner} in; restart the worker, which "
            "creates it with mode 0600."
        )
    return SocketForbidden(
        f"The socket {path} belongs to user {owner}, but this process runs as user "
        f"{os.geteuid()}; run both as the same user."
    )
