"""Configures Django once: a database per run, answered by libmolt or by the oracle.

The database is a SQLite file, or with MOLT_TEST_POSTGRES (a superuser's URL) on a
PostgreSQL server:

    python servers/postgres.py run -- python -m pytest python/tests/django
"""

import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import django
import pytest
from django.conf import settings

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))
sys.path.insert(0, str(HERE))

_folder = tempfile.TemporaryDirectory(prefix="molt-django-tests-")
DATABASE = Path(_folder.name) / "catalog.sqlite3"
SERVER_DATABASE = f"catalog_{os.getpid()}"
SERVER = os.environ.get("MOLT_TEST_POSTGRES")


def server_settings(name):
    """The entry of DATABASES for a database of the server."""
    parts = urlsplit(SERVER)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or query.get("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or query.get("host", "")),
        "PORT": str(parts.port or query.get("port", "")),
    }


def on_server(sql, **place):
    import psycopg

    with psycopg.connect(SERVER, autocommit=True, **place) as connection:
        connection.execute(sql)


def databases():
    """The database under test; on a server it has more names, one with a time zone of its own."""
    memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    if not SERVER:
        file = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATABASE)}
        return {"default": file, "memory": memory}
    on_server(f"CREATE DATABASE {SERVER_DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
    # Django asks for the numbers of these types when it connects first.
    on_server("CREATE EXTENSION hstore; CREATE EXTENSION citext", dbname=SERVER_DATABASE)
    server = server_settings(SERVER_DATABASE)
    return {
        "default": server,
        "memory": memory,
        "replica": {**server, "OPTIONS": {"options": "-c default_transaction_read_only=on"}},
        "berlin": {**server, "TIME_ZONE": "Europe/Berlin"},
        "lord_howe": {**server, "TIME_ZONE": "Australia/Lord_Howe"},
    }


def pytest_configure():
    if settings.configured:
        return
    settings.configure(
        DATABASES=databases(),
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            *(["django.contrib.postgres"] if SERVER else []),
            "rest_framework",
            "molt_accel.django",
            "catalog",
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        ROOT_URLCONF="urls",
        SECRET_KEY="tests",
        USE_TZ=True,
        TIME_ZONE="UTC",
        ALLOWED_HOSTS=["*"],
        MOLT={},
    )
    django.setup()
    from django.db import connection

    if not SERVER:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")  # the tests write thousands of times
    with connection.schema_editor() as editor:
        from catalog.models import ALL

        for model in ALL:
            editor.create_model(model)
    if SERVER:
        from catalog import server_models

        server_models.create()


def pytest_unconfigure():
    from django.db import connections

    connections.close_all()
    if SERVER:
        on_server(f"DROP DATABASE IF EXISTS {SERVER_DATABASE} WITH (FORCE)")
    _folder.cleanup()


def pytest_report_header():
    import rest_framework

    lane = os.environ.get("MOLT_LIBRARY") or "the Python oracle (set MOLT_LIBRARY for libmolt)"
    return (
        f"django {django.get_version()}, rest_framework {rest_framework.VERSION}, answers: {lane}"
    )


@pytest.fixture(autouse=True)
def _lane(monkeypatch):
    """Every test starts with empty tables' counters and the lane under test."""
    from molt_accel.django import answers, counters, databases

    if not os.environ.get("MOLT_LIBRARY") and not SERVER:
        from oracle import OracleDatabase

        monkeypatch.setattr(
            databases,
            "_open",
            lambda adapter, alias, connection, configuration: OracleDatabase(
                str(connection.settings_dict["NAME"])
            ),
        )
    counters.reset()
    yield
    databases._forget()
    answers._plans.clear()
    answers._known.clear()


@pytest.fixture
def rows(_lane):
    """A few rows with something in every column; gone again after the test."""
    from catalog import data

    data.fill()
    yield
    data.clear()
