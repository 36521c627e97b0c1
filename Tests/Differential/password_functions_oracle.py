"""Print what argon2-cffi, hashlib and bcrypt make of random bytes, for MoltAuthTests.

    python3 password_functions_oracle.py [--seed N] [--count N]

Each record has these fields, each behind its length (four bytes, little-endian): the function
(`argon2`, `scrypt` or `bcrypt`), its parameters as decimal numbers with spaces between, the
password, the salt and the hash. Passwords are of any bytes, null bytes included.

The parameters: of Argon2 the variant (0 is d, 1 is i, 2 is id), the version, passes, KiB and lanes;
of scrypt N, r and p; of bcrypt the cost.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys

import bcrypt
from argon2.low_level import Type, hash_secret_raw

LENGTHS = (0, 1, 8, 31, 32, 63, 64, 65, 72, 127, 128, 129, 1000, 20_000)


def argon2(source: random.Random, password: bytes) -> tuple[list[int], bytes, bytes]:
    """A hash of any variant and version."""
    variant, version = source.randrange(3), source.choice((16, 19))
    passes, lanes = source.randrange(1, 4), source.randrange(1, 6)
    memory = 8 * lanes + source.randrange(300)
    salt, size = (
        source.randbytes(source.choice((8, 16, 22, 64))),
        source.choice((4, 16, 32, 64, 65, 200)),
    )
    made = hash_secret_raw(password, salt, passes, memory, lanes, size, Type(variant), version)
    return [variant, version, passes, memory, lanes], salt, made


def scrypt(source: random.Random, password: bytes) -> tuple[list[int], bytes, bytes]:
    """A hash with small costs."""
    n, r, p = 2 ** source.randrange(1, 9), source.randrange(1, 9), source.randrange(1, 7)
    salt, size = source.randbytes(source.choice((0, 8, 22, 100))), source.choice((1, 32, 64, 100))
    made = hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, dklen=size)
    return [n, r, p], salt, made


def of_bcrypt(source: random.Random, password: bytes) -> tuple[list[int], bytes, bytes]:
    """A hash of cost 4; newer versions refuse more than 72 bytes, which others cut off."""
    setting = bcrypt.gensalt(4)
    made = bcrypt.hashpw(password[:72], setting)
    return [4], setting, made


FUNCTIONS = {"argon2": argon2, "scrypt": scrypt, "bcrypt": of_bcrypt}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=60)
    arguments = parser.parse_args()
    source = random.Random(arguments.seed)
    for _ in range(arguments.count):
        for name, function in FUNCTIONS.items():
            password = source.randbytes(source.choice(LENGTHS))
            if source.random() < 0.2:
                password = password.replace(password[:1], b"\0")
            numbers, salt, made = function(source, password)
            for field in (
                name.encode(),
                " ".join(map(str, numbers)).encode(),
                password,
                salt,
                made,
            ):
                sys.stdout.buffer.write(len(field).to_bytes(4, "little") + field)


if __name__ == "__main__":
    main()
