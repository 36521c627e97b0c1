"""Finding and loading libmolt.so, and what goes wrong with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from molt_accel import _locations, _native, doctor, errors, inprocess
from molt_accel._codecs import codecs
from molt_accel._locations import binary_path, library_path


@pytest.fixture(autouse=True)
def _no_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_locations, "_BUNDLE", tmp_path / "_lib")
    monkeypatch.delenv("MOLT_LIBRARY", raising=False)
    monkeypatch.delenv("MOLT_BINARY", raising=False)


def test_a_missing_library_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(errors.LibraryNotFound) as caught:
        inprocess.open_sqlite("flights.sqlite3")
    assert str(caught.value) == (
        f"libmolt.so was not found at {tmp_path}/_lib/libmolt.so; install the molt_accel wheel, "
        "which carries it, or set MOLT_LIBRARY to its path."
    )


def test_a_variable_that_names_no_file_is_an_error_even_with_a_bundle(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "_lib").mkdir()
    (tmp_path / "_lib/libmolt.so").touch()
    (tmp_path / "_lib/molt").touch()
    assert library_path() == tmp_path / "_lib/libmolt.so"
    assert binary_path() == tmp_path / "_lib/molt"
    monkeypatch.setenv("MOLT_LIBRARY", "/no/libmolt.so")
    monkeypatch.setenv("MOLT_BINARY", "/no/molt")
    with pytest.raises(errors.LibraryNotFound, match="MOLT_LIBRARY is set to /no"):
        library_path()
    with pytest.raises(errors.BinaryNotFound, match="MOLT_BINARY is set to /no/molt"):
        binary_path()


def test_a_file_that_is_no_library_is_a_mismatch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "libmolt.so"
    path.write_text("text")
    monkeypatch.setenv("MOLT_LIBRARY", str(path))
    with pytest.raises(errors.LibraryMismatch, match=r"cannot be loaded .* install the molt_accel"):
        inprocess.shares_sqlite()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("int nothing(void) { return 0; }", "is not a libmolt of ABI version 1"),
        ("unsigned molt_abi_version(void) { return 99; }", "has ABI version 99"),
        ("unsigned molt_abi_version(void) { return 1; }", "is not a libmolt of ABI version 1"),
    ],
)
def test_another_library_is_a_mismatch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str, sentence: str
) -> None:
    compiler = shutil.which("cc") or shutil.which("clang") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("SKIPPED WITHOUT a C compiler: put cc on the PATH to run this")
    path = tmp_path / "libother.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", str(path)],
        input=source.encode(),
        check=True,
    )
    monkeypatch.setenv("MOLT_LIBRARY", str(path))
    with pytest.raises(errors.LibraryMismatch, match=sentence):
        _native.library()


class _OtherLibrary:
    """As much of a library as opening looks at before it refuses."""

    sqlite_address = 4096


@pytest.mark.parametrize(
    ("address", "reason"),
    [(8192, "carries a copy of SQLite of its own"), (None, "hides which copy of SQLite")],
)
def test_two_copies_of_sqlite_keep_the_lane_closed(
    monkeypatch: pytest.MonkeyPatch, address: int | None, reason: str
) -> None:
    monkeypatch.setattr(_native, "library", _OtherLibrary)
    monkeypatch.setattr(_native, "python_sqlite_address", lambda: address)
    assert inprocess.shares_sqlite() is False
    with pytest.raises(errors.SeparateSQLite, match=reason) as caught:
        inprocess.open_sqlite("flights.sqlite3")
    assert "use the worker lane" in str(caught.value)


def test_one_copy_of_sqlite_opens_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_native, "library", _OtherLibrary)
    monkeypatch.setattr(_native, "python_sqlite_address", lambda: 4096)
    assert inprocess.shares_sqlite() is True


def test_python_s_sqlite_is_seen() -> None:
    address = _native.python_sqlite_address()
    assert address is None or address > 0


def test_importing_the_package_loads_neither_ctypes_nor_sqlite() -> None:
    code = (
        "import sys, molt_accel, molt_accel.lanes, molt_accel.worker;"
        "print(sorted({'ctypes', 'sqlite3', 'django'} & set(sys.modules)))"
    )
    package = Path(_native.__file__).parents[1]
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=package, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_the_diagnosis_names_everything_that_is_missing(
    capsys: pytest.CaptureFixture[str], socket_path: Path
) -> None:
    assert doctor.main(["--socket", str(socket_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("molt_accel 0.1.0 on Python 3.")
    assert [line.split()[:2] for line in lines[1:]] == [
        ["fault", "library"],
        [("ok" if codecs.IMPLEMENTATION == "native" else "fault"), "codecs"],
        ["fault", "program"],
        ["fault", "worker"],
    ]
    assert "start it with `molt worker --socket" in lines[4]


def test_the_diagnosis_of_a_worker_lists_its_databases(worker: object, socket_path: Path) -> None:
    finding = doctor.diagnose(str(socket_path))[-1]
    assert finding.is_good
    assert finding.sentence.endswith("ok; default: ok")


def test_the_program_is_run_for_its_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "molt"
    program.write_text("#!/bin/sh\necho 9.8.7\n")
    monkeypatch.setenv("MOLT_BINARY", str(program))
    assert "does not run" in doctor.diagnose()[-1].sentence
    program.chmod(0o755)
    assert doctor.diagnose()[-1].sentence == f"{program}, version 9.8.7"


@pytest.mark.parametrize(
    ("content", "mode", "status", "output"),
    [
        ('#!/bin/sh\necho "$@"; exit 7\n', 0o755, 7, "worker --socket x"),
        ("#!/bin/sh\n", 0o644, 126, "cannot be run: Permission denied"),
        (None, 0, 127, "no such file"),
    ],
)
def test_the_command_molt_becomes_the_program(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: str | None,
    mode: int,
    status: int,
    output: str,
) -> None:
    program = tmp_path / "molt"
    if content is not None:
        program.write_text(content)
        program.chmod(mode)
    monkeypatch.setenv("MOLT_BINARY", str(program))
    code = "from molt_accel._binary import main; main()"
    answer = subprocess.run(
        [sys.executable, "-c", code, "worker", "--socket", "x"],
        cwd=Path(_native.__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == status
    assert output in answer.stdout + answer.stderr
