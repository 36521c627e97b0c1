"""molt_accel's password hashers beside Django's, both ways."""

import asyncio
import os
import sys
import time

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import hashers as of_django
from django.contrib.auth.hashers import check_password, make_password
from django.test import override_settings

from molt_accel import _passwords
from molt_accel.django import hashers
from molt_accel.errors import InvalidInput, Unsupported

pytestmark = pytest.mark.skipif(
    not os.environ.get("MOLT_LIBRARY"), reason="MOLT_LIBRARY names no libmolt.so"
)

PASSWORDS = ["", "letmein", "pässwörd 日本 😀", "a\0b", "x" * 60, "long" * 2000]

CHEAP = {
    "PBKDF2PasswordHasher": {"iterations": 150},
    "PBKDF2SHA1PasswordHasher": {"iterations": 150},
    "Argon2PasswordHasher": {"time_cost": 1, "memory_cost": 64, "parallelism": 2},
    "ScryptPasswordHasher": {"work_factor": 16},
    "BCryptSHA256PasswordHasher": {"rounds": 4},
    "BCryptPasswordHasher": {"rounds": 4},
}
NEEDS = {"Argon2PasswordHasher": "argon2", "BCryptPasswordHasher": "bcrypt"}
NEEDS["BCryptSHA256PasswordHasher"] = "bcrypt"


def cheap(module, name):
    """A hasher of either kind with small costs."""
    return type(name, (getattr(module, name),), CHEAP[name])()


@pytest.fixture(params=CHEAP)
def pair(request):
    """The native hasher and Django's."""
    if request.param in NEEDS:
        pytest.importorskip(NEEDS[request.param])
    return cheap(hashers, request.param), cheap(of_django, request.param)


@pytest.mark.parametrize("password", PASSWORDS)
def test_the_stored_texts_are_djangos(pair, password):
    native, django = pair
    if native.algorithm == "bcrypt" and len(password.encode()) > 72:
        pytest.skip("bcrypt 5 refuses what older versions cut off")
    salt = django.salt()
    stored = native.encode(password, salt)
    assert stored == django.encode(password, salt)
    assert django.verify(password, stored)
    assert native.verify(password, stored)
    assert not native.verify(password[:-1] + "?", stored)
    assert native.must_update(stored) == django.must_update(stored)
    assert native.safe_summary(stored) == django.safe_summary(stored)


def test_it_is_computed_natively(pair, monkeypatch):
    native, django = pair
    stored = django.encode("letmein", django.salt())
    calls = []
    for name in ("encode", "verify"):
        function = getattr(_passwords, name)

        def counted(*arguments, function=function):
            calls.append(arguments)
            return function(*arguments)

        monkeypatch.setattr(_passwords, name, counted)
    assert native.verify("letmein", stored)
    assert len(calls) == 1


def test_an_event_loop_goes_on_while_a_password_is_verified(monkeypatch):
    class Slow(hashers.PBKDF2PasswordHasher):
        iterations = 1_000_000

    turns = 0
    turns_meanwhile = []
    encode, verify = _passwords._functions()

    def counted(*arguments):
        before, deadline = turns, time.monotonic() + 60
        code = encode(*arguments)
        # A loop that is free to turn may still have had no core to turn on.
        while turns == before and time.monotonic() < deadline:
            code = encode(*arguments)
        turns_meanwhile.append(turns - before)
        return code

    async def take_turns():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def log_in():
        other = asyncio.create_task(take_turns())
        correct = await sync_to_async(Slow().verify)("letmein", stored)
        other.cancel()
        return correct

    stored = Slow().encode("letmein", "a" * 22)
    monkeypatch.setattr(_passwords, "_functions", lambda: (counted, verify))
    interval = sys.getswitchinterval()
    # So long that a thread has the GIL until it gives it up.
    sys.setswitchinterval(1_000)
    try:
        assert asyncio.run(log_in())
    finally:
        sys.setswitchinterval(interval)
    assert len(turns_meanwhile) == 1
    assert turns_meanwhile[0] > 0


@pytest.mark.parametrize("salt", ["", "a$b"])
def test_what_django_refuses_is_refused(salt):
    with pytest.raises(ValueError, match="salt"):
        cheap(hashers, "PBKDF2PasswordHasher").encode("a", salt)


def test_a_hash_of_other_costs_is_upgraded():
    old = cheap(of_django, "PBKDF2PasswordHasher").encode("letmein", "a" * 22)
    path = "molt_accel.django.hashers.PBKDF2PasswordHasher"
    stored = []
    with override_settings(PASSWORD_HASHERS=[path]):
        assert check_password("letmein", old, setter=stored.append)
        assert not check_password("letmeout", old)
        assert make_password("letmein").startswith("pbkdf2_sha256$")
    assert stored == ["letmein"]


def test_errors_name_no_part_of_a_password():
    with pytest.raises(Unsupported):
        _passwords.verify(b"secret", "unknown$hash")
    with pytest.raises(InvalidInput) as raised:
        _passwords.verify(b"secret", "pbkdf2_sha256$x$salt$hash")
    assert raised.value.offset == 14
    assert "secret" not in str(raised.value)
    assert "salt" not in str(raised.value)
