"""What goes wrong with CBOR, under cbor2's names."""

from __future__ import annotations

from typing import Any

__all__ = [
    "CBORDecodeEOF",
    "CBORDecodeError",
    "CBORDecodeValueError",
    "CBOREncodeError",
    "CBOREncodeTypeError",
    "CBOREncodeValueError",
    "CBORError",
    "error_of_kind",
]


class CBORError(Exception):
    """The base of all."""


class CBOREncodeError(CBORError):
    """A value cannot be written."""


class CBOREncodeTypeError(CBOREncodeError, TypeError):
    """A value's type cannot be written."""


class CBOREncodeValueError(CBOREncodeError, ValueError):
    """A value of a type that can be written cannot."""


class CBORDecodeError(CBORError):
    """The bytes cannot be read."""


class CBORDecodeValueError(CBORDecodeError, ValueError):
    """The bytes are not CBOR, or not what their tag says."""


class CBORDecodeEOF(CBORDecodeError, EOFError):
    """The bytes end before the value does."""


def error_of_kind(message: str, data: Any, offset: int, kind: str) -> CBORDecodeError:
    """The exception for what the codecs found; for `kind` see ``_codecs.pyi``."""
    sentence = f"{message} (byte {offset})"
    return CBORDecodeEOF(sentence) if kind == "truncated" else CBORDecodeValueError(sentence)
