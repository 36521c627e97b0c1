"""Keys for tokens with the package cryptography, under the rules of MoltAuth's `TokenKey`."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from molt_accel._codecs_pure import flags
from molt_accel._codecs_pure.binding import bound

__all__ = ["Key", "TokenKey", "base64_bytes", "refuse", "token_key", "unique_object"]

ALGORITHMS: Final = (
    *("HS256", "HS384", "HS512", "RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"),
)
_BITS: Final = {"oct": 0b111, "RSA": 0b111111 << 3, "P-256": 1 << 9, "P-384": 1 << 10}
_BITS.update({"P-521": 1 << 11, "Ed25519": 1 << 12, "Ed448": 1 << 12})

KEY_SIZE: Final = 1 << 20
RSA_BITS: Final = (2048, 16384)

_SIZES: Final = {"P-256": 32, "P-384": 48, "P-521": 66, "Ed25519": 32, "Ed448": 57}
_CURVES: Final = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}

# The reasons of molt_token.h.
MALFORMED, TOO_LARGE, NOT_ALLOWED, WRONG_KEY, UNKNOWN_KEY, EXTENSION, DETACHMENT, MISMATCH = range(
    1, 9
)
BAD_KEY, UNSUPPORTED_KEY, WEAK_KEY, PUBLIC_KEY, NO_SECRET, AMBIGUOUS, UNAVAILABLE = range(14, 21)

_SENTENCES: Final = {
    TOO_LARGE: "it is longer than 1048576 bytes",
    NOT_ALLOWED: "the token's algorithm is not allowed",
    WRONG_KEY: "the key is not for the token's algorithm",
    UNKNOWN_KEY: "no key is known for the token",
    EXTENSION: "the header demands an unknown extension",
    DETACHMENT: "the payload is detached, or should be",
    MISMATCH: "the signature does not match",
    BAD_KEY: "the key is malformed",
    UNSUPPORTED_KEY: "the key is encrypted or of an unsupported kind",
    WEAK_KEY: "the key is too weak",
    PUBLIC_KEY: "a private key is needed",
    NO_SECRET: "a key for signatures is no shared secret",
    AMBIGUOUS: "the key set is ambiguous",
    UNAVAILABLE: "the package cryptography is not installed",
}


def refuse(reason: int, message: str | None = None, offset: int = -1) -> NoReturn:
    """Raises the bound exception for a reason; never with what a key or token holds."""
    sentence = message or _SENTENCES[reason]
    make = bound("token_error")
    raise (make(sentence, reason, offset) if make else ValueError(sentence)) from None


@dataclass(frozen=True)
class Key:
    """A key with what it is for."""

    kind: str
    material: Any = field(repr=False)
    is_private: bool = True
    name: str | None = None
    algorithm: str | None = None
    may_sign: bool = True
    may_verify: bool = True

    @property
    def algorithms(self) -> int:
        """The bits of the algorithms that it is for."""
        only = -1 if self.algorithm is None else 1 << ALGORITHMS.index(self.algorithm)
        return _BITS[self.kind] & only


class TokenKey:
    """A key for tokens, or a set of them, read once; used by any thread, and shows nothing."""

    __slots__ = ("keys",)

    def __init__(self, keys: list[Key]) -> None:
        names = [key.name for key in keys if key.name is not None]
        if len(set(names)) < len(names) or len({key.kind == "oct" for key in keys}) > 1:
            refuse(AMBIGUOUS)
        self.keys = keys

    def find(self, name: str | None, algorithm: int) -> Key:
        """The key that a token's header names."""
        if len(self.keys) == 1 and (name is None or self.keys[0].name is None):
            return self.keys[0]
        if name is not None:
            fitting = [key for key in self.keys if key.name == name]
        else:
            fitting = [key for key in self.keys if key.algorithms >> algorithm & 1]
        return fitting[0] if len(fitting) == 1 else refuse(UNKNOWN_KEY)


def token_key(form: int, data: bytes, /) -> tuple[TokenKey, int, int]:
    """Reads a secret, a key in PEM or JSON, or a set of keys in JSON."""
    if len(data) > KEY_SIZE:
        refuse(TOO_LARGE)
    read = {flags.TOKEN_SECRET: _secret, flags.TOKEN_PEM: _pem, flags.TOKEN_JWK: _jwk}.get(form)
    if read is not None:
        keys = [read(bytes(data))]
    else:
        keys = _jwks(bytes(data)) if form == flags.TOKEN_JWKS else refuse(UNSUPPORTED_KEY)
    bits = 0
    for key in keys:
        bits |= key.algorithms
    return TokenKey(keys), bits, int(any(key.is_private for key in keys))


