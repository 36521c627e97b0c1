"""Child processes that end with this one, whatever ends it.

`setpriv` switches to the server's account and asks the kernel for a signal when the thread that
started the child ends (PR_SET_PDEATHSIG); then it becomes the server, with the same process id. A
server must therefore be started by a thread that outlives its use.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .accounts import switching_command
from .programs import program

STOP_SECONDS = 60.0
LOG_LINES = 20


class ServerFailed(Exception):
    """A server, or what it needs, did not do as told; the message has the end of its log."""


def as_server(command: Sequence[str | Path], *options: str) -> list[str]:
    """A command that runs as the server's account."""
    switches = [*switching_command(), *options]
    words = [str(word) for word in command]
    return [program("setpriv"), *switches, *words] if switches else words


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of servers: without PG* of the caller, whose own server is not meant."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    kept.pop("TMPDIR", None)
    return {**kept, "LC_ALL": "C.UTF-8", **(extra or {})}


def run(command: Sequence[str | Path], folder: Path, text: str = "") -> str:
    """Runs a command as the server's account to its end: its standard output.

    Raises: ServerFailed with what it said, when it does not exit with 0.
    """
    process = subprocess.Popen(
        as_server(command),
        cwd=folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(text)
    except BaseException:
        # Ctrl-C: initdb has children, which would go on writing.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    if process.returncode != 0:
        said = (errors or output).strip()
        raise ServerFailed(f"{Path(command[0]).name} exited with {process.returncode}: {said}")
    return output


class ServerProcess:
    """One server process; signals go to it alone, and never to an id that was reused."""

    def __init__(
        self, command: Sequence[str | Path], folder: Path, log: Path, last_signal: signal.Signals
    ) -> None:
        follows = f"--pdeathsig={last_signal.name.removeprefix('SIG')}"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                as_server(command, follows),
                cwd=folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.log = log

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        return self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Sends a signal, if there is still somebody to get it."""
        self._process.send_signal(number)

    def stop(self, number: signal.Signals, patience: float = STOP_SECONDS) -> None:
        """Asks the server to end, and kills it where it does not, or on Ctrl-C meanwhile."""
        try:
            self.send(number)
            self._process.wait(patience)
        except BaseException as error:
            self._process.kill()
            self._process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise

    def failure(self, sentence: str) -> ServerFailed:
        """An error with the end of the log."""
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        return ServerFailed("\n  ".join([sentence, *lines]))


def children(parent: int) -> list[int]:
    """The ids of the processes that a process has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text(errors="replace")
            except OSError:
                continue
            # The name, in parentheses, may hold anything; state and parent follow its end.
            if int(status.rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry.name))
    return found


def wait_until_ended(pids: Sequence[int], patience: float = STOP_SECONDS) -> None:
    """Returns when the killed processes hold nothing any more, whether or not they were reaped."""
    deadline = time.monotonic() + patience
    while any(map(_holds_memory, pids)) and time.monotonic() < deadline:
        time.sleep(0.002)


def _holds_memory(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")
