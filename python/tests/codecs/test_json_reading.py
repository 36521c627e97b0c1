"""`loads` answers what json.loads answers, errors and their positions included."""

import decimal
import json
import math
import pickle
from collections import OrderedDict

import pytest
from generated import JSON_VALUES, plain
from hypothesis import given, settings
from hypothesis import strategies as st

import molt_accel.json as molt
from conftest import suite


def outcome(function, *arguments, **keywords):
    """What a call answers, as text that tells types and signs apart, or how it fails."""
    try:
        return repr(function(*arguments, **keywords))
    except json.JSONDecodeError as error:
        return "JSONDecodeError", error.msg, error.pos, error.lineno, error.colno, error.doc
    except RecursionError:
        return "RecursionError"
    except Exception as error:
        return type(error).__name__, str(error)


WRITTEN = {
    "empty": "",
    "white space": " \n\t\r",
    "an integer": "12",
    "minus zero": "-0",
    "minus zero, a float": "-0.0",
    "an exponent": "[1e5, 1E+5, 1e-5, 0e0, 12.5e3]",
    "float overflow": "[1e400, -1e400, 123456789e500]",
    "float underflow": "[1e-400, -1e-400, 5e-324, 2e-324]",
    "halfway": "[9007199254740993, 9007199254740993.0, 1.7976931348623158e308]",
    "64 bits": "[9223372036854775807, -9223372036854775808, 18446744073709551615]",
    "beyond 64 bits": "[9223372036854775808, -9223372036854775809, 18446744073709551616]",
    "a big integer": "1" + "0" * 400,
    "a bigger integer than Python reads": "7" * 5000,
    "escapes": r'"\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00"',
    "half of a pair": r'["\ud800", "\udc00x", "\ud83dx", "\ud83d\ud83d\ude00", "\ude00\ud83d"]',
    "half of a pair in a key": r'{"\ud800": 1}',
    "a repeated key": '{"a": 1, "b": 2, "a": {"a": 3, "a": 4}}',
    "the empty key": '{"": {"": []}}',
    "NaN": "[NaN, Infinity, -Infinity]",
    "a byte order mark": "\ufeff[]",
    "U+0000 escaped": r'"\u0000"',
    "control character": '"a\nb"',
    "delete is none": '"\x7f"',
    "non-characters": '"\ufffe\uffff\U0010ffff"',
    "no value": '{"a": }',
    "a comma too many": "[1, 2, ]",
    "a comma in an object": '{"a": 1, }',
    "an open array": '{"a": [1, 2',
    "an open string": '["abc',
    "an open escape": '["abc\\',
    "an unknown escape": r'["\x41"]',
    "a short \\u": r'["\u12"]',
    "no hex digits": r'["\uz000"]',
    "two values": "1 2",
    "two values on lines": "{}\n{}",
    "a leading zero": "[012]",
    "a leading plus": "[+1]",
    "a point first": "[.5]",
    "a point last": "[5.]",
    "a minus alone": "[-]",
    "an exponent alone": "[1e]",
    "hexadecimal": "[0x10]",
    "single quotes": "{'a': 1}",
    "a key without quotes": "{a: 1}",
    "a comment": "[1] // one",
    "true misspelt": "[True]",
    "nul": "[nul]",
    "a position on a later line": '{\n "a": 1,\n "ä€😀": [1,\n 2,, 3]}',
    "no-break space": "[1,\u00a02]",
    "form feed": "[1,\f2]",
    "brackets that do not match": '{"a": [1}',
    "a bracket alone": "]",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("kind", [str, str.encode, lambda text: bytearray(text, "utf-8")])
def test_written_vectors_are_read_as_json_reads_them(written, kind):
    try:
        data = kind(written)
    except UnicodeEncodeError:
        pytest.skip("no UTF-8 of half a pair")
    assert outcome(molt.loads, data) == outcome(json.loads, data)


@pytest.mark.parametrize(
    "data",
    [
        "[1, \ud800]",
        b"[\xff]",
        b'["\xed\xa0\x80"]',
        b'["\xc0\xaf"]',
        b'["\xf4\x90\x80\x80"]',
        b"\xef\xbb\xbf[1]",
        '["ä"]'.encode("utf-16"),
        '["ä"]'.encode("utf-16-le"),
        '["ä"]'.encode("utf-16-be"),
        '["ä"]'.encode("utf-32"),
        '["ä"]'.encode("utf-32-be"),
        b"\x00",
        b"[1]\x00",
    ],
)
def test_other_encodings_are_read_as_json_reads_them(data):
    assert outcome(molt.loads, data) == outcome(json.loads, data)


@pytest.mark.parametrize("data", [None, 1, [], object(), 1.5])
def test_what_is_no_text_is_a_type_error(data):
    with pytest.raises(TypeError):
        molt.loads(data)


def test_a_memoryview_is_read_where_json_refuses_it():
    assert molt.loads(memoryview(b"[NaN, 1]"))[1] == 1
    assert molt.loads(memoryview(b"xx[1, 2]xx")[2:-2]) == [1, 2]


HOOKS = {
    "object_hook": {"object_hook": lambda value: ("map", sorted(value.items(), key=repr))},
    "object_pairs_hook": {"object_pairs_hook": lambda pairs: ("pairs", pairs)},
    "both hooks": {"object_pairs_hook": OrderedDict, "object_hook": len},
    "parse_float": {"parse_float": decimal.Decimal},
    "parse_int": {"parse_int": float},
    "parse_int as text": {"parse_int": lambda text: text},
    "parse_constant": {"parse_constant": lambda name: "constant " + name},
    "all": {
        "object_hook": lambda value: value,
        "parse_float": str,
        "parse_int": str,
        "parse_constant": str,
    },
    "the types themselves": {"parse_float": float, "parse_int": int},
    "none": {"object_hook": None, "parse_float": None},
    "strict": {"strict": False},
    "a decoder class": {"cls": json.JSONDecoder},
}


@pytest.mark.parametrize("hooks", HOOKS.values(), ids=HOOKS)
def test_hooks_are_called_as_json_calls_them(hooks):
    for written in WRITTEN.values():
        assert outcome(molt.loads, written, **hooks) == outcome(json.loads, written, **hooks)


class Stop(Exception):
    pass


@pytest.mark.parametrize("name", ["object_hook", "object_pairs_hook", "parse_float", "parse_int"])
@pytest.mark.parametrize("error", [Stop, KeyboardInterrupt, RecursionError, ValueError, KeyError])
def test_what_a_hook_raises_comes_out(name, error):
    def hook(value):
        raise error(name)

    with pytest.raises(error, match=name):
        molt.loads('[{"a": 1.5, "b": 2}, {"c": [{}]}]', **{name: hook})


def test_a_hook_may_read_json_itself():
    def hook(value):
        return molt.loads(molt.dumps(value))

    assert molt.loads('{"a": {"b": {"c": [1]}}}', object_hook=hook) == {"a": {"b": {"c": [1]}}}


@settings(max_examples=200, deadline=None)
@given(JSON_VALUES)
def test_generated_values_come_back(value):
    for written in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert outcome(molt.loads, written) == outcome(json.loads, written)
        data = written.encode("utf-8", "surrogatepass")
        assert outcome(molt.loads, data) == outcome(json.loads, data)


@settings(max_examples=300, deadline=None)
@given(JSON_VALUES, st.randoms(use_true_random=False))
def test_damaged_texts_fail_where_json_fails(value, chance):
    written = json.dumps(value, ensure_ascii=False)
    at = chance.randrange(len(written) + 1)
    for damaged in (
        written[:at],
        written[:at] + chance.choice('{}[]",:1-.eE\\tn \n\x00ä') + written[at:],
        written[:at] + written[at + 1 :],
    ):
        assert outcome(molt.loads, damaged) == outcome(json.loads, damaged), damaged
        data = damaged.encode()
        assert outcome(molt.loads, data) == outcome(json.loads, data), damaged


def test_random_documents_come_back(chance):
    for _ in range(200):
        value = plain(chance)
        written = json.dumps(value)
        assert repr(molt.loads(written)) == repr(json.loads(written))


def test_the_cases_of_the_test_suite_that_json_reads_are_read_alike():
    for path in sorted(suite("json", "parsing").iterdir()):
        data = path.read_bytes()
        assert outcome(molt.loads, data) == outcome(json.loads, data), path.name


def test_strict_reading_accepts_and_refuses_the_whole_test_suite():
    counts = {"y": 0, "n": 0, "i": 0}
    for path in sorted(suite("json", "parsing").iterdir()):
        data = path.read_bytes()
        kind = path.name[0]
        counts[kind] += 1
        try:
            value = molt.loads(data, rfc8259=True)
        except (ValueError, RecursionError):
            assert kind != "y", path.name
        else:
            assert kind != "n", path.name
            assert repr(value) == repr(json.loads(data)), path.name
    assert counts["y"] == 95
    assert counts["n"] == 188
    assert counts["i"] == 35


@pytest.mark.parametrize("folder", ["transform", "roundtrip", "corpora"])
def test_published_documents_are_read_alike(folder):
    for path in sorted(suite("json", folder).glob("*.json")):
        data = path.read_bytes()
        assert outcome(molt.loads, data) == outcome(json.loads, data), path.name


REFUSED = {
    "NaN": (b'{"a": [1, NaN]}', 10),
    "Infinity": (b"Infinity", 0),
    "-Infinity": (b"[-Infinity]", 1),
    "UTF-16": ("[]".encode("utf-16-le"), 1),
    "a byte order mark": (b"\xef\xbb\xbf[]", 0),
    "half of a pair": (rb'["ab\ud800"]', 4),
    "the wrong half": (rb'["ab\udc00"]', 4),
    "two first halves": (rb'["\ud83d\ud83d"]', 2),
    "UTF-8 of half a pair": (b'["\xed\xa0\x80"]', 2),
    "overlong": (b'["\xc0\x80"]', 2),
}


@pytest.mark.parametrize(("data", "position"), REFUSED.values(), ids=REFUSED)
def test_strict_reading_says_where_json_is_not_rfc8259(data, position):
    with pytest.raises(molt.JSONDecodeError) as caught:
        molt.loads(data, rfc8259=True)
    # A constant may be refused at any of its letters, an escape at its end.
    assert position <= caught.value.pos <= position + 7
    assert caught.value.lineno == 1


def test_a_repeated_key_is_refused_where_it_stands():
    written = '{"a": {"b": 1}, "c": [{"b": 1, "x": {}, "b": 2}]}'
    assert molt.loads(written)["c"] == [{"b": 2, "x": {}}]
    with pytest.raises(molt.JSONDecodeError) as caught:
        molt.loads(written, unique_keys=True)
    assert caught.value.pos == written.rindex('"b"')
    assert molt.loads('{"a": 1, "b": {"a": 2}}', unique_keys=True) == {"a": 1, "b": {"a": 2}}
    with pytest.raises(molt.JSONDecodeError):
        molt.loads(r'{"a": 1, "\u0061": 2}', unique_keys=True)


def test_errors_are_those_of_json_and_can_be_pickled():
    with pytest.raises(json.JSONDecodeError) as caught:
        molt.loads('{"a": 1,}')
    assert isinstance(caught.value, molt.JSONDecodeError)
    assert isinstance(caught.value, ValueError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is molt.JSONDecodeError
    assert again.args == caught.value.args
    assert again.pos == caught.value.pos


@pytest.mark.parametrize("depth", [100, 500, 900])
def test_documents_as_deep_as_json_reads_are_read(depth):
    written = "[" * depth + "]" * depth
    assert molt.loads(written) == json.loads(written)
    mixed = '{"a":[' * (depth // 2) + "1" + "]}" * (depth // 2)
    assert molt.loads(mixed) == json.loads(mixed)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":', '[1,{"a":['])
def test_endless_nesting_is_an_error(strict, opening):
    with pytest.raises((RecursionError, ValueError)):
        molt.loads(opening * 200_000, rfc8259=strict)


def test_nan_is_read_unless_it_is_refused():
    values = molt.loads("[NaN, Infinity, -Infinity]")
    assert math.isnan(values[0])
    assert values[1:] == [math.inf, -math.inf]
    assert molt.loads("[NaN, -Infinity]", parse_constant=str) == ["NaN", "-Infinity"]


def test_files_are_read(tmp_path):
    path = tmp_path / "document.json"
    path.write_bytes('{"ä": [1, 2]}'.encode())
    with path.open() as file:
        assert molt.load(file) == {"ä": [1, 2]}
    with path.open("rb") as file:
        assert molt.load(file, object_pairs_hook=tuple) == (("ä", [1, 2]),)


def test_keys_of_one_document_are_shared():
    first, second = molt.loads('[{"some key": 1}, {"some key": 2}]')
    assert next(iter(first)) is next(iter(second))
