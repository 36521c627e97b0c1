"""The nine mixed columns of the catalogue's books: through Django, by hand, and undecoded."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from functools import partial

from private_servers import PostgresServer

from .peer import Call, Peer

COUNTS = (20, 1_000)
DJANGO = ("Django", "psycopg")
VIEWS = {
    "values": "Django JsonResponse",
    "values-c-loader": "Django, psycopg's C loader",
    "drf": "DRF ModelSerializer",
    "orjson": "Django values() + orjson",
}
BYTES_OF_DJANGO = ("values", "values-c-loader")


def peers(count: int) -> list[Peer]:
    """Everybody, for a number of rows."""
    views = [
        Peer(
            name,
            DJANGO if view != "drf" else ("djangorestframework",),
            partial(of_view, view, count),
        )
        for view, name in VIEWS.items()
    ]
    return [
        *views,
        Peer("asyncpg + orjson by hand", ("asyncpg", "orjson"), partial(by_hand, count)),
        Peer("psycopg, binary rows undecoded", ("psycopg",), partial(undecoded, count)),
    ]


def check() -> None:
    """Stops the benchmark unless the views that claim Django's bytes give them."""
    from handler import Handler

    handler = Handler()
    for count in (*COUNTS, 0, 5_000):
        first, *others = [handler.get(f"/{view}/{count}/") for view in BYTES_OF_DJANGO]
        if any(other != first for other in others):
            sys.exit(f"{' and '.join(BYTES_OF_DJANGO)} differ with {count} rows")


@contextlib.contextmanager
def of_view(view: str, count: int, server: PostgresServer) -> Iterator[Call]:
    """A whole view through Django's handler in process."""
    from handler import Handler

    handler = Handler()
    yield lambda: handler.get(f"/{view}/{count}/")


def sql(placeholder: str) -> str:
    """What the QuerySet of the views asks."""
    from catalogue.models import COLUMNS

    return f"SELECT {', '.join(COLUMNS)} FROM catalogue_book LIMIT {placeholder}"


@contextlib.contextmanager
def by_hand(count: int, server: PostgresServer) -> Iterator[Call]:
    """asyncpg's prepared statement and orjson. Not Django's bytes: the values' own forms."""
    import asyncpg
    import orjson

    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(asyncpg.connect(server.socket_url()))
    statement = loop.run_until_complete(connection.prepare(sql("$1")))

    async def body() -> bytes:
        return orjson.dumps([dict(row) for row in await statement.fetch(count)], default=str)

    try:
        yield lambda: loop.run_until_complete(body())
    finally:
        loop.run_until_complete(connection.close())
        loop.close()


@contextlib.contextmanager
def undecoded(count: int, server: PostgresServer) -> Iterator[Call]:
    """The least that a client can do: libpq receives the rows in binary, and nobody looks."""
    import psycopg
    from psycopg.pq import ExecStatus, Format

    with psycopg.connect(server.socket_url(), autocommit=True) as connection:
        wire = connection.pgconn
        wire.prepare(b"books", sql("$1").encode())
        argument = [str(count).encode()]

        def receive() -> None:
            result = wire.exec_prepared(b"books", argument, result_format=Format.BINARY)
            assert result.status == ExecStatus.TUPLES_OK
            assert result.ntuples == count

        yield receive
