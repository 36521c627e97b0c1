"""What the demo says on the terminal: steps, progress and tables.

Colours and lines that rewrite themselves are for terminals; a log file gets plain lines.
"""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Sequence

IS_TERMINAL = sys.stdout.isatty()
HAS_COLOUR = IS_TERMINAL and "NO_COLOR" not in os.environ

_open_line = False


def paint(text: str, code: str) -> str:
    """Text in a colour or weight, where the terminal has them."""
    return f"\033[{code}m{text}\033[0m" if HAS_COLOUR else text


def bold(text: str) -> str:
    return paint(text, "1")


def dim(text: str) -> str:
    return paint(text, "2")


def good(text: str) -> str:
    return paint(text, "32")


def bad(text: str) -> str:
    return paint(text, "31;1")


def say(text: str = "") -> None:
    """One line, after the progress line before it is cleared."""
    clear()
    print(text, flush=True)


def heading(number: int, count: int, text: str) -> None:
    """The start of a step."""
    say()
    say(bold(f"[{number}/{count}] {text}"))


def progress(done: int, count: int, text: str) -> None:
    """How far a step is: one line that rewrites itself, nothing in a log file."""
    global _open_line
    if not IS_TERMINAL:
        return
    width = 24
    filled = width * done // max(count, 1)
    bar = "█" * filled + "░" * (width - filled)
    line = f"  {bar} {done}/{count}  {text}"
    room = shutil.get_terminal_size().columns - 1
    sys.stdout.write("\r\033[K" + line[:room])
    sys.stdout.flush()
    _open_line = True


def clear() -> None:
    """Removes the progress line."""
    global _open_line
    if _open_line:
        sys.stdout.write("\r\033[K")
        sys.stdout.flush()
        _open_line = False


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose first column is text and whose others are right-aligned."""
    widths = [
        max(width(row[column]) for row in [headings, *rows]) for column in range(len(headings))
    ]
    say("  " + dim(joined(headings, widths)))
    for row in rows:
        say("  " + joined(row, widths))


def joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = cells
    return "   ".join(
        [
            first + " " * (widths[0] - width(first)),
            *(
                " " * (room - width(cell)) + cell
                for cell, room in zip(others, widths[1:], strict=True)
            ),
        ]
    )


def width(text: str) -> int:
    """How many columns a text takes, colours not counted."""
    plain, inside = 0, False
    for character in text:
        if character == "\033":
            inside = True
        elif inside:
            inside = character != "m"
        else:
            plain += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return plain
