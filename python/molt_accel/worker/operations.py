"""The worker's operations besides running statements: their payloads and answers."""

from __future__ import annotations

from typing import Any, Final

from molt_accel._messagepack import UnpackError, unpack
from molt_accel.errors import WorkerMismatch

__all__ = ["CLIENT_NAME", "HELLO", "PROTOCOL_VERSION", "fields_from", "text_from"]

PROTOCOL_VERSION: Final = 1
CLIENT_NAME: Final = "molt_accel"
HELLO: Final = {"protocol": PROTOCOL_VERSION, "client": CLIENT_NAME}


def fields_from(answer: bytes, operation: str) -> dict[str, Any]:
    """The map that `hello` and `health` answer; `WorkerMismatch` for anything else."""
    try:
        fields = unpack(answer)
    except UnpackError:
        fields = None
    if not isinstance(fields, dict):
        raise _mismatch(operation)
    return fields


def text_from(answer: bytes, operation: str) -> str:
    """The text that `metrics` answers; `WorkerMismatch` for bytes that are not UTF-8."""
    try:
        return answer.decode()
    except UnicodeDecodeError:
        raise _mismatch(operation) from None


def _mismatch(operation: str) -> WorkerMismatch:
    return WorkerMismatch(
        f"The worker's answer to {operation} is not what this molt_accel expects; install the molt "
        "and the molt_accel of one release."
    )
