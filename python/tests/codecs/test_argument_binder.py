"""Arguments of a run, encoded from the values of a call."""

from __future__ import annotations

import string

import pytest

from molt_accel import arguments
from molt_accel._codecs import codecs
from molt_accel._messagepack import pack


class Text(str):
    """A str of another type."""


PARTS = (b"\x92\x93", ("origin", None), pack("constant"), ("limit", 1), b"\x90")
bind = codecs.argument_binder(PARTS)


def expected(origin: str, limit: int) -> bytes:
    return arguments([origin, "constant", limit])


@pytest.mark.parametrize("count", [0, 1, 31, 32, 255, 256, 65535, 65536])
def test_texts_of_every_length(count):
    for character in "aé€😀\0":
        text = character * count
        assert bind({"origin": text, "limit": 7}) == expected(text, 7)


@pytest.mark.parametrize("limit", [1, 127, 128, 255, 256, 65535, 65536, 2**31 - 1])
def test_numbers_of_every_length(limit):
    assert bind({"origin": "JFK", "limit": limit}) == expected("JFK", limit)


@pytest.mark.parametrize("limit", [0, -1, 2**31, 2**63, 2**64, -(2**70), True, 1.0, "1", None])
def test_what_is_no_such_number_is_left_to_others(limit):
    assert bind({"origin": "JFK", "limit": limit}) is None


@pytest.mark.parametrize("origin", [Text("JFK"), "\ud800", "J\udfffK", b"JFK", 5, None])
def test_what_is_no_such_text_is_left_to_others(origin):
    assert bind({"origin": origin, "limit": 7}) is None
    # Nothing of it stays behind.
    assert bind({"origin": "JFK", "limit": 7}) == expected("JFK", 7)


def test_a_missing_value_is_left_to_others():
    assert bind({"origin": "JFK"}) is None
    assert bind({}) is None
    assert bind({"origin": "JFK", "limit": 7, "more": object()}) == expected("JFK", 7)


def test_names_and_bytes_are_kept():
    names = ["".join(letters) for letters in zip(string.ascii_letters, string.digits, strict=False)]
    one = codecs.argument_binder(
        (bytes([0x92, 0x90 | len(names)]), *((name, 0) for name in list(names)), bytes([0x90]))
    )
    assert one({name: index for index, name in enumerate(names)}) == arguments(range(len(names)))


@pytest.mark.skipif(codecs.IMPLEMENTATION != "native", reason="the twin checks no parts")
@pytest.mark.parametrize("parts", [[b"\x90"], (5,), (("name",),), ((b"", None, 5),)])
def test_parts_of_another_kind_are_refused(parts):
    with pytest.raises(TypeError):
        codecs.argument_binder(parts)