def _secret(data: bytes) -> Key:
    if not data:
        refuse(WEAK_KEY)
    is_text = b"-----BEGIN " in data or b"---- BEGIN SSH2 " in data
    if is_text or data.startswith((b"ssh-", b"ecdsa-sha2-")):
        refuse(NO_SECRET)
    return Key("oct", data)


_PEM: Final = re.compile(rb"-----BEGIN ([^-]*)-----(.*?)-----END \1-----", re.DOTALL)


def _pem(data: bytes) -> Key:
    for label, body in _PEM.findall(data):
        if label in (b"ENCRYPTED PRIVATE KEY", b"OPENSSH PRIVATE KEY") or b":" in body:
            refuse(UNSUPPORTED_KEY)
        name = label.decode("ascii", "replace")
        text = b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (label, body.strip(), label)
        if name in ("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"):
            return _described(_load("load_pem_private_key", text, None))
        if name in ("PUBLIC KEY", "RSA PUBLIC KEY"):
            return _described(_load("load_pem_public_key", text))
        if name == "CERTIFICATE":
            return _described(_load("load_pem_x509_certificate", text).public_key())
    refuse(BAD_KEY)


def _load(name: str, *arguments: Any) -> Any:
    try:
        from cryptography import x509
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization
    except ImportError:
        refuse(UNAVAILABLE)
    try:
        return getattr(x509 if "x509" in name else serialization, name)(*arguments)
    except UnsupportedAlgorithm:
        refuse(UNSUPPORTED_KEY)
    except (ValueError, TypeError):
        refuse(BAD_KEY)


def _described(material: Any) -> Key:
    """A key of cryptography with its kind, if it is strong enough."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

    if isinstance(material, (rsa.RSAPrivateKey, rsa.RSAPublicKey)):
        is_private = isinstance(material, rsa.RSAPrivateKey)
        public = material.public_key() if isinstance(material, rsa.RSAPrivateKey) else material
        if material.key_size > RSA_BITS[1]:
            refuse(UNSUPPORTED_KEY)
        if material.key_size < RSA_BITS[0] or _is_from_weak_generator(public.public_numbers().n):
            refuse(WEAK_KEY)
        return Key("RSA", material, is_private)
    if isinstance(material, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey)):
        kind = _CURVES.get(material.curve.name) or refuse(UNSUPPORTED_KEY)
        return Key(kind, material, isinstance(material, ec.EllipticCurvePrivateKey))
    if isinstance(material, (ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey)):
        return Key("Ed25519", material, isinstance(material, ed25519.Ed25519PrivateKey))
    if isinstance(material, (ed448.Ed448PrivateKey, ed448.Ed448PublicKey)):
        return Key("Ed448", material, isinstance(material, ed448.Ed448PrivateKey))
    refuse(UNSUPPORTED_KEY)


def _is_from_weak_generator(modulus: int) -> bool:
    """Whether the modulus is a power of 65537 to all small primes: CVE-2017-15361."""
    primes = [p for p in range(3, 168) if all(p % q for q in range(2, int(p**0.5) + 1))]
    return all(modulus % p in {pow(65537, n, p) for n in range(p)} for p in primes)


def unique_object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A dict of pairs; ``ValueError`` when a key comes twice."""
    found = list(pairs)
    result = dict(found)
    if len(result) < len(found):
        raise ValueError("a key comes twice")
    return result


_DIGITS: Final = re.compile(rb"[A-Za-z0-9_-]*")


def base64_bytes(text: bytes) -> bytes | None:
    """The bytes of Base64 as tokens write it; None unless it is exactly what writing makes."""
    if not _DIGITS.fullmatch(text) or len(text) % 4 == 1:
        return None
    decoded = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    return decoded if base64.urlsafe_b64encode(decoded).rstrip(b"=") == text else None


def _jwk(data: bytes) -> Key:
    return _jwk_of(_object(data))


def _jwks(data: bytes) -> list[Key]:
    listed = _object(data).get("keys")
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        refuse(BAD_KEY)
    usable = []
    for item in listed:
        try:
            usable.append(_jwk_of(item, skips=True))
        except _Skipped:
            continue
    return usable


class _Skipped(Exception):
    """A key of a set that signs no tokens."""


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data.decode(), object_pairs_hook=unique_object)
    except (ValueError, RecursionError):
        refuse(BAD_KEY)
    return value if isinstance(value, dict) else refuse(BAD_KEY)


