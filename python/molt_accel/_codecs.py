"""Which codecs are in use: the native module of libmolt.so, or its twin in pure Python.

    from molt_accel._codecs import codecs

The native module needs libmolt.so and CPython's stable ABI. Without either the twin answers the
same, and `REASON` says what is missing. ``MOLT_PURE=1`` chooses the twin.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from types import FunctionType
from typing import Any, Final, TypeVar

from molt_accel._locations import library_path
from molt_accel.errors import MoltError

__all__ = ["PURE_VARIABLE", "REASON", "bind", "codecs", "pure_codecs", "shortcut"]

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

_Function = TypeVar("_Function", bound=Callable[..., Any])


def shortcut(name: str, *fixed: Any) -> Callable[[_Function], _Function]:
    """Decorates a function whose call with one argument the codecs can answer by themselves.

    With the native codecs such a call then runs no Python at all, which for a small document is
    half of the time. `fixed` is what the codecs' own function gets behind the argument. All other
    calls go to the function.
    """

    def decorate(function: _Function) -> _Function:
        assert isinstance(function, FunctionType)
        doc = f"{_text_signature(function)}\n--\n\n{function.__doc__ or ''}"
        made: _Function = codecs.shortcut(name, function, doc, *fixed)
        return made

    return decorate


def _text_signature(function: FunctionType) -> str:
    """A function's name and parameters, as ``inspect.signature`` finds them in a builtin's doc."""
    code = function.__code__
    names = iter(code.co_varnames)
    defaults = function.__defaults__ or ()
    required = code.co_argcount - len(defaults)
    parts = [next(names) for _ in range(required)]
    parts += [f"{next(names)}={value!r}" for value in defaults]
    if code.co_kwonlyargcount:
        parts.append("*")
    for name in (next(names) for _ in range(code.co_kwonlyargcount)):
        values = function.__kwdefaults__ or {}
        parts.append(f"{name}={values[name]!r}" if name in values else name)
    if code.co_flags & _HAS_KEYWORDS:
        parts.append(f"**{next(names)}")
    return f"{function.__name__}({', '.join(parts)})"


_HAS_KEYWORDS: Final = 8
"""A bit of a code object's flags: the function takes any keyword."""
