"""Ours: the Swift program `codecs-bench`, and the Python package."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .packages import Maker, Package, reading, writing, writing_rows
from .programs import Program

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))


def program(side: str) -> Program:
    """The program in Swift as one of its two sides: `molt`, or `foundation`."""
    path = Path(os.environ.get("MOLT_CODECS_BENCH", ROOT / "build" / "codecs-bench"))
    if not path.exists():
        raise SystemExit(f"{path} is not there: make build/codecs-bench, or set MOLT_CODECS_BENCH")
    return Program([str(path), side])


def package() -> Package:
    """The codecs of `molt_accel`."""
    import molt_accel
    from molt_accel import cbor, json, msgpack

    cases: dict[str, Maker] = {
        "python json loads": reading(json.loads),
        "python json dumps": writing("json", json.dumpb),
        "python rows dumps": writing_rows(lambda value: json.dumpb(value, style="django")),
        "python msgpack loads": reading(msgpack.unpackb),
        "python msgpack dumps": writing("msgpack", msgpack.packb),
        "python cbor loads": reading(cbor.loads),
        "python cbor dumps": writing("cbor", cbor.dumps),
    }
    return Package("molt_accel", molt_accel.__version__, cases)