_TEXTS: Final = frozenset(
    {"kty", "kid", "alg", "use", "k", "n", "e", "d", "p", "q", "dp", "dq", "qi", "crv", "x", "y"}
)


def _jwk_of(fields: dict[str, Any], skips: bool = False) -> Key:
    def unsupported() -> NoReturn:
        if skips:
            raise _Skipped
        refuse(UNSUPPORTED_KEY)

    if any(not isinstance(fields[name], str) for name in _TEXTS if name in fields):
        refuse(BAD_KEY)
    operations = fields.get("key_ops", ["sign", "verify"])
    if not isinstance(operations, list) or not all(isinstance(each, str) for each in operations):
        refuse(BAD_KEY)
    kind = fields.get("kty") or refuse(BAD_KEY)
    make = {"oct": _oct_jwk, "RSA": _rsa_jwk, "EC": _curve_jwk, "OKP": _edwards_jwk}.get(kind)
    key = make(fields, unsupported) if make else unsupported()
    name = fields.get("alg")
    if name is not None:
        if name not in ALGORITHMS:
            unsupported()
        if not key.algorithms >> ALGORITHMS.index(name) & 1:
            refuse(WEAK_KEY if kind == "oct" else BAD_KEY)
    may = ("sign" in operations, "verify" in operations)
    if fields.get("use", "sig") != "sig" or not any(may):
        unsupported()
    return Key(key.kind, key.material, key.is_private, fields.get("kid"), name, *may)


_Unsupported = Callable[[], NoReturn]


def _number(fields: dict[str, Any], name: str) -> int:
    return int.from_bytes(_bytes(fields, name), "big")


def _bytes(fields: dict[str, Any], name: str, size: int | None = None) -> bytes:
    decoded = base64_bytes(fields.get(name, "*").encode("utf-8", "surrogatepass"))
    if decoded is None or (size is not None and len(decoded) != size):
        refuse(BAD_KEY)
    return decoded


def _oct_jwk(fields: dict[str, Any], unsupported: _Unsupported) -> Key:
    return Key("oct", _bytes(fields, "k") or refuse(WEAK_KEY))


def _rsa_jwk(fields: dict[str, Any], unsupported: _Unsupported) -> Key:
    rsa = _asymmetric("rsa")
    n, e = _number(fields, "n"), _number(fields, "e")
    if n.bit_length() > RSA_BITS[1]:
        unsupported()
    try:
        public = rsa.RSAPublicNumbers(e, n)
        if "d" not in fields:
            return _described(public.public_key())
        if "oth" in fields or "p" not in fields:
            unsupported()
        parts = [_number(fields, name) for name in ("p", "q", "d", "dp", "dq", "qi")]
        return _described(rsa.RSAPrivateNumbers(*parts, public).private_key())
    except ValueError:
        refuse(BAD_KEY)


def _curve_jwk(fields: dict[str, Any], unsupported: _Unsupported) -> Key:
    ec = _asymmetric("ec")
    kind = fields.get("crv") or refuse(BAD_KEY)
    curves = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
    curve = curves[kind]() if kind in curves else unsupported()
    point = [int.from_bytes(_bytes(fields, name, _SIZES[kind]), "big") for name in ("x", "y")]
    try:
        public = ec.EllipticCurvePublicNumbers(*point, curve)
        if "d" not in fields:
            return _described(public.public_key())
        secret = int.from_bytes(_bytes(fields, "d", _SIZES[kind]), "big")
        made = ec.derive_private_key(secret, curve)
    except ValueError:
        refuse(BAD_KEY)
    return _described(made) if made.public_key().public_numbers() == public else refuse(BAD_KEY)


def _edwards_jwk(fields: dict[str, Any], unsupported: _Unsupported) -> Key:
    kind = fields.get("crv") or refuse(BAD_KEY)
    if kind not in ("Ed25519", "Ed448"):
        unsupported()
    module = _asymmetric(kind.lower())
    point = _bytes(fields, "x", _SIZES[kind])
    try:
        if "d" not in fields:
            return _described(getattr(module, f"{kind}PublicKey").from_public_bytes(point))
        secret = _bytes(fields, "d", _SIZES[kind])
        made = getattr(module, f"{kind}PrivateKey").from_private_bytes(secret)
    except ValueError:
        refuse(BAD_KEY)
    return _described(made) if made.public_key().public_bytes_raw() == point else refuse(BAD_KEY)


def _asymmetric(name: str) -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
    except ImportError:
        refuse(UNAVAILABLE)
    return {"ec": ec, "ed448": ed448, "ed25519": ed25519, "rsa": rsa}[name]
