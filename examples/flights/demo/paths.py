"""Where the demo finds and leaves its files."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
REPOSITORY = PROJECT.parent.parent
DATABASE = PROJECT / "data" / "flights.sqlite3"
REPORTS = REPOSITORY / "build" / "demo"


def use_checkout() -> None:
    """Lets this process import the private servers, and its children, too, molt_accel.

    That is the checkout's unless one is installed.
    """
    sys.path.append(str(REPOSITORY / "servers"))
    if find_spec("molt_accel") is None:
        folder = str(REPOSITORY / "python")
        sys.path.append(folder)
        others = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = f"{folder}:{others}" if others else folder


def report(database: str) -> Path:
    """The report of a run on a database; `sqlite` needs no suffix."""
    return REPORTS / ("report.html" if database == "sqlite" else f"report-{database}.html")


def results(database: str) -> Path:
    """The report's figures."""
    name = report(database).stem.replace("report", "results")
    return REPORTS / f"{name}.json"


def shown(path: Path) -> str:
    """A path as a person would type it from where they are."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("../..") else relative
