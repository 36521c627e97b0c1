"""The C programs of the documents compile against molt.h, run, and print what is said of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pages import ROOT, blocks, documents, name_of

LIBRARY = os.environ.get("MOLT_LIBRARY", "")
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")

pytestmark = [
    pytest.mark.skipif(not LIBRARY, reason="SKIPPED WITHOUT libmolt.so: set MOLT_LIBRARY"),
    pytest.mark.skipif(not COMPILER, reason="SKIPPED WITHOUT a C compiler: install gcc"),
]

PAGES = [document for document in documents() if blocks(document, "c")]


def test_there_are_programs() -> None:
    assert PAGES


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_program_of(page: Path, tmp_path: Path) -> None:
    (program,), (printed,) = blocks(page, "c"), blocks(page, "text")
    source = tmp_path / "program.c"
    source.write_text(program.text)
    library = Path(LIBRARY).resolve()
    command = [str(COMPILER), "-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", str(source)]
    command += ["-I", str(ROOT / "Sources/CMolt/include"), str(library)]
    command += [f"-Wl,-rpath,{library.parent}", "-o", str(tmp_path / "program")]
    subprocess.run(command, check=True)
    result = subprocess.run(
        [str(tmp_path / "program")], capture_output=True, text=True, check=False
    )
    assert (result.stdout, result.returncode) == (printed.text, 0)
