"""Keys in JSON (RFC 7517), with the names of PyJWT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from molt_accel import json
from molt_accel._codecs import codecs
from molt_accel.jwt.algorithms import NUMBERS
from molt_accel.jwt.exceptions import (
    InvalidKeyError,
    MissingCryptographyError,
    PyJWKError,
    PyJWKSetError,
    PyJWTError,
)
from molt_accel.jwt.keys import Prepared

__all__ = ["PyJWK", "PyJWKSet"]

_OF_KIND: Final = {"RSA": "RS256", "oct": "HS256"}
_OF_CURVE: Final[dict[tuple[Any, Any], str]] = {
    ("EC", "P-256"): "ES256",
    ("EC", "P-384"): "ES384",
    ("EC", "P-521"): "ES512",
    ("OKP", "Ed25519"): "EdDSA",
    ("OKP", "Ed448"): "EdDSA",
}


class PyJWK:
    """A key in JSON, read once, for one algorithm.

    That is `algorithm`, or the key's ``alg``, or else the first that fits its kind. Nothing secret
    is kept in Python.

    Raises `InvalidKeyError`, and `PyJWKError` for an algorithm that is not known.
    """

    __slots__ = ("algorithm_name", "key_id", "key_type", "prepared", "public_key_use")

    def __init__(self, jwk_data: dict[str, Any], algorithm: str | None = None) -> None:
        kind = jwk_data.get("kty")
        if not kind:
            raise InvalidKeyError("kty is not found")
        name = algorithm or jwk_data.get("alg") or _default(kind, jwk_data.get("crv"))
        if name not in NUMBERS:
            raise PyJWKError("Unable to find an algorithm for key")
        self.algorithm_name: str = name
        self.key_type: str | None = kind
        self.key_id: str | None = jwk_data.get("kid")
        self.public_key_use: str | None = jwk_data.get("use")
        # A single key is for every token, whatever name these have for theirs.
        plain = {field: jwk_data[field] for field in jwk_data if field not in ("kid", "alg")}
        size = None
        if kind == "oct":
            size = len(str(jwk_data.get("k", "")).rstrip("=")) * 3 // 4
        self.prepared = Prepared(codecs.TOKEN_JWK, _document(plain), size)
        if not self.prepared.algorithms >> NUMBERS[name] & 1:
            raise InvalidKeyError(f"the key is not for {name}")

    def __repr__(self) -> str:
        return f"PyJWK(kty={self.key_type!r}, kid={self.key_id!r}, alg={self.algorithm_name!r})"

    @staticmethod
    def from_dict(obj: dict[str, Any], algorithm: str | None = None) -> PyJWK:
        """A key of a dict."""
        return PyJWK(obj, algorithm)

    @staticmethod
    def from_json(data: str | bytes, algorithm: str | None = None) -> PyJWK:
        """A key of JSON; ``ValueError`` for what is none."""
        return PyJWK(_object(data), algorithm)


class PyJWKSet:
    """Keys in JSON by their names.

    `decode` takes a set where it takes a key, and chooses by the token's ``kid``: then a set of
    secrets and other keys, or one where a name comes twice, is refused. Keys that cannot be used
    are left out.
    """

    __slots__ = ("_refusal", "_whole", "keys")

    def __init__(self, keys: list[dict[str, Any]]) -> None:
        if not keys:
            raise PyJWKSetError("The JWK Set did not contain any keys")
        if not isinstance(keys, list):
            raise PyJWKSetError("Invalid JWK Set value")
        self.keys: list[PyJWK] = []
        usable, unusable_names = [], set()
        for data in keys:
            if not isinstance(data, dict):
                continue
            try:
                self.keys.append(PyJWK(data))
            except MissingCryptographyError:
                raise
            except PyJWTError:
                if data.get("use") != "enc" and isinstance(data.get("kid"), str):
                    unusable_names.add(data["kid"])
                continue
            usable.append(data)
        if not usable:
            raise PyJWKSetError("The JWK Set did not contain any usable keys")
        self._whole: Prepared | None = None
        self._refusal = "the key set is ambiguous"
        if any(key.key_id in unusable_names for key in self.keys):
            return
        try:
            self._whole = Prepared(codecs.TOKEN_JWKS, _document({"keys": usable}))
        except InvalidKeyError as error:
            self._refusal = str(error)
            return
        for key in self.keys:
            self._whole.short |= key.prepared.short

    @property
    def prepared(self) -> Prepared:
        """The set as the codecs have it; `InvalidKeyError` if it cannot choose by name."""
        if self._whole is None:
            raise InvalidKeyError(self._refusal)
        return self._whole

    def __repr__(self) -> str:
        return f"PyJWKSet({self.keys!r})"

    def __getitem__(self, kid: str) -> PyJWK:
        for key in self.keys:
            if key.key_id == kid:
                return key
        raise KeyError(f"keyset has no key for kid: {kid}")

    def __iter__(self) -> Iterator[PyJWK]:
        return iter(self.keys)

    @staticmethod
    def from_dict(obj: dict[str, Any]) -> PyJWKSet:
        """The set of a dict with ``keys``."""
        return PyJWKSet(obj.get("keys", []))

    @staticmethod
    def from_json(data: str | bytes) -> PyJWKSet:
        """The set of JSON; ``ValueError`` for what is none."""
        return PyJWKSet.from_dict(_object(data))


def _default(kind: Any, curve: Any) -> str:
    """The algorithm of a key that names none."""
    if kind in _OF_KIND:
        return _OF_KIND[kind]
    if kind not in ("EC", "OKP"):
        raise InvalidKeyError("Unsupported kty")
    found = _OF_CURVE.get((kind, curve or ("P-256" if kind == "EC" else None)))
    if found is None:
        raise InvalidKeyError("Unsupported crv")
    return found


def _object(data: str | bytes) -> dict[str, Any]:
    value = json.loads(data)
    if not isinstance(value, dict):
        raise InvalidKeyError("a key in JSON is an object")
    return value


def _document(value: dict[str, Any]) -> bytes:
    try:
        return json.dumpb(value)
    except (TypeError, ValueError, RecursionError):
        raise InvalidKeyError("the key is no JSON") from None
