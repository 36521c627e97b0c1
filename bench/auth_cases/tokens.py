"""JSON Web Tokens made and read from Python: `molt_accel.jwt` beside PyJWT and libcrypto alone."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from .libcrypto import Floor
from .libcrypto import version as floor_version
from .operation import Operation, Peer, installed

CLAIMS = {
    "sub": "1234567890",
    "name": "Ada Lovelace",
    "admin": True,
    "aud": "api",
    "iat": 1_516_239_022,
    "exp": 4_102_444_800,
}
SECRET = b"0123456789abcdef0123456789abcdef"
DIGESTS = {"RS256": "SHA256", "ES256": "SHA256", "EdDSA": None}


def operations() -> list[Operation]:
    """All tokens; none where molt_accel.jwt or its peers are not there."""
    if find_spec("molt_accel.jwt") is None:
        print("molt_accel.jwt is not there: tokens are left out")
        return []
    found, _ = installed("pyjwt"), installed("cryptography")
    if found is None or _ is None:
        return []
    ours, peer = importlib.import_module("molt_accel.jwt"), importlib.import_module("jwt")
    made = with_secret(ours, peer, found)
    for algorithm, digest in DIGESTS.items():
        made += with_key(algorithm, digest, ours, peer, found)
    return made


def with_secret(ours: Any, peer: Any, version: str) -> list[Operation]:
    """HS256: sign, and verify with the claims."""
    sign = lambda of: lambda: of.encode(CLAIMS, SECRET, algorithm="HS256")  # noqa: E731
    token = sign(peer)()
    verify = reading(token, SECRET, "HS256")
    return [
        operation("HS256 sign", sign(ours), [Peer("PyJWT", version, sign(peer))], read(ours)),
        operation("HS256 verify", verify(ours), [Peer("PyJWT", version, verify(peer))], dict),
    ]


def with_key(
    algorithm: str, digest: str | None, ours: Any, peer: Any, version: str
) -> list[Operation]:
    """An asymmetric algorithm with key objects, and from the PEM on each call."""
    key, private, public = made_key(algorithm)
    pyjwt = lambda call: Peer("PyJWT", version, call)  # noqa: E731
    signs = lambda of, key: lambda: of.encode(CLAIMS, key, algorithm=algorithm)  # noqa: E731
    token = signs(peer, key)()
    floor = Floor(private, digest, token.rpartition(".")[0].encode())
    bare = [Peer("libcrypto alone", floor_version(), call) for call in (floor.sign, floor.verify)]
    return [
        operation(
            f"{algorithm} sign",
            signs(ours, private),
            [bare[0], pyjwt(signs(peer, key))],
            read_with(ours, public, algorithm),
        ),
        operation(
            f"{algorithm} verify",
            reading(token, public, algorithm)(ours),
            [bare[1], pyjwt(reading(token, key.public_key(), algorithm)(peer))],
            lambda claims: CLAIMS if claims is True else claims,
        ),
        operation(
            f"{algorithm} sign from PEM",
            signs(ours, private),
            [pyjwt(signs(peer, private))],
            read_with(ours, public, algorithm),
            turn=5,
        ),
    ]


def operation(
    case: str,
    ours: Callable[[], Any],
    peers: list[Peer],
    shown: Callable[[Any], Any],
    turn: int = 50,
) -> Operation:
    """Microseconds of one token."""
    return Operation(case, "µs", ours, peers, turn, shown)


def reading(token: str, key: Any, algorithm: str) -> Callable[[Any], Callable[[], Any]]:
    """The verification of a token by a module."""
    return lambda of: lambda: of.decode(token, key, algorithms=[algorithm], audience="api")


def read(ours: Any) -> Callable[[Any], Any]:
    """The claims of a token with the secret."""
    return read_with(ours, SECRET, "HS256")


def read_with(ours: Any, key: Any, algorithm: str) -> Callable[[Any], Any]:
    """The claims of what signing came to; the floor signed what has these claims."""

    def claims(made: str | bytes) -> Any:
        return CLAIMS if isinstance(made, bytes) else reading(made, key, algorithm)(ours)()

    return claims


def made_key(algorithm: str) -> tuple[Any, bytes, bytes]:
    """A new key as an object, and as the PEM of its two halves."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    key: Any
    if algorithm == "RS256":
        key = rsa.generate_private_key(65_537, 2048)
    elif algorithm == "ES256":
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = ed25519.Ed25519PrivateKey.generate()
    plain = form.NoEncryption()
    private = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, plain)
    public = form.PublicFormat.SubjectPublicKeyInfo
    return key, private, key.public_key().public_bytes(form.Encoding.PEM, public)
