"""What the documents name exists: paths, links, `make` targets; and their Python compiles."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from pages import ROOT, anchors, blocks, code, documents, links, make_targets, name_of

DOCUMENTS = documents()
MAKEFILE = (ROOT / "Makefile").read_text()

# Made by building, running or testing, so not in a fresh checkout.
MADE = re.compile(r"^(\.build|\.venv|build/|dist/|bench/results|data/)")
# A word with a slash that starts in one of these folders is a path of the repository.
FOLDERS = tuple(
    path.name + "/"
    for path in ROOT.iterdir()
    if path.is_dir() and (path.name[0] != "." or path.name == ".ci")
)
PATH = re.compile(r"^[\w./+-]+$")


def paths(document: Path) -> set[str]:
    """The paths that a document names in backquotes."""
    return {
        word
        for text in code(document)
        for word in text.split()
        if PATH.match(word)
        and (word.startswith(FOLDERS) or word in TOP_FILES)
        and not MADE.match(word)
    }


TOP_FILES = {"README.md", "Package.swift", "Makefile", "CHANGELOG.md", ".ci/run", "SECURITY.md"}

# Names with which the recipes mean "yours".
INVENTED = {"Fuzz/FuzzX", "Fuzz/NAME", "Tests/XTests"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_exists(document: Path) -> None:
    missing = {path for path in paths(document) - INVENTED if not (ROOT / path).exists()}
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    broken = []
    for link in links(document):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_make_target_exists(document: Path) -> None:
    targets = set(re.findall(r"^([\w./-]+):", MAKEFILE, re.MULTILINE))
    targets |= set(re.findall(r"^\w+ := (build/\S+)$", MAKEFILE, re.MULTILINE))
    assert make_targets(document) <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_python_examples_compile(document: Path) -> None:
    for block in blocks(document, "python"):
        ast.parse(block.text, f"{name_of(document)}:{block.line}")


def test_the_tests_see_what_they_look_for() -> None:
    readme, contributing = ROOT / "README.md", ROOT / "CONTRIBUTING.md"
    assert {"test", "demo", "bench", "wheel"} <= make_targets(readme)
    assert "Sources/MoltRows/Shape/ColumnFormat.swift" in paths(contributing)
    assert "docs/django.md" in set(links(readme))
    assert blocks(readme, "python")
