"""Print what Django signs, for MoltAuthTests.

    python3 signing_oracle.py [--seed N]

Each record has a kind and its fields, each behind its length (four bytes, little-endian). The
time is 1,700,000,000 seconds after 1970, the secret `KEY` and the older one `OLD`.
"""

from __future__ import annotations

import argparse
import datetime
import random
import sys
import time
from unittest import mock

import django
from django.conf import settings

KEY, OLD, NOW = "sécret", "older", 1_700_000_000

settings.configure(
    USE_I18N=False,
    SECRET_KEY=KEY,
    SECRET_KEY_FALLBACKS=[OLD],
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.auth.tokens import PasswordResetTokenGenerator  # noqa: E402
from django.contrib.sessions.backends.base import SessionBase  # noqa: E402
from django.core import signing  # noqa: E402
from django.middleware import csrf  # noqa: E402


class SessionStore(SessionBase):
    pass


def write(*fields: object) -> None:
    for field in fields:
        data = str(field).encode()
        sys.stdout.buffer.write(len(data).to_bytes(4, "little") + data)


def text(source: random.Random) -> str:
    alphabet = "abc:.-_= $äß日😀\0\n"
    return "".join(source.choice(alphabet) for _ in range(source.choice((0, 1, 7, 300))))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    source = random.Random(parser.parse_args().seed)
    for _ in range(60):
        value, salt = text(source), text(source) or "salt"
        write("signer", value, salt, signing.Signer(salt=salt).sign(value))
        write("old", value, salt, signing.Signer(key=OLD, salt=salt).sign(value))
        write("sha1", value, salt, signing.Signer(salt=salt, algorithm="sha1").sign(value))
        write("timestamp", value, salt, signing.TimestampSigner(salt=salt).sign(value))
        document = {"a": value, "b": [1, 2.5, None] * source.choice((0, 1, 60))}
        plain = signing.JSONSerializer().dumps(document).decode("ascii")
        write("dumps", plain, salt, signing.dumps(document, salt=salt))
        write("compressed", plain, salt, signing.dumps(document, salt=salt, compress=True))
        write("session", plain, "", SessionStore().encode(document))
        stored = f"pbkdf2_sha256$1${salt}"
        user = User(pk=source.randrange(1, 10**6), password=stored, email="a@b.example")
        user.last_login = datetime.datetime(2026, 11, 23, 1, 21, 39, 5)
        write("auth-hash", stored, "", user.get_session_auth_hash())
        generator = PasswordResetTokenGenerator()
        token = generator._make_token_with_timestamp(user, NOW, KEY)
        write("reset", f"{user.pk}\n{stored}", "", token)
        secret = csrf._get_new_csrf_string()
        write("csrf", secret, "", csrf._mask_cipher_secret(secret))


if __name__ == "__main__":
    with mock.patch.object(time, "time", return_value=float(NOW)):
        main()
