from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

import remains
from private_servers import orders

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "servers" / "postgres.py"
PATIENCE = 120.0
# Says where the server is and which processes it has, then waits and says which signals came.
WITNESS = """
import json, os, signal, sys, time
from pathlib import Path
log = Path(sys.argv[1])
folder = Path(os.environ["PGHOST"])
postmaster = int((folder / "data/postmaster.pid").read_text().splitlines()[0])
def note(number, frame):
    with log.open("a") as file:
        file.write(f"{number}\\n")
    if "stubborn" not in sys.argv:
        time.sleep(0.3)
        sys.exit(0)
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, note)
print(json.dumps({"folder": str(folder), "pids": [postmaster, os.getpid()]}), flush=True)
while True:
    time.sleep(0.05)
"""

pytestmark = pytest.mark.usefixtures("need_servers")


def run(*command: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, str(SCRIPT), "run", *options, "--", *command]
    return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_the_command_finds_the_servers_by_its_environment() -> None:
    script = "import json, os; print(json.dumps(dict(os.environ)))"
    done = run(sys.executable, "-c", script, options=("--pgbouncer",))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    names = {name for name in found if name.startswith("MOLT_TEST_P")}
    assert {"MOLT_TEST_POSTGRES", "MOLT_TEST_PGBOUNCER_TRANSACTION"} < names
    assert not Path(found["PGHOST"]).exists()


def test_the_command_reaches_the_server_by_each_url() -> None:
    script = """
import os, psycopg
for name, url in sorted(os.environ.items()):
    if name.startswith("MOLT_TEST_P"):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            print(name)
"""
    done = run(sys.executable, "-c", script, options=("--pgbouncer",))
    assert done.stdout.split() == ["MOLT_TEST_POSTGRES_TLS_WRONG_HOST"], done.stderr


@pytest.mark.parametrize(
    ("script", "code"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)]
)
def test_the_exit_code_is_the_commands(script: str, code: int) -> None:
    assert run(sys.executable, "-c", script).returncode == code


def test_a_command_that_does_not_exist_is_an_error() -> None:
    done = run("/nonexistent/program")
    assert done.returncode == 2
    assert "/nonexistent/program does not run" in done.stderr


