"""`packb` and `unpackb` answer what the package msgpack answers, for the same keywords."""

import collections
import datetime as dt
import decimal
import json
import struct

import msgpack as peer
import pytest
from generated import (
    BINARY_VALUES,
    Colour,
    Kept,
    Number,
    Point,
    Rows,
    Text,
    integer,
    plain,
    subclassed,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import molt_accel.msgpack as molt
from conftest import suite


def outcome(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error)


def theirs(value):
    """The value with msgpack's classes in place of ours."""
    if isinstance(value, molt.ExtType):
        return peer.ExtType(value.code, value.data)
    if isinstance(value, molt.Timestamp):
        return peer.Timestamp(value.seconds, value.nanoseconds)
    if type(value) is list:
        return [theirs(item) for item in value]
    if type(value) is dict:
        return {key: theirs(item) for key, item in value.items()}
    return value


def same(found, expected):
    """Whether the values are the same, NaN, signs and types included."""
    if isinstance(expected, type):
        # Where several things are wrong, either may be found first.
        kinds = (ValueError, TypeError, OverflowError)
        return isinstance(found, type) and issubclass(found, kinds) and issubclass(expected, kinds)
    return repr(found) == repr(expected)


UTC = dt.timezone.utc
VALUES = {
    "None": None,
    "True": True,
    "False": False,
    "integers": [
        sign * (1 << bits) + step
        for bits in (0, 4, 5, 7, 8, 15, 16, 31, 32, 63)
        for sign in (1, -1)
        for step in (-1, 0, 1)
        if -(1 << 63) <= sign * (1 << bits) + step < 1 << 64
    ],
    "2**64 - 1": 2**64 - 1,
    "2**64": 2**64,
    "-2**63 - 1": -(2**63) - 1,
    "floats": [0.0, -0.0, 1.5, 0.1, 1e300, 5e-324, float("inf"), float("-inf"), float("nan")],
    "texts": ["x" * count for count in (0, 1, 31, 32, 33, 255, 256, 65_535, 65_536)],
    "umlauts": "äöü" * 20,
    "emoji": "😀" * 30,
    "half of a pair": "a\ud800",
    "bytes": [b"x" * count for count in (0, 1, 31, 32, 255, 256, 65_535, 65_536)],
    "bytearray": bytearray(b"ab"),
    "memoryview": memoryview(b"ab"),
    "lists": [[None] * count for count in (0, 1, 15, 16, 65_535, 65_536)],
    "maps": [dict.fromkeys(range(count)) for count in (0, 1, 15, 16, 65_536)],
    "a tuple": (1, (2,)),
    "a key that is a tuple": {(1, 2): 3},
    "keys of all kinds": {None: 1, True: 2, 2: 3, 1.5: 4, b"a": 5, "a": 6},
    "extensions": [
        molt.ExtType(5, b"x" * count) for count in (0, 1, 2, 3, 4, 8, 9, 16, 17, 255, 256, 65_536)
    ],
    "timestamps": [
        molt.Timestamp(seconds, nanoseconds)
        for seconds in (0, 1, 2**32 - 1, 2**32, 2**34 - 1, 2**34, -1, -(2**63), 2**63 - 1)
        for nanoseconds in (0, 1, 999_999_999)
    ],
    "subclasses": [Text("a"), Number(5), Rows([1]), Kept(a=1), Point(1, 2), Colour.BLUE],
    "containers of collections": [collections.OrderedDict(a=1), collections.defaultdict(int, a=1)],
    "an aware datetime": dt.datetime(2026, 1, 2, 3, 4, 5, 678_901, UTC),
    "datetimes": [
        dt.datetime(1, 1, 1, tzinfo=UTC),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
        dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=-3, seconds=7))),
        dt.datetime(1969, 12, 31, 23, 59, 59, 5, UTC),
    ],
    "a naive datetime": dt.datetime(2026, 1, 2),
    "a Decimal": decimal.Decimal(1),
    "a set": {1},
    "an object": object,
    "a range": range(3),
}
PACKING = {
    "none": {},
    "datetime": {"datetime": True},
    "old": {"use_bin_type": False},
    "strict": {"strict_types": True},
    "single": {"use_single_float": True},
    "default": {"default": str},
    "default to a list": {"default": lambda value: [1, {}]},
    "datetime and default": {"datetime": True, "default": repr},
    "strict and default": {"strict_types": True, "default": lambda value: str(value)},
    "surrogates": {"unicode_errors": "surrogatepass"},
    "replaced": {"unicode_errors": "replace"},
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("keywords", PACKING.values(), ids=PACKING)
def test_values_are_packed_as_msgpack_packs_them(value, keywords):
    expected = outcome(peer.packb, theirs(value), **keywords)
    found = outcome(molt.packb, value, **keywords)
    assert found == expected


UNPACKING = {
    "none": {},
    "any key": {"strict_map_key": False},
    "tuples": {"use_list": False, "strict_map_key": False},
    "raw": {"raw": True, "strict_map_key": False},
    "float timestamps": {"timestamp": 1, "strict_map_key": False},
    "integer timestamps": {"timestamp": 2, "strict_map_key": False},
    "datetimes": {"timestamp": 3, "strict_map_key": False},
    "object_hook": {"object_hook": lambda value: ("map", len(value)), "strict_map_key": False},
    "pairs": {"object_pairs_hook": list, "strict_map_key": False},
    "list_hook": {"list_hook": len, "strict_map_key": False},
    "ext_hook": {"ext_hook": lambda code, data: (code, data), "strict_map_key": False},
    "short texts": {"max_str_len": 31, "strict_map_key": False},
    "short bytes": {"max_bin_len": 31},
    "short arrays": {"max_array_len": 3},
    "short maps": {"max_map_len": 1, "strict_map_key": False},
    "short extensions": {"max_ext_len": 2},
    "replaced": {"unicode_errors": "replace", "strict_map_key": False},
}


def unpacked_alike(data, keywords):
    expected = outcome(peer.unpackb, data, **keywords)
    found = outcome(molt.unpackb, data, **keywords)
    if isinstance(expected, peer.ExtType):
        expected = molt.ExtType(*expected)
    return same(found, expected) or (data, keywords, found, expected)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("keywords", UNPACKING.values(), ids=UNPACKING)
def test_what_msgpack_packs_is_unpacked_alike(value, keywords):
    data = outcome(peer.packb, theirs(value), datetime=True, unicode_errors="surrogatepass")
    if not isinstance(data, bytes):
        data = peer.packb(None)
    if keywords.get("object_pairs_hook") or len(data) < 100_000:
        assert unpacked_alike(data, keywords) is True


DAMAGED = [
    *("", "c1", "92", "9201", "81", "8101", "810101", "a1", "a1ff", "a2c328", "c4", "c405", "c5"),
    *("d9", "d905", "da0001", "db00000001", "dc", "dc0001", "dd00000001", "de0001", "df00000001"),
    *("ddffffffff", "dfffffffff", "c6ffffffff", "dbffffffff", "c9ffffffff00", "c8ffff01"),
    *("ca", "ca000000", "cb00000000000000", "cc", "cd00", "ce000000", "cf00000000000000"),
    *("d0", "d100", "d2000000", "d300000000000000", "d4", "d401", "d50100", "d6ff", "d80100"),
    *("d5ff0001", "d4ff00", "c700ff", "c703ff010203", "d7ffffffffff00000000", "c70cff" + "ff" * 12),
    *("c70cff3b9aca00" + "00" * 8, "c70cff3b9ac9ff" + "00" * 8, "0000", "c0c0", "9000"),
    *("819001", "81c001", "8180c0", "81c0", "82a16101a16102", "81cb000000000000000001", "d4ff01"),
    *("d68000000000", "d47f00", "c70080", "e0", "ff", "7f", "80", "90", "a0", "c2", "c3"),
]


@pytest.mark.parametrize("data", DAMAGED)
@pytest.mark.parametrize("keywords", UNPACKING.values(), ids=UNPACKING)
def test_written_vectors_are_unpacked_alike(data, keywords):
    assert unpacked_alike(bytes.fromhex(data), keywords) is True


def test_every_message_of_two_bytes_is_unpacked_alike():
    for first in range(256):
        for second in range(256):
            data = bytes((first, second))
            assert unpacked_alike(data, {"strict_map_key": False}) is True
            assert unpacked_alike(data, {}) is True


@settings(max_examples=300, deadline=None)
@given(BINARY_VALUES)
def test_generated_values_are_packed_and_unpacked_alike(value):
    data = peer.packb(value)
    assert molt.packb(value) == data
    assert repr(molt.unpackb(data)) == repr(value)


@settings(max_examples=300, deadline=None)
@given(BINARY_VALUES, st.randoms(use_true_random=False))
def test_damaged_messages_fail_alike(value, chance):
    data = bytearray(peer.packb(value))
    data[chance.randrange(len(data))] = chance.randrange(256)
    assert unpacked_alike(bytes(data), {"strict_map_key": False}) is True
    cut = bytes(data[: chance.randrange(len(data))])
    assert unpacked_alike(cut, {"strict_map_key": False}) is True


def test_random_values_are_packed_and_unpacked_alike(chance):
    for _ in range(150):
        value = plain(chance)
        data = outcome(peer.packb, value)
        assert outcome(molt.packb, value) == data
        if isinstance(data, bytes):
            assert repr(molt.unpackb(data)) == repr(value)
        value = subclassed(chance)
        assert outcome(molt.packb, value) == outcome(peer.packb, value)
    for _ in range(2000):
        value = integer(chance)
        assert outcome(molt.packb, value) == outcome(peer.packb, value)


def test_the_published_suite_is_unpacked_in_every_encoding():
    groups = json.loads(suite("messagepack", "msgpack-test-suite.json").read_text())
    count = 0
    for group in groups.values():
        for case in group:
            expected = _expected(case)
            encodings = [bytes.fromhex(text.replace("-", "")) for text in case["msgpack"]]
            for data in encodings:
                assert molt.unpackb(data, strict_map_key=False) == expected, case
            assert molt.packb(expected) in encodings, case
            count += 1
    assert count == 85


def _expected(case):
    if "bignum" in case:
        return int(case["bignum"])
    kind, value = next((name, case[name]) for name in case if name != "msgpack")
    if kind == "binary":
        return bytes.fromhex(value.replace("-", ""))
    if kind == "timestamp":
        return molt.Timestamp(*value)
    if kind == "ext":
        return molt.ExtType(value[0], bytes.fromhex(value[1].replace("-", "")))
    return value


def test_bytes_after_the_value_are_extra_data():
    with pytest.raises(molt.ExtraData) as caught:
        molt.unpackb(b"\x93\x01\x02\x03\xc0\xc0")
    assert caught.value.unpacked == [1, 2, 3]
    assert caught.value.extra == b"\xc0\xc0"
    assert isinstance(caught.value, ValueError)
    with pytest.raises(molt.ExtraData) as caught:
        molt.unpackb(b"\xa1a\x00", raw=True)
    assert caught.value.unpacked == b"a"


def test_errors_name_the_byte():
    with pytest.raises(molt.FormatError, match="byte 2"):
        molt.unpackb(b"\x92\x01\xc1")
    with pytest.raises(ValueError, match="incomplete"):
        molt.unpackb(b"\x92\x01")


def test_keywords_that_contradict_are_refused():
    with pytest.raises(TypeError, match="mutually exclusive"):
        molt.unpackb(b"\x80", object_hook=dict, object_pairs_hook=dict)
    with pytest.raises(TypeError, match="callable"):
        molt.unpackb(b"\x80", object_hook=1)
    with pytest.raises(ValueError, match="timestamp"):
        molt.unpackb(b"\x80", timestamp=4)
    with pytest.raises(TypeError):
        molt.unpackb(b"\x80", encoding="utf-8")
    with pytest.raises(ValueError, match="style"):
        molt.packb(1, style="json")


@pytest.mark.parametrize("head", [b"\x91", b"\x81\xa1a", b"\xdc\x00\x01", b"\x92\x01"])
def test_endless_nesting_is_an_error(head):
    with pytest.raises(ValueError, match=r".") as caught:
        molt.unpackb(head * 200_000)
    assert isinstance(caught.value, (molt.StackError, ValueError))
    depth = 500
    data = head * depth + b"\x01"
    assert molt.packb(molt.unpackb(data)) == peer.packb(peer.unpackb(data))


def test_endless_values_are_an_error():
    value = []
    for _ in range(5000):
        value = [value]
    with pytest.raises((ValueError, RecursionError)):
        molt.packb(value)
    value = []
    value.append(value)
    with pytest.raises((ValueError, RecursionError)):
        molt.packb(value)


def test_a_huge_count_is_refused_without_memory():
    for head in ("dd", "df", "db", "c6"):
        with pytest.raises(ValueError, match=r"."):
            molt.unpackb(bytes.fromhex(head + "7fffffff") + bytes(100))


class Stop(Exception):
    pass


@pytest.mark.parametrize("name", ["object_hook", "object_pairs_hook", "list_hook", "ext_hook"])
def test_what_a_hook_raises_comes_out(name):
    def hook(*arguments):
        raise Stop(name)

    with pytest.raises(Stop, match=name):
        molt.unpackb(molt.packb([{"a": molt.ExtType(1, b"")}]), **{name: hook})
    with pytest.raises(Stop):
        molt.packb([object()], default=hook)


def test_timestamps_convert():
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, 678_901, UTC)
    timestamp = molt.Timestamp.from_datetime(moment)
    assert timestamp.to_datetime() == moment
    assert timestamp == molt.Timestamp.from_unix_nano(timestamp.to_unix_nano())
    assert molt.Timestamp.from_unix(1.5) == molt.Timestamp(1, 500_000_000)
    assert molt.Timestamp(1, 500_000_000).to_unix() == 1.5
    for count in (4, 8, 12):
        raw = struct.pack(">Iq", 7, 2**40)[-count:]
        assert molt.Timestamp.from_bytes(raw) == molt.Timestamp(
            *_fields(peer.Timestamp.from_bytes(raw))
        )
    assert hash(timestamp) == hash(molt.Timestamp.from_datetime(moment))
    assert timestamp != 5
    with pytest.raises(ValueError, match="999999999"):
        molt.Timestamp(0, 10**9)
    with pytest.raises(ValueError, match="127"):
        molt.ExtType(128, b"")


def _fields(timestamp):
    return timestamp.seconds, timestamp.nanoseconds


def test_files_are_written_and_read(tmp_path):
    path = tmp_path / "message.msgpack"
    with path.open("wb") as file:
        molt.pack({"a": [1]}, file)
    with path.open("rb") as file:
        assert molt.unpack(file) == {"a": [1]}


def test_a_packer_gathers_what_msgpacks_gathers():
    packers = [cls(autoreset=False, datetime=True) for cls in (molt.Packer, peer.Packer)]
    for packer in packers:
        assert packer.pack([1, "a"]) is None
        packer.pack_array_header(70_000)
        packer.pack_map_header(3)
        packer.pack_map_pairs([("a", 1), ("a", 2)])
        packer.pack_ext_type(5, b"abc")
        packer.pack(dt.datetime(2026, 1, 1, tzinfo=UTC))
    assert packers[0].bytes() == packers[1].bytes() == bytes(packers[0].getbuffer())
    packers[0].reset()
    assert packers[0].bytes() == b""
    assert molt.Packer().pack(1) == b"\x01"
    with pytest.raises(ValueError, match="elements"):
        molt.Packer().pack_array_header(-1)
    with pytest.raises(TypeError):
        molt.Packer(default=1)
