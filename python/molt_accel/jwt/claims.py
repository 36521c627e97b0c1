"""What the claims of a token must be (RFC 7519, section 4.1).

What is refused is what PyJWT refuses with the same options, and three things more, as in
`MoltAuth`'s ``ClaimRules``: a time that is no number (digits in a text, ``true``), and a missing
``sub`` where a subject is asked for.
"""

from __future__ import annotations

import time
from collections.abc import Container, Iterable
from datetime import timedelta
from math import isfinite
from typing import Any, Final

from molt_accel.jwt.exceptions import (
    DecodeError,
    ExpiredSignatureError,
    ImmatureSignatureError,
    InvalidAudienceError,
    InvalidIssuedAtError,
    InvalidIssuerError,
    InvalidJTIError,
    InvalidSubjectError,
    MissingRequiredClaimError,
)

__all__ = ["DEFAULTS", "check", "merge"]

DEFAULTS: Final[dict[str, Any]] = {
    "verify_signature": True,
    "verify_exp": True,
    "verify_nbf": True,
    "verify_iat": True,
    "verify_aud": True,
    "verify_iss": True,
    "verify_sub": True,
    "verify_jti": True,
    "require": [],
    "strict_aud": False,
    "enforce_minimum_key_length": False,
}
_CHECKS: Final = tuple(f"verify_{name}" for name in ("exp", "nbf", "iat", "aud", "iss", "sub"))


def merge(base: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Options on top of others; without a signature, only the checks that are asked for."""
    merged = {**base, **options}
    if not options.get("verify_signature", True):
        for name in (*_CHECKS, "verify_jti"):
            merged[name] = options.get(name, False)
    return merged


def check(
    claims: dict[str, Any],
    options: dict[str, Any],
    audience: str | Iterable[str] | None,
    issuer: str | Container[str] | None,
    subject: str | None,
    leeway: float | timedelta,
) -> None:
    """Raises the `InvalidTokenError` of the first claim that is not as it must be."""
    for name in options["require"]:
        if claims.get(name) is None:
            raise MissingRequiredClaimError(name)
    seconds = leeway.total_seconds() if isinstance(leeway, timedelta) else leeway
    now = time.time()
    if "iat" in claims and options["verify_iat"]:
        issued = claims["iat"]
        if type(issued) is not int and (issued := _whole_seconds(issued)) is None:
            raise InvalidIssuedAtError("Issued At claim (iat) must be an integer.")
        if issued > now + seconds:
            raise ImmatureSignatureError("The token is not yet valid (iat)")
    if "nbf" in claims and options["verify_nbf"]:
        begin = claims["nbf"]
        if type(begin) is not int and (begin := _whole_seconds(begin)) is None:
            raise DecodeError("Not Before claim (nbf) must be an integer.")
        if begin > now + seconds:
            raise ImmatureSignatureError("The token is not yet valid (nbf)")
    if "exp" in claims and options["verify_exp"]:
        end = claims["exp"]
        if type(end) is not int and (end := _whole_seconds(end)) is None:
            raise DecodeError("Expiration Time claim (exp) must be an integer.")
        if end <= now - seconds:
            raise ExpiredSignatureError("Signature has expired")
    # What is as it must be, in the form that most tokens have it in, takes no call.
    if issuer is not None and options["verify_iss"]:
        is_plain = type(issuer) is str and claims.get("iss") == issuer
        if not is_plain:
            _check_issuer(claims, issuer)
    if options["verify_aud"]:
        found = claims.get("aud")
        is_plain = found == audience if type(audience) is str and audience else False
        if not is_plain and (audience is not None or found):
            _check_audience(claims, audience, options["strict_aud"])
    if options["verify_sub"] and (subject is not None or type(claims.get("sub")) is not str):
        _check_subject(claims, subject)
    if "jti" in claims and options["verify_jti"] and not isinstance(claims["jti"], str):
        raise InvalidJTIError("JWT ID must be a string")


def _whole_seconds(value: Any) -> int | None:
    """A point in time without its fraction; None for what is no number."""
    if type(value) is int:
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return None
    return int(value)


def _check_issuer(claims: dict[str, Any], issuer: str | Container[str]) -> None:
    if "iss" not in claims:
        raise MissingRequiredClaimError("iss")
    found = claims["iss"]
    if not isinstance(found, str):
        raise InvalidIssuerError("Payload Issuer (iss) must be a string")
    if isinstance(issuer, str):
        is_known = found == issuer
    else:
        try:
            is_known = found in issuer
        except TypeError:
            raise InvalidIssuerError('Issuer param must be "str" or "Container[str]"') from None
    if not is_known:
        raise InvalidIssuerError("Invalid issuer")


def _check_audience(
    claims: dict[str, Any], audience: str | Iterable[str] | None, is_strict: bool
) -> None:
    found = claims.get("aud")
    if audience is None:
        raise InvalidAudienceError("Invalid audience")
    if not isinstance(audience, (str, Iterable)):
        raise TypeError("audience must be a string, iterable or None")
    if not found:
        raise MissingRequiredClaimError("aud")
    if is_strict:
        if not isinstance(audience, str):
            raise InvalidAudienceError("Invalid audience (strict)")
        if not isinstance(found, str):
            raise InvalidAudienceError("Invalid claim format in token (strict)")
        if audience != found:
            raise InvalidAudienceError("Audience doesn't match (strict)")
        return
    names = [found] if isinstance(found, str) else found
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidAudienceError("Invalid claim format in token")
    if not any(name in names for name in ([audience] if isinstance(audience, str) else audience)):
        raise InvalidAudienceError("Audience doesn't match")


def _check_subject(claims: dict[str, Any], subject: str | None) -> None:
    if "sub" not in claims:
        if subject is not None:
            raise MissingRequiredClaimError("sub")
        return
    if not isinstance(claims["sub"], str):
        raise InvalidSubjectError("Subject must be a string")
    if subject is not None and claims["sub"] != subject:
        raise InvalidSubjectError("Invalid subject")
