"""The three ways under gunicorn, loaded with wrk."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import processes
from .results import Load

WORKER_COUNT = 2
CONNECTION_COUNT = 4
HOST = "localhost"
"""Sent to every server, so that DRF's links to other pages are the same."""

# wrk hands its figures to `done`; latencies are in microseconds.
SUMMARY = """
done = function(summary, latency, requests)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\\nJSON {"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, ' ..
    '"failures": %d}\\n', summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), failures))
end
"""


@contextlib.contextmanager
def server(application: str, environment: Mapping[str, str], folder: Path) -> Iterator[int]:
    """gunicorn with two sync workers on a free port of the loopback: the port."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=512))
        log = stack.enter_context(tempfile.TemporaryFile())
        command = [sys.executable, "-m", "gunicorn", application]
        command += ["--workers", str(WORKER_COUNT), "--bind", f"fd://{listener.fileno()}"]
        command += ["--log-level", "warning", "--no-control-socket"]
        stack.enter_context(
            processes.running(
                command,
                environment=environment,
                cwd=folder,
                pass_fds=[listener.fileno()],
                stdout=log,
                stderr=log,
            )
        )
        yield listener.getsockname()[1]


def digest(port: int, url: str) -> str:
    """The digest of one answer over HTTP.

    Raises: ProcessFailed when the answer is not a 200.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", url, headers={"Host": HOST})
        response = connection.getresponse()
        body = response.read()
    if response.status != 200:
        raise processes.ProcessFailed(f"{url} under gunicorn answered {response.status}")
    return hashlib.sha256(body).hexdigest()


def measure(port: int, url: str, seconds: float, request: str = "") -> Load:
    """Loads one URL with wrk; `request` is Lua that makes another request than a GET."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(request + SUMMARY)
        script.flush()
        command = ["wrk", "--threads", "1", "--connections", str(CONNECTION_COUNT)]
        command += ["--duration", f"{seconds:.0f}s", "--header", f"Host: {HOST}"]
        command += ["--script", script.name, f"http://127.0.0.1:{port}{url}"]
        with processes.running(command, stdout=subprocess.PIPE, text=True) as process:
            output, _ = process.communicate()
    lines = [line for line in output.splitlines() if line.startswith("JSON ")]
    if process.returncode != 0 or not lines:
        raise processes.ProcessFailed(f"wrk failed for {url}: {output.strip()[-200:]}")
    found = json.loads(lines[-1].removeprefix("JSON "))
    return Load(
        requests_per_second=found["requests"] / found["microseconds"] * 1e6,
        p50=found["p50"] / 1e3,
        p99=found["p99"] / 1e3,
        failures=found["failures"],
    )
