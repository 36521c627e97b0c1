"""Real servers for tests, demo and benchmarks: private, on loopback, and gone afterwards.

>>> with postgres_server() as server:
...     print(server.socket_url())
postgresql://molt@/molt?host=%2Ftmp%2Fmolt-server-x1y2z3&port=41873
"""

from .certificates import Certificates
from .pgbouncer import PgBouncer, pgbouncer
from .postgres import PostgresServer, postgres_server
from .processes import ServerFailed
from .programs import NotInstalled
from .proxy import Faults, FaultyProxy
from .settings import BENCHMARKS, TESTS

__all__ = [
    "BENCHMARKS",
    "TESTS",
    "Certificates",
    "Faults",
    "FaultyProxy",
    "NotInstalled",
    "PgBouncer",
    "PostgresServer",
    "ServerFailed",
    "pgbouncer",
    "postgres_server",
]
