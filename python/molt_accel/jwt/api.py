"""Tokens with claims (RFC 7519) with the signatures of PyJWT's ``PyJWT``."""

from __future__ import annotations

import json as standard
import warnings
from calendar import timegm
from collections.abc import Container, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from molt_accel import json
from molt_accel._codecs import codecs
from molt_accel.jwt import claims
from molt_accel.jwt.exceptions import DecodeError
from molt_accel.jwt.jws import UNSET, PyJWS, Unset

__all__ = ["PyJWT", "decode", "decode_complete", "encode"]

_dumps: Final = codecs.json_dumps
_loads: Final = codecs.json_loads
_DUMP_FLAGS: Final = codecs.RESULT_BYTES | codecs.NAN_LITERAL
_LOAD_FLAGS: Final = codecs.JSON_COMPATIBLE
_TIMES: Final = ("exp", "iat", "nbf")


class PyJWT:
    """Makes tokens of dicts, and dicts of tokens; `options` are those of every `decode`."""

    def __init__(self, options: dict[str, Any] | None = None) -> None:
        self.options = claims.merge(claims.DEFAULTS, options or {})
        self._jws = PyJWS(
            options={name: self.options[name] for name in PyJWS().options},
        )

    def encode(
        self,
        payload: dict[str, Any],
        key: Any,
        algorithm: str | Unset | None = UNSET,
        headers: dict[str, Any] | None = None,
        json_encoder: type[standard.JSONEncoder] | None = None,
        sort_headers: bool = True,
    ) -> str:
        """A token with these claims; datetimes of ``exp``, ``iat`` and ``nbf`` become seconds.

        Raises ``TypeError`` for a payload that is no dict, is no JSON or whose ``iss`` is no str,
        and what `PyJWS.encode` raises.
        """
        if not isinstance(payload, dict):
            raise TypeError(
                "Expecting a dict object, as JWT only supports JSON objects as payloads."
            )
        for name in _TIMES:
            if name in payload and isinstance(payload[name], datetime):
                payload = {**payload, name: timegm(payload[name].utctimetuple())}
        if "iss" in payload and not isinstance(payload["iss"], str):
            raise TypeError("Issuer (iss) must be a string.")
        data = self._encode_payload(payload, headers, json_encoder)
        return self._jws.encode(
            data, key, algorithm, headers, json_encoder, sort_headers=sort_headers
        )

    def _encode_payload(
        self,
        payload: dict[str, Any],
        headers: dict[str, Any] | None = None,
        json_encoder: type[standard.JSONEncoder] | None = None,
    ) -> bytes:
        """The bytes to sign; subclasses may make others, such as compressed ones."""
        if json_encoder is not None:
            return json.dumps(payload, separators=(",", ":"), cls=json_encoder).encode()
        data: bytes = _dumps(payload, _DUMP_FLAGS, None)
        return data

    def decode(
        self,
        jwt: str | bytes,
        key: Any = "",
        algorithms: Sequence[str] | None = None,
        options: dict[str, Any] | None = None,
        verify: bool | None = None,
        detached_payload: bytes | None = None,
        audience: str | Iterable[str] | None = None,
        subject: str | None = None,
        issuer: str | Container[str] | None = None,
        leeway: float | timedelta = 0,
    ) -> dict[str, Any]:
        """The claims of a token whose signature holds and whose claims are as they must be.

        `key` is a secret, PEM, `PyJWK`, `PyJWKSet` or an object of cryptography; `algorithms` are
        those that the token may name. `verify` does nothing, as in PyJWT.

        Raises `ExpiredSignatureError` and the other kinds of `InvalidTokenError`, and
        `InvalidKeyError`.
        """
        merged = self.options
        if options is not None or verify is not None:
            merged = self._merged(options, verify)
        if merged["verify_signature"]:
            enforces = merged["enforce_minimum_key_length"]
            data = self._jws.verified(jwt, key, algorithms, enforces, detached_payload)
        else:
            data = self._jws.decode(jwt, key, algorithms, merged, detached_payload)
        decoded = self._decode_payload({"payload": data})
        claims.check(decoded, merged, audience, issuer, subject, leeway)
        return decoded

    def decode_complete(
        self,
        jwt: str | bytes,
        key: Any = "",
        algorithms: Sequence[str] | None = None,
        options: dict[str, Any] | None = None,
        verify: bool | None = None,
        detached_payload: bytes | None = None,
        audience: str | Iterable[str] | None = None,
        issuer: str | Container[str] | None = None,
        subject: str | None = None,
        leeway: float | timedelta = 0,
    ) -> dict[str, Any]:
        """As `decode`, but answers ``payload``, ``header`` and ``signature``."""
        merged = self._merged(options, verify)
        decoded = self._jws.decode_complete(
            jwt, key, algorithms, {name: merged[name] for name in self._jws.options},
            detached_payload,
        )  # fmt: skip
        decoded["payload"] = self._decode_payload(decoded)
        claims.check(decoded["payload"], merged, audience, issuer, subject, leeway)
        return decoded

    def _decode_payload(self, decoded: dict[str, Any]) -> dict[str, Any]:
        """The claims of what was signed; subclasses may read other bytes."""
        try:
            payload = _loads(decoded["payload"], _LOAD_FLAGS)
        except (ValueError, RecursionError):
            raise DecodeError("Invalid payload string: it is no JSON") from None
        if not isinstance(payload, dict):
            raise DecodeError("Invalid payload string: must be a json object")
        return payload

    def _merged(self, options: dict[str, Any] | None, verify: bool | None) -> dict[str, Any]:
        if verify is not None and verify != (options or {}).get("verify_signature", True):
            warnings.warn(
                "The `verify` argument to `decode` does nothing: set `verify_signature` in the "
                "`options` dictionary.",
                DeprecationWarning,
                stacklevel=3,
            )
        return claims.merge(self.options, options) if options is not None else self.options


_shared: Final = PyJWT()

encode: Final = _shared.encode
decode: Final = _shared.decode
decode_complete: Final = _shared.decode_complete
