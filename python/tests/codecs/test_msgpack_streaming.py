"""`Unpacker` answers what msgpack's Unpacker answers, however the bytes arrive."""

import io

import msgpack as peer
import pytest
from generated import plain

import molt_accel.msgpack as molt
from molt_accel._codecs import codecs


def messages(chance, count=20):
    values = []
    while len(values) < count:
        value = plain(chance)
        try:
            peer.packb(value)
        except OverflowError:
            continue
        values.append(value)
    return values, b"".join(map(peer.packb, values))


def test_messages_are_the_same_however_they_are_cut(chance):
    all_values, _ = messages(chance)
    for size, largest in ((1, 300), (2, 300), (3, 300), (7, 1000), (64, 10_000), (5000, 1 << 20)):
        values = [value for value in all_values if len(peer.packb(value)) <= largest]
        data = b"".join(map(peer.packb, values))
        unpacker = molt.Unpacker()
        found = []
        for start in range(0, len(data), size):
            unpacker.feed(data[start : start + size])
            found += list(unpacker)
        assert repr(found) == repr(values)
        assert unpacker.tell() == len(data)


def test_files_are_read_portion_by_portion(chance):
    values, data = messages(chance)
    for size in (1, 5, 100, 0):
        unpacker = molt.Unpacker(io.BytesIO(data), read_size=size)
        assert repr(list(unpacker)) == repr(values)


def test_a_large_message_in_many_pieces_costs_no_square():
    data = molt.packb([b"x" * 1000] * 3000 + ["last"])
    unpacker = molt.Unpacker()
    found = []
    for start in range(0, len(data), 50_000):
        unpacker.feed(memoryview(data)[start : start + 50_000])
        found += list(unpacker)
    assert len(found) == 1
    assert found[0][-1] == "last"


def test_a_message_that_comes_byte_by_byte_costs_no_square():
    value = [{"k": index, "t": "x" * 20, "l": [index] * 5} for index in range(10_000)]
    unpacker = molt.Unpacker()
    found = []
    for byte in peer.packb(value) + b"\x05":
        unpacker.feed(bytes([byte]))
        found += unpacker
    assert found == [value, 5]


def test_values_are_passed_over_as_far_as_they_are_there(chance):
    for value in messages(chance, count=60)[0]:
        data = peer.packb(value)[:3000]
        whole, missing, _ = codecs.msgpack_skip(data, 0, 1)
        for step in (1, 2, 3, 7, 64):
            place, left = 0, 1
            for end in range(0, len(data) + step, step):
                seen = data[:end]
                place, left, needed = codecs.msgpack_skip(seen, place, left)
                assert (left == 0) == (needed == 0)
                assert place + needed > len(seen) or not left
            assert (place, left) == (whole, missing)
        if not missing:
            assert whole == codecs.msgpack_loads_from(data, 0)[1] == len(data)


def test_counts_that_nothing_reaches_are_no_trouble():
    data = b"\xdf\xff\xff\xff\xff" * 100
    left = 1 + 100 * (2 * 0xFFFF_FFFF - 1)
    assert codecs.msgpack_skip(data, 0, 1) == (500, left, left)
    with pytest.raises(ValueError, match="offset"):
        codecs.msgpack_skip(data, 501, 1)


@pytest.mark.parametrize(
    ("data", "keyword"),
    [
        (b"\xdd\xff\xff\xff\xff", "max_array_len"),
        (b"\x93\x01\xdf\x00\x00\x00\x09", "max_map_len"),
        (b"\xa9abc", "max_str_len"),
        (b"\xc6\x00\x10\x00\x00abc", "max_bin_len"),
        (b"\xd8\x05abc", "max_ext_len"),
    ],
)
def test_what_is_too_large_is_said_before_it_is_there(data, keyword):
    with pytest.raises(ValueError, match=rf"exceeds {keyword}\(8\)"):
        molt.unpackb(data, **{keyword: 8})
    with pytest.raises(ValueError, match=r"exceeds|incomplete"):
        peer.unpackb(data, **{keyword: 8})
    unpacker = molt.Unpacker(**{keyword: 8})
    unpacker.feed(data)
    for _ in range(2):
        with pytest.raises(ValueError, match=rf"exceeds {keyword}\(8\)"):
            unpacker.unpack()
    assert unpacker.tell() == 0
    assert unpacker.read_bytes(100) == data


