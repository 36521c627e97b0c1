"""The environment variables by which tests in any language find the servers."""

from __future__ import annotations

from . import roles
from .pgbouncer import SESSION, TRANSACTION, PgBouncer
from .ports import LOOPBACK
from .postgres import DATABASE, PostgresServer


def of_postgres(server: PostgresServer) -> dict[str, str]:
    """URLs by way of logging in; PG* for `psql` and `pgbench`."""
    return {
        "MOLT_TEST_POSTGRES": server.socket_url(),
        "MOLT_TEST_POSTGRES_SCRAM": server.tcp_url(roles.SCRAM),
        "MOLT_TEST_POSTGRES_MD5": server.tcp_url(roles.MD5),
        "MOLT_TEST_POSTGRES_CLEARTEXT": server.tcp_url(roles.CLEARTEXT),
        "MOLT_TEST_POSTGRES_TCP": server.tcp_url(),
        "MOLT_TEST_POSTGRES_TLS": server.tls_url(),
        "MOLT_TEST_POSTGRES_TLS_WRONG_HOST": server.tls_url(host=LOOPBACK),
        "MOLT_TEST_POSTGRES_TLS_CERTIFICATE": server.certificate_url(),
        "PGHOST": str(server.folder),
        "PGPORT": str(server.port),
        "PGUSER": roles.SUPERUSER,
        "PGDATABASE": DATABASE,
    }


def of_pgbouncer(bouncer: PgBouncer) -> dict[str, str]:
    """URLs by way of pooling."""
    return {
        "MOLT_TEST_PGBOUNCER_TRANSACTION": bouncer.socket_url(TRANSACTION),
        "MOLT_TEST_PGBOUNCER_SESSION": bouncer.socket_url(SESSION),
        "MOLT_TEST_PGBOUNCER_SCRAM": bouncer.tcp_url(TRANSACTION),
    }
