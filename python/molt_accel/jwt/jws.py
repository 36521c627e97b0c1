"""Signed tokens (RFC 7515) with the signatures of PyJWT's ``PyJWS``."""

from __future__ import annotations

import json as standard
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from molt_accel import json
from molt_accel._codecs import codecs
from molt_accel._codecs_pure.token_keys import base64_bytes
from molt_accel.jwt.algorithms import ALGORITHMS, NUMBERS, mask, number
from molt_accel.jwt.exceptions import DecodeError, InvalidTokenError
from molt_accel.jwt.jwk import PyJWK, PyJWKSet
from molt_accel.jwt.keys import Prepared, prepare

__all__ = ["UNSET", "PyJWS", "Unset", "get_unverified_header"]


class Unset:
    """Stands for an algorithm that was not given."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()

_sign: Final = codecs.token_sign
_verify: Final = codecs.token_verify
_DEFAULT: Final = NUMBERS["HS256"]
_OPTIONS: Final = {"verify_signature": True, "enforce_minimum_key_length": False}


class PyJWS:
    """Signs bytes and verifies tokens; `algorithms` narrows what it does at all."""

    header_typ: ClassVar[str] = "JWT"

    def __init__(
        self, algorithms: Sequence[str] | None = None, options: dict[str, Any] | None = None
    ) -> None:
        self._mask = mask(ALGORITHMS if algorithms is None else algorithms)
        self.options: dict[str, Any] = {**_OPTIONS, **(options or {})}
        # The header's JSON of each algorithm, where a caller adds nothing to it.
        self._headers = [self._header(name, None, None, True, False) for name in ALGORITHMS]

    def get_algorithms(self) -> list[str]:
        """The names of the algorithms."""
        return [name for index, name in enumerate(ALGORITHMS) if self._mask >> index & 1]

    def encode(
        self,
        payload: bytes,
        key: Any,
        algorithm: str | Unset | None = UNSET,
        headers: dict[str, Any] | None = None,
        json_encoder: type[standard.JSONEncoder] | None = None,
        is_payload_detached: bool = False,
        sort_headers: bool = True,
    ) -> str:
        """A token.

        ``alg`` of `headers` goes before `algorithm`, and without either it is that of a `PyJWK`,
        or HS256. A detached payload is signed as it is (RFC 7797).

        Raises `InvalidKeyError` for a key that is not for the algorithm, ``NotImplementedError``
        for an algorithm that is not known, such as ``none``.
        """
        flags = 0
        if type(payload) is not bytes:
            payload = bytes(memoryview(payload))
        if headers is None and not is_payload_detached:
            index = _DEFAULT
            if algorithm is not UNSET or isinstance(key, PyJWK):
                index = number(_named(algorithm, key))
            header = self._headers[index]
        else:
            chosen = (headers or {}).get("alg") or _named(algorithm, key)
            index = number(chosen)
            is_detached = is_payload_detached or (headers or {}).get("b64") is False
            header = self._header(chosen, headers, json_encoder, sort_headers, is_detached)
            if is_detached:
                flags = codecs.TOKEN_UNENCODED | codecs.TOKEN_DETACHED
        if not self._mask >> index & 1:
            raise NotImplementedError("Algorithm not supported")
        prepared = key.prepared if isinstance(key, (PyJWK, PyJWKSet)) else prepare(key)
        if prepared.short:
            prepared.check_length(index, self.options["enforce_minimum_key_length"])
        token: str = _sign(prepared.handle, index, header, payload, flags)
        return token

    def _header(
        self,
        algorithm: Any,
        headers: dict[str, Any] | None,
        json_encoder: type[standard.JSONEncoder] | None,
        sort_headers: bool,
        is_detached: bool,
    ) -> bytes:
        header: dict[str, Any] = {"typ": self.header_typ, "alg": algorithm}
        if headers:
            _check_key_name(headers)
            header.update(headers)
        if not header["typ"]:
            del header["typ"]
        if is_detached:
            header["b64"] = False
            demanded = header.get("crit", [])
            if not isinstance(demanded, list):
                raise InvalidTokenError("Invalid 'crit' header: must be a list")
            if "b64" not in demanded:
                header["crit"] = [*demanded, "b64"]
        else:
            header.pop("b64", None)
        compact = (",", ":")
        return json.dumps(
            header, separators=compact, cls=json_encoder, sort_keys=sort_headers
        ).encode()

    def decode(
        self,
        jwt: str | bytes,
        key: Any = "",
        algorithms: Sequence[str] | None = None,
        options: dict[str, Any] | None = None,
        detached_payload: bytes | None = None,
    ) -> bytes:
        """The payload of a token; `decode_complete` says what is raised."""
        merged = {**self.options, **options} if options else self.options
        if merged["verify_signature"]:
            enforces = merged["enforce_minimum_key_length"]
            return self.verified(jwt, key, algorithms, enforces, detached_payload)
        return _unverified(jwt, detached_payload)[1]

    def decode_complete(
        self,
        jwt: str | bytes,
        key: Any = "",
        algorithms: Sequence[str] | None = None,
        options: dict[str, Any] | None = None,
        detached_payload: bytes | None = None,
    ) -> dict[str, Any]:
        """A token's ``payload``, ``header`` and ``signature``.

        `algorithms` are those that the token may name; a `PyJWK` brings its own.

        Raises `DecodeError` for what is no token, or when `algorithms` are missing,
        `InvalidSignatureError`, `InvalidAlgorithmError`, `InvalidTokenError`, `InvalidKeyError`.
        """
        payload = self.decode(jwt, key, algorithms, options, detached_payload)
        header, _, signature = _unverified(jwt, detached_payload)
        return {"payload": payload, "header": header, "signature": signature}

    def get_unverified_header(self, jwt: str | bytes) -> dict[str, Any]:
        """A token's header; nobody has looked at its signature."""
        return _unverified(jwt, None, header_only=True)[0]

    def verified(
        self,
        jwt: str | bytes,
        key: Any,
        algorithms: Sequence[str] | None,
        enforces: bool,
        detached: bytes | None,
    ) -> bytes:
        """The payload of a token whose signature holds."""
        if isinstance(key, PyJWK):
            allowed = 1 << NUMBERS[key.algorithm_name]
            if algorithms is not None:
                allowed &= mask(algorithms)
            prepared = key.prepared
        else:
            if not algorithms:
                raise DecodeError(
                    "It is required that you pass in a value for the "
                    '"algorithms" argument when calling decode().'
                )
            allowed = mask((algorithms,) if isinstance(algorithms, str) else algorithms)
            prepared = key.prepared if isinstance(key, PyJWKSet) else prepare(key)
        allowed &= self._mask
        if prepared.short & allowed:
            _check_length(key, prepared, jwt, allowed, enforces)
        if not isinstance(jwt, (str, bytes)):
            raise DecodeError("Invalid token type. Token must be a <class 'bytes'>")
        if detached is not None:
            detached = bytes(memoryview(detached))
        try:
            payload: bytes = _verify(prepared.handle, jwt, allowed, detached)
        except UnicodeEncodeError:
            raise DecodeError("Invalid token: not UTF-8") from None
        return payload


