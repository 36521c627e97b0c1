"""The command `servers/postgres.py`."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import FrameType

from . import settings, variables
from .orders import follow
from .pgbouncer import PgBouncer, pgbouncer
from .postgres import PostgresServer, postgres_server
from .processes import ServerFailed
from .programs import NotInstalled

ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
GRACE_SECONDS = 10.0
_FROM_THE_KERNEL = 0x80
"""`si_code` of a signal that the terminal sent, and sent to the whole foreground group."""


@dataclass(frozen=True)
class Servers:
    """What runs, and the variables that name it."""

    postgres: PostgresServer
    bouncer: PgBouncer | None

    @property
    def variables(self) -> dict[str, str]:
        """What the command or the program gets to know."""
        found = variables.of_postgres(self.postgres)
        return {**found, **(variables.of_pgbouncer(self.bouncer) if self.bouncer else {})}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs or serves; the exit code is the command's, 128 and a signal's number, or 2 for ours."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    ending = Ending()
    try:
        with servers(options.pgbouncer, options.benchmarks) as running, ending.allowed():
            if options.verb == "run":
                return wait_for(options.command, running.variables, options.grace)
            follow(running.postgres, running.variables)
            return 0
    except (NotInstalled, ServerFailed) as error:
        print(error, file=sys.stderr)
        return 2


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options, and the command after them."""
    parser = argparse.ArgumentParser(prog="servers/postgres.py", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="run a command beside a server")
    serve = verbs.add_parser("serve", help="take orders from the standard input")
    for verb in (run, serve):
        verb.add_argument("--pgbouncer", action="store_true", help="PgBouncer before it")
        verb.add_argument("--benchmarks", action="store_true", help="settings for benchmarks")
    grace = "what a command has to end after a signal (%(default)s)"
    run.add_argument("--grace", type=float, default=GRACE_SECONDS, metavar="SECONDS", help=grace)
    run.add_argument("command", nargs="+", metavar="COMMAND", help="after --")
    return parser.parse_args(arguments)


@contextlib.contextmanager
def servers(with_bouncer: bool, for_benchmarks: bool) -> Iterator[Servers]:
    """The servers that the options ask for."""
    with contextlib.ExitStack() as stack:
        options = settings.BENCHMARKS if for_benchmarks else settings.TESTS
        postgres = stack.enter_context(postgres_server(options))
        bouncer = stack.enter_context(pgbouncer(postgres)) if with_bouncer else None
        yield Servers(postgres, bouncer)


class Ending:
    """Signals that end this process: at once while it waits, and after their work while servers
    start or stop, which takes bounded time. A `with` block has moments in which an exception from
    a signal would pass it by.
    """

    def __init__(self) -> None:
        self._is_allowed = False
        self._number: int | None = None
        for number in ENDING:
            signal.signal(number, self._receive)

    @contextlib.contextmanager
    def allowed(self) -> Iterator[None]:
        """Lets signals leave the block through every `with`, those from before it too."""
        self._is_allowed = True
        try:
            if self._number is not None:
                sys.exit(128 + self._number)
            yield
        finally:
            self._is_allowed = False

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self._number = number
        if self._is_allowed:
            self._is_allowed = False
            sys.exit(128 + number)


def wait_for(command: Sequence[str], extra: dict[str, str], grace: float) -> int:
    """Runs the command; a signal to this process is passed on, and the command ends first.

    Ctrl-C reaches the command by itself, since it is in the same group: once is enough.
    """
    watched = {*ENDING, signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    try:
        process = start(command, extra, before)
        while process.poll() is None:
            received = signal.sigwaitinfo(watched)
            if received.si_signo == signal.SIGCHLD:
                continue
            if received.si_code != _FROM_THE_KERNEL:
                process.send_signal(received.si_signo)
            return end(process, received.si_signo, grace)
    finally:
        drain(watched)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def start(
    command: Sequence[str], extra: dict[str, str], mask: set[signal.Signals | int]
) -> subprocess.Popen[bytes]:
    """Starts the command with the signals that this process had.

    Raises: ServerFailed when there is no such program.
    """
    try:
        return subprocess.Popen(
            command,
            env={**os.environ, **extra},
            preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, mask),
        )
    except OSError as error:
        raise ServerFailed(f"{command[0]} does not run: {error.strerror}") from error


def end(process: subprocess.Popen[bytes], number: int, grace: float) -> int:
    """Gives the command some time after a signal, and kills it then."""
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return 128 + number


def drain(watched: set[signal.Signals]) -> None:
    """Takes what still waits, so that nothing strikes when signals are let through again."""
    while signal.sigtimedwait(watched, 0) is not None:
        pass
