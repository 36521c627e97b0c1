"""Where the native codecs cannot be, the twin is, and says why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import molt_accel
from molt_accel._codecs import codecs

HOME = str(Path(molt_accel.__file__).parents[1])
SAYS_WHICH = """
from molt_accel import _codecs, json
assert json.loads(json.dumps([1, {"a": None}])) == [1, {"a": None}]
print(json.IMPLEMENTATION, _codecs.REASON, sep="|")
"""

IN_ANOTHER_INTERPRETER = f"""
from molt_accel import json
try:
    import _interpreters as interpreters
    other = interpreters.create("legacy")
except ImportError:
    import _xxsubinterpreters as interpreters
    try:
        other = interpreters.create(isolated=False)
    except TypeError:
        other = interpreters.create()
interpreters.run_string(other, {SAYS_WHICH!r})
interpreters.destroy(other)
print(json.IMPLEMENTATION, json.dumps([1]), sep="|")
"""


def printed(program, **environment):
    run = subprocess.run(
        [sys.executable, "-c", program],
        # Another interpreter knows the folders of the environment only.
        env={**os.environ, "PYTHONPATH": HOME, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return [line.split("|") for line in run.stdout.splitlines()]


def test_the_twin_is_chosen_by_name():
    assert printed(SAYS_WHICH, MOLT_PURE="1") == [["python", "MOLT_PURE is set"]]


@pytest.mark.parametrize("content", [None, b"", b"\x7fELF and nothing more"])
def test_a_library_that_cannot_be_loaded_is_named(tmp_path, content):
    path = tmp_path / "libmolt.so"
    if content is not None:
        path.write_bytes(content)
    [[which, reason]] = printed(SAYS_WHICH, MOLT_PURE="0", MOLT_LIBRARY=str(path))
    assert which == "python"
    assert str(path) in reason


def test_a_library_without_the_codecs_is_named():
    import _ctypes

    [[which, reason]] = printed(SAYS_WHICH, MOLT_PURE="0", MOLT_LIBRARY=_ctypes.__file__)
    assert which == "python"
    assert "molt_python_module" in reason


@pytest.mark.skipif(codecs.IMPLEMENTATION != "native", reason="the codecs are not native")
def test_another_interpreter_of_the_process_gets_the_twin():
    theirs, ours = printed(IN_ANOTHER_INTERPRETER)
    assert theirs == ["python", "the codecs are native in the main interpreter only"]
    assert ours == ["native", "[1]"]
