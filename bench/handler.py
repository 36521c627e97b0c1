"""One request through Django's whole handler, middleware included, without a socket."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler


class Handler:
    """The project's WSGI application."""

    def __init__(self) -> None:
        self.application = WSGIHandler()

    def get(self, path: str) -> bytes:
        """The body of an answer.

        Raises: RuntimeError when it is not a 200.
        """
        response = self.application(environ(path), lambda status, headers: None)
        body = b"".join(response)
        response.close()
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}")
        return body


def environ(path: str) -> dict[str, Any]:
    """The least that a WSGI server says about a GET request."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
