"""MessagePack against vectors of its specification and generated values."""

from __future__ import annotations

import enum
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from molt_accel import arguments
from molt_accel._messagepack import MAXIMUM_DEPTH, UnpackError, pack, unpack

VECTORS = [
    (None, "c0"),
    (False, "c2"),
    (True, "c3"),
    (0, "00"),
    (127, "7f"),
    (128, "cc80"),
    (255, "ccff"),
    (256, "cd0100"),
    (65535, "cdffff"),
    (65536, "ce00010000"),
    (2**32 - 1, "ceffffffff"),
    (2**32, "cf0000000100000000"),
    (2**63 - 1, "cf7fffffffffffffff"),
    (-1, "ff"),
    (-32, "e0"),
    (-33, "d0df"),
    (-128, "d080"),
    (-129, "d1ff7f"),
    (-32768, "d18000"),
    (-32769, "d2ffff7fff"),
    (-(2**31), "d280000000"),
    (-(2**31) - 1, "d3ffffffff7fffffff"),
    (-(2**63), "d38000000000000000"),
    (1.5, "cb3ff8000000000000"),
    (-0.0, "cb8000000000000000"),
    (math.inf, "cb7ff0000000000000"),
    ("", "a0"),
    ("a" * 31, "bf" + "61" * 31),
    ("a" * 32, "d920" + "61" * 32),
    ("a" * 256, "da0100" + "61" * 256),
    ("a" * 65536, "db00010000" + "61" * 65536),
    ("é€😀", "a9c3a9e282acf09f9880"),
    (b"", "c400"),
    (b"x" * 255, "c4ff" + "78" * 255),
    (b"x" * 256, "c50100" + "78" * 256),
    (b"x" * 65536, "c600010000" + "78" * 65536),
    ([], "90"),
    ([1, "a"], "9201a161"),
    ([0] * 16, "dc0010" + "00" * 16),
    ([0] * 65536, "dd00010000" + "00" * 65536),
    ({}, "80"),
    ({"a": [None]}, "81a16191c0"),
    ({i: i for i in range(16)}, "de0010" + "".join(f"{i:02x}{i:02x}" for i in range(16))),
]


@pytest.mark.parametrize(("value", "encoded"), VECTORS, ids=lambda value: repr(value)[:20])
def test_vectors_of_the_specification_hold_in_both_directions(value: object, encoded: str) -> None:
    assert pack(value).hex() == encoded
    decoded = unpack(bytes.fromhex(encoded))
    assert decoded == value
    assert type(decoded) is type(value)


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(), inner, max_size=20),
    max_leaves=30,
)


@given(values)
def test_every_value_survives_the_round_trip(value: object) -> None:
    assert unpack(pack(value)) == value


@given(st.binary(max_size=40))
def test_arbitrary_bytes_give_a_value_or_an_unpack_error(data: bytes) -> None:
    try:
        unpack(data)
    except UnpackError as error:
        assert 0 <= error.offset <= len(data)


@given(values, st.data())
def test_every_truncation_is_an_error(value: object, data: st.DataObject) -> None:
    encoded = pack(value)
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(UnpackError):
        unpack(encoded[:cut])


def test_nan_survives() -> None:
    assert math.isnan(unpack(pack(math.nan)))


def test_a_float_32_is_read() -> None:
    assert unpack(bytes.fromhex("ca3fc00000")) == 1.5


class _Number(enum.IntEnum):
    SEVEN = 7


class _Text(str):
    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        raise AssertionError


class _Ratio(float):
    pass


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (_Number.SEVEN, "07"),
        (_Ratio(1.5), "cb3ff8000000000000"),
        ((1, 2), "920102"),
        (bytearray(b"x"), "c40178"),
        (memoryview(b"x"), "c40178"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_relatives_of_the_known_types_count_as_them(value: object, encoded: str) -> None:
    assert pack(value).hex() == encoded


def test_a_subclass_of_str_decides_nothing_about_its_bytes() -> None:
    assert pack(_Text("a")) == b"\xa1a"


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**30])
def test_an_integer_beyond_64_bits_overflows(value: int) -> None:
    with pytest.raises(OverflowError, match="64 bits"):
        pack([value])


@pytest.mark.parametrize("value", [1j, object(), {1, 2}, pytest])
def test_another_type_is_named_in_the_error(value: object) -> None:
    with pytest.raises(TypeError, match=type(value).__qualname__):
        arguments([value])


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        pack("\ud800")


def _nested(levels: int) -> object:
    value: object = None
    for _ in range(levels):
        value = [value]
    return value


def test_depth_is_limited_both_ways() -> None:
    assert unpack(pack(_nested(MAXIMUM_DEPTH))) == _nested(MAXIMUM_DEPTH)
    with pytest.raises(ValueError, match="nest deeper"):
        pack(_nested(MAXIMUM_DEPTH + 1))
    with pytest.raises(UnpackError, match="nest deeper"):
        unpack(b"\x91" * (MAXIMUM_DEPTH + 1) + b"\xc0")


@pytest.mark.parametrize(
    ("encoded", "message"),
    [
        ("ddffffffff", "announces more"),
        ("dfffffffff", "announces more"),
        ("a3ff4141", "UTF-8 at byte 1"),
        ("c1", "0xc1"),
        ("d40100", "0xd4"),
        ("8190c0", "key is a container"),
        ("0000", "bytes follow"),
    ],
)
def test_malformed_bytes_name_the_fault(encoded: str, message: str) -> None:
    with pytest.raises(UnpackError, match=message):
        unpack(bytes.fromhex(encoded))


def test_arguments_are_an_array_of_parameters_and_envelope() -> None:
    assert arguments([5, "JFK"]).hex() == "929205a34a464b90"
    assert arguments((), [3, None, "next"]).hex() == "92909303c0a46e657874"


@given(st.lists(scalars), st.lists(scalars))
def test_arguments_can_be_read_back(parameters: list[object], envelope: list[object]) -> None:
    assert unpack(arguments(tuple(parameters), tuple(envelope))) == [parameters, envelope]
