"""JSON Web Tokens with the names and signatures of PyJWT, signed and verified natively.

    from molt_accel import jwt

    token = jwt.encode({"sub": "ada", "exp": 1893456000}, secret, algorithm="HS256")
    claims = jwt.decode(token, secret, algorithms=["HS256"])

HS, RS, PS and ES with 256, 384 and 512 bits and EdDSA. Keys are read once and kept; the GIL is free
while an asymmetric one is at work. `molt_accel.jwt.aio` has the same for coroutines. Where libmolt
is missing, ``hmac`` and the package cryptography sign, under the same rules.
"""

from __future__ import annotations

from molt_accel.jwt import aio, exceptions
from molt_accel.jwt.api import PyJWT, decode, decode_complete, encode
from molt_accel.jwt.exceptions import *  # noqa: F403  PyJWT's names
from molt_accel.jwt.exceptions import __all__ as _exceptions
from molt_accel.jwt.jwk import PyJWK, PyJWKSet
from molt_accel.jwt.jws import PyJWS, get_unverified_header
from molt_accel.jwt.keys import forget_keys

__all__ = [
    "PyJWK",
    "PyJWKSet",
    "PyJWS",
    "PyJWT",
    "aio",
    "decode",
    "decode_complete",
    "encode",
    "exceptions",
    "forget_keys",
    "get_unverified_header",
    *_exceptions,
]