def test_no_whole_message_is_out_of_data():
    unpacker = molt.Unpacker()
    with pytest.raises(molt.OutOfData):
        unpacker.unpack()
    unpacker.feed(b"\x92\x01")
    for _ in range(2):
        with pytest.raises(molt.OutOfData):
            unpacker.unpack()
        with pytest.raises(molt.OutOfData):
            unpacker.skip()
    assert unpacker.tell() == 0
    assert unpacker.read_bytes(1) == b"\x92"
    assert unpacker.unpack() == 1
    unpacker.feed(b"\x92\x01")
    with pytest.raises(molt.OutOfData):
        unpacker.skip()
    assert unpacker.read_array_header() == 2
    unpacker.feed(b"\x02\x92\x03")
    assert list(unpacker) == [1, 2]
    unpacker.feed(b"\x04\x05\x06")
    assert unpacker.unpack() == [3, 4]
    unpacker.skip()
    assert unpacker.tell() == 9
    assert list(unpacker) == [6]


def test_heads_and_bytes_are_read_alone():
    data = peer.packb(list(range(20))) + peer.packb({"a": 1}) + b"raw bytes"
    ours, other = molt.Unpacker(), peer.Unpacker()
    for unpacker in (ours, other):
        unpacker.feed(data)
    for unpacker in (ours, other):
        assert unpacker.read_array_header() == 20
        assert [unpacker.unpack() for _ in range(20)] == list(range(20))
        assert unpacker.read_map_header() == 1
        assert (unpacker.unpack(), unpacker.unpack()) == ("a", 1)
        assert unpacker.read_bytes(3) == b"raw"
        assert unpacker.read_bytes(100) == b" bytes"
        assert unpacker.tell() == len(data)


def test_a_head_of_another_type_is_refused():
    unpacker = molt.Unpacker()
    unpacker.feed(b"\x05")
    for read in (unpacker.read_array_header, unpacker.read_map_header):
        with pytest.raises(ValueError, match="0x05"):
            read()


def test_the_buffer_has_a_limit():
    unpacker = molt.Unpacker(max_buffer_size=10)
    unpacker.feed(b"\xc4\x20" + b"x" * 8)
    with pytest.raises(molt.BufferFull):
        unpacker.feed(b"x")
    unpacker = molt.Unpacker(max_buffer_size=1000)
    unpacker.feed(b"\x92\xdd\x00\x00\x10\x00")
    for _ in range(2):
        with pytest.raises(molt.BufferFull, match="1000"):
            unpacker.unpack()
    with pytest.raises(molt.BufferFull):
        list(molt.Unpacker(io.BytesIO(b"\xc4\xff" + bytes(300)), max_buffer_size=20))
    with pytest.raises(ValueError, match="read_size"):
        molt.Unpacker(read_size=11, max_buffer_size=10)


def test_keywords_are_those_of_unpackb():
    data = molt.packb([{"a": molt.Timestamp(1)}])
    unpacker = molt.Unpacker(raw=True, use_list=False, timestamp=1)
    unpacker.feed(data)
    assert unpacker.unpack() == ({b"a": 1.0},)
    unpacker = molt.Unpacker(unicode_errors="replace")
    unpacker.feed(b"\xa1\xff")
    assert unpacker.unpack() == "\ufffd"
    with pytest.raises(TypeError):
        molt.Unpacker(no_such_keyword=1)
    with pytest.raises(TypeError):
        molt.Unpacker(object_hook=5)


def test_what_is_wrong_is_raised_and_not_taken_for_the_end():
    unpacker = molt.Unpacker()
    unpacker.feed(b"\x01\xc1")
    assert unpacker.unpack() == 1
    with pytest.raises(molt.FormatError):
        unpacker.unpack()
    unpacker = molt.Unpacker(max_array_len=2)
    unpacker.feed(b"\x93\x01\x02\x03")
    with pytest.raises(ValueError, match=r"."):
        next(unpacker)


def test_a_file_cannot_be_fed():
    with pytest.raises(AssertionError):
        molt.Unpacker(io.BytesIO()).feed(b"\x01")
