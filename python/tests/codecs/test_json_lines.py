"""Newline-delimited JSON: whole, from files, and written."""

import io
import json
import math

import pytest
from generated import plain

import molt_accel.json as molt


def test_documents_on_lines_are_read():
    text = '{"a": 1}\n[2]\r\n\n  "x" \n5\nnull'
    expected = [{"a": 1}, [2], "x", 5, None]
    for data in (text, text.encode(), bytearray(text, "utf-8"), memoryview(text.encode())):
        assert molt.loads_lines(data) == expected
    assert molt.loads_lines("") == molt.loads_lines("\n \n") == []
    assert molt.loads_lines("[1][2]{} 3 4") == [[1], [2], {}, 3, 4]


def test_hooks_are_those_of_loads():
    found = molt.loads_lines('{"a": 1.5}\n{"a": 2}', object_pairs_hook=tuple, parse_float=str)
    assert found == [(("a", "1.5"),), (("a", 2),)]


def test_nan_is_read_unless_it_is_refused():
    found = molt.loads_lines("1\nNaN\n[-Infinity]")
    assert found[0] == 1
    assert math.isnan(found[1])
    assert found[2] == [-math.inf]
    with pytest.raises(molt.JSONDecodeError) as caught:
        molt.loads_lines("1\nNaN\n", rfc8259=True)
    assert caught.value.lineno == 2


@pytest.mark.parametrize("text", ['{"a": 1}\n{"a": }\n', "1\n2\n[3", "1\n]\n", '1\n"x'])
@pytest.mark.parametrize("strict", [False, True])
def test_errors_count_lines_from_the_start(text, strict):
    with pytest.raises(molt.JSONDecodeError) as caught:
        molt.loads_lines(text, rfc8259=strict)
    assert caught.value.lineno in (2, 3)
    assert caught.value.pos >= text.index("\n")


def test_files_are_read_in_portions(chance):
    values = [plain(chance) for _ in range(60)] + [{"end": "x" * 3_000_000}, "after"]
    text = "\n".join(map(json.dumps, values)) + "\n"
    assert repr(list(molt.load_lines(io.StringIO(text)))) == repr(values)
    assert repr(list(molt.load_lines(io.BytesIO(text.encode())))) == repr(values)
    assert list(molt.load_lines(io.BytesIO(b""))) == []
    assert list(molt.load_lines(io.BytesIO(b"1\n2"))) == [1, 2]


def test_a_broken_file_gives_what_stands_before_the_damage():
    lines = molt.load_lines(io.BytesIO(b"[1]\n" * 600_000 + b"[2\n"))
    found = []
    with pytest.raises(molt.JSONDecodeError):
        found.extend(lines)
    assert len(found) > 250_000
    assert found[0] == found[-1] == [1]


def test_values_are_written_line_by_line(chance):
    values = [plain(chance) for _ in range(30)]
    data = molt.dumps_lines(values)
    assert data == b"".join(
        json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        for value in values
    )
    assert repr(molt.loads_lines(data)) == repr(values)
    assert molt.dumps_lines([]) == b""
    assert molt.dumps_lines(iter((1, "ä"))) == b'1\n"\xc3\xa4"\n'
    assert molt.dumps_lines(["ä"], style="json") == b'"\\u00e4"\n'


def test_files_are_written_in_portions():
    file = io.BytesIO()
    molt.dump_lines(({"n": number} for number in range(2500)), file)
    assert molt.loads_lines(file.getvalue()) == [{"n": number} for number in range(2500)]


def test_a_value_that_cannot_be_written_is_an_error():
    with pytest.raises(TypeError):
        molt.dumps_lines([1, object()])
    assert molt.dumps_lines([object], default=lambda value: "class") == b'"class"\n'
