"""Configures Django once: a SQLite file per run, answered by libmolt or by the oracle."""

import os
import sys
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))
sys.path.insert(0, str(HERE))

_folder = tempfile.TemporaryDirectory(prefix="molt-django-tests-")
DATABASE = Path(_folder.name) / "catalog.sqlite3"


def pytest_configure():
    if settings.configured:
        return
    settings.configure(
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATABASE)},
            "memory": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
        },
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
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

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")  # the tests write thousands of times
    with connection.schema_editor() as editor:
        from catalog.models import ALL

        for model in ALL:
            editor.create_model(model)


def pytest_unconfigure():
    from django.db import connections

    connections.close_all()
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

    if not os.environ.get("MOLT_LIBRARY"):
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
