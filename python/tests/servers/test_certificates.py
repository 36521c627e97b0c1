from __future__ import annotations

import psycopg
import pytest

from private_servers import PostgresServer, roles

REFUSED = {
    "expired": "certificate verify failed",
    "untrusted": "certificate verify failed",
    "wrong-host": "does not match host name",
}


def test_the_valid_certificate_is_for_the_host_name_alone(postgres: PostgresServer) -> None:
    psycopg.connect(postgres.tls_url()).close()
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        psycopg.connect(postgres.tls_url(host="127.0.0.1"))
    psycopg.connect(postgres.tls_url(host="127.0.0.1", mode="verify-ca")).close()


def test_each_wrong_certificate_is_refused_for_its_reason(
    breakable_postgres: PostgresServer,
) -> None:
    server = breakable_postgres
    for name, reason in REFUSED.items():
        server.use_certificate(name)
        with pytest.raises(psycopg.OperationalError, match=reason):
            psycopg.connect(server.tls_url())
        psycopg.connect(server.tcp_url(roles.TLS, sslmode="require")).close()
    server.use_certificate("address")
    psycopg.connect(server.tls_url(host="127.0.0.1")).close()
    server.use_certificate("valid")
    psycopg.connect(server.tls_url()).close()


def test_there_are_no_other_certificates(postgres: PostgresServer) -> None:
    with pytest.raises(KeyError):
        postgres.certificates.pair("nonesuch")
