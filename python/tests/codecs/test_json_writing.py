"""`dumps` answers the text of json.dumps for the same keywords, errors included."""

import collections
import decimal
import enum
import json
import math
import types

import pytest
from generated import JSON_VALUES, Colour, Fraction, Kept, Number, Point, Text, plain, subclassed
from hypothesis import given, settings

import molt_accel.json as molt
from conftest import suite


def outcome(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error), str(error)


class StrictText(str, enum.Enum):
    NORTH = "north"


class Flags(enum.IntFlag):
    READ = 1
    WRITE = 2


VALUES = {
    "None": None,
    "True": True,
    "an integer": 5,
    "a negative integer": -(2**63),
    "64 bits": 2**64 - 1,
    "a big integer": 10**300,
    "a negative big integer": -(10**25),
    "float": 1.5,
    "whole float": 100000.0,
    "1e16": 1e16,
    "1e22": 1e22,
    "1e-5": 1e-5,
    "0.0001": 0.0001,
    "minus zero": -0.0,
    "the smallest float": 5e-324,
    "the largest float": 1.7976931348623157e308,
    "many digits": 0.1 + 0.2,
    "an empty text": "",
    "every ASCII character": "".join(map(chr, range(128))),
    "Latin-1": "".join(map(chr, range(128, 256))),
    "U+2028": "a\u2028b\u2029c",
    "the plane above": "a😀b\U0010ffff",
    "a long text": "x" * 100_000,
    "a long text with escapes": 'x"ä\n' * 10_000,
    "an escape at each place": ["x" * count + '"' + "y" * 40 for count in range(70)],
    "a non-ASCII letter at each place": ["x" * count + "é" + "y" * 40 for count in range(70)],
    "an empty list": [],
    "an empty tuple": (),
    "an empty object": {},
    "nested": {"a": [1, {"b": (2, [])}], "c": {}},
    "keys that are no texts": {1: 1, 2.5: 2, False: 3, None: 4, -0.5: 5, 10**20: 6},
    "a float key": {1e16: 1, 0.1: 2, math.inf: 3},
    "keys that become the same": {"1": 1, 1: 2},
    "a key of another type": {(1, 2): 3, "a": 1},
    "a key of bytes": {"a": 1, b"a": 3},
    "a subclass of str": Text("text"),
    "a subclass of int": Number(5),
    "a subclass of float": Fraction(0.1),
    "a subclass of dict": Kept(a=1),
    "subclasses as keys": {Text("a"): 1, Number(5): 2, Fraction(0.5): 3, Colour.RED: 4},
    "an IntEnum": [Colour.RED, Colour.BLUE],
    "an enum of texts": [StrictText.NORTH, {StrictText.NORTH: 1}],
    "an IntFlag": Flags.READ | Flags.WRITE,
    "a plain enum": enum.Enum("Plain", "A").A,
    "a namedtuple": Point(1, [2]),
    "an OrderedDict": collections.OrderedDict(b=1, a=2),
    "a defaultdict": collections.defaultdict(list, a=[1]),
    "a Counter": collections.Counter("aab"),
    "a UserDict": collections.UserDict(a=1),
    "a mapping proxy": types.MappingProxyType({"a": 1}),
    "a deque": collections.deque([1]),
    "a set": {1},
    "bytes": b"a",
    "bytearray": bytearray(b"a"),
    "an object": [object],
    "a complex": 1j,
    "a generator": [range(3)],
    "a Decimal": decimal.Decimal("1.5"),
    "floats side by side": [[0.1] * count + [-1.5, 3.0, -0.0] for count in range(5)],
    "floats between others": [0.5, 1, -0.5, 1e300, 2, [5e-324, 1e16], 0.25, Fraction(0.1), 0.75],
    "NaN": [math.nan, -math.nan],
    "NaN between floats": [[0.1, math.nan], [-math.inf, 0.1], [0.1, 0.2, math.nan]],
    "the infinities": {"a": math.inf, "b": -math.inf},
    "half of a pair": ["\ud800", {"\udfff": "x\ud83d"}, "\ud83d\ude00"],
    "keys to sort": {"b": 1, "a": 2, "ä": 3, "A": 4, "": 5, "aa": 6, "😀": 7, "\uffff": 8},
    "numbers to sort": {10: 1, 9: 2, -1: 3, 2.5: 4},
    "keys that cannot be sorted": {"a": 1, 1: 2},
}

