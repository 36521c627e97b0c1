"""The error classes against the table of docs/formats/errors.md."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from pathlib import Path

import pytest

from molt_accel import errors

TABLE = Path(__file__).parents[3] / "docs/formats/errors.md"
ROWS = re.findall(r"^\|\s*(\d+) \| `(\w+)` \| (\d+) \| (?:`(\w+)`)?", TABLE.read_text(), re.M)


def test_the_table_was_found() -> None:
    assert len(ROWS) == len(errors.ErrorCode)


@pytest.mark.parametrize(("code", "name", "status", "class_name"), ROWS)
def test_every_row_is_a_class(code: str, name: str, status: str, class_name: str) -> None:
    assert errors.ErrorCode[name.upper()] == int(code)
    if class_name:
        error = errors.error_for(int(code), "a sentence.", 5)
        assert type(error) is getattr(errors, class_name)
        assert (error.code, error.http_status) == (int(code), int(status))
        assert (str(error), error.message, error.offset) == ("a sentence.", "a sentence.", 5)


def test_an_unknown_code_is_an_internal_error_that_keeps_its_number() -> None:
    error = errors.error_for(77, "new")
    assert type(error) is errors.InternalError
    assert error.code == 77


@pytest.mark.parametrize("duplicate", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_errors_can_be_copied_and_pickled(duplicate: object) -> None:
    error = duplicate(errors.error_for(77, "new", 3))  # type: ignore[operator]
    assert (error.code, str(error), error.offset) == (77, "new", 3)


def test_all_names_all_classes() -> None:
    classes = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and value.__module__ == errors.__name__
    }
    assert classes | {"error_for"} == set(errors.__all__)
