"""Where libmolt.so and the program molt are: an environment variable, else beside this package."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from molt_accel.errors import BinaryNotFound, LibraryNotFound, Unavailable

__all__ = ["BINARY_VARIABLE", "LIBRARY_VARIABLE", "binary_path", "library_path"]

LIBRARY_VARIABLE: Final = "MOLT_LIBRARY"
BINARY_VARIABLE: Final = "MOLT_BINARY"

_BUNDLE: Final = Path(__file__).resolve().parent / "_lib"


def library_path() -> Path:
    """The libmolt.so that this process would load; `LibraryNotFound` when there is none."""
    return _find("libmolt.so", LIBRARY_VARIABLE, LibraryNotFound)


def binary_path() -> Path:
    """The program ``molt``; `BinaryNotFound` when there is none."""
    return _find("molt", BINARY_VARIABLE, BinaryNotFound)


def _find(name: str, variable: str, error: type[Unavailable]) -> Path:
    """A variable that is set decides alone, so that a typing mistake in it never goes unseen."""
    chosen = os.environ.get(variable)
    if chosen:
        path = Path(chosen)
        if path.is_file():
            return path
        raise error(
            f"{variable} is set to {chosen}, but there is no such file; correct or unset it."
        )
    path = _BUNDLE / name
    if path.is_file():
        return path
    raise error(
        f"{name} was not found at {path}; install the molt_accel wheel, which carries it, "
        f"or set {variable} to its path."
    )
