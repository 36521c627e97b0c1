"""The protocol machine without sockets, under every way of splitting what it receives."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fake_worker import error_payload, frame
from molt_accel._messagepack import UnpackError, pack, unpack_from
from molt_accel.errors import Busy, InvalidInput, TooLarge, Unsupported, WorkerMismatch
from molt_accel.worker import frames
from molt_accel.worker.wire import Reply, StatementKey, Wire

KEY = StatementKey(7, "default", "SELECT 1", b"\x80")


def feed(wire: Wire, data: bytes, sizes: list[int] | None = None) -> list[Reply]:
    """Hands `data` over in reads of the given sizes, the rest in reads as large as they fit."""
    replies: list[Reply] = []
    offset = 0
    sizes = list(sizes or [])
    while offset < len(data):
        space = wire.space()
        assert len(space) > 0
        count = min(len(space), len(data) - offset, sizes.pop(0) if sizes else len(data))
        space[:count] = data[offset : offset + count]
        offset += count
        replies += wire.received(count)
    return replies


def sent(data: bytes) -> list[tuple[dict[str, object], object]]:
    """The requests in what a wire wants to send."""
    result = []
    offset = 0
    while offset < len(data):
        end = offset + 4 + int.from_bytes(data[offset : offset + 4], "big")
        header, after = unpack_from(data, offset + 4)
        result.append((header, unpack_from(data, after)[0] if after < end else None))
        offset = end
    assert offset == len(data)
    return result


def started(**limits: int) -> tuple[Wire, int]:
    """A wire whose first run waits, its preparation done."""
    wire = Wire()
    identifier, _ = wire.run(KEY, b"", **limits)  # type: ignore[arg-type]
    assert feed(wire, done(identifier - 1)) == []
    return wire, identifier


def done(identifier: int, payload: bytes = b"", **extra: object) -> bytes:
    return frame({"id": identifier, "status": "done", **extra}, payload)


def more(identifier: int, payload: bytes) -> bytes:
    return frame({"id": identifier, "status": "more"}, payload)


def failed(identifier: int, code: int, message: str = "no", offset: int = -1) -> bytes:
    return frame({"id": identifier, "status": "error"}, error_payload(code, message, offset))


def test_the_worked_example_of_the_frames_holds() -> None:
    data = frames.encode_run(1, 7, bytes.fromhex("92910590"), 250)
    example = """00000033 83 a26964 01 a26f70 a372756e a8646561646c696e65 ccfa
        82 a973746174656d656e74 07 a9617267756d656e7473 c404 92910590"""
    assert data == bytes.fromhex(example)
    described = next(line for line in (frames.__doc__ or "").splitlines() if "bytes follow" in line)
    assert described.split()[:4] == [f"{byte:02x}" for byte in data[:4]]
    assert described.split()[4] == str(len(data) - 4)


@given(st.integers(1, 2**40), st.integers(1, 2**40), st.binary(max_size=300), st.integers(0, 2**40))
def test_the_direct_encoding_of_run_equals_the_general_one(
    identifier: int, statement: int, arguments: bytes, deadline: int
) -> None:
    payload = {"statement": statement, "arguments": arguments}
    assert frames.encode_run(identifier, statement, arguments, deadline) == frames.encode_request(
        identifier, "run", payload, deadline
    )


def test_the_first_run_prepares_and_the_second_does_not() -> None:
    wire = Wire()
    first, data = wire.run(KEY, b"x", 250)
    (prepare, definition), (run, payload) = sent(data)
    assert (prepare["op"], run["op"]) == ("prepare", "run")
    assert run == {"id": first, "op": "run", "deadline": 250}
    assert definition == {
        "statement": 7,
        "database": "default",
        "sql": "SELECT 1",
        "shape": b"\x80",
    }
    assert payload == {"statement": 7, "arguments": b"x"}
    second, data = wire.run(KEY, b"y")
    assert [header for header, _ in sent(data)] == [{"id": second, "op": "run"}]
    assert second not in (first, prepare["id"])


def test_parts_are_joined_and_replies_to_others_may_interleave() -> None:
    wire, first = started()
    second, _ = wire.run(KEY, b"")
    data = more(first, b"a") + more(second, b"x") + done(second, b"y") + done(first, b"b")
    assert feed(wire, data) == [Reply(second, b"xy", True), Reply(first, b"ab", True)]
    assert wire.is_idle


STREAM = [
    (more, b"a" * 10),
    (more, b""),
    (more, b"b" * 70_000),
    (more, b"c"),
    (done, b"d" * 300),
]


def conversation(identifier: int) -> bytes:
    return b"".join(make(identifier, payload) for make, payload in STREAM)


ANSWER = b"".join(payload for _, payload in STREAM)


def test_a_drip_feed_gives_the_same_answer() -> None:
    wire, identifier = started()
    data = conversation(identifier)
    assert feed(wire, data, [1] * len(data)) == [Reply(identifier, ANSWER, True)]


def test_every_split_in_two_gives_the_same_answer() -> None:
    for cut in range(1, 400):
        wire, identifier = started()
        data = more(identifier, b"a" * 100) + more(identifier, b"b" * 200) + done(identifier, b"c")
        if cut >= len(data):
            break
        assert feed(wire, data, [cut]) == [Reply(identifier, b"a" * 100 + b"b" * 200 + b"c", True)]
    else:
        pytest.fail("the conversation is longer than the cuts")


@given(st.lists(st.integers(1, 70_000), max_size=30), st.booleans())
def test_any_reads_give_the_same_answer(sizes: list[int], lends_buffer: bool) -> None:
    wire = Wire(lends_buffer=lends_buffer)
    first, _ = wire.run(KEY, b"")
    assert feed(wire, done(first - 1)) == []
    second, _ = wire.run(KEY, b"")
    data = conversation(first) + more(second, b"x" * 9) + conversation(second)
    assert feed(wire, data, sizes) == [
        Reply(first, ANSWER, True),
        Reply(second, b"x" * 9 + ANSWER, True),
    ]
    third, _ = wire.run(KEY, b"")
    assert feed(wire, conversation(third), sizes) == [Reply(third, ANSWER, True)]


@pytest.mark.parametrize("part", [1, 1000, 65_536, 300_000])
@pytest.mark.parametrize("lends_buffer", [False, True])
def test_long_answers_arrive_in_full_reads(part: int, lends_buffer: bool) -> None:
    wire = Wire(lends_buffer=lends_buffer)
    identifier, _ = wire.run(KEY, b"")
    parts = [bytes([index % 256]) * part for index in range(min(3_000_000 // part, 2000))]
    data = done(identifier - 1) + b"".join(more(identifier, each) for each in parts)
    assert feed(wire, data + done(identifier)) == [Reply(identifier, b"".join(parts), True)]
    again, _ = wire.run(KEY, b"")
    assert feed(wire, done(again, b"small")) == [Reply(again, b"small", True)]


@given(
    st.integers(0, 2**63 - 1),
    st.sampled_from(["done", "more", "error", "else"]),
    st.none() | st.integers(0, 2**63 - 1) | st.text(),
    st.booleans(),
)
def test_the_direct_reading_of_a_reply_header_equals_the_general_one(
    identifier: int, status: str, rows: object, is_reversed: bool
) -> None:
    header = {"id": identifier, "status": status, **({} if rows is None else {"rows": rows})}
    if is_reversed:
        header = dict(reversed(header.items()))
    encoded = pack(header)
    data = bytearray(b"xx" + encoded + b"payload")
    assert frames.decode_reply_header(data, 2) == (identifier, status, rows, 2 + len(encoded))


@given(st.integers(0, 255), st.binary(max_size=8), st.booleans())
def test_a_header_with_any_other_id_is_read_as_the_general_way_does(
    mark: int, tail: bytes, has_rows: bool
) -> None:
    rest = b"\xa6status\xa4done" + (b"\xa4rows\x05" if has_rows else b"")
    start = b"\x83\xa2id" if has_rows else b"\x82\xa2id"
    data = bytearray(start + bytes([mark]) + tail + rest)

    def general() -> object:
        header, offset = unpack_from(data, 0)
        return header["id"], header["status"], header.get("rows"), offset

    def outcome(read: Callable[[], object]) -> object:
        try:
            return read()
        except (UnpackError, KeyError, TypeError) as error:
            return type(error)

    assert outcome(lambda: frames.decode_reply_header(data, 0)) == outcome(general)


def test_a_frame_larger_than_every_buffer_arrives_whole_and_the_buffer_shrinks_again() -> None:
    wire, identifier = started()
    payload = bytes(range(256)) * 20_000
    assert feed(wire, done(identifier, payload), [3, 1, 70_000]) == [
        Reply(identifier, payload, True)
    ]
    assert len(wire.space()) <= 1024 * 1024


def test_a_streamed_run_gives_its_parts() -> None:
    wire, identifier = started(is_streamed=True)
    assert feed(wire, more(identifier, b"a") + done(identifier, b"b")) == [
        Reply(identifier, b"a", False),
        Reply(identifier, b"b", True),
    ]


def test_an_error_after_parts_voids_them() -> None:
    wire, identifier = started()
    (reply,) = feed(wire, more(identifier, b"a") + failed(identifier, 7, "row 3", 3))
    assert isinstance(reply.error, Unsupported)
    assert (str(reply.error), reply.error.offset, reply.data) == ("row 3", 3, b"")


def test_a_failed_preparation_is_the_error_of_the_runs_behind_it_and_is_tried_again() -> None:
    wire = Wire()
    first, _ = wire.run(KEY, b"")
    second, data = wire.run(KEY, b"")
    assert len(sent(data)) == 1
    replies = feed(
        wire,
        failed(first - 1, 1, "no such table", 14)
        + failed(first, 1, "statement 7 is not prepared")
        + failed(second, 1, "statement 7 is not prepared"),
    )
    assert [(type(reply.error), str(reply.error)) for reply in replies] == [
        (InvalidInput, "no such table")
    ] * 2
    _, data = wire.run(KEY, b"")
    assert [header["op"] for header, _ in sent(data)] == ["prepare", "run"]


def test_statements_that_were_not_used_for_long_are_released() -> None:
    wire = Wire(statement_capacity=2)
    keys = [StatementKey(number, "default", f"SELECT {number}", b"") for number in range(3)]
    wire.run(keys[0], b"")
    wire.run(keys[1], b"")
    wire.run(keys[0], b"")
    _, data = wire.run(keys[2], b"")
    assert [header["op"] for header, _ in sent(data)] == ["release", "prepare", "run"]
    assert sent(data)[0][1] == {"statement": 1}
    assert len({header["id"] for header, _ in sent(data)}) == 3
    _, data = wire.run(keys[0], b"")
    assert len(sent(data)) == 1


def test_a_cancelled_request_gives_no_more_events_but_stays_pending_until_its_end() -> None:
    wire, identifier = started()
    assert sent(wire.cancel(identifier)) == [({"id": identifier, "op": "cancel"}, None)]
    assert feed(wire, more(identifier, b"a")) == []
    assert wire.is_pending(identifier)
    assert feed(wire, failed(identifier, 5)) == []
    assert not wire.is_pending(identifier)
    assert wire.cancel(identifier) == b""


@pytest.mark.parametrize(
    ("limits", "data", "unit"),
    [
        ({"byte_limit": 3}, [(more, b"aa"), (more, b"bb")], "3 bytes"),
        ({"byte_limit": 3}, [(more, b"aa"), (done, b"bb")], "3 bytes"),
        ({"byte_limit": 3}, [(done, b"aabb")], "3 bytes"),
    ],
)
def test_an_answer_beyond_the_byte_limit_is_too_large(
    limits: dict[str, int], data: list[tuple[object, bytes]], unit: str
) -> None:
    wire, identifier = started(**limits)
    (reply,) = feed(wire, b"".join(make(identifier, payload) for make, payload in data))  # type: ignore[operator]
    assert isinstance(reply.error, TooLarge)
    assert unit in str(reply.error)


def test_an_answer_of_exactly_the_limits_is_fine() -> None:
    wire, identifier = started(byte_limit=3, row_limit=2)
    assert feed(wire, more(identifier, b"aa") + done(identifier, b"b", rows=2)) == [
        Reply(identifier, b"aab", True)
    ]


def test_an_answer_beyond_the_row_limit_is_too_large() -> None:
    wire, identifier = started(row_limit=2)
    (reply,) = feed(wire, done(identifier, b"", rows=3))
    assert isinstance(reply.error, TooLarge)


def test_the_limit_on_frames_is_checked_before_sending_and_leaves_the_wire_usable() -> None:
    wire, identifier = started()
    feed(wire, done(identifier))
    with pytest.raises(TooLarge, match="16777216"):
        wire.run(KEY, bytes(frames.FRAME_LIMIT))
    with pytest.raises(TooLarge):
        wire.run(StatementKey(8, "default", "x", bytes(frames.FRAME_LIMIT)), b"")
    assert wire.is_idle
    again, data = wire.run(KEY, b"")
    assert len(sent(data)) == 1
    assert feed(wire, done(again, b"fine")) == [Reply(again, b"fine", True)]


def test_sql_that_is_not_unicode_is_invalid_input() -> None:
    wire = Wire()
    with pytest.raises(InvalidInput, match="not valid Unicode"):
        wire.run(StatementKey(8, "default", "\ud800", b""), b"")
    assert wire.is_idle


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\0",
        b"\xff\xff\xff\xff",
        b"HTTP/1.1 400 Bad Request",
        b"\0\0\0\1\xc1",
        b"\0\0\0\1\x90",
        b"\0\0\0\1\x05",
        b"\0\0\0\3\xa2id",
        frame({"id": 99, "status": "done"}),
        frame({"id": [1], "status": "done"}),
        frame({"id": None, "status": "error"}, error_payload(1, "x")),
        frame({"id": 2}),
        frame({"id": 2, "status": "perhaps"}),
        frame({"id": 2, "status": "error"}, b""),
        frame({"id": 2, "status": "error"}, pack(["code"])),
        frame({"id": 2, "status": "error"}, pack({"code": "1", "message": "x"})),
        frame({"id": 0, "status": "error"}, pack({"code": 1})),
        # A header whose text runs on into the next frame.
        b"\0\0\0\2\x82\xa2" + done(2),
        b"\0\0\0\5" + pack({"id": 2, "status": "done"}),
    ],
    ids=lambda data: data[:24].hex(),
)
def test_whatever_the_protocol_forbids_is_a_mismatch(data: bytes) -> None:
    wire, identifier = started()
    assert identifier == 3
    wire.run(KEY, b"")
    with pytest.raises(WorkerMismatch, match="socket"):
        feed(wire, data.replace(b"\xa2id\x02", b"\xa2id\x03"))


@given(st.binary(min_size=1, max_size=200))
def test_arbitrary_bytes_never_do_worse_than_a_mismatch(data: bytes) -> None:
    wire, _ = started()
    with contextlib.suppress(WorkerMismatch):
        assert feed(wire, data) == []


def test_an_error_with_id_0_is_the_error_of_the_connection() -> None:
    wire, _ = started()
    with pytest.raises(Busy, match="4096 connections"):
        feed(wire, failed(0, 2, "the worker has 4096 connections"))


def test_a_greeting_of_another_protocol_version_is_a_mismatch() -> None:
    wire = Wire()
    ((header, payload),) = sent(wire.hello())
    assert header["op"] == "hello"
    assert payload == {"protocol": 1, "client": "molt_accel"}
    with pytest.raises(WorkerMismatch, match="version 2"):
        feed(wire, done(1, pack({"protocol": 2})))


def test_a_greeting_of_the_right_version_is_no_event() -> None:
    wire = Wire()
    wire.hello()
    assert feed(wire, done(1, pack({"protocol": 1, "new": True}))) == []
    assert wire.is_idle
