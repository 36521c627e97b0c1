"""The arguments of a run: the array ``[parameters, envelope]`` of docs/formats/shape.md."""

from __future__ import annotations

from collections.abc import Sequence

from molt_accel._messagepack import pack_array

__all__ = ["arguments"]


def arguments(parameters: Sequence[object], envelope: Sequence[object] = ()) -> bytes:
    """Encodes the values of one run.

    `parameters` has one value per ``?`` of the SQL: None, bool, int (64-bit signed), float, str or
    bytes. `envelope` has one value per name in the shape's ``before``, then ``after``: None, bool,
    int, float or str.

    Raises ``TypeError`` for other types, ``OverflowError`` for larger integers and
    ``UnicodeEncodeError`` for lone surrogates, as ``sqlite3`` does.
    """
    if envelope:
        return b"\x92" + pack_array(parameters) + pack_array(envelope)
    return b"\x92" + pack_array(parameters) + b"\x90"
