"""molt_password.h through ctypes: Django's password hashes, computed without the GIL."""

from __future__ import annotations

import ctypes
from ctypes import c_char_p, c_int32, c_size_t, c_uint64, c_void_p
from functools import lru_cache
from typing import Any, Final

from molt_accel._locations import library_path
from molt_accel._native import library
from molt_accel.errors import LibraryMismatch

__all__ = ["encode", "verify"]

CAPACITY: Final = 512
"""MOLT_PASSWORD_CAPACITY, to which the salt's size is added."""

_Costs = c_uint64 * 3


@lru_cache(maxsize=1)
def _functions() -> tuple[Any, Any]:
    """The two functions of the library that `library` has checked."""
    library()
    source = ctypes.CDLL(str(library_path()))
    try:
        encode_function, verify_function = source.molt_password_encode, source.molt_password_verify
    except AttributeError as error:
        raise LibraryMismatch(f"libmolt has no password functions ({error})") from None
    pair = (c_char_p, c_size_t)
    encode_function.argtypes = (c_char_p, c_void_p, *pair, *pair, c_char_p, c_size_t, c_void_p)
    verify_function.argtypes = (*pair, *pair, c_void_p, c_void_p)
    encode_function.restype = verify_function.restype = c_int32
    return encode_function, verify_function


def encode(algorithm: str, costs: tuple[int, ...], password: bytes, salt: bytes) -> str:
    """The text that Django's hasher of this name stores.

    Raises `InvalidInput` for costs and salts that cannot be, `Unsupported` for another name.
    """
    function, _ = _functions()
    native = library()
    call = native.take_call()
    try:
        room = ctypes.create_string_buffer(CAPACITY + len(salt))
        numbers = _Costs(*costs)
        arguments = (password, len(password), salt, len(salt))
        code = function(
            algorithm.encode(), numbers, *arguments, room, len(room), call.error_address
        )
        if code:
            raise call.failure(code)
        return room.value.decode()
    finally:
        native.calls.append(call)


def verify(password: bytes, encoded: str) -> bool:
    """Whether a stored text is of this password.

    Raises `InvalidInput` for a malformed text, `Unsupported` for an unknown algorithm.
    """
    _, function = _functions()
    native = library()
    call = native.take_call()
    try:
        stored = encoded.encode()
        answer = c_int32()
        arguments = (password, len(password), stored, len(stored))
        code = function(*arguments, ctypes.byref(answer), call.error_address)
        if code:
            raise call.failure(code)
        return bool(answer.value)
    finally:
        native.calls.append(call)
