"""Every error a user can make in the settings, and what ``manage.py check`` says."""

import os
import socket
import stat
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.backends.signals import connection_created
from django.test import override_settings

from molt_accel import inprocess
from molt_accel.django import conf
from molt_accel.django.management.commands import molt_worker
from molt_accel.errors import LibraryNotFound

ON_SQLITE = pytest.mark.skipif(
    connections["default"].vendor != "sqlite", reason="this is about SQLite"
)

MALFORMED = {
    "list": ([], "MOLT must be a dict, but is list: write MOLT = {} for the defaults."),
    "unknown": ({"lanes": "off"}, "MOLT has an unknown key 'lanes': did you mean 'lane'."),
    "far off": ({"colour": 1}, "MOLT has an unknown key 'colour': the keys are lane, socket,"),
    "number key": ({5: 1}, "MOLT has an unknown key 5"),
    "twice": ({"lane": "off", "LANE": "off"}, "MOLT has 'lane' twice"),
    "lane": (
        {"LANE": "native"},
        """MOLT['LANE'] must be one of "inprocess", "worker", "off", but is 'native'.""",
    ),
    "socket": ({"socket": ""}, "MOLT['socket'] must be the path of the worker's Unix socket"),
    "timeout": ({"timeout": 0}, "MOLT['timeout'] must be a number of seconds above 0, or None"),
    "timeout bool": ({"timeout": True}, "MOLT['timeout'] must be a number"),
    "rows": ({"row_limit": -1}, "MOLT['row_limit'] must be a whole number, 0 for no limit"),
    "bytes": ({"byte_limit": 1.5}, "MOLT['byte_limit'] must be a whole number, 0 for no limit"),
    "strict": ({"strict": 1}, "MOLT['strict'] must be True or False, but is 1."),
    "aliases": ({"databases": ["x"]}, "a list of aliases of DATABASES ('x' is none)"),
    "alias": ({"databases": "default"}, "MOLT['databases'] must be None or a list of aliases"),
    "connections": ({"connections": 0}, "a whole number from 1 to 65536, but is 0."),
    "statements": ({"statements": "5"}, "a whole number from 1 to 65536, but is '5'."),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_setting_says_what_to_write(name):
    value, sentence = MALFORMED[name]
    with override_settings(MOLT=value):
        with pytest.raises(ImproperlyConfigured) as raised:
            conf.current()
        assert sentence in str(raised.value)
        assert [message for message in _messages("molt.E001") if sentence in message.msg]


def test_good_settings_in_either_case():
    given = {
        "LANE": "worker",
        "Timeout": None,
        "databases": ("default",),
        "socket": os.fspath("/x"),
    }
    with override_settings(MOLT=given):
        found = conf.current()
    assert (found.lane, found.timeout, found.databases) == ("worker", None, ("default",))
    assert conf.current().lane == "inprocess"


def test_two_problems_are_both_reported():
    with override_settings(MOLT={"strict": 1, "lane": 2}):
        assert len(_messages("molt.E001")) == 2


def test_a_missing_library(monkeypatch):
    def missing():
        raise LibraryNotFound("libmolt.so was found nowhere.")

    monkeypatch.setattr(inprocess, "shares_sqlite", missing)
    (warning,) = _messages("molt.W001")
    assert "Nothing is answered natively: libmolt.so was found nowhere." in warning.msg
    assert "MOLT_LIBRARY" in warning.hint


def test_two_copies_of_sqlite(monkeypatch):
    monkeypatch.setattr(inprocess, "shares_sqlite", lambda: False)
    (warning,) = _messages("molt.W002")
    assert "two copies of SQLite" in warning.msg


def test_a_worker_that_is_not_running(tmp_path):
    with override_settings(MOLT={"lane": "worker", "socket": tmp_path / "none.sock"}):
        (warning,) = _messages("molt.W003")
        assert "there is no socket" in warning.msg
        assert "manage.py molt_worker" in warning.hint
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "dead.sock"))
    with override_settings(MOLT={"lane": "worker", "socket": tmp_path / "dead.sock"}):
        (warning,) = _messages("molt.W003")
        assert "nobody answers" in warning.msg


