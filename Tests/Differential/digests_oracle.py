"""Print inputs and what CPython's hashlib and hmac make of them, for MoltDigestsTests.

    python3 digests_oracle.py [--seed N]

Each record has seven fields, each behind its length (four bytes, little-endian): the digest's
name, the iterations of PBKDF2, key, message, digest of the message, HMAC, and PBKDF2 of key and
message.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import random
import sys

NAMES = ("md5", "sha1", "sha256", "sha384", "sha512")
LENGTHS = (0, 1, 55, 56, 57, 63, 64, 65, 111, 112, 113, 119, 120, 127, 128, 129, 191, 192, 256)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    source = random.Random(parser.parse_args().seed)
    for name in NAMES:
        lengths = [(length, length) for length in LENGTHS]
        lengths += [(source.randrange(200), source.randrange(2000)) for _ in range(100)]
        for key_length, message_length in lengths:
            key, message = source.randbytes(key_length), source.randbytes(message_length)
            iterations = source.choice((1, 2, 3, 10, 100))
            size = source.choice((1, 16, 20, 32, 40, 64, 65, 100, 200))
            fields = (
                name.encode(),
                str(iterations).encode(),
                key,
                message,
                hashlib.new(name, message).digest(),
                hmac.new(key, message, name).digest(),
                hashlib.pbkdf2_hmac(name, key, message, iterations, size),
            )
            for field in fields:
                sys.stdout.buffer.write(len(field).to_bytes(4, "little") + field)


if __name__ == "__main__":
    main()
