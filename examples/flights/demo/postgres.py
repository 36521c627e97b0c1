"""The demo's PostgreSQL: a private server for one run, ended and removed with it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from private_servers import BENCHMARKS, NotInstalled, ServerFailed, postgres_server

from . import console, loading, processes

# Every row of the data set has the rows that it refers to. The server's superuser may say that
# nobody needs to look, which halves the time.
WITHOUT_CHECKS = {"PGOPTIONS": "-c session_replication_role=replica"}


@contextlib.contextmanager
def filled() -> Iterator[str]:
    """The URL of a database with the flights, over the Unix socket of a server of its own.

    Raises: ProcessFailed when the server cannot start.
    """
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server(BENCHMARKS))
        except (NotInstalled, ServerFailed) as error:
            raise processes.ProcessFailed(str(error)) from error
        url = server.socket_url()
        loading.fill(url, WITHOUT_CHECKS)
        console.say("  In a private server, over its Unix socket.")
        yield url
