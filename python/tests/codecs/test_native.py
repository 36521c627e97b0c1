"""What only the native codecs can get wrong: references, memory that changes, other threads."""

import gc
import json
import subprocess
import sys
import threading
import tracemalloc
import weakref
from dataclasses import dataclass, field

import pytest

from molt_accel import cbor, msgpack
from molt_accel import json as molt
from molt_accel._codecs import REASON, codecs

pytestmark = pytest.mark.skipif(
    codecs.IMPLEMENTATION != "native",
    reason=f"the codecs are not native: {REASON}; MOLT_LIBRARY names a libmolt.so",
)


@dataclass
class Row:
    name: str
    tags: list[str] = field(default_factory=list)


class Fails(Exception):
    pass


def fail(*_):
    raise Fails


DOCUMENT = json.dumps([{"name": f"n{n}", "tags": ["a", "b" * n], "é": n / 3} for n in range(50)])


def failing(function, *arguments, **keywords):
    with pytest.raises((ValueError, TypeError, Fails, RecursionError, RuntimeError, EOFError)):
        function(*arguments, **keywords)


CALLS = {
    "loads": lambda: molt.loads(DOCUMENT),
    "loads with hooks": lambda: molt.loads(DOCUMENT, object_hook=dict, parse_float=str),
    "loads pairs": lambda: molt.loads(DOCUMENT, object_pairs_hook=tuple),
    "a hook that fails": lambda: failing(molt.loads, DOCUMENT, object_hook=fail),
    "a document that breaks off": lambda: failing(molt.loads, DOCUMENT[:-9]),
    "lines": lambda: molt.loads_lines(DOCUMENT + "\n" + DOCUMENT),
    "dumps": lambda: molt.dumps(molt.loads(DOCUMENT)),
    "dumps with new keys": lambda: molt.dumps([{f"k{n}": n} for n in range(40)]),
    "default": lambda: molt.dumps([object()] * 9, default=lambda _: {"x": [1]}),
    "default that fails": lambda: failing(molt.dumps, {"a": [{"b": object()}]}, default=fail),
    "a type that fails": lambda: failing(molt.dumps, [{"a": (1, {2})}]),
    "documents": lambda: [part.value() for part in molt.document(DOCUMENT)],
    "parts of documents": lambda: molt.document(DOCUMENT).pointer("/7/tags/0"),
    "types": lambda: molt.decode(DOCUMENT, list[Row]),
    "types that do not fit": lambda: failing(molt.decode, DOCUMENT, list[int]),
    "msgpack": lambda: msgpack.unpackb(msgpack.packb(json.loads(DOCUMENT))),
    "cbor": lambda: cbor.loads(cbor.dumps(json.loads(DOCUMENT))),
    "cbor that breaks off": lambda: failing(cbor.loads, cbor.dumps(json.loads(DOCUMENT))[:-3]),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_repeated_calls_leave_nothing_behind(call):
    rounds = []
    tracemalloc.start()
    try:
        # What is kept on purpose, such as keys, is then there, and traced when it is replaced.
        for _ in range(50):
            call()
        for _ in range(5):
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            for _ in range(200):
                call()
            gc.collect()
            rounds.append(tracemalloc.get_traced_memory()[0] - before)
    finally:
        tracemalloc.stop()
    # A reference lost in each call would be 200 objects of at least 32 bytes in every round, while
    # a store of bounded size fills only once.
    assert min(rounds) < 6000, rounds


def test_shared_objects_keep_their_count_of_references():
    key, value, row = "a key that is shared", "a value that is shared", Row("x")
    data = [{key: value, "row": None} for _ in range(10)]
    counts = [sys.getrefcount(shared) for shared in (None, value, row, data, dict)]
    for _ in range(100):
        molt.dumps(data)
        msgpack.packb(data)
        cbor.dumps(data)
        molt.dumps([row], default=vars)
    after = [sys.getrefcount(shared) for shared in (None, value, row, data, dict)]
    assert all(abs(new - old) < 50 for new, old in zip(after, counts, strict=True))


def test_plans_and_documents_die_with_their_last_reference():
    class Local:
        pass

    Local.__annotations__ = {"x": int}
    local = dataclass(Local)
    plan = codecs.compile_plan([("object", local, (("x", "x", 1, 0, None),), 0), ("int",)])
    local.plan = plan
    assert codecs.json_decode(b'{"x": 3}', plan).x == 3
    gone = weakref.ref(local)
    del Local, local, plan
    gc.collect()
    assert gone() is None


def test_a_part_outlives_its_document():
    data = bytearray(DOCUMENT.encode())
    part = codecs.json_document(data)[3]
    data[:] = b"\0" * len(data)
    del data
    gc.collect()
    assert part["name"] == "n3"


@pytest.mark.parametrize("change", [dict.clear, lambda d: d.update(x=1, y=2), dict.popitem])
@pytest.mark.parametrize("write", [codecs.json_dumps, codecs.msgpack_dumps, codecs.cbor_dumps])
def test_a_dict_may_change_while_it_is_written(write, change):
    values = {"first": {"inner": [object()]}, "second": [1, 2], "third": "x" * 100}

    def default(_):
        change(values)
        return 1

    with pytest.raises(RuntimeError, match="changed its size"):
        write(values, 0, default)


def test_a_buffer_cannot_change_its_size_while_it_is_read():
    data = bytearray(b"[1, {}, 2]")

    def grow(value):
        with pytest.raises(BufferError):
            data.extend(b"x" * 1000)
        return value

    assert molt.loads(data, object_hook=grow) == [1, {}, 2]
    data.extend(b" ")


def test_threads_parse_at_once():
    text = json.dumps([DOCUMENT] * 40)
    expected = json.loads(text)
    results = []

    def work():
        for _ in range(20):
            results.append(molt.loads(text) == expected)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 80


def test_calls_may_be_nested_in_hooks():
    def again(value):
        return json.loads(molt.dumps(molt.loads('{"inner": [1, 2.5]}'))) | value

    assert molt.loads('[{"a": 1}]', object_hook=again) == [{"inner": [1, 2.5], "a": 1}]


def test_the_collector_is_on_again_afterwards():
    for call in (CALLS["loads"], CALLS["a document that breaks off"], CALLS["lines"]):
        assert gc.isenabled()
        call()
        assert gc.isenabled()
    gc.disable()
    try:
        molt.loads(DOCUMENT)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_nesting_ends_without_a_crash():
    for depth in (1024, 100_000):
        value = []
        for _ in range(depth):
            value = [value]
        failing(codecs.json_dumps, value)
        failing(codecs.msgpack_dumps, value)
        failing(codecs.cbor_dumps, value)
        while value:
            value = value[0]
    failing(codecs.json_loads, b"[" * 10_000_000)
    failing(codecs.msgpack_loads, b"\x91" * 10_000_000)
    failing(codecs.cbor_loads, b"\x81" * 10_000_000)


def test_a_plan_cannot_be_made_of_itself():
    with pytest.raises(ValueError, match="made of itself"):
        codecs.compile_plan([("optional", 0)])
    with pytest.raises(ValueError, match="no node 7"):
        codecs.compile_plan([("list", 7)])


def test_the_interpreter_ends_with_the_codecs_in_use():
    code = "from molt_accel import json; d = json.document('[[1]]'); p = d[0]; json.loads('{}')"
    subprocess.run([sys.executable, "-c", code], check=True)
