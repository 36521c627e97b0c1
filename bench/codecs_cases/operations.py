"""The operations, and when two results of one are the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Reader = Callable[[bytes], Any]


@dataclass(frozen=True)
class Operation:
    """One thing that Molt and its peers do with a file.

    `case` is its name in the programs' protocol, `format` the folder of its files, and `means`
    what a result says: peers whose results mean something else are not compared.
    """

    case: str
    title: str
    format: str
    means: Callable[[bytes, Path], Any]
    files: tuple[str, ...] | None = None


def counted(result: bytes, _: Path) -> Any:
    """A number in digits: how many values there are, or a sum over what was read."""
    return int(result)


def accepted(result: bytes, _: Path) -> Any:
    """That the input was found valid."""
    return result


def as_json(result: bytes, _: Path) -> Any:
    """The values of a JSON document."""
    return json.loads(result)


def as_messagepack(result: bytes, _: Path) -> Any:
    """The values of a MessagePack document."""
    import msgpack

    return msgpack.unpackb(result)


def as_cbor(result: bytes, _: Path) -> Any:
    """The values of a CBOR document."""
    import cbor2

    return cbor2.loads(result)


def _on_demand(case: str, title: str, file: str) -> Operation:
    return Operation(f"json {case}", f"JSON on demand: {title}", "json", counted, (file,))


TYPED = ("twitter", "canada")

OPERATIONS = [
    Operation("json parse", "JSON to a document", "json", counted),
    Operation("json validate", "JSON, validated only", "json", accepted),
    Operation("json minify", "JSON without its spaces", "json", as_json),
    Operation("json write", "a document to JSON", "json", as_json),
    _on_demand("partial tweets", "seven fields of each tweet", "twitter"),
    _on_demand("find tweet", "one tweet by its id", "twitter"),
    _on_demand("pointer", "one field by JSON Pointer", "twitter"),
    _on_demand("performances", "two fields of each performance", "citm_catalog"),
    _on_demand("coordinates", "every coordinate", "canada"),
    _on_demand("authors", "two fields of each project", "gsoc-2018"),
    _on_demand("event types", "three fields of each event", "github_events"),
    _on_demand("doubles", "every number of an array", "numbers"),
    Operation("json decode", "JSON to Codable types", "json", counted, TYPED),
    Operation("json encode", "Codable types to JSON", "json", as_json, TYPED),
    Operation("messagepack parse", "MessagePack to a document", "msgpack", counted),
    Operation(
        "messagepack unchecked parse",
        "MessagePack to a document, texts unchecked",
        "msgpack",
        counted,
    ),
    Operation("messagepack write", "a document to MessagePack", "msgpack", as_messagepack),
    Operation("cbor parse", "CBOR to a document", "cbor", counted),
    Operation("cbor write", "a document to CBOR", "cbor", as_cbor),
    Operation("python json loads", "Python: JSON to objects", "json", as_json),
    Operation("python json dumps", "Python: objects to JSON", "json", as_json),
    Operation("python rows dumps", "Python: Django rows to JSON", "rows", as_json),
    Operation("python msgpack loads", "Python: MessagePack to objects", "msgpack", as_json),
    Operation("python msgpack dumps", "Python: objects to MessagePack", "msgpack", as_messagepack),
    Operation("python cbor loads", "Python: CBOR to objects", "cbor", as_json),
    Operation("python cbor dumps", "Python: objects to CBOR", "cbor", as_cbor),
]
