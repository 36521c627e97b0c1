"""JSON, with the functions and keywords of the standard library's ``json``.

    import molt_accel.json as json

    json.loads(body)                          as json.loads
    json.dumps(rows, style="django")          as json.dumps(rows, cls=DjangoJSONEncoder)
    json.dumpb(rows)                          compact UTF-8 bytes
    json.document(body).pointer("/items/0")   reads what is asked for
    json.decode(body, list[Item])             dataclasses
    json.loads_lines(log)                     newline-delimited JSON

`IMPLEMENTATION` is ``"native"``, or ``"python"`` where libmolt.so is missing or ``MOLT_PURE=1`` is
set; both answer the same. docs/python-codecs.md compares it with ``json`` and ``orjson``.
"""

from __future__ import annotations

from json import JSONDecoder, JSONEncoder
from typing import Final

from molt_accel._codecs import codecs
from molt_accel._typed import TypeMismatch
from molt_accel.json.errors import JSONDecodeError
from molt_accel.json.reading import decode, document, load, load_lines, loads, loads_lines
from molt_accel.json.writing import dump, dump_lines, dumpb, dumps, dumps_lines

__all__ = [
    "IMPLEMENTATION",
    "Document",
    "JSONDecodeError",
    "JSONDecoder",
    "JSONEncoder",
    "TypeMismatch",
    "decode",
    "document",
    "dump",
    "dump_lines",
    "dumpb",
    "dumps",
    "dumps_lines",
    "load",
    "load_lines",
    "loads",
    "loads_lines",
]

IMPLEMENTATION: Final[str] = codecs.IMPLEMENTATION
"""Which codecs are in use: ``native`` or ``python``."""

Document = codecs.Document
"""The type of what `document` answers."""
