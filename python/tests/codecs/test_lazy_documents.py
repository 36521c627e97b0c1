"""`document` reads what is asked for, with the values that reading the whole gives."""

import gc
import json

import pytest
from generated import plain

import molt_accel.cbor as cbor
import molt_accel.json as molt
import molt_accel.msgpack as msgpack
from conftest import suite

FORMATS = {
    "json": (molt.document, molt.dumpb),
    "msgpack": (msgpack.document, msgpack.packb),
    "cbor": (cbor.document, cbor.dumps),
}
VALUE = {
    "users": [{"name": "Ana", "age": 5, "tags": ["x", "y"]}, {"name": "ä😀", "age": None}],
    "a/b": {"m~n": 1.5, "": True},
    "empty": [[], {}],
    "big": 2**63,
    "0": "zero",
}


@pytest.fixture(params=FORMATS)
def document(request):
    read, write = FORMATS[request.param]
    return read(write(VALUE))


def test_values_are_reached_by_key_and_index(document):
    assert document["users"][0]["name"] == "Ana"
    assert document["users"][-1]["name"] == "ä😀"
    assert document["users"][1]["age"] is None
    assert document["a/b"][""] is True
    assert document["big"] == 2**63
    assert document.get("users")[0].get("age") == 5
    assert document.get("none") is None
    assert document.get("none", 7) == 7
    assert document["users"].get(5, "far") == "far"


def test_pointers_lead_to_values(document):
    assert document.pointer("/users/0/tags/1") == "y"
    assert document.pointer("/a~1b/m~0n") == 1.5
    assert document.pointer("/a~1b/") is True
    assert document.pointer("/0") == "zero"
    assert document.pointer("").value() == VALUE
    assert document.pointer("/users/7", None) is None
    assert document.pointer("/nobody/0", 3) == 3
    with pytest.raises(LookupError):
        document.pointer("/users/2")
    with pytest.raises(LookupError):
        document.pointer("/users/01")
    with pytest.raises(LookupError):
        document.pointer("/none")
    with pytest.raises(ValueError, match=r"."):
        document.pointer("users")


def test_maps_and_arrays_are_iterated(document):
    assert document.kind == "map"
    assert document["users"].kind == "array"
    assert list(document) == document.keys() == list(VALUE)
    assert len(document) == 5
    assert "users" in document
    assert "nobody" not in document
    assert [user["name"] for user in document["users"]] == ["Ana", "ä😀"]
    assert document["a/b"].items() == [("m~n", 1.5), ("", True)]
    assert document["a/b"].values() == [1.5, True]
    assert dict(document["users"][0].items())["tags"].value() == ["x", "y"]
    assert len(document["empty"][0]) == len(document["empty"][1]) == 0


def test_values_are_made_whole(document):
    assert document.value() == VALUE
    assert document["users"].value() == VALUE["users"]
    assert document["users"].value() is not document["users"].value()
    assert document == VALUE
    assert document["users"] == VALUE["users"]
    assert document != {"users": 1}


def test_what_is_not_there_is_an_error_of_python(document):
    with pytest.raises(KeyError):
        document["nobody"]
    with pytest.raises(IndexError):
        document["users"][2]
    with pytest.raises(TypeError):
        document["users"]["name"]


def test_a_part_outlives_the_whole(document):
    part = document["users"][0]
    del document
    gc.collect()
    assert part.value() == VALUE["users"][0]


@pytest.mark.parametrize(("text", "value"), [("5", 5), ('"x"', "x"), ("null", None), ("1.5", 1.5)])
def test_a_document_may_be_one_value(text, value):
    document = molt.document(text)
    assert document.kind == "scalar"
    assert document.value() == value
    assert document.pointer("") == value
    with pytest.raises(LookupError):
        document.pointer("/0")


def test_repeated_keys_answer_the_last():
    document = molt.document('{"a": 1, "b": 2, "a": 3}')
    assert document["a"] == 3
    assert document.value() == {"a": 3, "b": 2}
    with pytest.raises(molt.JSONDecodeError):
        molt.document('{"a": 1, "a": 3}', unique_keys=True)


def test_documents_are_strict():
    for text in ("[NaN]", "[1,]", "", b"\xff", '"\ud800"'):
        with pytest.raises(molt.JSONDecodeError):
            molt.document(text)


def test_random_documents_are_the_same(chance):
    for _ in range(50):
        value = plain(chance)
        written = json.dumps(value)
        for data in (written, written.encode(), bytearray(written, "utf-8")):
            document = molt.document(data)
            assert repr(document.value()) == repr(value)


def _paths(value, path=""):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, f"{path}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, item in enumerate(value[:20]):
            yield from _paths(item, f"{path}/{index}")
    else:
        yield path, value


def test_every_pointer_of_a_published_document_leads_to_its_value():
    data = suite("json", "corpora", "github_events.json").read_bytes()
    document = molt.document(data)
    for path, value in _paths(json.loads(data)):
        assert document.pointer(path) == value
