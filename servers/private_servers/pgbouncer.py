"""PgBouncer before a private server: one process, pooling by transaction and by session.

    client -> `molt` over the bouncer's socket (trust) or loopback (SCRAM) -> server's Unix socket

Two server connections per pool only, so that transactions of a client do wander between them.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

from . import roles
from .accounts import hand_over
from .folders import private_folder
from .ports import LOOPBACK, ReservedPort
from .postgres import DATABASE, PostgresServer
from .processes import ServerProcess
from .programs import program

START_SECONDS = 60.0
POOL_SIZE = 2
TRANSACTION = "molt_transaction"
SESSION = "molt_session"

_CONFIGURATION = """\
[databases]
{transaction} = host={server} port={server_port} dbname={database} pool_mode=transaction
{session} = host={server} port={server_port} dbname={database} pool_mode=session
[pgbouncer]
listen_addr = {loopback}
listen_port = {port}
unix_socket_dir = {folder}
auth_type = hba
auth_hba_file = {folder}/access.conf
auth_file = {folder}/users.txt
admin_users = {superuser}
default_pool_size = {pool_size}
max_client_conn = 1000
server_reset_query = DISCARD ALL
ignore_startup_parameters = extra_float_digits,options
"""
_ACCESS = f"local all all trust\nhost all all {LOOPBACK}/32 scram-sha-256\n"


@contextlib.contextmanager
def pgbouncer(server: PostgresServer) -> Iterator[PgBouncer]:
    """A running PgBouncer for the time of a `with` block.

    Raises: NotInstalled; ServerFailed with the end of its log.
    """
    with private_folder() as folder:
        bouncer = PgBouncer(folder, server)
        try:
            bouncer.start()
            yield bouncer
        finally:
            bouncer.close()


class PgBouncer:
    """The process, and the URLs of its two databases."""

    def __init__(self, folder: Path, server: PostgresServer) -> None:
        self.folder = folder
        self.server = server
        self._program = program("pgbouncer")
        self._port = ReservedPort()
        self._process: ServerProcess | None = None

    @property
    def port(self) -> int:
        """Its port on the loopback, which is part of its socket's name too."""
        return self._port.number

    def socket_url(self, database: str = TRANSACTION, role: str = roles.SUPERUSER) -> str:
        """A URL over the Unix socket, which trusts every role."""
        place = urlencode({"host": str(self.folder), "port": self.port})
        return f"postgresql://{role}@/{database}?{place}"

    def tcp_url(self, database: str = TRANSACTION, role: str = roles.SCRAM) -> str:
        """A URL over the loopback with the password, by SCRAM."""
        return (
            f"postgresql://{role}:{quote(self.server.password)}@{LOOPBACK}:{self.port}/{database}"
        )

    def pids(self) -> list[int]:
        """The id of its process."""
        return [] if self._process is None else [self._process.pid]

    def start(self) -> None:
        """Starts it and returns when it listens."""
        self._configure()
        command: list[str | Path] = [self._program, "--quiet", self.folder / "pgbouncer.ini"]
        log = self.folder / "pgbouncer.log"
        process = ServerProcess(command, self.folder, log, signal.SIGTERM)
        self._process = process
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            if not process.is_running or time.monotonic() > deadline:
                raise process.failure("PgBouncer did not start:")
            time.sleep(0.005)

    def close(self) -> None:
        """Ends it for good; safe in any state."""
        try:
            if self._process is not None:
                # Its SIGTERM is the immediate way; SIGINT would wait for the clients.
                self._process.stop(signal.SIGTERM)
        finally:
            self._process = None
            self._port.close()

    def _configure(self) -> None:
        names = (roles.SUPERUSER, *roles.ORDINARY)
        users = "".join(f'"{name}" "{self.server.password}"\n' for name in names)
        (self.folder / "users.txt").write_text(users)
        (self.folder / "access.conf").write_text(_ACCESS)
        configuration = _CONFIGURATION.format(
            transaction=TRANSACTION, session=SESSION, server=self.server.folder,
            server_port=self.server.port, database=DATABASE, loopback=LOOPBACK, port=self.port,
            folder=self.folder, superuser=roles.SUPERUSER, pool_size=POOL_SIZE,
        )  # fmt: skip
        (self.folder / "pgbouncer.ini").write_text(configuration)
        hand_over(self.folder)

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as attempt:
            attempt.connect(str(self.folder / f".s.PGSQL.{self.port}"))
            return True
        return False
