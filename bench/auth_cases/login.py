"""Django's own login view under gunicorn: a form with a password, a session, a redirect.

Both sides verify the same stored hashes of PostgreSQL; only `PASSWORD_HASHERS` differs. SQLite
would refuse some of the sessions that two processes write.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
from collections.abc import Iterator
from importlib.metadata import version
from urllib.parse import urlencode

import surroundings
from recording import Case, compared
from surroundings import load

from .operation import installed

URL = "/login/"
PASSWORD = "correct horse battery staple"
TOKEN = "x" * 32
"""A CSRF token: cookie and form only have to have the same one."""
SIDES = {"Molt": "molt_accel.django.hashers", "Django": "django.contrib.auth.hashers"}


def cases(rounds: int, seconds: float) -> list[Case]:
    """Requests per second of each hasher on both sides."""
    hashers = ["PBKDF2PasswordHasher"]
    if installed("argon2-cffi"):
        hashers.append("Argon2PasswordHasher")
    with surroundings.postgres_catalogue(), contextlib.ExitStack() as stack:
        stored = {hasher: created(hasher) for hasher in hashers}
        places = {
            (hasher, side): stack.enter_context(server(f"{module}.{hasher}"))
            for hasher in hashers
            for side, module in SIDES.items()
        }
        # All have started when nobody is timed yet.
        for (hasher, _), port in places.items():
            load.digest(port, "/empty/0/")
            load.measure(port, URL, 2, request(hasher))
        taken: dict[tuple[str, str], list[float]] = {place: [] for place in places}
        for _ in range(rounds):
            for (hasher, side), port in places.items():
                taken[hasher, side].append(rate(port, hasher, seconds))
        check_unchanged(stored)
    rates = {place: statistics.median(found) for place, found in taken.items()}
    return [case(hasher, rates) for hasher in hashers]


def case(hasher: str, rates: dict[tuple[str, str], float]) -> Case:
    """Ours beside Django's with one hasher."""
    name = f"login view, {hasher}, gunicorn with {load.WORKER_COUNT} workers"
    ours, theirs = rates[hasher, "Molt"], rates[hasher, "Django"]
    return compared(name, ours, theirs, "Django's hasher", version("Django"), unit="requests/s")


def created(hasher: str) -> str:
    """A user of the hasher's name, with a hash that Django's hasher made: the stored text."""
    from django.contrib.auth import hashers
    from django.contrib.auth.models import User

    of_django = getattr(hashers, hasher)()
    stored = str(of_django.encode(PASSWORD, of_django.salt()))
    User.objects.create(username=hasher, password=stored)
    return stored


def check_unchanged(stored: dict[str, str]) -> None:
    """Stops the benchmark if a login replaced a hash."""
    from django.contrib.auth.models import User

    for hasher, text in stored.items():
        user = User.objects.get(username=hasher)
        if user.password != text or user.last_login is None:
            sys.exit(f"{hasher}: the stored hash was replaced, or nobody logged in")


@contextlib.contextmanager
def server(hasher: str) -> Iterator[int]:
    """The project with one hasher."""
    environment = {**os.environ, "BENCH_HASHER": hasher}
    with load.server("catalogue.wsgi", environment, surroundings.BENCH) as port:
        yield port


def rate(port: int, hasher: str, seconds: float) -> float:
    """Requests per second of logins.

    One that fails would show the form again, for which the project has no template: an error 500.
    """
    found = load.measure(port, URL, seconds, request(hasher))
    if found.failures:
        sys.exit(f"{hasher}: {found.failures} logins failed")
    return found.requests_per_second


def request(hasher: str) -> str:
    """What makes wrk send the form of the login."""
    form = urlencode(
        {"username": hasher, "password": PASSWORD, "csrfmiddlewaretoken": TOKEN, "next": "/"}
    )
    return (
        'wrk.method = "POST"\n'
        f'wrk.body = "{form}"\n'
        'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
        f'wrk.headers["Cookie"] = "csrftoken={TOKEN}"\n'
    )
