"""Where the demo finds and leaves its files."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
REPOSITORY = PROJECT.parent.parent
DATABASE = PROJECT / "data" / "flights.sqlite3"
REPORT = REPOSITORY / "build" / "demo" / "report.html"
RESULTS = REPORT.with_name("results.json")


def shown(path: Path) -> str:
    """A path as a person would type it from where they are."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("../..") else relative
