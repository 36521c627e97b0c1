"""What goes wrong with JSON: the exceptions, and how an offset in bytes becomes line and column."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["JSONDecodeError", "decode_error_at"]


class JSONDecodeError(json.JSONDecodeError):
    """The text is not JSON; a ``json.JSONDecodeError`` with the same attributes.

    ``msg``, ``doc``, ``pos`` (in characters), ``lineno`` and ``colno`` say what and where.
    """


def decode_error_at(message: str, data: Any, offset: int) -> JSONDecodeError:
    """The exception for an offset in bytes."""
    if isinstance(data, str):
        text = data
        before = data.encode("utf-8", "surrogatepass")[:offset]
    else:
        raw = bytes(data)
        text = raw.decode("utf-8", "replace")
        before = raw[:offset]
    return JSONDecodeError(message, text, len(before.decode("utf-8", "replace")))