@contextmanager
def witnessed(log: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], dict]]:
    grace = 2 if "stubborn" in words else PATIENCE
    command = [sys.executable, str(SCRIPT), "run", f"--grace={grace}", "--"]
    command += [sys.executable, "-c", WITNESS, str(log)]
    with subprocess.Popen([*command, *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())


def check_gone(told: dict) -> None:
    assert not remains.settle(told["pids"])
    assert not Path(told["folder"]).exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_command_first_and_then_the_server(
    tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "signals"
    with witnessed(log) as (process, told):
        process.send_signal(number)
        assert process.wait(PATIENCE) == 128 + number
    assert log.read_text().split() == [str(int(number))]
    check_gone(told)


def test_a_command_that_will_not_end_is_killed(tmp_path: Path) -> None:
    with witnessed(tmp_path / "signals", "stubborn") as (process, told):
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 128 + signal.SIGTERM
    check_gone(told)


def test_a_signal_during_the_start_leaves_nothing(base: Path) -> None:
    """At some moment of the start each; which one depends on the machine, and none may matter."""
    for pause in (0.0, 0.2, 0.4):
        process = subprocess.Popen(
            [sys.executable, SCRIPT, "run", "--", "sleep", "600"],
            env={**os.environ, "TMPDIR": str(base)},
        )
        # Python itself, while it starts, has other ways to end.
        wait_until_caught(process, {signal.SIGTERM, signal.SIGHUP})
        time.sleep(pause)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) in (-signal.SIGINT, 128 + signal.SIGINT)
        assert not list(base.iterdir())


def wait_until_caught(process: subprocess.Popen[bytes], numbers: set[signal.Signals]) -> None:
    """Returns when the process has handlers of its own for these signals."""
    deadline = time.monotonic() + PATIENCE
    wanted = sum(1 << (number - 1) for number in numbers)
    caught = 0
    while caught & wanted != wanted:
        assert process.poll() is None
        assert time.monotonic() < deadline
        status = Path(f"/proc/{process.pid}/status").read_text()
        caught = int(re.findall(r"^SigCgt:\s*(\w+)", status, re.MULTILINE)[0], 16)
        time.sleep(0.002)


def test_ctrl_c_reaches_the_command_once(tmp_path: Path) -> None:
    log = tmp_path / "signals"
    command = [sys.executable, str(SCRIPT), "run", f"--grace={PATIENCE}", "--"]
    command += [sys.executable, "-c", WITNESS, str(log)]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    told = json.loads(line_from(terminal))
    os.write(terminal, b"\x03")
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGINT
    assert log.read_text().split() == [str(int(signal.SIGINT))]
    check_gone(told)


def line_from(terminal: int) -> bytes:
    text = b""
    while not text.endswith(b"\n"):
        text += os.read(terminal, 1)
    return text


def test_an_ordinary_user_can_run_it() -> None:
    """As root only: the tests of everybody else are that test."""
    if os.geteuid() != 0:
        return
    python = next(
        filter(
            readable_by_nobody, [sys.executable, shutil.which("python3", path="/usr/bin") or ""]
        ),
        None,
    )
    if python is None or not readable_by_nobody(str(SCRIPT), "-r"):
        pytest.skip("nobody can read neither this Python nor /usr/bin/python3, or not the checkout")
    done = as_nobody(python, str(SCRIPT), "run", "--", "id", "-un")
    assert (done.returncode, done.stdout.strip()) == (0, "nobody"), done.stderr


def readable_by_nobody(path: str, test: str = "-x") -> bool:
    return bool(path) and as_nobody("test", test, path).returncode == 0


def as_nobody(*command: str) -> subprocess.CompletedProcess[str]:
    switch = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    words = [*switch, *command]
    return subprocess.run(
        words, capture_output=True, text=True, cwd="/", timeout=PATIENCE, check=False
    )


class Servant:
    """A program in any language that gives orders."""

    def __init__(self) -> None:
        words = [sys.executable, str(SCRIPT), "serve"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True)
        lines = iter(self.line, "")
        self.variables = dict(line.split("=", 1) for line in lines)

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def order(self, words: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()
        return self.line()

    def end(self) -> int:
        """Ends its input, and waits for it."""
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


@pytest.fixture
def servant() -> Iterator[Servant]:
    running = Servant()
    yield running
    running.end()


def reaches(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=int(PATIENCE)).close()
    except psycopg.OperationalError:
        return False
    return True


def test_orders_are_carried_out(servant: Servant) -> None:
    url, tls = (servant.variables[f"MOLT_TEST_POSTGRES{end}"] for end in ("", "_TLS"))
    seen: list[tuple[str, str, bool]] = []
    steps: list[tuple[str, Callable[[], bool]]] = [
        ("stop", lambda: reaches(url)),
        ("start", lambda: reaches(url)),
        ("kill", lambda: reaches(url)),
        ("restart", lambda: reaches(url)),
        ("certificate expired", lambda: reaches(tls)),
        ("certificate valid", lambda: reaches(tls)),
    ]
    for words, check in steps:
        seen.append((words, servant.order(words), check()))
    assert seen == [
        ("stop", "ok", False),
        ("start", "ok", True),
        ("kill", "ok", False),
        ("restart", "ok", True),
        ("certificate expired", "ok", False),
        ("certificate valid", "ok", True),
    ]
    word, port = servant.order("proxy chunk=1").split()
    assert word == "ok"
    assert reaches(
        servant.variables["MOLT_TEST_POSTGRES_TCP"].replace(servant.variables["PGPORT"], port)
    )


def test_orders_hurt_a_proxy_that_is_there(servant: Servant) -> None:
    _, port = servant.order("proxy").split()
    url = servant.variables["MOLT_TEST_POSTGRES_TCP"].replace(servant.variables["PGPORT"], port)
    with psycopg.connect(url, autocommit=True) as connection:
        assert servant.order(f"cut {port}") == "ok"
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert servant.order(f"faults {port} cut_after=0") == "ok"
    assert not reaches(url)
    assert servant.order(f"faults {port}") == "ok"
    assert reaches(url)


def test_an_order_that_makes_no_sense_is_answered(servant: Servant) -> None:
    for words in (
        "",
        "nonesuch",
        "certificate nonesuch",
        "proxy delay",
        "proxy delay=x",
        "proxy x=1",
        "cut",
        "cut 1",
        "faults 1",
    ):
        assert servant.order(words).startswith("error ")
        assert servant.order("proxy").startswith("ok ")


def test_the_end_of_the_input_ends_the_server(servant: Servant) -> None:
    folder = Path(servant.variables["PGHOST"])
    postmaster = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    assert servant.end() == 0
    check_gone({"pids": [postmaster], "folder": folder})


def test_a_signal_ends_the_server_of_the_orders(servant: Servant) -> None:
    folder = Path(servant.variables["PGHOST"])
    postmaster = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    servant.process.send_signal(signal.SIGTERM)
    assert servant.process.wait(PATIENCE) == 128 + signal.SIGTERM
    check_gone({"pids": [postmaster], "folder": folder})


def test_the_orders_are_those_of_the_document() -> None:
    readme = (SCRIPT.parent / "README.md").read_text()
    with orders.Orders(None) as desk:  # type: ignore[arg-type]
        unknown = desk.answer("nonesuch")
    for name in unknown.partition("they are ")[2].split(", "):
        assert f"| `{name}" in readme
