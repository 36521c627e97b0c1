"""The codecs in pure Python: the twin of the native module, with the contract of ``_codecs.pyi``.

JSON is the standard library's, MessagePack and CBOR are written here; tokens are signed by the
standard library's HMAC and by the package cryptography. Every function answers what
the native one answers for the same arguments; the same tests run on both.
"""

from __future__ import annotations

from typing import Final

from molt_accel._codecs_pure.binding import bind, shortcut
from molt_accel._codecs_pure.cbor_reading import cbor_loads, cbor_loads_from
from molt_accel._codecs_pure.cbor_writing import cbor_dumps
from molt_accel._codecs_pure.document import (
    Document,
    cbor_document,
    json_document,
    msgpack_document,
)
from molt_accel._codecs_pure.flags import *  # noqa: F403  the contract's constants
from molt_accel._codecs_pure.flags import __all__ as _flags
from molt_accel._codecs_pure.json_reading import json_lines, json_loads
from molt_accel._codecs_pure.json_writing import json_dump_lines, json_dumps
from molt_accel._codecs_pure.msgpack_reading import msgpack_loads, msgpack_loads_from, msgpack_skip
from molt_accel._codecs_pure.msgpack_writing import msgpack_dumps
from molt_accel._codecs_pure.plan import (
    Plan,
    cbor_decode,
    compile_plan,
    json_decode,
    msgpack_decode,
)
from molt_accel._codecs_pure.statements import argument_binder, statement_runner, worker_runner
from molt_accel._codecs_pure.token_keys import TokenKey, token_key
from molt_accel._codecs_pure.tokens import token_sign, token_verify

IMPLEMENTATION: Final = "python"

__all__ = [
    "IMPLEMENTATION",
    "Document",
    "Plan",
    "TokenKey",
    "argument_binder",
    "bind",
    "cbor_decode",
    "cbor_document",
    "cbor_dumps",
    "cbor_loads",
    "cbor_loads_from",
    "compile_plan",
    "json_decode",
    "json_document",
    "json_dump_lines",
    "json_dumps",
    "json_lines",
    "json_loads",
    "msgpack_decode",
    "msgpack_document",
    "msgpack_dumps",
    "msgpack_loads",
    "msgpack_loads_from",
    "msgpack_skip",
    "shortcut",
    "statement_runner",
    "token_key",
    "token_sign",
    "token_verify",
    "worker_runner",
    *_flags,
]
