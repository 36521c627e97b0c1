"""CBOR, with the functions and keywords of the package ``cbor2``.

    import molt_accel.cbor as cbor

    cbor.dumps(rows)                     datetimes, Decimal, UUID, sets as tags
    cbor.dumps(rows, canonical=True)
    cbor.loads(body, object_hook=…)
    cbor.loads_sequence(body)            RFC 8742
    cbor.decode(body, list[Item])        dataclasses
    cbor.document(body)["items"][0]      reads what is asked for

`IMPLEMENTATION` is ``"native"`` or ``"python"``, which answer the same. docs/python-codecs.md
compares it with ``cbor2``.
"""

from __future__ import annotations

from typing import Final

from molt_accel._codecs import bind, codecs
from molt_accel._typed import TypeMismatch
from molt_accel.cbor.decoding import decode, document, load, loads, loads_sequence
from molt_accel.cbor.encoding import CBOREncoder, dump, dumps
from molt_accel.cbor.errors import (
    CBORDecodeEOF,
    CBORDecodeError,
    CBORDecodeValueError,
    CBOREncodeError,
    CBOREncodeTypeError,
    CBOREncodeValueError,
    CBORError,
    error_of_kind,
)
from molt_accel.cbor.tags import decode_tag
from molt_accel.cbor.types import CBORSimpleValue, CBORTag, Undefined, undefined

__all__ = [
    "IMPLEMENTATION",
    "CBORDecodeEOF",
    "CBORDecodeError",
    "CBORDecodeValueError",
    "CBOREncodeError",
    "CBOREncodeTypeError",
    "CBOREncodeValueError",
    "CBOREncoder",
    "CBORError",
    "CBORSimpleValue",
    "CBORTag",
    "Document",
    "TypeMismatch",
    "Undefined",
    "decode",
    "document",
    "dump",
    "dumps",
    "load",
    "loads",
    "loads_sequence",
    "undefined",
]

IMPLEMENTATION: Final[str] = codecs.IMPLEMENTATION
"""Which codecs are in use: ``native`` or ``python``."""

Document = codecs.Document
"""The type of what `document` answers."""

bind("cbor_error", error_of_kind)
bind("cbor_tag", CBORTag)
bind("cbor_simple", CBORSimpleValue)
bind("cbor_undefined", undefined)
bind("cbor_decode_tag", decode_tag)
