from __future__ import annotations

import socket
import struct

import psycopg
import pytest

from private_servers import PostgresServer, roles

PLAIN = [roles.SUPERUSER, roles.SCRAM, roles.MD5, roles.CLEARTEXT]
# The numbers in an AuthenticationRequest: "Message Formats" in PostgreSQL's documentation.
REQUESTS = {roles.SUPERUSER: 10, roles.SCRAM: 10, roles.MD5: 5, roles.CLEARTEXT: 3}


def who(url: str) -> str:
    with psycopg.connect(url, connect_timeout=60) as connection:
        row = connection.execute("SELECT current_user").fetchone()
    assert row is not None
    return row[0]


def first_answer(port: int, role: str) -> bytes:
    """The server's first message to a client over TCP without TLS."""
    words = b"".join(word.encode() + b"\0" for word in ("user", role, "database", "molt", ""))
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(struct.pack("!ii", len(words) + 8, 3 << 16) + words)
        return client.recv(4096)


@pytest.mark.parametrize("role", [roles.SUPERUSER, *roles.ORDINARY])
def test_the_socket_trusts_every_role(postgres: PostgresServer, role: str) -> None:
    assert who(postgres.socket_url(role)) == role


@pytest.mark.parametrize("role", PLAIN)
def test_the_loopback_wants_the_password(postgres: PostgresServer, role: str) -> None:
    assert who(postgres.tcp_url(role)) == role
    wrong = postgres.tcp_url(role).replace(postgres.password, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        who(wrong)


@pytest.mark.parametrize("role", PLAIN)
def test_each_role_has_its_own_way(postgres: PostgresServer, role: str) -> None:
    kind, _, request = struct.unpack("!cii", first_answer(postgres.port, role)[:9])
    assert (kind, request) == (b"R", REQUESTS[role])


@pytest.mark.parametrize("role", [roles.TLS, roles.CERTIFICATE])
def test_some_roles_need_tls(postgres: PostgresServer, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="rejects connection"):
        who(postgres.tcp_url(role, sslmode="disable"))


def test_scram_binds_to_the_tls_channel(postgres: PostgresServer) -> None:
    assert who(postgres.tls_url() + "&channel_binding=require") == roles.TLS


def test_a_client_certificate_stands_for_a_password(postgres: PostgresServer) -> None:
    url = postgres.certificate_url().replace(postgres.password, "unused")
    assert who(url) == roles.CERTIFICATE
    without = postgres.tls_url(roles.CERTIFICATE)
    with pytest.raises(psycopg.OperationalError, match="certificate"):
        who(without)


def test_an_ordinary_role_can_make_tables(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.tcp_url(roles.SCRAM)) as connection:
        connection.execute("CREATE TABLE made (id int)")
        connection.execute("DROP TABLE made")


def test_a_database_of_the_tests_own_is_empty(postgres: PostgresServer, database: str) -> None:
    with psycopg.connect(postgres.socket_url(database=database)) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
    assert tables == (0,)
