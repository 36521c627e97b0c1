from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

import remains
from private_servers import (
    BENCHMARKS,
    PostgresServer,
    ServerFailed,
    folders,
    postgres_server,
)

pytestmark = pytest.mark.usefixtures("need_servers")


def table_of(server: PostgresServer) -> str:
    return server.execute("SELECT coalesce(max(id), 0) FROM kept").strip()


def test_nothing_is_left_behind() -> None:
    with postgres_server() as server, psycopg.connect(server.tcp_url()):
        pids, segment = server.pids(), remains.segment_of(server.folder / "data")
        assert len(remains.alive(pids)) > 3
        assert segment in remains.segments()
    assert not remains.settle(pids)
    assert not server.folder.exists()
    assert segment not in remains.segments()


def test_nothing_is_left_behind_after_an_exception() -> None:
    seen: list[PostgresServer] = []
    pids: list[int] = []

    def fail() -> None:
        with postgres_server() as server:
            seen.append(server)
            pids.extend(server.pids())
            raise RuntimeError("the test itself")

    with pytest.raises(RuntimeError, match="the test itself"):
        fail()
    assert pids
    assert not remains.settle(pids)
    assert not seen[0].folder.exists()


def test_nothing_is_left_behind_after_a_kill() -> None:
    with postgres_server() as server, psycopg.connect(server.socket_url()) as connection:
        pids, segment = server.pids(), remains.segment_of(server.folder / "data")
        assert connection.info.backend_pid in pids
        server.kill()
        assert not remains.settle(pids)
        assert not server.is_running
    assert not server.folder.exists()
    assert segment not in remains.segments()


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_the_port_is_refused_while_down_and_the_same_again(
    breakable_postgres: PostgresServer, end: str
) -> None:
    server = breakable_postgres
    server.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
    url = server.tcp_url()
    with psycopg.connect(url) as connection:
        getattr(server, end)()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=60)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    server.start()
    psycopg.connect(url).close()
    assert table_of(server) == "7"


def test_a_restart_keeps_the_data_and_ends_the_sessions(
    breakable_postgres: PostgresServer,
) -> None:
    server = breakable_postgres
    server.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
    before = server.pids()
    server.restart()
    assert table_of(server) == "7"
    assert not remains.settle(before)
    server.start()  # running already
    assert server.is_running


def test_two_servers_do_not_meet(
    postgres: PostgresServer, breakable_postgres: PostgresServer
) -> None:
    assert postgres.port != breakable_postgres.port
    assert postgres.password != breakable_postgres.password
    assert postgres.folder != breakable_postgres.folder


def test_only_the_account_and_root_may_enter(postgres: PostgresServer) -> None:
    status = postgres.folder.stat()
    assert status.st_mode & 0o077 == 0
    owner = os.stat(f"/proc/{postgres.pids()[0]}").st_uid
    assert status.st_uid == owner != 0


def test_settings_reach_the_server() -> None:
    with postgres_server({**BENCHMARKS, "work_mem": "'5MB'"}) as server:
        assert server.execute("SHOW work_mem").strip() == "5MB"
        assert server.execute("SHOW shared_buffers").strip() == "512MB"
        assert server.execute("SHOW fsync").strip() == "off"


def test_a_server_that_cannot_start_says_why() -> None:
    with (
        pytest.raises(ServerFailed, match="shared_bufers"),
        postgres_server({"shared_bufers": "1"}),
    ):
        pass


def test_a_failing_statement_says_why(postgres: PostgresServer) -> None:
    with pytest.raises(ServerFailed, match="nonesuch"):
        postgres.execute("SELECT * FROM nonesuch")


def test_the_callers_own_server_is_not_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "nowhere.example")
    monkeypatch.setenv("PGDATA", "/nonexistent")
    with postgres_server() as server:
        assert server.execute("SELECT 1").strip() == "1"


def test_a_long_folder_for_temporary_files_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    long = tmp_path_factory.mktemp("x" * 90)
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with postgres_server() as server:
        psycopg.connect(server.socket_url()).close()
        assert long not in server.folder.parents


# In portions: a signal just before a call that blocks would not end the call.
STARTER = """
import time
from private_servers import postgres_server
with postgres_server() as server:
    print(server.folder, *server.pids(), flush=True)
    while True:
        time.sleep(0.02)
"""


def struck(number: signal.Signals, base: Path) -> str:
    """The folder of a server whose starter got a signal, when its processes are gone."""
    place = {"PYTHONPATH": str(folders.__file__).rsplit("/", 2)[0], "TMPDIR": str(base)}
    with subprocess.Popen(
        [sys.executable, "-c", STARTER],
        env={**os.environ, **place},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as starter:
        assert starter.stdout is not None
        folder, *pids = starter.stdout.readline().split()
        assert len(remains.alive(map(int, pids))) > 3
        starter.send_signal(number)
    assert starter.returncode == -number
    assert not remains.settle(map(int, pids))
    return folder


def test_ctrl_c_in_a_program_leaves_nothing(base: Path) -> None:
    assert not os.path.exists(struck(signal.SIGINT, base))


def test_a_server_dies_with_its_starter_and_the_next_one_cleans_up(
    monkeypatch: pytest.MonkeyPatch, base: Path
) -> None:
    folder = struck(signal.SIGKILL, base)
    assert os.path.isdir(folder)
    # There alone: other runs on the machine have folders that are not locked yet.
    monkeypatch.setattr("tempfile.tempdir", str(base))
    monkeypatch.setattr(folders, "ABANDONED_SECONDS", 0.0)
    with folders.private_folder() as fresh:
        assert not os.path.exists(folder)
        with folders.private_folder():
            assert fresh.is_dir()
