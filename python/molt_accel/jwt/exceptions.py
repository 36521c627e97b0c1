"""The exceptions of PyJWT, by their names and with their hierarchy.

Where PyJWT is installed, each is also derived from PyJWT's of the same name: what catches
``jwt.InvalidTokenError`` catches these too. No message has a part of a key, a secret or a token.
"""

from __future__ import annotations

import importlib
from typing import Any

__all__ = [
    "DecodeError",
    "ExpiredSignatureError",
    "ImmatureSignatureError",
    "InsecureKeyLengthWarning",
    "InvalidAlgorithmError",
    "InvalidAudienceError",
    "InvalidIssuedAtError",
    "InvalidIssuerError",
    "InvalidJTIError",
    "InvalidKeyError",
    "InvalidSignatureError",
    "InvalidSubjectError",
    "InvalidTokenError",
    "MissingCryptographyError",
    "MissingRequiredClaimError",
    "PyJWKError",
    "PyJWKSetError",
    "PyJWTError",
]


def _of_pyjwt(name: str, otherwise: type = Exception, module: str = "jwt.exceptions") -> Any:
    """PyJWT's class of a name; `otherwise` where there is no PyJWT, or one without it."""
    try:
        found = getattr(importlib.import_module(module), name, otherwise)
    except ImportError:
        return otherwise
    return found if isinstance(found, type) and issubclass(found, otherwise) else otherwise


class PyJWTError(_of_pyjwt("PyJWTError")):  # type: ignore[misc]
    """What all of these are."""


class InvalidTokenError(PyJWTError, _of_pyjwt("InvalidTokenError")):  # type: ignore[misc]
    """A token is not accepted."""


class DecodeError(InvalidTokenError, _of_pyjwt("DecodeError")):  # type: ignore[misc]
    """A token, or a part of it, is not of its form."""


class InvalidSignatureError(DecodeError, _of_pyjwt("InvalidSignatureError")):  # type: ignore[misc]
    """The signature is of another token or key."""


class ExpiredSignatureError(
    InvalidTokenError,
    _of_pyjwt("ExpiredSignatureError"),  # type: ignore[misc]
):
    """``exp`` has passed."""


class InvalidAudienceError(
    InvalidTokenError,
    _of_pyjwt("InvalidAudienceError"),  # type: ignore[misc]
):
    """``aud`` names none of the audiences."""


class InvalidIssuerError(InvalidTokenError, _of_pyjwt("InvalidIssuerError")):  # type: ignore[misc]
    """``iss`` is another issuer."""


class InvalidIssuedAtError(
    InvalidTokenError,
    _of_pyjwt("InvalidIssuedAtError"),  # type: ignore[misc]
):
    """``iat`` is no number."""


class ImmatureSignatureError(
    InvalidTokenError,
    _of_pyjwt("ImmatureSignatureError"),  # type: ignore[misc]
):
    """``nbf`` or ``iat`` has not come."""


class InvalidAlgorithmError(
    InvalidTokenError,
    _of_pyjwt("InvalidAlgorithmError"),  # type: ignore[misc]
):
    """The token's algorithm is none, or none that is allowed."""


class InvalidSubjectError(
    InvalidTokenError,
    _of_pyjwt("InvalidSubjectError"),  # type: ignore[misc]
):
    """``sub`` is another subject, or no text."""


class InvalidJTIError(InvalidTokenError, _of_pyjwt("InvalidJTIError")):  # type: ignore[misc]
    """``jti`` is no text."""


class MissingRequiredClaimError(
    InvalidTokenError,
    _of_pyjwt("MissingRequiredClaimError"),  # type: ignore[misc]
):
    """A claim that has to be there is not."""

    def __init__(self, claim: str) -> None:
        super().__init__(claim)
        self.claim = claim

    def __str__(self) -> str:
        return f'Token is missing the "{self.claim}" claim'


class InvalidKeyError(PyJWTError, _of_pyjwt("InvalidKeyError")):  # type: ignore[misc]
    """A key is malformed, weak, or not for the algorithm."""


class PyJWKError(PyJWTError, _of_pyjwt("PyJWKError")):  # type: ignore[misc]
    """A key in JSON names an algorithm that is not known."""


class MissingCryptographyError(
    PyJWKError,
    _of_pyjwt("MissingCryptographyError"),  # type: ignore[misc]
):
    """What signs with other keys than secrets is missing: libcrypto, or the package for it."""


class PyJWKSetError(PyJWTError, _of_pyjwt("PyJWKSetError")):  # type: ignore[misc]
    """A key set has no key that can be used."""


class InsecureKeyLengthWarning(
    _of_pyjwt("InsecureKeyLengthWarning", UserWarning, "jwt.warnings")  # type: ignore[misc]
):
    """A secret is shorter than the digest, which RFC 7518 forbids."""
