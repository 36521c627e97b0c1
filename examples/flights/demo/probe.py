"""A child process that answers every way: the demo's hands inside Django.

    > {"verb": "answer", "index": 0, "way": "worker"}
    < {"status": 200, "content_type": "application/json", "byte_count": 276103, "digest": "…"}

Requests pass through Django's whole WSGI handler with the project's middleware, without a socket.
A real process has one lane; this one swaps the settings that molt_accel has read between requests,
so that all ways can take turns. One JSON object per line, in and out; it ends with its input.
"""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import inspect
import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flights_site.settings")

import django

django.setup(set_prefix=False)

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection

from flights.endpoints.catalog import ENDPOINTS
from flights.endpoints.endpoint import Endpoint
from molt_accel.django import conf


class DjangoRequest(WSGIRequest):
    """A request that resolves to the Django way."""

    urlconf = "flights_site.urls_django"


class NativeRequest(WSGIRequest):
    """A request that resolves to the native way."""

    urlconf = "flights_site.urls_native"


class DjangoHandler(WSGIHandler):
    request_class = DjangoRequest


class NativeHandler(WSGIHandler):
    request_class = NativeRequest


NATIVE = NativeHandler()
HANDLERS = {"django": DjangoHandler(), "inprocess": NATIVE, "worker": NATIVE}
CONFIGURATIONS = {
    lane: dataclasses.replace(conf.current(), lane=lane) for lane in ("inprocess", "worker")
}


def environ(url: str) -> dict[str, Any]:
    """The least that a WSGI server says about a GET request."""
    path, _, query = url.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }


def ask(way: str, url: str) -> tuple[int, str, bytes]:
    """One request: the status, the content type and the body."""
    if way in CONFIGURATIONS:
        conf._current = CONFIGURATIONS[way]
    response = HANDLERS[way](environ(url), lambda status, headers: None)
    try:
        body = b"".join(response)
    finally:
        response.close()
    return response.status_code, response.headers["Content-Type"], body


def answer(index: int, way: str) -> dict[str, Any]:
    """What identifies an endpoint's answer."""
    problems = ProblemLog()
    logging.getLogger("django.request").addHandler(problems)
    try:
        status, content_type, body = ask(way, ENDPOINTS[index].url)
    finally:
        logging.getLogger("django.request").removeHandler(problems)
    return {
        "status": status,
        "content_type": content_type,
        "byte_count": len(body),
        "digest": hashlib.sha256(body).hexdigest(),
        "problem": problems.text,
    }


class ProblemLog(logging.Handler):
    """Keeps the last line of what Django logs about a request that failed."""

    text = ""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.text = f"{type(error).__name__}: {error}" if error else record.getMessage()


def measure(index: int, ways: list[str], seconds: float) -> dict[str, float]:
    """Median milliseconds of each way, asked in turns for so many seconds."""
    url = ENDPOINTS[index].url
    samples: dict[str, list[float]] = {way: [] for way in ways}
    for way in samples:
        ask(way, url)
    gc.collect()
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline or len(samples["django"]) < 5:
        for way, taken in samples.items():
            started = time.perf_counter()
            ask(way, url)
            taken.append((time.perf_counter() - started) * 1e3)
    return {way: statistics.median(taken) for way, taken in samples.items()}


def describe() -> dict[str, Any]:
    """The catalog, and the versions of what answers."""
    return {
        "endpoints": [
            {
                "name": endpoint.name,
                "about": endpoint.about,
                "url": endpoint.url,
                "is_loaded_with_wrk": endpoint.is_loaded_with_wrk,
                "sources": sources(endpoint),
            }
            for endpoint in ENDPOINTS
        ],
        "database": database(),
        "versions": versions(),
    }


def sources(endpoint: Endpoint) -> dict[str, str]:
    """The source of both views, or of the classes behind them."""

    def source(view: Callable[..., Any]) -> str:
        return inspect.getsource(inspect.unwrap(getattr(view, "cls", view)))

    return {"django": source(endpoint.django_way), "native": source(endpoint.native)}


def database() -> dict[str, str]:
    """Name and version of the database, and of the driver by which Django reads it."""
    if connection.vendor == "sqlite":
        import sqlite3

        return {"SQLite": sqlite3.sqlite_version}
    import psycopg

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    # Behind the number a distribution may name its package.
    driver = f"{psycopg.__version__} ({psycopg.pq.__impl__})"
    return {"PostgreSQL": version.split()[0], "psycopg": driver}


def versions() -> dict[str, str]:
    """Name and version of each part beside the database."""
    from importlib.metadata import version

    import molt_accel

    return {
        "Molt": molt_accel.__version__,
        "Python": sys.version.split()[0],
        "Django": django.get_version(),
        "Django REST framework": version("djangorestframework"),
        "gunicorn": version("gunicorn"),
    }


VERBS: dict[str, Callable[..., Any]] = {
    "answer": answer,
    "measure": measure,
    "describe": describe,
}


def main() -> None:
    """Answers commands until there are no more."""
    logging.getLogger("django.request").propagate = False
    # Commands keep the real standard output; whatever the project prints goes to standard error.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        command = json.loads(line)
        print(json.dumps(VERBS[command.pop("verb")](**command)), file=replies, flush=True)


if __name__ == "__main__":
    main()
