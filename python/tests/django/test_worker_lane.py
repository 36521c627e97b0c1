"""The worker lane end to end: `molt worker` started by the management command's arguments."""

import asyncio
import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from socket import AF_UNIX
from socket import socket as new_socket

import pytest
from asgiref.sync import async_to_sync
from catalog.models import Maker, Sample
from django.core.checks import run_checks
from django.http import JsonResponse
from django.test import override_settings
from test_drf import Pages, SampleSerializer, ask, view
from test_queryset_response import QUERYSETS

from molt_accel.django import CSVResponse, QuerySetResponse, counters, databases, prepare
from molt_accel.django.management.commands.molt_worker import command_line

BINARY = os.environ.get("MOLT_BINARY")
pytestmark = [
    pytest.mark.skipif(not BINARY, reason="set MOLT_BINARY to the program molt to run these"),
    pytest.mark.usefixtures("rows"),
]
OPEN = databases._open
PATIENCE = 60


def start(socket):
    line = command_line(str(socket), lambda sentence: None)
    worker = subprocess.Popen(
        [BINARY, *line.arguments, "--drain-timeout", "600"],
        env={**os.environ, **line.environment},
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert worker.poll() is None, "the worker ended at once"
        with suppress(OSError), new_socket(AF_UNIX) as attempt:
            attempt.connect(str(socket))
            return worker
        time.sleep(0.01)
    worker.kill()
    raise AssertionError("the worker does not listen")


@pytest.fixture(scope="module")
def socket():
    with tempfile.TemporaryDirectory(prefix="molt") as folder:
        path = Path(folder) / "worker.sock"
        worker = start(path)
        yield path
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0


@pytest.fixture(autouse=True)
def _by_worker(socket, monkeypatch, _lane):
    monkeypatch.setattr(databases, "_open", OPEN)
    with override_settings(MOLT={"lane": "worker", "socket": str(socket)}):
        yield


@pytest.mark.parametrize("name", QUERYSETS)
def test_the_bytes_are_those_of_json_response(name):
    queryset = QUERYSETS[name]()
    counters.reset()
    ours = QuerySetResponse(queryset.all())
    assert ours.content == JsonResponse(list(queryset.all()), safe=False).content
    assert counters.snapshot() == {"native": {"worker": 1}, "python": {}}


def test_lists_downloads_prepared_functions_and_coroutines():
    related = Sample.objects.select_related("maker", "plant__maker").order_by("id")
    ours, theirs = view(SampleSerializer, rows=related, paginator=Pages)
    assert ask(ours).content == ask(theirs).content
    rows = Maker.objects.order_by("code").values("code", "name")
    download = CSVResponse(rows)
    assert download.getvalue().startswith(b"code,name\r\n")
    prepared = prepare(lambda code: Maker.objects.filter(code=code).values("code"))
    assert prepared(code="BOE").content == b'[{"code": "BOE"}]'

    async def run():
        return (await QuerySetResponse.acreate(rows)).content

    expected = QuerySetResponse(rows).content
    assert asyncio.run(run()) == async_to_sync(run)() == expected
    assert counters.snapshot()["python"] == {}


def test_checks_find_the_worker():
    assert [message for message in run_checks(tags=["molt"]) if "worker" in message.msg] == []


def test_a_worker_that_was_killed_is_missed_and_found_again(tmp_path_factory):
    rows = Maker.objects.order_by("code").values("code")
    with tempfile.TemporaryDirectory(prefix="molt") as folder:
        path = Path(folder) / "own.sock"
        with override_settings(MOLT={"lane": "worker", "socket": str(path)}):
            worker = start(path)
            expected = QuerySetResponse(rows).content
            worker.kill()
            worker.wait()
            counters.reset()
            assert QuerySetResponse(rows.all()).content == expected
            assert counters.snapshot() == {"native": {}, "python": {"unavailable": 1}}
            path.unlink(missing_ok=True)
            worker = start(path)
            assert QuerySetResponse(rows.all()).content == expected
            assert counters.snapshot()["native"] == {"worker": 1}, counters.snapshot()
            worker.terminate()
            worker.wait()
