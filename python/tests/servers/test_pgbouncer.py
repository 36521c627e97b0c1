from __future__ import annotations

import psycopg
import pytest

import remains
from private_servers import PgBouncer, PostgresServer, pgbouncer, roles
from private_servers.pgbouncer import POOL_SIZE, SESSION, TRANSACTION


def backend(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None
    return row[0]


def test_a_transaction_keeps_its_server_connection_and_no_longer(bouncer: PgBouncer) -> None:
    url = bouncer.socket_url(TRANSACTION)
    with psycopg.connect(url, prepare_threshold=None) as first:
        mine = backend(first)
        assert backend(first) == mine
        others = [psycopg.connect(url, prepare_threshold=None) for _ in range(POOL_SIZE)]
        assert backend(others[0]) != mine
        first.commit()
        assert backend(others[1]) == mine
        for other in others:
            other.close()


def test_a_session_keeps_its_server_connection_and_leaves_it_clean(bouncer: PgBouncer) -> None:
    url = bouncer.socket_url(SESSION)
    with psycopg.connect(url, autocommit=True) as connection:
        mine = backend(connection)
        connection.execute("SET application_name = 'kept'")
        assert backend(connection) == mine
        assert connection.execute("SHOW application_name").fetchone() == ("kept",)
        # The pool has one more, which is taken: so the next session waits for this one.
        other = psycopg.connect(url, autocommit=True)
        assert backend(other) != mine
    with other, psycopg.connect(url, autocommit=True) as connection:
        assert backend(connection) == mine
        assert connection.execute("SHOW application_name").fetchone() != ("kept",)


def test_prepared_statements_get_lost_between_transactions(bouncer: PgBouncer) -> None:
    with psycopg.connect(bouncer.socket_url(TRANSACTION)) as connection:
        connection.execute("SELECT 1", prepare=True)
        connection.commit()
        holder = psycopg.connect(bouncer.socket_url(TRANSACTION), prepare_threshold=None)
        backend(holder)
        with pytest.raises(psycopg.errors.InvalidSqlStatementName):
            connection.execute("SELECT 1", prepare=True)
        holder.close()


def test_the_loopback_wants_the_password(bouncer: PgBouncer) -> None:
    url = bouncer.tcp_url(SESSION)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (roles.SCRAM,)
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(url.replace(bouncer.server.password, "wrong"))


def test_nothing_is_left_behind(postgres: PostgresServer) -> None:
    with pgbouncer(postgres) as own:
        psycopg.connect(own.socket_url()).close()
        pids = own.pids()
        assert remains.alive(pids) == pids != []
    assert not remains.settle(pids)
    assert not own.folder.exists()
