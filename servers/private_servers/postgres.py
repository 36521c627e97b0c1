"""A private PostgreSQL server: made, started, hurt and restarted by a test, then gone."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

from . import processes, programs, roles, settings, shared_memory
from .accounts import hand_over
from .certificates import HOST, Certificates
from .folders import private_folder
from .ports import LOOPBACK, ReservedPort
from .processes import ServerProcess

START_SECONDS = 60.0
DATABASE = "molt"


@contextlib.contextmanager
def postgres_server(options: Mapping[str, str] | None = None) -> Iterator[PostgresServer]:
    """A running server for the time of a `with` block.

    Options are lines of `postgresql.conf` in addition to `settings.TESTS`, or in their place.

    Raises: NotInstalled; ServerFailed with the end of the server's log.
    """
    with private_folder() as folder:
        server = PostgresServer(folder, {**settings.TESTS, **(options or {})})
        try:
            server.create()
            yield server
        finally:
            server.close()


class PostgresServer:
    """A server with its data in a folder, on a Unix socket there and on the loopback."""

    def __init__(self, folder: Path, options: Mapping[str, str]) -> None:
        self.folder = folder
        self.options = options
        self.password = secrets.token_hex(16)
        self.certificates = Certificates(folder / "certificates")
        self.log = folder / "server.log"
        self._programs = programs.postgres_folder()
        self._data = folder / "data"
        self._port = ReservedPort()
        self._process: ServerProcess | None = None

    # What a client needs.

    @property
    def port(self) -> int:
        """Its port on the loopback, which is part of its socket's name too."""
        return self._port.number

    @property
    def is_running(self) -> bool:
        """Whether its first process lives."""
        return self._process is not None and self._process.is_running

    def socket_url(self, role: str = roles.SUPERUSER, database: str = DATABASE) -> str:
        """A URL over the Unix socket, which trusts every role."""
        place = urlencode({"host": str(self.folder), "port": self.port})
        return f"postgresql://{role}@/{database}?{place}"

    def tcp_url(
        self,
        role: str = roles.SUPERUSER,
        database: str = DATABASE,
        *,
        host: str = LOOPBACK,
        port: int | None = None,
        **parameters: str,
    ) -> str:
        """A URL over the loopback with the password; `port` may be that of something between."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        login = f"{role}:{quote(self.password)}"
        return f"postgresql://{login}@{host}:{port or self.port}/{database}{query}"

    def tls_url(self, role: str = roles.TLS, *, host: str = HOST, mode: str = "verify-full") -> str:
        """A URL over TLS that verifies the server against the private authority."""
        authority = str(self.certificates.authority)
        return self.tcp_url(role, host=host, sslmode=mode, sslrootcert=authority)

    def certificate_url(self) -> str:
        """A URL over TLS with the client certificate of `molt_certificate`."""
        certificate, key = self.certificates.pair("client")
        return f"{self.tls_url(roles.CERTIFICATE)}&" + urlencode(
            {"sslcert": str(certificate), "sslkey": str(key)}
        )

    def execute(self, sql: str, database: str = DATABASE) -> str:
        """Runs SQL as the superuser with `psql`: the rows, unaligned.

        Raises: ServerFailed with the server's error.
        """
        command: list[str | Path] = [self._programs / "psql", "--no-psqlrc", "--quiet"]
        command += ["--tuples-only", "--no-align"]
        command += ["--set", "ON_ERROR_STOP=1", "--file", "-"]
        return processes.run([*command, self.socket_url(database=database)], self.folder, sql)

    def program(self, name: str) -> Path:
        """A program of this version, such as `pgbench`, without Debian's slow wrapper."""
        return self._programs / name

    # What a test does to it.

    def create(self) -> None:
        """Makes the data folder, starts the server, and makes the roles and the database."""
        command: list[str | Path] = [self._programs / "initdb", "--pgdata", self._data]
        command += ["--no-sync", "--auth=trust"]
        command += [f"--username={roles.SUPERUSER}", "--encoding=UTF8", "--locale=C.UTF-8"]
        processes.run([*command, "--no-instructions"], self.folder)
        (self._data / "pg_hba.conf").write_text(roles.ACCESS)
        self._configure("valid")
        self.start()
        self.execute(f"CREATE DATABASE {DATABASE}", "postgres")
        self.execute(roles.creation(self.password))

    def start(self) -> None:
        """Starts the server and returns when it accepts connections."""
        if self.is_running:
            return
        command: list[str | Path] = [self._programs / "postgres", "-D", self._data]
        process = ServerProcess(command, self.folder, self.log, signal.SIGQUIT)
        self._process = process
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready(process.pid):
            if not process.is_running or time.monotonic() > deadline:
                raise process.failure("PostgreSQL did not start:")
            time.sleep(0.005)

    def stop(self) -> None:
        """Ends every session and the server, as `pg_ctl stop` does; the data stay."""
        if self._process is not None:
            self._process.stop(signal.SIGINT)
        self._process = None

    def kill(self) -> None:
        """Ends the server and its sessions at once, as a crash of the machine would."""
        if self._process is not None:
            # While their parent stands still there are no new ones, and no id is given away again.
            self._process.send(signal.SIGSTOP)
            pids = self.session_pids()
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.stop(signal.SIGKILL)
            # One that is not gone yet holds shared memory, with which no server starts again.
            processes.wait_until_ended(pids)
        self._process = None

    def restart(self) -> None:
        """Stops and starts the server, on the same port."""
        self.stop()
        self.start()

    def use_certificate(self, name: str) -> None:
        """Shows new connections another certificate of `certificates.SUBJECTS`."""
        self._configure(name)
        self.execute("SELECT pg_reload_conf()")
        certificate = self.certificates.pair(name)[0]
        deadline = time.monotonic() + START_SECONDS
        # Asked by a session of its own, which is as new as a client's will be.
        while self.execute("SHOW ssl_cert_file").strip() != str(certificate):
            if time.monotonic() > deadline:
                raise processes.ServerFailed(f"PostgreSQL did not take the certificate {name}")
            time.sleep(0.005)

    def session_pids(self) -> list[int]:
        """The ids of the server's own children: sessions and background processes."""
        return processes.children(self._process.pid) if self._process is not None else []

    def pids(self) -> list[int]:
        """The ids of all its processes."""
        return [] if self._process is None else [self._process.pid, *self.session_pids()]

    def close(self) -> None:
        """Ends the server for good; safe in any state."""
        try:
            self.stop()
        finally:
            self._port.close()
            shared_memory.remove(self._data / "postmaster.pid")

    # Parts.

    def _configure(self, certificate_name: str) -> None:
        certificate, key = self.certificates.pair(certificate_name)
        place = {
            "listen_addresses": f"'{LOOPBACK}'",
            "port": str(self.port),
            "unix_socket_directories": f"'{self.folder}'",
            "ssl": "on",
            "ssl_cert_file": f"'{certificate}'",
            "ssl_key_file": f"'{key}'",
            "ssl_ca_file": f"'{self.certificates.authority}'",
        }
        (self._data / "postgresql.conf").write_text(settings.text({**self.options, **place}))
        hand_over(self._data)

    def _is_ready(self, pid: int) -> bool:
        """Whether the server says so in its lock file, which a crashed one leaves behind."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
