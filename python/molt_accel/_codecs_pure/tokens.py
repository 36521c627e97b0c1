"""Signing and verifying tokens with ``hmac`` and the package cryptography (RFC 7515, 7797)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any, Final, NamedTuple

from molt_accel._codecs_pure import flags as options
from molt_accel._codecs_pure import token_keys as keys
from molt_accel._codecs_pure.token_keys import Key, TokenKey, base64_bytes, refuse

__all__ = ["token_sign", "token_verify"]

TOKEN_SIZE: Final = 1 << 20
_DIGESTS: Final = ("sha256", "sha384", "sha512")
_FIELDS: Final = {"P-256": 32, "P-384": 48, "P-521": 66}


def token_sign(
    key: TokenKey, algorithm: int, header: bytes, payload: bytes, flags: int = 0, /
) -> str:
    """A token; ``header`` is JSON that names the algorithm, and is signed as it is."""
    _check_type(key)
    if not 0 <= algorithm < len(keys.ALGORITHMS):
        raise ValueError(f"there is no algorithm {algorithm}")
    only = key.keys[0] if len(key.keys) == 1 else refuse(keys.UNKNOWN_KEY)
    body = bytes(payload)
    if not flags & options.TOKEN_UNENCODED:
        body = _base64(body)
    elif not flags & options.TOKEN_DETACHED and b"." in body:
        refuse(keys.DETACHMENT)
    message = _base64(bytes(header)) + b"." + body
    if not only.may_sign:
        refuse(keys.WRONG_KEY)
    _check(only, algorithm)
    signature = _base64(_sign(only, algorithm, message))
    if flags & options.TOKEN_DETACHED:
        message = message[: len(message) - len(body)]
    return (message + b"." + signature).decode()


def token_verify(
    key: TokenKey, token: str | bytes, algorithms: int, detached: bytes | None = None, /
) -> bytes:
    """The payload of a token whose signature holds and whose algorithm's bit is set."""
    _check_type(key)
    data = token.encode() if isinstance(token, str) else bytes(token)
    if len(data) > TOKEN_SIZE:
        refuse(keys.TOO_LARGE)
    parts = data.split(b".")
    if len(parts) != 3:
        refuse(keys.MALFORMED, "the token is malformed")
    header = _header(_part(parts[0], "header", 0), algorithms)
    if detached is not None and parts[1]:
        refuse(keys.DETACHMENT)
    found = key.find(header.key_name, header.algorithm)
    signature = _part(parts[2], "signature", len(data) - len(parts[2]))
    message = parts[0] + b"." + parts[1]
    if detached is not None:
        message += _base64(bytes(detached)) if header.is_encoded else bytes(detached)
    if not found.may_verify:
        refuse(keys.WRONG_KEY)
    _check(found, header.algorithm)
    if not _holds(found, header.algorithm, message, signature):
        refuse(keys.MISMATCH)
    if header.is_encoded != (detached is None):
        refuse(keys.DETACHMENT)
    return _part(parts[1], "payload", len(parts[0]) + 1) if detached is None else bytes(detached)


def _check_type(key: object) -> None:
    if not isinstance(key, TokenKey):
        raise TypeError(f"a TokenKey is needed, not {type(key).__name__}")


def _part(text: bytes, name: str, offset: int) -> bytes:
    decoded = base64_bytes(text)
    if decoded is None:
        refuse(keys.MALFORMED, f"the {name} is malformed", offset)
    return decoded


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


class _Header(NamedTuple):
    algorithm: int
    key_name: str | None
    is_encoded: bool


def _header(data: bytes, algorithms: int) -> _Header:
    """What a header says to who verifies, under the rules of MoltAuth's `JWSHeader`."""

    def malformed() -> Any:
        refuse(keys.MALFORMED, "the header is malformed at byte 0", 0)

    try:
        fields = json.loads(data.decode(), object_pairs_hook=keys.unique_object)
    except (ValueError, RecursionError):
        malformed()
    if not isinstance(fields, dict):
        malformed()
    name = fields.get("alg")
    if "alg" in fields and not isinstance(name, str):
        malformed()
    if name not in keys.ALGORITHMS:
        refuse(keys.NOT_ALLOWED)
    algorithm = keys.ALGORITHMS.index(name)
    for text in ("kid", "typ", "cty"):
        if not isinstance(fields.get(text, ""), str):
            malformed()
    demanded = fields.get("crit", [])
    is_list = isinstance(demanded, list) and all(isinstance(each, str) for each in demanded)
    is_encoded = fields.get("b64", True)
    if not is_list or ("crit" in fields and not demanded) or not isinstance(is_encoded, bool):
        malformed()
    if any(each != "b64" for each in demanded) or ("b64" in fields) != ("b64" in demanded):
        refuse(keys.EXTENSION)
    if not algorithms >> algorithm & 1:
        refuse(keys.NOT_ALLOWED)
    return _Header(algorithm, fields.get("kid"), is_encoded)


def _check(key: Key, algorithm: int) -> None:
    if not key.algorithms >> algorithm & 1:
        refuse(keys.WRONG_KEY)


def _sign(key: Key, algorithm: int, message: bytes) -> bytes:
    if key.kind == "oct":
        return hmac.digest(key.material, message, _DIGESTS[algorithm])
    if not key.is_private:
        refuse(keys.PUBLIC_KEY)
    made: bytes = key.material.sign(message, *_scheme(key, algorithm))
    if key.kind not in _FIELDS:
        return made
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    size = _FIELDS[key.kind]
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(made))


def _holds(key: Key, algorithm: int, message: bytes, signature: bytes) -> bool:
    if key.kind == "oct":
        return hmac.compare_digest(
            hmac.digest(key.material, message, _DIGESTS[algorithm]), signature
        )
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    if key.kind in _FIELDS:
        size = _FIELDS[key.kind]
        if len(signature) != 2 * size:
            return False
        numbers = (signature[:size], signature[size:])
        signature = encode_dss_signature(*(int.from_bytes(each, "big") for each in numbers))
    public = key.material.public_key() if key.is_private else key.material
    try:
        public.verify(signature, message, *_scheme(key, algorithm))
    except InvalidSignature:
        return False
    return True


def _scheme(key: Key, algorithm: int) -> tuple[Any, ...]:
    """What cryptography needs to know beside the message."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding

    if key.kind in ("Ed25519", "Ed448"):
        return ()
    digest = getattr(hashes, _DIGESTS[algorithm % 3].upper())()
    if key.kind != "RSA":
        return (ec.ECDSA(digest),)
    if algorithm < 6:
        return padding.PKCS1v15(), digest
    salt = hashlib.new(_DIGESTS[algorithm % 3]).digest_size
    return padding.PSS(padding.MGF1(digest), salt), digest
