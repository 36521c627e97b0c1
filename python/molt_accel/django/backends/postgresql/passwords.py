"""Passwords from a file, as libpq reads them.

# host:port:database:user:password
db.example:5432:*:app:secret
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator

__all__ = ["password_from_file"]

_FIELD = re.compile(r"((?:[^:\\]|\\.)*)(?::|$)")


def password_from_file(path: object, host: str, port: int, database: str, user: str) -> str | None:
    """The password of the first line that fits; `path` None is ``~/.pgpass``.

    A file that others may read is passed over, and so is one that cannot be read.
    """
    place = str(path) if path else os.path.expanduser("~/.pgpass")
    try:
        mode = os.stat(place).st_mode
        if not stat.S_ISREG(mode) or mode & (stat.S_IRWXG | stat.S_IRWXO):
            return None
        with open(place, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    # libpq looks for its own socket folder under the name localhost.
    wanted = [{host, "localhost"} if host.startswith("/") else {host}]
    wanted += [{str(port)}, {database}, {user}]
    for line in lines:
        if line.startswith("#"):
            continue
        fields = list(_fields(line))
        if len(fields) == 5 and all(
            field == "*" or re.sub(r"\\(.)", r"\1", field) in each
            for field, each in zip(fields[:4], wanted, strict=True)
        ):
            return re.sub(r"\\(.)", r"\1", fields[4])
    return None


def _fields(line: str) -> Iterator[str]:
    """The first four fields, then the rest of the line."""
    position = 0
    for _ in range(4):
        match = _FIELD.match(line, position)
        if match is None or match.end() == position:
            return
        yield match[1]
        position = match.end()
    yield line[position:]