def test_a_socket_that_is_none(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    with override_settings(MOLT={"lane": "worker", "socket": path}):
        (error,) = _messages("molt.E002")
    assert "is no socket" in error.msg


def test_a_socket_of_another_user(tmp_path, monkeypatch):
    path = str(tmp_path / "private.sock")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        os.chmod(path, stat.S_IRUSR)

        def refuse(*_):
            raise PermissionError(13, "Permission denied")

        # As root every socket can be used, so the refusal itself is played.
        monkeypatch.setattr(socket.socket, "connect", refuse)
        with override_settings(MOLT={"lane": "worker", "socket": path}):
            (error,) = _messages("molt.E002")
    assert "may not use the worker's socket" in error.msg
    assert "as one user" in error.hint


def test_a_worker_that_answers_needs_no_message(tmp_path):
    path = str(tmp_path / "live.sock")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        with override_settings(MOLT={"lane": "worker", "socket": path, "databases": ["default"]}):
            assert [m for m in run_checks(tags=["molt"]) if m.id != "molt.W007"] == []


@ON_SQLITE
def test_an_in_memory_database_and_options():
    (warning,) = _messages("molt.W005")
    assert "'memory' lives in this process's memory" in warning.msg
    options = connections["default"].settings_dict["OPTIONS"]
    options["detect_types"] = 0
    try:
        assert any("the option 'detect_types'" in m.msg for m in _messages("molt.W005"))
    finally:
        del options["detect_types"]
    options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA case_sensitive_like=1"
    try:
        assert any("case_sensitive_like" in m.msg for m in _messages("molt.W005"))
        options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous = 1;"
        assert len(_messages("molt.W005")) == 1
    finally:
        del options["init_command"]


def test_an_unsupported_backend():
    program = (
        "import django; from django.conf import settings\n"
        "settings.configure(DATABASES={'default': {'ENGINE': 'django.db.backends.dummy'}},"
        " INSTALLED_APPS=['molt_accel.django'])\n"
        "django.setup(); from django.core.checks import run_checks\n"
        "print([(m.id, m.msg) for m in run_checks(tags=['molt'])])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert "molt.W004" in ran.stdout
    assert "django.db.backends.dummy" in ran.stdout


def test_atomic_requests():
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = True
    try:
        (warning,) = _messages("molt.W006")
    finally:
        connections["default"].settings_dict["ATOMIC_REQUESTS"] = False
    assert "non_atomic_requests" in warning.hint


def test_receivers_that_prepare_connections():
    def receiver(**_):
        pass

    connection_created.connect(receiver)
    try:
        assert len(_messages("molt.W007")) == 1
    finally:
        connection_created.disconnect(receiver)
    assert _messages("molt.W007") == []


def test_lane_off_checks_nothing():
    with override_settings(MOLT={"lane": "off"}):
        assert run_checks(tags=["molt"]) == []


@ON_SQLITE
def test_molt_worker_serves_the_files_of_the_settings(monkeypatch, tmp_path):
    binary = tmp_path / "molt"
    binary.write_text("#!/bin/sh\n")
    binary.chmod(0o700)
    monkeypatch.setenv("MOLT_BINARY", str(binary))
    started = []
    execute = staticmethod(lambda *arguments: started.append(arguments))
    monkeypatch.setattr(molt_worker.Command, "execute_program", execute)
    errors = StringIO()
    call_command(
        "molt_worker", "--socket", str(tmp_path / "s"), "--", "--threads", "3", stderr=errors
    )
    ((program, arguments, environment),) = started
    assert environment == dict(os.environ)
    path = settings.DATABASES["default"]["NAME"]
    assert program == str(binary)
    assert arguments == [
        *(program, "worker", "--socket", str(tmp_path / "s")),
        *("--database", f"default=sqlite:{path}", "--deadline", "30", "--threads", "3"),
    ]
    assert "'memory' is left out" in errors.getvalue()


def test_molt_worker_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("MOLT_BINARY", str(tmp_path / "none"))
    with pytest.raises(CommandError, match="molt"):
        call_command("molt_worker")
    monkeypatch.setenv("MOLT_BINARY", sys.executable)
    with pytest.raises(CommandError, match=r"The folder .* does not exist: create it"):
        call_command("molt_worker", "--socket", str(tmp_path / "no" / "folder"))
    with (
        override_settings(MOLT={"databases": ["memory"]}),
        pytest.raises(CommandError, match="No database in DATABASES can be served"),
    ):
        call_command("molt_worker", "--socket", str(tmp_path / "s"), stderr=StringIO())


def test_molt_explain():
    out = StringIO()
    call_command("molt_explain", "queries.makers", stdout=out)
    assert out.getvalue().startswith("native, in process\n  SELECT ")
    assert out.getvalue().endswith("code     text\n  founded  date\n")
    out = StringIO()
    call_command("molt_explain", "queries.loud", stdout=out)
    assert out.getvalue() == (
        "Python path (unsupported-column): The field catalog.Custom.loud is converted by "
        "catalog.models.Shouting.from_db_value, which only Python can run.\n"
    )
    call_command("molt_explain", "catalog.models.Maker", stdout=StringIO())


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("queries.nothing", "cannot be imported"),
        ("queries.needs_one", "cannot be called without parameters"),
        ("queries.number", "A QuerySet is needed, not int"),
    ],
)
def test_molt_explain_says_what_is_wrong(path, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("molt_explain", path)


def _messages(identifier):
    return [message for message in run_checks(tags=["molt"]) if message.id == identifier]
