from __future__ import annotations

import contextlib
import socket
import struct
import time

import psycopg
import pytest

from private_servers import Faults, FaultyProxy, PostgresServer

TEXT = "é" * 3000
PATIENCE = 60


def connected(server: PostgresServer, proxy: FaultyProxy) -> psycopg.Connection:
    url = server.tcp_url(port=proxy.port, sslmode="disable")
    return psycopg.connect(url, autocommit=True, connect_timeout=PATIENCE)


@pytest.mark.parametrize(
    "faults", [Faults(), Faults(chunk=1), Faults(chunk=7), Faults(chunk=500, delay=0.001)], ids=str
)
def test_a_slow_network_changes_no_byte(postgres: PostgresServer, faults: Faults) -> None:
    with FaultyProxy(postgres.port, faults) as proxy, connected(postgres, proxy) as connection:
        assert connection.execute("SELECT %s::text", [TEXT]).fetchone() == (TEXT,)


def test_delay_is_time(postgres: PostgresServer) -> None:
    with FaultyProxy(postgres.port) as proxy, connected(postgres, proxy) as connection:
        proxy.faults = Faults(delay=0.2)
        started = time.monotonic()
        connection.execute("SELECT 1")
        assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("reset", [False, True])
def test_a_cut_comes_after_exactly_so_many_bytes(postgres: PostgresServer, reset: bool) -> None:
    ssl_request = bytes.fromhex("0000000804d2162f")
    with FaultyProxy(postgres.port, Faults(cut_after=1, reset=reset)) as proxy:
        client = socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE)
        client.sendall(ssl_request)
        assert client.recv(1) == b"S"
        if reset:
            with pytest.raises(ConnectionResetError):
                client.recv(1)
        else:
            assert client.recv(1) == b""
        client.close()


def test_a_cut_in_the_middle_of_an_answer_is_an_error(postgres: PostgresServer) -> None:
    with FaultyProxy(postgres.port) as proxy:
        connection = connected(postgres, proxy)
        proxy.faults = Faults(cut_after=0)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT %s::text", [TEXT])
        proxy.faults = Faults()
        with connected(postgres, proxy) as again:
            assert again.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("count", [0, 1])
def test_a_stall_keeps_the_connection_open(postgres: PostgresServer, count: int) -> None:
    words = b"user\0molt\0\0"
    with FaultyProxy(postgres.port, Faults(stall_after=count)) as proxy:
        client = socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE)
        client.sendall(struct.pack("!ii", len(words) + 8, 3 << 16) + words)
        # The server asks for a password, of which so many bytes arrive.
        assert client.recv(count) == b"R"[:count]
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.settimeout(1)
        assert is_ended_by_a_cut(proxy, client)
        client.close()


def is_ended_by_a_cut(proxy: FaultyProxy, client: socket.socket) -> bool:
    """Whether a cut reaches the client; one may come before the proxy has heard of it."""
    for _ in range(PATIENCE):
        proxy.cut()
        with contextlib.suppress(TimeoutError):
            return client.recv(1) == b""
    return False


def test_everybody_can_be_cut_at_once(postgres: PostgresServer) -> None:
    with FaultyProxy(postgres.port) as proxy:
        connections = [connected(postgres, proxy) for _ in range(3)]
        proxy.cut()
        for connection in connections:
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        connected(postgres, proxy).close()
