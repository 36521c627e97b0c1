"""Runs of a statement of libmolt through ctypes, and their arguments."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from ctypes import CFUNCTYPE, c_char_p, c_int32, c_size_t, c_uint64, c_void_p
from typing import Any, Final

from molt_accel._messagepack import pack
from molt_accel._native import Call

__all__ = ["argument_binder", "statement_runner", "worker_runner"]

_INTEGER_LIMIT: Final = 2**31
"""No integer field of Django's excludes a natural number below it."""

_LARGEST: Final = 2**63 - 1

_RUN: Final = CFUNCTYPE(c_int32, c_void_p, c_char_p, c_size_t, c_void_p, c_void_p, c_void_p)
_WORKER_RUN: Final = CFUNCTYPE(
    c_int32,
    *(c_int32, c_uint64, c_uint64, c_void_p, c_char_p, c_size_t),
    *(c_void_p, c_void_p, c_void_p),
)
_INTERRUPTED: Final = -1
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
            raise failure(code, memory.sentence, memory.error.offset)
        body = memory.take_bytes()
        idle.append(memory)
        return body

    return call


def worker_runner(
    run: int,
    release: int,
    owner: object,
    failure: Callable[[int, int, str, int, int], BaseException],
    /,
) -> Callable[[int, int, int, int | None, bytes, int, int, int], bytes]:
    """See ``_codecs.pyi``."""
    run_statement, release_answer = _WORKER_RUN(run), _RELEASE(release)
    idle = _idle[release]

    def call(
        descriptor: int,
        request: int,
        statement: int,
        shared: int | None,
        arguments: bytes,
        timeout: int,
        row_limit: int,
        byte_limit: int,
        /,
        kept: object = owner,
    ) -> bytes:
        if min(timeout, row_limit, byte_limit) < 0:
            raise OverflowError("a limit must not be negative")
        try:
            memory = idle.pop()
        except IndexError:
            memory = Call(release_answer)
        end = time.monotonic_ns() + timeout
        limits = (min(row_limit, _LARGEST), min(byte_limit, _LARGEST), None)
        options = memory.fill_options(min(timeout, _LARGEST), *limits)
        addresses = (options, memory.answer_address, memory.error_address)
        target = (descriptor, request, statement, shared)
        code = run_statement(*target, arguments, len(arguments), *addresses)
        while code == _INTERRUPTED:
            # Python has looked at the signal in between; the wait goes on with what time is left.
            left = max(1, end - time.monotonic_ns()) if timeout else 0
            memory.fill_options(left, *limits)
            code = run_statement(*target, None, 0, *addresses)
        if code:
            facts = (memory.error.code, memory.sentence, memory.error.offset)
            raise failure(code, *facts, memory.answer.byte_count)
        body = memory.take_bytes()
        idle.append(memory)
        return body

    return call