def _named(algorithm: str | Unset | None, key: Any) -> Any:
    """The algorithm to sign with, if no header names one."""
    if algorithm is UNSET or algorithm is None:
        if isinstance(key, PyJWK):
            return key.algorithm_name
        return "HS256" if algorithm is UNSET else "none"
    return algorithm


def _check_length(
    key: Any, prepared: Prepared, jwt: str | bytes, allowed: int, enforces: bool
) -> None:
    """Looks at short secrets: the one that the token chooses, for the algorithm that it names."""
    try:
        header = _unverified(jwt, None, header_only=True)[0]
    except InvalidTokenError:
        return  # verifying says what is wrong
    name = header.get("alg")
    if not isinstance(name, str) or name not in NUMBERS or not allowed >> NUMBERS[name] & 1:
        return
    chosen = [prepared]
    if isinstance(key, PyJWKSet):
        named = [each.prepared for each in key if each.key_id == header.get("kid")]
        chosen = named or [each.prepared for each in key]
    for each in chosen:
        each.check_length(NUMBERS[name], enforces)


def _unverified(
    jwt: str | bytes, detached: bytes | None, header_only: bool = False
) -> tuple[dict[str, Any], bytes, bytes]:
    """The header, payload and signature of a token, as they stand there."""
    if isinstance(jwt, str):
        try:
            jwt = jwt.encode()
        except UnicodeEncodeError:
            raise DecodeError("Invalid token: not UTF-8") from None
    if not isinstance(jwt, bytes):
        raise DecodeError("Invalid token type. Token must be a <class 'bytes'>")
    parts = jwt.split(b".", 3)
    if len(parts) != 3:
        raise DecodeError("Not enough segments" if len(parts) < 3 else "Too many segments")
    try:
        header = json.loads(_part(parts[0], "header"))
    except (ValueError, RecursionError):
        raise DecodeError("Invalid header string: it is no JSON") from None
    if not isinstance(header, dict):
        raise DecodeError("Invalid header string: must be a json object")
    if "kid" in header:
        _check_key_name(header)
    _check_extensions(header)
    if header_only:
        return header, b"", b""
    if header.get("b64", True) is False:
        if parts[1]:
            raise DecodeError("Payload segment must be empty when 'b64' is false.")
        if detached is None:
            raise DecodeError('The header has "b64" set to false: give "detached_payload".')
        payload = detached
    elif detached is not None:
        raise DecodeError('"detached_payload" needs a header that has "b64" set to false.')
    else:
        payload = _part(parts[1], "payload")
    return header, payload, _part(parts[2], "crypto")


def _part(text: bytes, name: str) -> bytes:
    decoded = base64_bytes(text)
    if decoded is None:
        raise DecodeError(f"Invalid {name} padding")
    return decoded


def _check_key_name(headers: dict[str, Any]) -> None:
    if not isinstance(headers.get("kid", ""), str):
        raise InvalidTokenError("Key ID header parameter must be a string")


def _check_extensions(header: dict[str, Any]) -> None:
    demanded = header.get("crit")
    if "crit" in header and not (isinstance(demanded, list) and demanded):
        raise InvalidTokenError("Invalid 'crit' header: must be a non-empty list")
    for name in demanded or ():
        if name != "b64":
            raise InvalidTokenError("Unsupported critical extension")
        if name not in header:
            raise InvalidTokenError(f"Critical extension '{name}' is missing from headers")
    if header.get("b64", True) is False and "b64" not in (demanded or ()):
        raise InvalidTokenError("The 'b64' header parameter requires 'b64' to be in 'crit'.")


_shared: Final = PyJWS()

get_unverified_header: Final = _shared.get_unverified_header
