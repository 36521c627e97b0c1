"""The wheel in a fresh virtual environment."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import build_wheel
from molt_accel import errors
from molt_accel._locations import library_path

MACHINE = platform.machine()


@pytest.fixture
def build_folder(tmp_path: Path) -> Path:
    """The real library where there is one, and a program that says its arguments."""
    folder = tmp_path / "build"
    folder.mkdir()
    try:
        shutil.copy(library_path(), folder / "libmolt.so")
    except errors.LibraryNotFound:
        (folder / "libmolt.so").write_text("stands in for the library")
    (folder / "molt").write_text('#!/bin/sh\necho "0.1.0 $@"\n')
    (folder / "molt").chmod(0o755)
    return folder


def test_the_wheel_is_installed_alone_and_works(build_folder: Path, tmp_path: Path) -> None:
    wheel = build_wheel.build(build_folder, tmp_path / "dist")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MOLT_", "PYTHON", "COV_"))
    }

    def answer(*command: object) -> str:
        result = subprocess.run(
            [str(part) for part in command],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return result.stdout + result.stderr

    answer(python, "-m", "pip", "install", "--no-index", "--no-deps", wheel)
    assert "No broken requirements" in answer(python, "-m", "pip", "check")
    assert answer(tmp_path / "venv/bin/molt", "worker") == "0.1.0 worker\n"
    diagnosis = answer(python, "-m", "molt_accel")
    assert "venv/lib" in diagnosis
    assert "molt, version 0.1.0 --version" in diagnosis
    assert "not found" not in diagnosis


def test_equal_input_gives_an_equal_wheel(build_folder: Path, tmp_path: Path) -> None:
    first = build_wheel.build(build_folder, tmp_path / "one")
    second = build_wheel.build(build_folder, tmp_path / "two")
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_the_wheel_holds_the_package_and_no_tests(build_folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(build_wheel.build(build_folder, tmp_path)) as archive:
        names = archive.namelist()
        record = archive.read("molt_accel-0.1.0.dist-info/RECORD").decode().splitlines()
        assert archive.getinfo("molt_accel/_lib/molt").external_attr >> 16 == 0o100755
    assert [line.split(",")[0] for line in record] == names
    for name in ("py.typed", "worker/wire.py", "_lib/libmolt.so"):
        assert f"molt_accel/{name}" in names
    assert all(name.startswith(("molt_accel/", "molt_accel-0.1.0.dist-info/")) for name in names)


def test_a_file_that_is_not_elf_cannot_be_tagged_for_many_systems(tmp_path: Path) -> None:
    (tmp_path / "molt").write_text("text")
    assert build_wheel.platform_tag([tmp_path / "molt"]) == f"linux_{MACHINE}"


def test_a_program_of_glibc_alone_is_tagged_with_its_newest_symbol(tmp_path: Path) -> None:
    if not shutil.which("cc") or not shutil.which("readelf"):
        pytest.skip("SKIPPED WITHOUT cc and readelf: install gcc and binutils to run this")
    program = tmp_path / "program"
    source = b'#include <stdio.h>\nint main(void) { return puts("x"); }'
    subprocess.run(["cc", "-x", "c", "-", "-o", str(program)], input=source, check=True)
    tag = build_wheel.platform_tag([program])
    assert tag.startswith("manylinux_2_")
    assert tag.endswith(f"_{MACHINE}")
    assert 17 <= int(tag.split("_")[2]) <= int(platform.libc_ver()[1].split(".")[1])
    assert build_wheel.platform_tag([program, Path(__file__)]) == f"linux_{MACHINE}"


def test_a_build_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    script = Path(build_wheel.__file__)
    answer = subprocess.run(
        [sys.executable, script, tmp_path], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert "lacks libmolt.so and molt; build them first." in answer.stderr
