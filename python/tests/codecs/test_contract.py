"""Both implementations have what the contract says, and the twin is there beside the native one."""

import ast
from pathlib import Path

import pytest
from generated import of_django, plain

import molt_accel.cbor as cbor
import molt_accel.json as json
import molt_accel.msgpack as msgpack
from molt_accel import _codecs, doctor
from molt_accel._codecs import codecs, pure_codecs

CONTRACT = Path(_codecs.__file__).with_suffix(".pyi")


def declared():
    """The functions, classes and constants of the contract."""
    functions, constants = set(), {}
    for node in ast.parse(CONTRACT.read_text()).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            functions.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant):
            constants[node.target.id] = node.value.value
    return functions, constants


def implementations():
    """The codecs in use, and beside the native ones the twin."""
    return [codecs, pure_codecs()] if codecs.IMPLEMENTATION == "native" else [codecs]


@pytest.mark.parametrize("module", implementations(), ids=lambda module: module.IMPLEMENTATION)
def test_an_implementation_has_what_the_contract_declares(module):
    functions, constants = declared()
    assert len(functions) > 15
    assert len(constants) > 20
    assert {name for name in functions if not callable(getattr(module, name, None))} <= {
        "pure_codecs"
    }
    assert {name: getattr(module, name, None) for name in constants} == constants


def test_what_is_in_use_is_said_in_every_place():
    found = {codecs.IMPLEMENTATION, json.IMPLEMENTATION, msgpack.IMPLEMENTATION}
    assert found == {cbor.IMPLEMENTATION} <= {"native", "python"}
    assert (_codecs.REASON is None) == (codecs.IMPLEMENTATION == "native")
    finding = next(finding for finding in doctor.diagnose() if finding.subject == "codecs")
    assert finding.is_good == (codecs.IMPLEMENTATION == "native")
    assert (_codecs.REASON or "native") in finding.sentence


def test_names_outside_of_the_contract_cannot_be_bound():
    for module in implementations():
        with pytest.raises(ValueError, match="no_such_name"):
            module.bind("no_such_name", 1)


def test_what_has_been_bound_is_bound_in_the_twin_too():
    data = msgpack.packb([msgpack.ExtType(5, b"x"), msgpack.Timestamp(1, 2)])
    assert pure_codecs().msgpack_loads(data) == [
        *(msgpack.ExtType(5, b"x"), msgpack.Timestamp(1, 2))
    ]
    item = cbor.dumps([cbor.CBORTag(1000, 1), cbor.CBORSimpleValue(7), cbor.undefined])
    assert pure_codecs().cbor_loads(item) == [
        *(cbor.CBORTag(1000, 1), cbor.CBORSimpleValue(7), cbor.undefined)
    ]


@pytest.mark.parametrize("keep", [0, codecs.KEEP_COLLECTING])
def test_both_implementations_answer_the_same(keep, chance):
    one, other = codecs, pure_codecs()
    for _ in range(100):
        value = plain(chance)
        data = one.json_dumps(value, one.RESULT_BYTES | one.NAN_LITERAL)
        assert data == other.json_dumps(value, other.RESULT_BYTES | other.NAN_LITERAL)
        assert repr(one.json_loads(data, keep)) == repr(other.json_loads(data, keep))
        value = of_django(chance)
        for flags in (codecs.DJANGO_TYPES, codecs.ISO_TYPES, 0):
            assert answer(one.cbor_dumps, value, flags) == answer(other.cbor_dumps, value, flags)
            assert answer(one.msgpack_dumps, value, flags) == answer(
                other.msgpack_dumps, value, flags
            )


def answer(function, value, flags):
    try:
        return function(value, flags, lambda one: repr(one))
    except (OverflowError, ValueError) as error:
        return type(error)
