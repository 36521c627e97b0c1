"""The repository's documents, cut into what their tests look at."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]

_TOP = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_MAKE = re.compile(r"(?:^|`| )make ([a-z][\w./-]*)", re.MULTILINE)
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: its language, its text and its line."""

    language: str
    text: str
    line: int


def documents() -> list[Path]:
    """Every document that describes the repository."""
    found = [ROOT / name for name in _TOP]
    found += sorted((ROOT / "docs").rglob("*.md"))
    folders = ("bench", "examples/flights", "servers")
    return [*found, *(ROOT / folder / "README.md" for folder in folders)]


def name_of(document: Path) -> str:
    """The path that a reader would use."""
    return document.relative_to(ROOT).as_posix()


def blocks(document: Path, language: str) -> list[Block]:
    """The fenced blocks of a language, without their indentation."""
    text = document.read_text()
    return [
        Block(found[1], textwrap.dedent(found[2]), text.count("\n", 0, found.start()) + 2)
        for found in _FENCE.finditer(text)
        if found[1] == language
    ]


def links(document: Path) -> Iterator[str]:
    """The targets of links into the repository."""
    for target in _LINK.findall(_without_fences(document)):
        if "://" not in target:
            yield target


def code(document: Path) -> Iterator[str]:
    """What stands between single backquotes."""
    yield from _CODE.findall(_without_fences(document))


def make_targets(document: Path) -> set[str]:
    """The targets that the text tells a reader to make."""
    return set(_MAKE.findall("\n".join(_commands(document))))


def anchors(document: Path) -> set[str]:
    """What a link may name behind `#`, as GitHub derives it from the headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(_without_fences(document))
    }


def _commands(document: Path) -> Iterator[str]:
    """Code in backquotes and indented lines: where commands stand."""
    yield from code(document)
    yield from re.findall(r"^ {4,}(\S.*)$", document.read_text(), re.MULTILINE)


def _without_fences(document: Path) -> str:
    return _FENCE.sub("", document.read_text())
