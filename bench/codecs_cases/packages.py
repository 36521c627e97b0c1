"""Peers from PyPI, called from Python: documents that stay native, and Python objects.

Each is a `Package`: for every case a function that makes the call for a file's bytes.
"""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from . import rows

Call = Callable[[], Any]


class Work(NamedTuple):
    """What is timed, and what it comes to where that is not what the call answers."""

    call: Call
    show: Call | None = None


Maker = Callable[[bytes], Work]


class Package:
    """A package of Python that takes turns."""

    def __init__(self, name: str, found: str, cases: dict[str, Maker]) -> None:
        self.name, self.version = name, found
        self._cases = cases
        self._works: dict[tuple[str, Path], Work] = {}

    def turn(self, case: str, path: Path, milliseconds: float) -> float | None:
        """Nanoseconds of a call, the median of one turn; None where there is no such case."""
        work = self._work(case, path)
        if work is None:
            return None
        call = work.call
        call()
        taken: list[int] = []
        now = time.perf_counter_ns()
        end = now + milliseconds * 1e6
        while now < end or len(taken) < 3:
            result = call()
            later = time.perf_counter_ns()
            taken.append(later - now)
            # Freeing what was built is no part of the call.
            del result
            now = time.perf_counter_ns()
        return median(taken)

    def result(self, case: str, path: Path) -> bytes | None:
        """What a call comes to; None where there is no such case."""
        work = self._work(case, path)
        if work is None:
            return None
        result = (work.show or work.call)()
        if isinstance(result, str):
            return result.encode()
        return result if isinstance(result, bytes) else json.dumps(result).encode()

    def forget(self) -> None:
        """Forgets the documents, which the next call's garbage collector would look at."""
        self._works.clear()

    def close(self) -> None:
        """Ends nothing: there is no program."""

    def _work(self, case: str, path: Path) -> Work | None:
        if case not in self._cases:
            return None
        key = (case, path)
        if key not in self._works:
            self._works[key] = self._cases[case](path.read_bytes())
        return self._works[key]


def count(value: Any) -> int:
    """How many values there are; keys are none."""
    children = value.values() if isinstance(value, dict) else value
    return 1 + sum(map(count, children)) if isinstance(value, (dict, list)) else 1


def _pysimdjson(simdjson: Any) -> dict[str, Maker]:
    def parse(data: bytes) -> Work:
        parser = simdjson.Parser()

        def call() -> None:
            # The parser is free for the next document when nothing of this one is left.
            parser.parse(data)

        return Work(call, lambda: count(parser.parse(data, recursive=True)))

    def write(data: bytes) -> Work:
        document = simdjson.Parser().parse(data)
        return Work(lambda: document.mini)

    return {"json parse": parse, "json write": write, "python json loads": reading(simdjson.loads)}


def _yyjson(yyjson: Any) -> dict[str, Maker]:
    def parse(data: bytes) -> Work:
        def call() -> None:
            yyjson.Document(data)

        return Work(call, lambda: count(yyjson.Document(data).as_obj))

    return {"json parse": parse, "json write": lambda data: Work(yyjson.Document(data).dumps)}


def reading(loads: Callable[[bytes], Any]) -> Maker:
    """Makes objects of the bytes."""
    return lambda data: Work(lambda: loads(data))


def writing(format: str, dumps: Callable[[Any], Any]) -> Maker:
    """Makes bytes of objects, which are the same ones for everybody.

    Objects of one's own would stand wherever memory was free, and who comes later finds better
    places.
    """

    def make(data: bytes) -> Work:
        value = objects(format, data)
        return Work(lambda: dumps(value))

    return make


@lru_cache(maxsize=1)
def objects(format: str, data: bytes) -> Any:
    """The objects of a document, made by the format's first package in Python."""
    if format == "json":
        return json.loads(data)
    if format == "msgpack":
        return importlib.import_module("msgpack").unpackb(data)
    return importlib.import_module("cbor2").loads(data)


def writing_rows(dumps: Callable[[Any], Any]) -> Maker:
    """Makes bytes of so many rows as the file says."""

    def make(data: bytes) -> Work:
        value = rows.rows(int(data))
        return Work(lambda: dumps(value))

    return make


def _pair(prefix: str, loads: Callable[..., Any], dumps: Callable[..., Any]) -> dict[str, Maker]:
    return {
        f"python {prefix} loads": reading(loads),
        f"python {prefix} dumps": writing(prefix, dumps),
    }


def _orjson(orjson: Any) -> dict[str, Maker]:
    option = orjson.OPT_PASSTHROUGH_DATETIME
    return _pair("json", orjson.loads, orjson.dumps) | {
        "python rows dumps": writing_rows(
            lambda value: orjson.dumps(value, default=rows.default, option=option)
        )
    }


def _msgspec(msgspec: Any) -> dict[str, Maker]:
    packed = msgspec.msgpack
    return _pair("json", msgspec.json.decode, msgspec.json.encode) | _pair(
        "msgpack", packed.decode, packed.encode
    )


def _json(module: Any) -> dict[str, Maker]:
    from django.core.serializers.json import DjangoJSONEncoder

    return _pair("json", module.loads, module.dumps) | {
        "python rows dumps": writing_rows(lambda value: module.dumps(value, cls=DjangoJSONEncoder))
    }


def _packers(prefix: str, loads: str, dumps: str) -> Callable[[Any], dict[str, Maker]]:
    return lambda module: _pair(prefix, getattr(module, loads), getattr(module, dumps))


# The package, its name on PyPI, and its cases.
PACKAGES: list[tuple[str, str, Callable[[Any], dict[str, Maker]]]] = [
    ("simdjson", "pysimdjson", _pysimdjson),
    ("yyjson", "yyjson", _yyjson),
    ("orjson", "orjson", _orjson),
    ("msgspec", "msgspec", _msgspec),
    ("json", "", _json),
    ("ormsgpack", "ormsgpack", _packers("msgpack", "unpackb", "packb")),
    ("msgpack", "msgpack", _packers("msgpack", "unpackb", "packb")),
    ("cbor2", "cbor2", _packers("cbor", "loads", "dumps")),
]


def installed() -> tuple[list[Package], list[str]]:
    """The peers that can be imported, and a sentence for each that cannot."""
    packages, missing = [], []
    for module, distribution, cases in PACKAGES:
        try:
            found = importlib.import_module(module)
        except ImportError as failure:
            missing.append(f"{distribution} is left out (pip install {distribution}): {failure}")
            continue
        name = distribution or f"Python's {module}"
        number = version(distribution) if distribution else ""
        packages.append(Package(name, number, cases(found)))
    return packages, missing
