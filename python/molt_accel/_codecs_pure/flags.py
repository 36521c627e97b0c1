"""The options of the codecs' functions: bits of one integer, as ``_codecs.pyi`` documents them."""

from __future__ import annotations

from typing import Final

__all__ = [
    "CBOR_CANONICAL",
    "CBOR_DATETIME_NUMBERS",
    "CBOR_SORTED",
    "DEPTH",
    "DJANGO_TYPES",
    "DRF_TYPES",
    "ESCAPE_ASCII",
    "ESCAPE_DRF",
    "ESCAPE_UTF8",
    "INDENT_SHIFT",
    "ISO_TYPES",
    "JSON_COMPATIBLE",
    "KEEP_COLLECTING",
    "MSGPACK_RAW",
    "MSGPACK_STRICT_MAP_KEY",
    "MSGPACK_TIMESTAMP_SHIFT",
    "MSGPACK_TUPLES",
    "NAN_LITERAL",
    "NAN_NULL",
    "NEW_LINE",
    "PACK_DATETIME",
    "PACK_OLD",
    "PACK_SINGLE",
    "PACK_STRICT",
    "RESULT_BYTES",
    "SKIP_KEYS",
    "SORT_KEYS",
    "SPACED",
    "TOKEN_DETACHED",
    "TOKEN_JWK",
    "TOKEN_JWKS",
    "TOKEN_PEM",
    "TOKEN_SECRET",
    "TOKEN_UNENCODED",
    "UNIQUE_KEYS",
]

DEPTH: Final = 1024

# Reading
JSON_COMPATIBLE: Final = 1
KEEP_COLLECTING: Final = 2
UNIQUE_KEYS: Final = 4
MSGPACK_RAW: Final = 256
MSGPACK_TUPLES: Final = 512
MSGPACK_STRICT_MAP_KEY: Final = 1024
MSGPACK_TIMESTAMP_SHIFT: Final = 16

# Writing JSON
ESCAPE_ASCII: Final = 0
ESCAPE_UTF8: Final = 1
ESCAPE_DRF: Final = 2
SPACED: Final = 4
SORT_KEYS: Final = 8
SKIP_KEYS: Final = 16
NAN_NULL: Final = 32
NAN_LITERAL: Final = 64
RESULT_BYTES: Final = 128
NEW_LINE: Final = 256
INDENT_SHIFT: Final = 16

# Which types are texts, in every format
DJANGO_TYPES: Final = 512
DRF_TYPES: Final = 1024
ISO_TYPES: Final = 2048

# Writing MessagePack and CBOR
PACK_OLD: Final = 1
PACK_SINGLE: Final = 2
PACK_DATETIME: Final = 4
PACK_STRICT: Final = 8
CBOR_CANONICAL: Final = 1
CBOR_SORTED: Final = 2
CBOR_DATETIME_NUMBERS: Final = 4

# Tokens: the forms of keys, and how one is signed
TOKEN_SECRET: Final = 0
TOKEN_PEM: Final = 1
TOKEN_JWK: Final = 2
TOKEN_JWKS: Final = 3
TOKEN_UNENCODED: Final = 1
TOKEN_DETACHED: Final = 2
