"""Which codecs are in use: the native module of libmolt.so, or its twin in pure Python.

    from molt_accel._codecs import codecs

The native module needs libmolt.so and CPython's stable ABI. Without either the twin answers the
same, and `REASON` says what is missing. ``MOLT_PURE=1`` chooses the twin.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any, Final

from molt_accel._locations import library_path
from molt_accel.errors import MoltError

__all__ = ["PURE_VARIABLE", "REASON", "bind", "codecs", "pure_codecs"]

PURE_VARIABLE: Final = "MOLT_PURE"


_bound: Final[dict[str, Any]] = {}


def bind(name: str, value: Any) -> None:
    """Gives a class or function to the codecs in use, and to the twin where it is needed too."""
    _bound[name] = value
    codecs.bind(name, value)


def pure_codecs() -> Any:
    """The twin, whichever is in use: it has choices that the native codecs do not have."""
    from molt_accel import _codecs_pure

    for name, value in _bound.items():
        _codecs_pure.bind(name, value)
    return _codecs_pure


def _native() -> Any:
    """The native module; raises ``ImportError``, ``OSError``, ``AttributeError`` or `MoltError`."""
    make = ctypes.PyDLL(str(library_path())).molt_python_module
    make.argtypes = ()
    make.restype = ctypes.py_object
    return make()


def _choose() -> tuple[Any, str | None]:
    if os.environ.get(PURE_VARIABLE, "0") not in ("", "0"):
        return pure_codecs(), f"{PURE_VARIABLE} is set"
    try:
        return _native(), None
    except (ImportError, OSError, AttributeError, MoltError) as error:
        return pure_codecs(), str(error)


codecs, REASON = _choose()
"""The codecs in use, and why they are not the native ones; None when they are."""
