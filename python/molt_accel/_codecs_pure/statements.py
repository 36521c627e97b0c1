"""Runs of a statement of libmolt through ctypes, and their arguments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from ctypes import CFUNCTYPE, c_char_p, c_int32, c_size_t, c_void_p
from typing import Any, Final

from molt_accel._messagepack import pack
from molt_accel._native import Call

__all__ = ["argument_binder", "statement_runner"]

_INTEGER_LIMIT: Final = 2**31
"""No integer field of Django's excludes a natural number below it."""

_RUN: Final = CFUNCTYPE(c_int32, c_void_p, c_char_p, c_size_t, c_void_p, c_void_p, c_void_p)
_RELEASE: Final = CFUNCTYPE(None, c_void_p)

_idle: Final[defaultdict[int, list[Call]]] = defaultdict(list)
"""What runs of any statement write into, by what releases it."""


def argument_binder(
    parts: tuple[bytes | tuple[str, int | None], ...], /
) -> Callable[[Mapping[str, Any]], bytes | None]:
    """See ``_codecs.pyi``."""
    fixed = [part if type(part) is bytes else b"" for part in parts]
    slots = [(index, *part) for index, part in enumerate(parts) if type(part) is not bytes]

    def bind(values: Mapping[str, Any], /) -> bytes | None:
        filled = fixed.copy()
        for index, name, minimum in slots:
            value = values.get(name)
            if minimum is None:
                if type(value) is not str:
                    return None
            elif type(value) is not int or not minimum <= value < _INTEGER_LIMIT:
                return None
            try:
                filled[index] = pack(value)
            except UnicodeEncodeError:
                return None
        return b"".join(filled)

    return bind


def statement_runner(
    run: int,
    release: int,
    statement: int,
    options: int,
    owner: object,
    failure: Callable[[int, str, int], BaseException],
    /,
) -> Callable[[bytes], bytes]:
    """See ``_codecs.pyi``."""
    run_statement, release_answer = _RUN(run), _RELEASE(release)
    idle = _idle[release]

    def call(arguments: bytes, /, kept: object = owner) -> bytes:
        try:
            memory = idle.pop()
        except IndexError:
            memory = Call(release_answer)
        code = run_statement(
            statement,
            arguments,
            len(arguments),
            options,
            memory.answer_address,
            memory.error_address,
        )
        if code:
            message = memory.error.message.decode("utf-8", "replace")
            raise failure(code, message, memory.error.offset)
        body = memory.take_bytes()
        idle.append(memory)
        return body

    return call