KEYWORDS = {
    "none": {},
    "ensure_ascii": {"ensure_ascii": False},
    "compact": {"separators": (",", ":")},
    "compact UTF-8": {"separators": (",", ":"), "ensure_ascii": False},
    "other separators": {"separators": (" ,\n", "=")},
    "a list of separators": {"separators": [",", ":"]},
    "indent": {"indent": 2},
    "indent 0": {"indent": 0},
    "indent 1": {"indent": 1},
    "a deep indent": {"indent": 300},
    "an indent below zero": {"indent": -1},
    "a tab": {"indent": "\t"},
    "an empty indent": {"indent": ""},
    "indent and separators": {"indent": 4, "separators": (",", ":")},
    "indent and spaces": {"indent": 1, "separators": (", ", ": ")},
    "sorted": {"sort_keys": True},
    "sorted and indented": {"sort_keys": True, "indent": 3, "ensure_ascii": False},
    "no NaN": {"allow_nan": False},
    "skipped keys": {"skipkeys": True},
    "skipped and sorted": {"skipkeys": True, "sort_keys": True, "indent": 1},
    "default": {"default": repr},
    "default to a list": {"default": lambda value: [str(type(value).__name__), {}]},
    "default to NaN": {"default": lambda value: math.nan},
    "no check": {"check_circular": False},
    "a class": {"cls": json.JSONEncoder, "sort_keys": True},
    "all": {"skipkeys": True, "ensure_ascii": False, "indent": 2, "default": str},
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("keywords", KEYWORDS.values(), ids=KEYWORDS)
def test_written_values_are_written_as_json_writes_them(value, keywords):
    expected = outcome(json.dumps, value, **keywords)
    found = outcome(molt.dumps, value, **keywords)
    if isinstance(expected, tuple) and expected[0] is not TypeError:
        # The sentences of ValueError differ from one Python to the next.
        assert isinstance(found, tuple)
        assert found[0] is expected[0]
    elif isinstance(expected, tuple) and "<" in expected[1]:
        assert found[0] is TypeError
    else:
        assert found == expected


def test_random_documents_are_written_alike(chance):
    for _ in range(150):
        for value in (plain(chance), subclassed(chance)):
            for keywords in ({}, {"ensure_ascii": False}, {"indent": 2}, {"sort_keys": True}):
                assert outcome(molt.dumps, value, **keywords) == outcome(
                    json.dumps, value, **keywords
                )


@settings(max_examples=300, deadline=None)
@given(JSON_VALUES)
def test_generated_values_are_written_alike(value):
    for keywords in ({}, {"ensure_ascii": False, "separators": (",", ":")}, {"indent": 1}):
        expected = json.dumps(value, **keywords)
        assert molt.dumps(value, **keywords) == expected
        data = outcome(expected.encode)
        found = outcome(molt.dumpb, value, style="json", **{"ensure_ascii": True, **keywords})
        assert found == data or data[0] is found[0] is UnicodeEncodeError


def test_published_documents_come_back_byte_for_byte():
    count = 0
    for path in sorted(suite("json", "roundtrip").glob("*.json")):
        written = path.read_text().strip()
        value = json.loads(written)
        assert (
            molt.dumpb(value, allow_nan=True)
            == json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        )
        count += 1
    assert count == 27


def test_published_corpora_are_written_alike():
    for path in sorted(suite("json", "corpora").glob("*.json")):
        value = json.loads(path.read_bytes())
        assert molt.dumps(value) == json.dumps(value), path.name
        assert molt.dumpb(value) == json.dumps(
            value, ensure_ascii=False, separators=(",", ":")
        ).encode("utf-8", "surrogatepass"), path.name


class Stop(Exception):
    pass


@pytest.mark.parametrize("error", [Stop, KeyboardInterrupt, TypeError, ValueError, RecursionError])
def test_what_default_raises_comes_out(error):
    def default(value):
        raise error("stopped")

    with pytest.raises(error, match="stopped"):
        molt.dumps({"a": [1, object()]}, default=default)


def test_default_may_change_what_is_being_written():
    rows = [object(), 1, 2]

    def shorten(value):
        rows.clear()
        return "gone"

    text = molt.dumps([rows, rows], default=shorten)
    assert isinstance(json.loads(text), list)

    table = {"a": object(), "b": 1}

    def grow(value):
        for count in range(1000):
            table[f"key {count}"] = [count]
        return

    try:
        text = molt.dumps(table, default=grow)
    except RuntimeError:  # As json raises it when a dict changes while it is iterated.
        pass
    else:
        assert json.loads(text)["b"] == 1


def test_default_may_call_dumps():
    written = molt.dumps([object(), object()], default=lambda value: molt.dumps([1, None]))
    assert written == '["[1, null]", "[1, null]"]'


def test_default_that_never_ends_is_an_error():
    with pytest.raises((ValueError, RecursionError)):
        molt.dumps(object(), default=lambda value: value)
    with pytest.raises((ValueError, RecursionError)):
        molt.dumps(object(), default=lambda value: [object()])


@pytest.mark.parametrize(
    "wrap", [lambda inner: [inner], lambda inner: {"a": inner}, lambda x: (x,)]
)
def test_endless_values_are_an_error(wrap):
    value = 1
    for _ in range(100_000):
        value = wrap(value)
    with pytest.raises((ValueError, RecursionError)):
        molt.dumps(value)
    # Python itself takes long chains apart one by one, and so does the test.
    while isinstance(value, (list, dict, tuple)):
        value = value["a"] if isinstance(value, dict) else value[0]


def test_cycles_are_an_error():
    rows = []
    rows.append({"rows": rows})
    with pytest.raises((ValueError, RecursionError)):
        molt.dumps(rows)
    with pytest.raises((ValueError, RecursionError)):
        molt.dumps(rows, check_circular=False)


@pytest.mark.parametrize("depth", [100, 500, 900])
def test_values_as_deep_as_json_writes_are_written(depth):
    value = []
    for _ in range(depth - 1):
        value = [value]
    assert molt.dumps(value) == "[" * depth + "]" * depth


def test_nan_by_policy():
    value = {"a": [math.nan, math.inf, -math.inf, 1.5], "b": math.nan}
    assert molt.dumps(value) == json.dumps(value)
    assert molt.dumps(value, allow_nan="null") == ('{"a": [null, null, null, 1.5], "b": null}')
    assert molt.dumpb(value) == b'{"a":[null,null,null,1.5],"b":null}'
    for function in (molt.dumps, molt.dumpb):
        with pytest.raises(ValueError, match="JSON compliant"):
            function(value, allow_nan=False)
    assert molt.dumps([object()], default=lambda _: math.nan, allow_nan="null") == "[null]"


def test_bytes_of_halves_of_pairs_are_refused_where_they_are_not_escaped():
    assert molt.dumpb("\ud800", ensure_ascii=True) == b'"\\ud800"'
    assert molt.dumps("\ud800", ensure_ascii=False) == '"\ud800"'
    with pytest.raises(UnicodeEncodeError):
        molt.dumpb("\ud800")


class Coordinates:
    def __init__(self, x):
        self.x = x


class OnlyDefault(json.JSONEncoder):
    def default(self, o):
        return {"x": o.x} if isinstance(o, Coordinates) else super().default(o)


class Shouting(json.JSONEncoder):
    def encode(self, o):
        return super().encode(o).upper()


class Chunked(json.JSONEncoder):
    def iterencode(self, o, _one_shot=False):
        yield from ("<", *super().iterencode(o, _one_shot), ">")


class Configured(json.JSONEncoder):
    def __init__(self, *, mark, **keywords):
        super().__init__(**keywords)
        self.mark = mark

    def default(self, o):
        return self.mark


@pytest.mark.parametrize("cls", [OnlyDefault, Shouting, Chunked])
@pytest.mark.parametrize("keywords", [{}, {"indent": 2}, {"sort_keys": True}, {"default": repr}])
def test_encoder_classes_write_what_they_write_for_json(cls, keywords):
    for value in ({"b": [1, "x"], "a": None}, [Coordinates(5)], {"p": Coordinates("ä")}):
        expected = outcome(json.dumps, value, cls=cls, **keywords)
        found = outcome(molt.dumps, value, cls=cls, **keywords)
        if "default" not in keywords or not isinstance(expected, str):
            assert found == expected
        else:
            assert len(found) == len(expected)


def test_encoder_classes_get_their_keywords():
    assert molt.dumps([Coordinates(1)], cls=Configured, mark="!") == '["!"]'
    with pytest.raises(TypeError, match="style"):
        molt.dumps([1], cls=Shouting, style="django")
    with pytest.raises(TypeError, match="unexpected keyword"):
        molt.dumps([1], no_such_keyword=1)


def test_styles_that_there_are_not_are_named():
    with pytest.raises(ValueError, match="json, django, drf, compact"):
        molt.dumps(1, style="pretty")


def test_files_are_written(tmp_path):
    path = tmp_path / "document.json"
    with path.open("w") as file:
        molt.dump({"a": [1, 2]}, file, indent=1)
    assert path.read_text() == json.dumps({"a": [1, 2]}, indent=1)


def test_keys_are_right_however_many_there_are_and_in_whatever_order(chance):
    keys = [f"key {number} {'x' * (number % 60)}" for number in range(3000)]
    for _ in range(6):
        chance.shuffle(keys)
        rows = [{key: number, "again": key, "n": None} for number, key in enumerate(keys)]
        assert molt.dumps(rows) == json.dumps(rows)
        assert molt.dumpb(rows) == json.dumps(rows, separators=(",", ":")).encode()
