"""Who may log in how.

| role | Unix socket | loopback |
|---|---|---|
| `molt` (superuser) | trust | SCRAM-SHA-256 |
| `molt_scram` | trust | SCRAM-SHA-256 |
| `molt_md5` | trust | MD5 |
| `molt_cleartext` | trust | password in clear text |
| `molt_tls` | trust | SCRAM-SHA-256, TLS only |
| `molt_certificate` | trust | client certificate, TLS only |

The socket lies in the server's private folder. On the loopback everybody of the machine could
knock, so no role is trusted there; the password is made anew for each server.
"""

from __future__ import annotations

SUPERUSER = "molt"
SCRAM = "molt_scram"
MD5 = "molt_md5"
CLEARTEXT = "molt_cleartext"
TLS = "molt_tls"
CERTIFICATE = "molt_certificate"
ORDINARY = (SCRAM, MD5, CLEARTEXT, TLS, CERTIFICATE)

ACCESS = f"""\
# type     database  user                    address       method
local      all       all                                   trust
hostssl    all       {CERTIFICATE}           127.0.0.1/32  cert
hostssl    all       {TLS}                   127.0.0.1/32  scram-sha-256
host       all       {CERTIFICATE},{TLS}     127.0.0.1/32  reject
host       all       {MD5}                   127.0.0.1/32  md5
host       all       {CLEARTEXT}             127.0.0.1/32  password
host       all       all                     127.0.0.1/32  scram-sha-256
"""
"""The server's `pg_hba.conf`."""


def creation(password: str) -> str:
    """The SQL that makes the roles."""
    lines = [f"ALTER ROLE {SUPERUSER} PASSWORD '{password}';"]
    for role in ORDINARY:
        stored = "md5" if role == MD5 else "scram-sha-256"
        lines += [
            f"SET password_encryption = '{stored}';",
            f"CREATE ROLE {role} LOGIN PASSWORD '{password}';",
            f"GRANT CREATE, USAGE ON SCHEMA public TO {role};",
        ]
    return "\n".join(lines)
