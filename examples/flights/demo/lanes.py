"""The three sides of the comparison: the Django way, Molt in process, and Molt's worker."""

from __future__ import annotations

import contextlib
import json
import socket as sockets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import paths, processes
from .results import DJANGO, IN_PROCESS, WORKER

START_SECONDS = 20.0


class Probe:
    """A process that answers every way, see probe.py."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, verb: str, **arguments: Any) -> Any:
        """Sends one command and waits for its answer."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"verb": verb, **arguments}) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise processes.ProcessFailed("The process that answers through Django ended early.")
        return json.loads(line)


@contextlib.contextmanager
def probe(environment: Mapping[str, str]) -> Iterator[Probe]:
    """A probe of the project with these variables."""
    with processes.running(
        [sys.executable, "-m", "demo.probe"],
        environment=environment,
        cwd=paths.PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Probe(process)


def environment(way: str, database: str, socket: Path | None) -> dict[str, str]:
    """What makes the project answer one way; `socket` is that of the worker, if there is one."""
    variables = {
        "DJANGO_SETTINGS_MODULE": "flights_site.settings",
        "FLIGHTS_DATABASE": database,
        "FLIGHTS_WAY": "django" if way == DJANGO else "native",
        "FLIGHTS_LANE": WORKER if way == WORKER else IN_PROCESS,
    }
    return variables if socket is None else {**variables, "FLIGHTS_SOCKET": str(socket)}


@contextlib.contextmanager
def worker(environment: Mapping[str, str], project: Path) -> Iterator[Path]:
    """A worker with the databases of a Django project, as `manage.py molt_worker`: its socket.

    Raises: ProcessFailed with what the worker said, when it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="molt-demo-") as folder:
        socket, log = Path(folder) / "molt.sock", Path(folder) / "worker.log"
        command = [sys.executable, "-m", "django", "molt_worker", "--socket", socket]
        with (
            log.open("wb") as output,
            processes.running(
                command, environment=environment, cwd=project, stderr=output, stdout=output
            ) as it,
        ):
            wait_for(socket, it, log)
            yield socket


def answers(path: Path) -> bool:
    """Whether somebody listens at a Unix socket."""
    with contextlib.suppress(OSError), sockets.socket(sockets.AF_UNIX) as attempt:
        attempt.connect(str(path))
        return True
    return False


def wait_for(socket: Path, process: subprocess.Popen[Any], log: Path) -> None:
    """Returns when the worker listens."""
    deadline = time.monotonic() + START_SECONDS
    while not answers(socket):
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace").strip().splitlines()
            raise processes.ProcessFailed("molt worker did not start: " + " ".join(said))
        time.sleep(0.01)
