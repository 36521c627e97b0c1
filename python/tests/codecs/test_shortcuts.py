"""What is called most goes from Python's call to native code at once, and looks like a function."""

import inspect
import os
import pickle
import subprocess
import sys
from pathlib import Path
from types import BuiltinFunctionType

import pytest

import molt_accel
import molt_accel.cbor as cbor
import molt_accel.json as json
import molt_accel.msgpack as msgpack
from molt_accel._codecs import codecs

FUNCTIONS = {
    "json.loads": (json.loads, b"[1]", [1]),
    "json.dumps": (json.dumps, [1, None], "[1, null]"),
    "json.dumpb": (json.dumpb, [1, None], b"[1,null]"),
    "msgpack.packb": (msgpack.packb, [1], b"\x91\x01"),
    "msgpack.unpackb": (msgpack.unpackb, b"\x91\x01", [1]),
    "cbor.dumps": (cbor.dumps, [1], b"\x81\x01"),
    "cbor.loads": (cbor.loads, b"\x81\x01", [1]),
}

each = pytest.mark.parametrize("name", FUNCTIONS)

SIGNATURES = """
import inspect
from molt_accel import cbor, json, msgpack
for name in {names!r}:
    function = eval(name)
    kinds = [(p.name, p.kind.name, repr(p.default)) for p in
             inspect.signature(function).parameters.values()]
    print(repr((name, function.__name__, function.__module__, inspect.getdoc(function), kinds)))
"""


@each
def test_both_ways_answer_the_same(name):
    function, argument, answer = FUNCTIONS[name]
    first = next(iter(inspect.signature(function).parameters))
    assert function(argument) == answer
    assert function(**{first: argument}) == answer
    assert isinstance(function, BuiltinFunctionType) == (codecs.IMPLEMENTATION == "native")


@each
def test_the_function_is_found_by_its_name(name):
    function = FUNCTIONS[name][0]
    assert pickle.loads(pickle.dumps(function)) is function


@each
@pytest.mark.parametrize(
    ("arguments", "keywords"), [((), {}), ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10), {}), ((1,), {"x!": 1})]
)
def test_wrong_arguments_raise_what_the_function_raises(name, arguments, keywords):
    function = FUNCTIONS[name][0]
    with pytest.raises(TypeError, match=r"argument|keyword|x!|must be"):
        function(*arguments, **keywords)


def test_functions_show_what_they_show_in_pure_python():
    program = SIGNATURES.format(names=list(FUNCTIONS))
    home = str(Path(molt_accel.__file__).parents[1])

    def shown(pure):
        run = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": home, "MOLT_PURE": pure},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return run.stdout

    assert shown("0") == shown("1")
    assert "separators" in shown("1")


def test_data_that_needs_a_second_look_gets_one():
    assert json.loads(b"[NaN, Infinity]")[1] == float("inf")
    with pytest.raises(msgpack.ExtraData) as caught:
        msgpack.unpackb(b"\x91\x01\x02")
    assert (caught.value.unpacked, caught.value.extra) == ([1], b"\x02")
    # Two places of one list (tags 28 and 29).
    first, second = cbor.loads(bytes.fromhex("82 d81c 80 d81d 00"))
    assert first is second


@pytest.mark.parametrize("fixed", [("no_such_entry",), ("json_dumps", 1, 2, 3)])
def test_there_are_no_other_shortcuts(fixed):
    name, *rest = fixed
    with pytest.raises(ValueError, match="no shortcut"):
        codecs.shortcut(name, test_there_are_no_other_shortcuts, "doc", *rest)


def test_lazy_strings_are_known_as_soon_as_django_is():
    program = """
from molt_accel import json
class Odd: pass
try: json.dumpb(Odd())
except TypeError as error: assert "Odd" in str(error)
else: raise SystemExit("not refused")
from django.utils.functional import lazystr
assert json.dumpb([lazystr("a")]) == b'["a"]'
assert json.dumps([lazystr("a")], style="django") == '["a"]'
"""
    home = str(Path(molt_accel.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": home}
    subprocess.run([sys.executable, "-c", program], env=environment, timeout=120, check=True)
