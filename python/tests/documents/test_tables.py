"""The tables of the documents are those of the code: settings, reasons, metrics, layers, codes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from pages import ROOT, code


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


def test_the_guide_lists_every_setting_of_tokens() -> None:
    tree = ast.parse((DJANGO / "tokens.py").read_text())
    (checks,) = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "_CHECKS"
    )
    assert isinstance(checks, ast.Dict)
    settings = {key.value for key in checks.keys if isinstance(key, ast.Constant)}
    found = re.split(r"^##+ ", (ROOT / "docs/auth.md").read_text(), flags=re.MULTILINE)
    table = next(part for part in found if part.startswith("Bearer tokens\n"))
    cells = re.findall(r"^\| (`[^|]*`) \|", table, re.MULTILINE)
    assert {word for cell in cells for word in re.findall(r"`(\w+)`", cell)} == settings


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
    layers = [re.findall(r'"(\w+)"', layer) for layer in re.findall(r"\[([^\]]*)\]", table)]
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rows = dict(re.findall(r"^\| ([0-9]) \w+ \| (.*) \|$", text, re.MULTILINE))
    assert {int(layer): re.findall(r"`(\w+)`", row) for layer, row in rows.items()} == dict(
        enumerate(layers)
    )


def test_architecture_has_a_heading_for_every_module() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    headings = " ".join(re.findall(r"^### (.*)$", text, re.MULTILINE))
    modules = {path.name for path in (ROOT / "Sources").iterdir() if path.is_dir()}
    small = {"CSQLite", "CZlib", "CMoltIntrinsics"}  # maps and shims: in the text on the layers
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


SWIFT = sorted((ROOT / "Sources").rglob("*.swift"))


def test_architecture_says_where_unsafe_lives() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    section = text.partition("## Where unsafe lives")[2].partition("\n## ")[0]
    places = tuple(re.findall(r"`(Sources/[\w/+.]+)`", section))
    # As an expression, not in a comment or a longer word.
    mark = re.compile(r"^(?!\s*//).*(?<!\.)\bunsafe ", re.MULTILINE)
    unsafe = [path.relative_to(ROOT).as_posix() for path in SWIFT if mark.search(path.read_text())]
    assert [path for path in unsafe if not path.startswith(places)] == []
    assert [place for place in places if not any(path.startswith(place) for path in unsafe)] == []


def test_architecture_names_every_unchecked_type() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    sentence = text.partition("types are `@unchecked Sendable`")[2].partition("\n\n")[0]
    declared = re.compile(r"^\s*[^/\n]*(?:class|struct|enum) (\w+):[^{]*@unchecked", re.MULTILINE)
    types = {name for path in SWIFT for name in declared.findall(path.read_text())}
    assert set(re.findall(r"`([A-Z]\w+)`", sentence)) == types


def cases(path: str) -> set[str]:
    """The names of the cases of a Swift file's string enums."""
    text = (ROOT / path).read_text()
    lines = re.findall(r"^  case ([\w`, ]+?)(?: = \"(\w+)\")?$", text, re.MULTILINE)
    return {raw or name for names, raw in lines for name in re.findall(r"\w+", names)}


def words(document: Path) -> set[str]:
    """The words that a page has in backquotes or double quotes."""
    quoted = re.findall(r'"(\w+)"', document.read_text())
    return {word for text in [*code(document), *quoted] for word in re.findall(r"\w+", text)}


def test_the_page_on_shapes_names_every_word_of_the_decoder() -> None:
    source = (ROOT / "Sources/MoltRows/Shape/Shape+Decoding.swift").read_text()
    known = set(re.findall(r'case "(\w+)"', source)) | cases("Sources/MoltRows/Shape/Shape.swift")
    assert {"null_when", "datetime", "scientific", "messagepack", "flat"} <= known
    assert known - words(ROOT / "docs/formats/shape.md") == set()


def test_the_page_on_the_envelope_names_every_operation_and_key() -> None:
    messages = "Sources/MoltWorkerWire/Messages/"
    known = cases(messages + "Operation.swift") | cases(messages + "MessageKey.swift")
    assert {"hello", "metrics", "trace", "frame_limit", "protocol"} <= known
    assert known - words(ROOT / "docs/formats/envelope.md") == set()
