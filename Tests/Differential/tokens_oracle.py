"""Print tokens that PyJWT made and what it says about claims, for MoltAuthTests.

    python3 tokens_oracle.py tokens [--seed N]
    python3 tokens_oracle.py claims [--seed N]
    python3 tokens_oracle.py verify --file RECORDS

`tokens`: records of algorithm, private key (PEM or a secret in hexadecimal), public key (PEM,
or the secret again), private key in JSON, payload and token. `claims`: records of payload,
audience, issuer, leeway, required claims (by commas) and the name of the exception, empty for
none; the time is 1,700,000,000. `verify` reads records of algorithm, public key and token from
a file and writes each payload as PyJWT reads it; joserfc, where it is installed, must read the
same. A field is behind its length (four bytes, little-endian).
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import sys
from importlib.util import find_spec
from typing import BinaryIO
from unittest import mock

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from jwt.algorithms import get_default_algorithms

NOW = 1_700_000_000
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
PRIVATE_FORMS = (
    serialization.PrivateFormat.PKCS8,
    serialization.PrivateFormat.TraditionalOpenSSL,
)


def write(*fields: str | bytes) -> None:
    for field in fields:
        data = field.encode() if isinstance(field, str) else field
        sys.stdout.buffer.write(len(data).to_bytes(4, "little") + data)


def read(file: BinaryIO) -> bytes | None:
    head = file.read(4)
    return file.read(int.from_bytes(head, "little")) if head else None


def new_key(algorithm: str, source: random.Random):
    if algorithm.startswith("ES"):
        return ec.generate_private_key(CURVES[algorithm]())
    if algorithm == "EdDSA":
        kind = source.choice((ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey))
        return kind.generate()
    return rsa.generate_private_key(65537, 2048)


def private_pem(key, source: random.Random) -> str:
    edwards = isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    form = PRIVATE_FORMS[0] if edwards else source.choice(PRIVATE_FORMS)
    none = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, none).decode()


def public_pem(key, source: random.Random) -> str:
    forms = [serialization.PublicFormat.SubjectPublicKeyInfo]
    if isinstance(key, rsa.RSAPrivateKey):
        forms.append(serialization.PublicFormat.PKCS1)
    public = key.public_key()
    return public.public_bytes(serialization.Encoding.PEM, source.choice(forms)).decode()


def tokens(source: random.Random) -> None:
    for algorithm in ("HS256", "HS384", "HS512"):
        for length in (32, 48, 64, 65, 128, 129, 300):
            if length * 8 < int(algorithm[2:]):
                continue
            secret = source.randbytes(length)
            payload = {"a": "ü" * source.randrange(50), "n": source.randrange(10**12)}
            token = jwt.encode(payload, secret, algorithm, headers={"kid": 'é"1'})
            text = json.dumps(payload, separators=(",", ":"))
            write(algorithm, secret.hex(), secret.hex(), "", text, token)
    shared = new_key("RS256", source)
    for algorithm in ("RS", "PS", "ES"):
        for bits in ("256", "384", "512"):
            write_signed(algorithm + bits, shared, source)
    for _ in range(4):
        write_signed("EdDSA", shared, source)


def write_signed(algorithm: str, shared: rsa.RSAPrivateKey, source: random.Random) -> None:
    key = shared if algorithm[0] in "RP" else new_key(algorithm, source)
    payload = {"a": "ü" * source.randrange(50), "b": [None, True, 1.5]}
    token = jwt.encode(payload, key, algorithm)
    text = json.dumps(payload, separators=(",", ":"))
    document = get_default_algorithms()[algorithm].to_jwk(key)
    if isinstance(document, dict):
        document = json.dumps(document)
    private, public = private_pem(key, source), public_pem(key, source)
    write(algorithm, private, public, document, text, token)


# PyJWT also takes texts of digits, and true for 1; those are refused here.
TIMES = (NOW, NOW - 1, NOW + 1, NOW - 10, NOW + 10, NOW + 0.5, NOW - 9.5, 0, "x", None, [])


def claims(source: random.Random) -> None:
    for _ in range(2000):
        payload: dict[str, object] = {}
        for name in ("exp", "nbf", "iat"):
            if source.randrange(3) == 0:
                payload[name] = source.choice(TIMES[: source.choice((7, 11))])
        if source.randrange(2):
            payload["aud"] = source.choice(("a", "b", "", ["a", "b"], [], ["c"], 5, [1], None))
        if source.randrange(2):
            payload["iss"] = source.choice(("i", "j", 5, ""))
        if source.randrange(4) == 0:
            payload["sub"] = source.choice(("s", "", 7))
            payload["jti"] = source.choice(("t", 8))
        audience = source.choice((None, None, "a", "z"))
        issuer = source.choice((None, None, "i"))
        leeway = source.choice((0, 10))
        required = source.choice(([], ["exp"], ["sub", "aud"]))
        write(json.dumps(payload), audience or "", issuer or "", str(leeway), ",".join(required))
        write(verdict(payload, audience, issuer, leeway, required))


class FixedTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(NOW, tz)


def verdict(payload, audience, issuer, leeway, required) -> str:
    secret = b"k" * 32
    token = jwt.api_jws.encode(json.dumps(payload).encode(), secret, "HS256")
    try:
        with mock.patch("jwt.api_jwt.datetime", FixedTime):
            jwt.decode(
                token,
                secret,
                ["HS256"],
                {"require": required},
                audience=audience,
                issuer=issuer,
                leeway=leeway,
            )
    except jwt.PyJWTError as error:
        return type(error).__name__
    return ""


def joserfc_payload(algorithm: str, key: bytes, token: bytes) -> bytes | None:
    if find_spec("joserfc") is None:
        return None
    from joserfc import jwk, jws

    kind = {"HS": "oct", "RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}[algorithm[:2]]
    registry = jws.JWSRegistry(algorithms=[algorithm])
    return jws.deserialize_compact(token, jwk.import_key(key, kind), registry=registry).payload


def verify(path: str) -> None:
    with open(path, "rb") as file:
        while (name := read(file)) is not None:
            algorithm, key, token = name.decode(), read(file) or b"", read(file) or b""
            if algorithm.startswith("HS"):
                key = bytes.fromhex(key.decode())
            payload = jwt.api_jws.decode(token, key, [algorithm])
            other = joserfc_payload(algorithm, key, token)
            if other not in (None, payload):
                raise SystemExit(f"joserfc and PyJWT differ for {algorithm}")
            write(payload)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("tokens", "claims", "verify"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--file", default="")
    arguments = parser.parse_args()
    source = random.Random(arguments.seed)
    if arguments.what == "verify":
        verify(arguments.file)
    else:
        {"tokens": tokens, "claims": claims}[arguments.what](source)


if __name__ == "__main__":
    main()
