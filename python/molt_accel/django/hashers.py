"""Django's password hashers, computed natively.

    PASSWORD_HASHERS = [
        "molt_accel.django.hashers.PBKDF2PasswordHasher",
        "molt_accel.django.hashers.Argon2PasswordHasher",
        ...
    ]

The classes have the names, algorithms and costs of Django's, of which they are subclasses, and
store the same texts: users log in unchanged, and a hash is upgraded when Django would. The GIL is
free while one is computed. What libmolt refuses, and everything where there is no libmolt, is
left to Django.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import hashers
from django.utils.crypto import constant_time_compare

from molt_accel import _passwords
from molt_accel.errors import MoltError

__all__ = [
    "Argon2PasswordHasher",
    "BCryptPasswordHasher",
    "BCryptSHA256PasswordHasher",
    "PBKDF2PasswordHasher",
    "PBKDF2SHA1PasswordHasher",
    "ScryptPasswordHasher",
]


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _encode(algorithm: str, costs: tuple[int, ...], password: Any, salt: str | bytes) -> str | None:
    """The stored text, or None where Django has to make it or to say what is wrong."""
    if not isinstance(password, (str, bytes)) or not isinstance(salt, (str, bytes)):
        return None
    if not all(isinstance(cost, int) and 0 <= cost < 1 << 64 for cost in costs):
        return None
    try:
        return _passwords.encode(algorithm, costs, _bytes(password), _bytes(salt))
    except (MoltError, UnicodeError):
        return None


class _NativePBKDF2(hashers.PBKDF2PasswordHasher):
    def encode(self, password: Any, salt: Any, iterations: int | None = None) -> str:
        """The stored text of a password."""
        costs = (iterations or self.iterations,)
        stored = _encode(self.algorithm, costs, password, salt)
        return stored or str(super().encode(password, salt, iterations))


class PBKDF2PasswordHasher(_NativePBKDF2):
    """``pbkdf2_sha256``."""


class PBKDF2SHA1PasswordHasher(_NativePBKDF2, hashers.PBKDF2SHA1PasswordHasher):
    """``pbkdf2_sha1``."""


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """``argon2``; argon2-cffi reads the parameters of stored hashes, as in Django."""

    def encode(self, password: Any, salt: Any) -> str:
        """The stored text of a password."""
        costs = (self.time_cost, self.memory_cost, self.parallelism)
        stored = _encode(self.algorithm, costs, password, salt)
        return stored or str(super().encode(password, salt))

    def verify(self, password: Any, encoded: str) -> bool:
        """Whether a stored text is of this password."""
        try:
            return _passwords.verify(_bytes(password), encoded)
        except (MoltError, UnicodeError, AttributeError):
            return bool(super().verify(password, encoded))


class ScryptPasswordHasher(hashers.ScryptPasswordHasher):
    """``scrypt``."""

    def encode(
        self,
        password: Any,
        salt: Any,
        n: int | None = None,
        r: int | None = None,
        p: int | None = None,
    ) -> str:
        """The stored text of a password."""
        costs = (n or self.work_factor, r or self.block_size, p or self.parallelism)
        stored = _encode(self.algorithm, costs, password, salt)
        return stored or str(super().encode(password, salt, n, r, p))


class _NativeBCrypt(hashers.BCryptSHA256PasswordHasher):
    def encode(self, password: Any, salt: Any) -> str:
        """The stored text of a password."""
        stored = _encode(self.algorithm, (), password, salt)
        return stored or str(super().encode(password, salt))

    def verify(self, password: Any, encoded: str) -> bool:
        """Whether a stored text is of this password."""
        algorithm, data = encoded.split("$", 1)
        if algorithm != self.algorithm:
            raise AssertionError(f"{algorithm} is not {self.algorithm}")
        return bool(constant_time_compare(encoded, self.encode(password, data.encode("ascii"))))


class BCryptSHA256PasswordHasher(_NativeBCrypt):
    """``bcrypt_sha256``; the package bcrypt makes new salts, as in Django."""


class BCryptPasswordHasher(_NativeBCrypt, hashers.BCryptPasswordHasher):
    """``bcrypt``: of a password the first 72 bytes count, also where bcrypt 5 refuses more."""
