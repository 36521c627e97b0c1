"""The algorithms of tokens, and the reasons for which the codecs refuse a token or key."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from molt_accel._codecs import bind
from molt_accel.jwt.exceptions import (
    DecodeError,
    InvalidAlgorithmError,
    InvalidKeyError,
    InvalidSignatureError,
    InvalidTokenError,
    MissingCryptographyError,
    PyJWTError,
)

__all__ = ["ALGORITHMS", "NUMBERS", "SECRET_SIZES", "mask", "number"]

ALGORITHMS: Final = (
    *("HS256", "HS384", "HS512", "RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"),
)
"""The names of all algorithms, at the numbers that the codecs have for them; there is no none."""

NUMBERS: Final = {name: index for index, name in enumerate(ALGORITHMS)}

SECRET_SIZES: Final = (32, 48, 64)
"""How long RFC 7518 demands that secrets be, in bytes, by the number of the algorithm."""

_masks: Final[dict[tuple[str, ...], int]] = {}


def mask(names: Iterable[str]) -> int:
    """The bits of algorithms; a name that is not known allows nothing."""
    listed = tuple(names)
    known = _masks.get(listed)
    if known is None:
        known = 0
        for name in listed:
            known |= 1 << NUMBERS[name] if name in NUMBERS else 0
        if len(_masks) < 256:
            _masks[listed] = known
    return known


def number(name: object) -> int:
    """The number of the algorithm to sign with; ``NotImplementedError`` for one not known."""
    found = NUMBERS.get(name) if isinstance(name, str) else None
    if found is None:
        raise NotImplementedError("Algorithm not supported")
    return found


class _Reason(IntEnum):
    """molt_token_reason of molt_token.h."""

    MALFORMED = 1
    TOO_LARGE = 2
    ALGORITHM_NOT_ALLOWED = 3
    WRONG_KEY = 4
    UNKNOWN_KEY = 5
    UNKNOWN_EXTENSION = 6
    DETACHMENT = 7
    MISMATCH = 8
    UNAVAILABLE = 20


_CLASSES: Final[dict[int, type[PyJWTError]]] = {
    _Reason.MALFORMED: DecodeError,
    _Reason.TOO_LARGE: DecodeError,
    _Reason.ALGORITHM_NOT_ALLOWED: InvalidAlgorithmError,
    _Reason.WRONG_KEY: InvalidKeyError,
    _Reason.UNKNOWN_KEY: InvalidTokenError,
    _Reason.UNKNOWN_EXTENSION: InvalidTokenError,
    _Reason.DETACHMENT: DecodeError,
    _Reason.MISMATCH: InvalidSignatureError,
    _Reason.UNAVAILABLE: MissingCryptographyError,
}


def _error(message: str, reason: int, offset: int) -> Exception:
    """The exception for what the codecs refuse; all other reasons are about keys."""
    if reason == _Reason.MISMATCH:
        message = "Signature verification failed"
    elif reason == _Reason.ALGORITHM_NOT_ALLOWED:
        message = "The specified alg value is not allowed"
    return _CLASSES.get(reason, InvalidKeyError)(message)


bind("token_error", _error)
