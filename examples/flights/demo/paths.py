"""Where the demo finds and leaves its files."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
REPOSITORY = PROJECT.parent.parent
DATABASE = PROJECT / "data" / "flights.sqlite3"
REPORT = REPOSITORY / "build" / "demo" / "report.html"
RESULTS = REPORT.with_name("results.json")


def use_checkout() -> None:
    """Lets this process and its children import the checkout's molt_accel, if none is installed."""
    if find_spec("molt_accel") is None:
        folder = str(REPOSITORY / "python")
        sys.path.append(folder)
        others = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = f"{folder}:{others}" if others else folder


def shown(path: Path) -> str:
    """A path as a person would type it from where they are."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("../..") else relative
