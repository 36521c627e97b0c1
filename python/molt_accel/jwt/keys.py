"""What callers give as keys, read once and kept for the next call.

A text of PEM costs milliseconds to read, so what was read is kept by its text: `CAPACITY` keys at
most, until `forget_keys`. A key decides which algorithms it is for: a secret never verifies another
signature, and the text of a key is never a secret.
"""

from __future__ import annotations

import base64
import json
import threading
import warnings
from typing import Any, Final

from molt_accel._codecs import codecs
from molt_accel.jwt.algorithms import ALGORITHMS, SECRET_SIZES
from molt_accel.jwt.exceptions import InsecureKeyLengthWarning, InvalidKeyError

__all__ = ["CAPACITY", "Prepared", "forget_keys", "prepare"]

CAPACITY: Final = 128
"""How many keys are kept that were given as text, bytes or objects of cryptography."""


class Prepared:
    """A key, or a set of keys, that the codecs have read."""

    __slots__ = ("algorithms", "handle", "is_private", "short", "size")

    def __init__(self, form: int, data: bytes, size: int | None = None) -> None:
        self.handle, self.algorithms, self.is_private = codecs.token_key(form, data)
        self.size = size
        """The bytes of a secret; None for other keys."""
        self.short = 0
        """The bits of the algorithms for which it is a secret too short."""
        if size is not None:
            for index, least in enumerate(SECRET_SIZES):
                self.short |= 1 << index if size < least else 0

    def check_length(self, algorithm: int, enforces: bool) -> None:
        """Warns of a secret that is shorter than RFC 7518 allows, or refuses it."""
        if not self.short >> algorithm & 1:
            return
        message = (
            f"The HMAC key is {self.size} bytes long, which is below the minimum recommended "
            f"length of {SECRET_SIZES[algorithm]} bytes for {ALGORITHMS[algorithm]}. "
            "See RFC 7518 Section 3.2."
        )
        if enforces:
            raise InvalidKeyError(message)
        warnings.warn(message, InsecureKeyLengthWarning, stacklevel=4)


_texts: Final[dict[str, Prepared]] = {}
_binaries: Final[dict[bytes, Prepared]] = {}
# Of cryptography's keys the object itself is kept, so that its id stays its own.
_objects: Final[dict[int, tuple[Any, Prepared]]] = {}
_lock: Final = threading.Lock()


def prepare(key: Any) -> Prepared:
    """A key that was given as str, bytes, or an object of the package cryptography.

    Raises `InvalidKeyError` for what is none, ``TypeError`` for another type.
    """
    if type(key) is str:
        found = _texts.get(key)
        return found if found is not None else _keep(_texts, key, _read(key.encode()))
    if type(key) is bytes:
        found = _binaries.get(key)
        return found if found is not None else _keep(_binaries, key, _read(key))
    if isinstance(key, (str, bytes)):
        return prepare(str(key) if isinstance(key, str) else bytes(key))
    kept = _objects.get(id(key))
    if kept is None:
        kept = _keep(_objects, id(key), (key, _read(_pem_of(key))))
    return kept[1]


def forget_keys() -> None:
    """Drops all keys that are kept."""
    with _lock:
        for kept in (_texts, _binaries, _objects):
            kept.clear()


def _keep(kept: dict[Any, Any], key: Any, value: Any) -> Any:
    with _lock:
        while len(kept) >= CAPACITY:
            del kept[next(iter(kept))]
        kept[key] = value
    return value


def _read(data: bytes) -> Prepared:
    if data.startswith((b"ssh-", b"ecdsa-sha2-")):
        data = _pem_of_ssh(data)
    if b"-----BEGIN " in data:
        return Prepared(codecs.TOKEN_PEM, data)
    if _is_other_key(data):
        raise InvalidKeyError(
            "The specified key is an asymmetric key, certificate or JWK and should not be used "
            "as an HMAC secret: give a JWK as PyJWK."
        )
    return Prepared(codecs.TOKEN_SECRET, data, len(data))


def _is_other_key(data: bytes) -> bool:
    """Whether bytes are a public key in DER or a key in JSON: known to others, so no secret."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        try:
            value = json.loads(data)
        except RecursionError:
            return True
        except ValueError:
            return False
        listed = value if isinstance(value, list) else [value]
        return any(isinstance(item, dict) and {"kty", "keys"} & item.keys() for item in listed)
    if not data.startswith(b"\x30"):
        return False
    for label in (b"PUBLIC KEY", b"RSA PUBLIC KEY", b"CERTIFICATE"):
        body = base64.b64encode(data)
        text = b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (label, body, label)
        try:
            codecs.token_key(codecs.TOKEN_PEM, text)
        except InvalidKeyError as error:
            if "malformed" not in str(error):
                return True  # a weak key, or one of another kind
        else:
            return True
    return False


def _pem_of(key: Any) -> bytes:
    """An object of cryptography as PEM."""
    from_private = getattr(key, "private_bytes", None)
    from_public = getattr(key, "public_bytes", None)
    if from_private is None and from_public is None:
        raise TypeError(
            "Expected a key as str, bytes, PyJWK, PyJWKSet or object of the package cryptography, "
            f"not {type(key).__name__}"
        )
    from cryptography.hazmat.primitives import serialization as forms

    if from_private is not None:
        pem = from_private(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    else:
        assert from_public is not None
        pem = from_public(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
    return bytes(pem)


def _pem_of_ssh(data: bytes) -> bytes:
    """A public key of SSH as PEM, which takes the package cryptography."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import load_ssh_public_key
    except ImportError:
        raise InvalidKeyError("keys of SSH need the package cryptography") from None
    try:
        return _pem_of(load_ssh_public_key(data))
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidKeyError("the key of SSH is malformed") from None
