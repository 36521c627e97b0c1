"""What the documents name exists: paths, links, `make` targets, settings, reasons, metrics."""

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


def table_column(document: Path, heading: str, pattern: str) -> set[str]:
    """The words in backquotes in the first column of the tables below a heading."""
    section = re.split(r"^##+ ", document.read_text(), flags=re.MULTILINE)
    text = next(part for part in section if part.startswith(heading + "\n"))
    cells = re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE)
    return {word for cell in cells for word in re.findall(f"`({pattern})`", cell)}


GUIDE = ROOT / "docs/django.md"
DJANGO = ROOT / "python/molt_accel/django"


def test_the_guide_lists_every_setting_with_its_default() -> None:
    tree = ast.parse((DJANGO / "conf.py").read_text())
    fields = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == "Configuration"
    ).body
    settings = {
        field.target.id
        for field in fields
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and not isinstance(field.value, ast.Call)  # derived, not a setting
    }
    assert table_column(GUIDE, "Settings", r"\w+") == settings


def test_the_guide_lists_every_reason() -> None:
    tree = ast.parse((DJANGO / "reasons.py").read_text())
    reasons = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
    assert table_column(GUIDE, "When Python answers", r"[a-z-]+") == reasons


def test_the_guide_lists_every_check() -> None:
    checks = set(re.findall(r"id=\"(molt\.\w+)\"", (DJANGO / "checks.py").read_text()))
    assert table_column(GUIDE, "Checks", r"molt\.\w+") == checks


def test_the_guide_lists_every_serializer_field() -> None:
    source = (DJANGO / "drf/fields.py").read_text()
    fields = set(re.findall(r"serializers\.(\w+Field)(?:: _|\] = _|: written)", source))
    listed = table_column(GUIDE, "Django REST framework", r"\w+Field")
    assert fields <= listed
    # Relations are handled beside the table of fields.
    assert listed - fields == {"PrimaryKeyRelatedField", "SlugRelatedField"}


def test_the_worker_page_lists_every_metric() -> None:
    source = (ROOT / "Sources/MoltWorker/Metrics/PrometheusText.swift").read_text()
    metrics = set(re.findall(r'"(molt_[a-z_]+)"', source))
    listed = table_column(ROOT / "docs/worker.md", "Metrics", r"molt_[a-z_]+(?:\{[a-z,]+\})?")
    assert {name.partition("{")[0] for name in listed} == metrics


def test_the_worker_page_lists_every_option() -> None:
    source = (ROOT / "Sources/molt/WorkerCommand.swift").read_text()
    names = re.findall(r"^  var (\w+)(?::[^{\n]+| = [^{\n]+)$", source, re.MULTILINE)
    options = {"--" + re.sub("[A-Z]", lambda upper: "-" + upper[0].lower(), name) for name in names}
    listed = table_column(ROOT / "docs/worker.md", "Running", r"--[\w-]+")
    assert listed == options - {"--socket", "--database"}


def test_architecture_has_the_table_of_layers() -> None:
    source = (ROOT / "Tests/TidyTests/Layers.swift").read_text()
    table = source.partition("modules: [[String]] = [")[2].partition("\n  ]")[0]
    layers = [re.findall(r'"(\w+)"', line) for line in table.splitlines() if '"' in line]
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rows = dict(re.findall(r"^\| ([0-9]) \w+ \| (.*) \|$", text, re.MULTILINE))
    assert {int(layer): re.findall(r"`(\w+)`", row) for layer, row in rows.items()} == dict(
        enumerate(layers)
    )


def test_architecture_has_a_heading_for_every_module() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    headings = " ".join(re.findall(r"^### (.*)$", text, re.MULTILINE))
    modules = {path.name for path in (ROOT / "Sources").iterdir() if path.is_dir()}
    small = {"CSQLite", "CMoltIntrinsics"}  # a module map, a header: in the text on the layers
    assert {f"`Sources/{module}`" for module in modules - small} <= set(
        re.findall(r"`[\w/]+`", headings)
    )


def test_the_error_table_is_that_of_the_code() -> None:
    import molt_accel.errors as errors

    text = (ROOT / "docs/formats/errors.md").read_text()
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (\d+) \| (?:`(\w+)`)? *\|", text, re.MULTILINE)
    assert [(int(code), name.upper()) for code, name, _, _ in rows] == [
        (int(code), code.name) for code in errors.ErrorCode
    ]
    for number, _, status, exception in rows[1:]:
        kind = getattr(errors, exception)
        assert (kind.code, kind.http_status) == (int(number), int(status))
