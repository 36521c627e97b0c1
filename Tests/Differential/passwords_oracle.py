"""Print passwords as Django stores them, for MoltAuthTests.

    python3 passwords_oracle.py [--seed N] [--count N]

Needs Django, argon2-cffi and bcrypt. Each record has these fields, each behind its length (four
bytes, little-endian): the password, another one, the salt that was passed, the stored text,
Django's summary as lines of name and value with a tab between, and whether it must be updated
(0 or 1).

The hashers have small costs, which are at the head of `HASHERS`.
"""

from __future__ import annotations

import argparse
import random
import sys
import warnings
from importlib.util import find_spec
from typing import Any

import django
from django.conf import settings

settings.configure(USE_I18N=False)
django.setup()

from django.contrib.auth import hashers  # noqa: E402


class FewIterations(hashers.PBKDF2PasswordHasher):
    iterations = 120


class FewIterationsSHA1(hashers.PBKDF2SHA1PasswordHasher):
    iterations = 120


class LittleMemory(hashers.Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 96
    parallelism = 3


class FewRounds(hashers.BCryptPasswordHasher):
    rounds = 4


class FewRoundsSHA256(hashers.BCryptSHA256PasswordHasher):
    rounds = 4


class LittleWork(hashers.ScryptPasswordHasher):
    work_factor = 16
    parallelism = 5


HASHERS = (
    FewIterations,
    FewIterationsSHA1,
    LittleMemory,
    FewRounds,
    FewRoundsSHA256,
    LittleWork,
    hashers.MD5PasswordHasher,
)
if hasattr(hashers, "CryptPasswordHasher") and find_spec("crypt"):
    # Django 4.2 on CPython until 3.12.
    warnings.simplefilter("ignore")
    HASHERS += (hashers.CryptPasswordHasher,)
ALPHABETS = ("abcXYZ012 $!", "äßéñ", "日本語", "😀🎉", "\0\x01\n\t")


def text(source: random.Random, length: int) -> str:
    return "".join(source.choice(source.choice(ALPHABETS)) for _ in range(length))


def password(source: random.Random, hasher: Any) -> str:
    length = source.choice((0, 1, 5, 17, 55, 64, 65, 72, 200, 5000))
    if hasher.algorithm == "crypt":
        return text(source, min(length, 17)).replace("\0", "0")[:8]
    if isinstance(hasher, FewRounds):
        # Newer versions of bcrypt refuse what older ones cut off.
        return text(source, min(length, 17))
    return text(source, length)


def salt(source: random.Random, hasher: Any) -> str:
    if isinstance(hasher, FewRoundsSHA256 | FewRounds):
        return str(hasher.salt().decode("ascii"))
    if hasher.algorithm == "crypt":
        return str(hasher.salt())
    length = source.choice((8, 16, 21, 22, 23, 40))
    return "".join(source.choice(hashers.RANDOM_STRING_CHARS) for _ in range(length))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=40)
    arguments = parser.parse_args()
    source = random.Random(arguments.seed)
    for _ in range(arguments.count):
        for hasher in (kind() for kind in HASHERS):
            first, second = password(source, hasher), password(source, hasher) + "x"
            used = salt(source, hasher)
            stored = hasher.encode(first, used.encode() if "bcrypt" in hasher.algorithm else used)
            summary = "".join(f"{k}\t{v}\n" for k, v in hasher.safe_summary(stored).items())
            update = str(int(hasher.must_update(stored)))
            for field in (first, second, used, stored, summary, update):
                data = field.encode()
                sys.stdout.buffer.write(len(data).to_bytes(4, "little") + data)


if __name__ == "__main__":
    main()
