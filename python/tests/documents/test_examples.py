"""The Python examples of the user's documents run, natively, in the flights example."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pages import ROOT

LIBRARY = os.environ.get("MOLT_LIBRARY", "")
HAS_DJANGO = all(importlib.util.find_spec(name) for name in ("django", "rest_framework"))

pytestmark = [
    pytest.mark.skipif(not LIBRARY, reason="SKIPPED WITHOUT libmolt.so: set MOLT_LIBRARY"),
    pytest.mark.skipif(not HAS_DJANGO, reason="SKIPPED WITHOUT Django and djangorestframework"),
]

DOCUMENTS = {
    "README.md": {"native_departures", "arrivals", "as_csv", "from_origin", "NativeFlightViewSet"},
    "docs/django.md": {"FlightList", "from_jfk", "from_jfk_async", "page"},
    "docs/worker.md": set(),
    "docs/auth.md": set(),
    "docs/life-of-a-request.md": {"departures"},
}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_examples_of(document: str, tmp_path: Path) -> None:
    runner = Path(__file__).with_name("run_examples.py")
    result = subprocess.run(
        [sys.executable, str(runner), document],
        env={
            **os.environ,
            "MOLT_LIBRARY": str(Path(LIBRARY).resolve()),
            "FLIGHTS_DATABASE": str(tmp_path / "flights.sqlite3"),
            "PYTHONPATH": str(ROOT / "python"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    answered = set(result.stdout.rpartition(": ")[2].strip().split(", "))
    assert answered >= DOCUMENTS[document], result.stdout
