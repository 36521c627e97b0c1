"""Hashes of passwords with Django's parameters, each as the text that Django stores.

Ours is what the hashers of molt_accel call, the peers are what Django's hashers call.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import ssl
from collections.abc import Callable

from molt_accel import _passwords

from .operation import Operation, Peer, installed

PASSWORD = b"correct horse battery staple"
SALT = b"Ru0ZbjWVkX1xJnTSoCkFJq"
ITERATIONS = 1_000_000
"""Django 5.2's."""
BCRYPT_SALT = b"$2b$12$abcdefghijklmnopqrstuu"


def operations() -> list[Operation]:
    """All hashes."""
    return [
        pbkdf2("sha256"),
        pbkdf2("sha1"),
        argon2("19 MiB, 2 passes, 1 lane", 2, 19_456, 1),
        argon2("100 MiB, 2 passes, 8 lanes (Django's)", 2, 102_400, 8),
        scrypt(),
        bcrypt(),
    ]


def operation(
    case: str, algorithm: str, costs: tuple[int, ...], peers: list[Peer], salt: bytes = SALT
) -> Operation:
    """A hash of ours beside those that come to the same text."""
    ours = lambda: _passwords.encode(algorithm, costs, PASSWORD, salt)  # noqa: E731
    return Operation(case, "ms", ours, peers, turn=1, shown=str)


def pbkdf2(digest: str) -> Operation:
    """Beside hashlib, and fastpbkdf2 where it is built."""
    start = f"pbkdf2_{digest}${ITERATIONS}${SALT.decode()}$"

    def text(function: Callable[[str, bytes, bytes, int], bytes]) -> Callable[[], str]:
        return lambda: start + in_base64(function(digest, PASSWORD, SALT, ITERATIONS))

    peers = [Peer("hashlib", ssl.OPENSSL_VERSION, text(hashlib.pbkdf2_hmac))]
    if found := installed("fastpbkdf2"):
        try:
            other = importlib.import_module("fastpbkdf2")
            peers.append(Peer("fastpbkdf2", found, text(other.pbkdf2_hmac)))
        except ImportError:
            print("fastpbkdf2 is installed without its extension: left out")
    name = f"PBKDF2-{digest.upper()}, {ITERATIONS:,} iterations"
    return operation(name, f"pbkdf2_{digest}", (ITERATIONS,), peers)


def argon2(name: str, passes: int, memory: int, lanes: int) -> Operation:
    """Beside argon2-cffi, which fills several lanes on threads of its own."""
    peers = []
    if found := installed("argon2-cffi"):
        from argon2.low_level import Type, hash_secret

        def text() -> str:
            stored = hash_secret(PASSWORD, SALT, passes, memory, lanes, 32, Type.ID)
            return "argon2" + stored.decode()

        peers.append(Peer("argon2-cffi", found, text))
    return operation(f"Argon2id, {name}", "argon2", (passes, memory, lanes), peers)


def scrypt() -> Operation:
    """Beside hashlib."""
    n, r, p = 2**14, 8, 5

    def text() -> str:
        key = hashlib.scrypt(PASSWORD, salt=SALT, n=n, r=r, p=p, maxmem=64 << 20, dklen=64)
        return f"scrypt${n}${SALT.decode()}${r}${p}${in_base64(key)}"

    peers = [Peer("hashlib", ssl.OPENSSL_VERSION, text)]
    return operation("scrypt, 2^14, 8, 5 (Django's)", "scrypt", (n, r, p), peers)


def bcrypt() -> Operation:
    """Beside the package bcrypt."""
    peers = []
    if found := installed("bcrypt"):
        package = importlib.import_module("bcrypt")

        def text() -> str:
            return "bcrypt$" + str(package.hashpw(PASSWORD, BCRYPT_SALT).decode())

        peers.append(Peer("bcrypt", found, text))
    return operation("bcrypt, 12 rounds (Django's)", "bcrypt", (), peers, salt=BCRYPT_SALT)


def in_base64(key: bytes) -> str:
    """As Django stores it."""
    return base64.b64encode(key).decode("ascii")
