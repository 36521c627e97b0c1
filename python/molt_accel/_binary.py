"""The command ``molt`` of the wheel: becomes the native program, with the same arguments."""

from __future__ import annotations

import os
import sys

from molt_accel._locations import binary_path
from molt_accel.errors import BinaryNotFound

__all__ = ["main"]


def main() -> None:
    """Replaces this process by the program ``molt``; exits with 127 when it is missing."""
    try:
        path = str(binary_path())
    except BinaryNotFound as error:
        sys.exit(_fail(f"molt: {error}", 127))
    try:
        os.execv(path, [path, *sys.argv[1:]])
    except OSError as error:
        sys.exit(_fail(f"molt: {path} cannot be run: {error.strerror}.", 126))


def _fail(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)
    return status
