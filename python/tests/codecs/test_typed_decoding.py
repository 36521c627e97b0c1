"""`decode` makes dataclasses and other annotated types, and says what does not fit where."""

import dataclasses
import datetime as dt
import enum
import json
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple, NewType, Optional, Union
from uuid import UUID

import pytest

import molt_accel.cbor as cbor
import molt_accel.json as molt
import molt_accel.msgpack as msgpack


class Kind(enum.Enum):
    BOOK = "book"
    TOY = 5


@dataclass
class Author:
    name: str
    born: Optional[int] = None  # noqa: UP045  the old spelling is read as well


@dataclass
class Item:
    id: int
    title: str
    price: Decimal
    rate: float
    added: dt.datetime
    day: dt.date
    key: UUID
    kind: Kind
    author: Author
    is_open: bool = True
    tags: list[str] = field(default_factory=list)
    size: tuple[int, int] | None = None
    prices: dict[str, Decimal] = field(default_factory=dict)
    rest: Any = None


DOCUMENT = {
    "id": 5,
    "title": "Ä",
    "price": "1.50",
    "rate": 2,
    "added": "2026-01-02T03:04:05.678Z",
    "day": "2026-01-02",
    "key": "12345678-9abc-def0-1234-56789abcdef0",
    "kind": "book",
    "author": {"name": "Ana", "born": None},
    "tags": ["a", "b"],
    "size": [1, 2],
    "prices": {"EUR": "1.5"},
    "rest": {"x": [1.5, None]},
    "unknown": 1,
}
ITEM = Item(
    id=5,
    title="Ä",
    price=Decimal("1.50"),
    rate=2.0,
    added=dt.datetime(2026, 1, 2, 3, 4, 5, 678_000, dt.timezone.utc),
    day=dt.date(2026, 1, 2),
    key=UUID("12345678-9abc-def0-1234-56789abcdef0"),
    kind=Kind.BOOK,
    author=Author("Ana"),
    tags=["a", "b"],
    size=(1, 2),
    prices={"EUR": Decimal("1.5")},
    rest={"x": [1.5, None]},
)
FORMATS = {
    "json": (molt.decode, molt.dumpb),
    "msgpack": (msgpack.decode, msgpack.packb),
    "cbor": (cbor.decode, cbor.dumps),
}


@pytest.mark.parametrize(("decode", "write"), FORMATS.values(), ids=FORMATS)
def test_dataclasses_are_made_of_every_format(decode, write):
    found = decode(write(DOCUMENT), Item)
    assert found == ITEM
    assert type(found.rate) is float
    assert str(found.price) == "1.50"
    assert decode(write([DOCUMENT, DOCUMENT]), list[Item]) == [ITEM, ITEM]
    found.tags.append("c")
    assert decode(write({**DOCUMENT, "tags": []}), Item).tags == []


def test_defaults_are_made_anew():
    document = {key: value for key, value in DOCUMENT.items() if key not in ("tags", "prices")}
    first = molt.decode(molt.dumpb(document), Item)
    second = molt.decode(molt.dumpb(document), Item)
    assert first.tags == []
    assert first.tags is not second.tags
    assert first.is_open is True
    assert first.prices is not second.prices


def test_decimals_keep_all_digits_of_a_number():
    text = "[1.10, 1234567890123456789012345678901234567890, 1e-30, -0.0, 5]"
    assert [str(value) for value in molt.decode(text, list[Decimal])] == [
        *("1.10", "1234567890123456789012345678901234567890", "1E-30", "-0.0", "5")
    ]
    assert molt.decode("[1.5, 2]", list[float | Decimal])[0] == 1.5


@dataclass
class Node:
    value: int
    next: "Node | None" = None
    children: "list[Node]" = field(default_factory=list)


def test_a_class_may_refer_to_itself():
    text = '{"value": 1, "next": {"value": 2}, "children": [{"value": 3, "children": []}]}'
    assert molt.decode(text, Node) == Node(1, Node(2), [Node(3)])


@dataclass(frozen=True)
class Frozen:
    x: int
    y: int = 2


@dataclass
class Slotted:
    __slots__ = ("x",)
    x: int


@dataclass
class Checked:
    x: int
    doubled: int = field(init=False)

    def __post_init__(self):
        self.doubled = 2 * self.x


@dataclass
class Validated:
    x: int

    def __post_init__(self):
        if self.x < 0:
            raise LookupError("below zero")
        self.x += 1


@dataclass
class Own:
    x: int

    def __init__(self, x):
        self.x = x * 10


@dataclass
class Child(Author):
    extra: int = 7


@dataclass(kw_only=True)
class Named:
    first: int = 1
    second: int


class Pair(NamedTuple):
    x: int
    y: str = "y"


Code = NewType("Code", int)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ('{"x": 1}', Frozen, Frozen(1)),
        ('{"x": 1}', Slotted, Slotted(1)),
        ('{"x": 4}', Checked, Checked(4)),
        ('{"x": 4}', Own, Own(4)),
        ('{"name": "a"}', Child, Child("a")),
        ('{"second": 2}', Named, Named(second=2)),
        ('{"x": 1}', Pair, Pair(1)),
        ('{"x": 1, "y": "z"}', Pair, Pair(1, "z")),
        ("5", int, 5),
        ("5", float, 5.0),
        ("5", Code, 5),
        ("5", Annotated[int, "positive"], 5),
        ("null", None, None),
        ("null", Optional[int], None),  # noqa: UP045
        ("5", Optional[int], 5),  # noqa: UP045
        ('"a"', Union[int, str], "a"),  # noqa: UP007
        ("5", int | str | None, 5),
        ("null", int | str | None, None),
        ("1.5", int | float, 1.5),
        ("5", int | float, 5),
        ("true", bool | int, True),
        ("[1]", int | list[int], [1]),
        ('{"a": 1}', list[int] | dict[str, int], {"a": 1}),
        ("[1, 2]", tuple[int, ...], (1, 2)),
        ('[1, "a"]', tuple[int, str], (1, "a")),
        ("[1, 2, 1]", set[int], {1, 2}),
        ("[1, 2]", frozenset[int], frozenset((1, 2))),
        ("[1]", Sequence[int], [1]),
        ("[1]", list, [1]),
        ("[1]", typing.List[int], [1]),  # noqa: UP006
        ('{"a": 1}', dict, {"a": 1}),
        ('{"a": 1}', Mapping[str, int], {"a": 1}),
        ('{"5": 1}', dict[int, int], {5: 1}),
        ('{"book": 1}', dict[Kind, int], {Kind.BOOK: 1}),
        ('{"2026-01-02": 1}', dict[dt.date, int], {dt.date(2026, 1, 2): 1}),
        ('"book"', Kind, Kind.BOOK),
        ("5", Kind, Kind.TOY),
        ('"a"', Literal["a", "b"], "a"),
        ("1", Literal[1, "b"], 1),
        ('"12:30:01"', dt.time, dt.time(12, 30, 1)),
        ('"P1DT02H03M04.500000S"', dt.timedelta, dt.timedelta(1, 4.5, 0, 0, 3, 2)),
        ('"-P0DT00H00M01S"', dt.timedelta, dt.timedelta(seconds=-1)),
        ('"2026-01-02T03:04:05+05:30"', dt.datetime, None),
        ("[[1], []]", list[list[int]], [[1], []]),
        ("[1, null]", list[int | None], [1, None]),
        ('{"a": [1.5, {"b": null}]}', Any, {"a": [1.5, {"b": None}]}),
        ('{"a": [1.5]}', object, {"a": [1.5]}),
    ],
    ids=str,
)
def test_types_are_read(text, kind, value):
    found = molt.decode(text, kind)
    if value is None and text != "null":
        value = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.timezone(dt.timedelta(hours=5.5)))
    assert found == value
    assert type(found) is type(value)


MISFITS = [
    ('{"x": "1"}', Frozen, "/x"),
    ('{"y": 1}', Frozen, ""),
    ("[]", Frozen, ""),
    ("null", Frozen, ""),
    ("true", int, ""),
    ("1.0", int, ""),
    ("1", bool, ""),
    ("1", str, ""),
    ("null", str, ""),
    ('"1"', float, ""),
    ("true", float, ""),
    ("[1, [2, null]]", tuple[int, list[int]], "/1/1"),
    ("[1]", tuple[int, int], ""),
    ("[1, 2, 3]", tuple[int, int], ""),
    ('{"a": {"b": "x"}}', dict[str, dict[str, int]], "/a/b"),
    ('{"a/b": {"~": "x"}}', dict[str, dict[str, int]], "/a~1b/~0"),
    ('{"x": 1}', dict[int, int], "/x"),
    ('"pen"', Kind, ""),
    ("1", Literal["a"], ""),
    ("true", Literal[1], ""),
    ('"x"', int | None, ""),
    ("[]", int | str, ""),
    ('"2026-13-01"', dt.date, ""),
    ('"x"', UUID, ""),
    ('"x"', Decimal, ""),
    ("true", Decimal, ""),
    ("5", dt.datetime, ""),
    ('["x"]', list[dt.datetime], "/0"),
    ('{"value": 1, "children": [{"value": 2}, {"value": "3"}]}', Node, "/children/1/value"),
    ('"1 day"', dt.timedelta, None),
    ('"P"', dt.timedelta, None),
]


@pytest.mark.parametrize(("text", "kind", "path"), MISFITS, ids=str)
def test_what_does_not_fit_is_named_with_its_path(text, kind, path):
    with pytest.raises(molt.TypeMismatch) as caught:
        molt.decode(text, kind)
    assert isinstance(caught.value, ValueError)
    if path is not None:
        assert caught.value.path == path
        assert (path or "the document") in str(caught.value)
    assert caught.value.offset >= -1


def test_unknown_keys_are_refused_on_demand():
    text = '{"x": 1, "z": 2}'
    assert molt.decode(text, Frozen) == Frozen(1)
    with pytest.raises(molt.TypeMismatch, match="z"):
        molt.decode(text, Frozen, forbid_unknown=True)
    with pytest.raises(molt.TypeMismatch, match="z"):
        molt.decode('[{"x": {"x": 1, "z": 2}}]', list[dict[str, Frozen]], forbid_unknown=True)


def test_post_init_runs_and_its_errors_come_out():
    assert molt.decode('{"x": 4}', Validated).x == 5
    with pytest.raises(LookupError, match="below zero"):
        molt.decode('[{"x": -1}]', list[Validated])


def test_texts_that_are_no_json_are_errors_of_json():
    for text in ("", "[1,]", "NaN", b"\xff", "{} {}"):
        with pytest.raises(json.JSONDecodeError):
            molt.decode(text, Any)


@pytest.mark.parametrize("kind", [complex, 5, dataclasses, list[complex], type("Other", (), {})])
def test_types_that_no_document_has_are_refused(kind):
    with pytest.raises(TypeError):
        molt.decode("1", kind)


def test_deep_documents_are_read_or_refused():
    deep = '{"value": 1, "next": ' * 100_000
    with pytest.raises((ValueError, RecursionError)):
        molt.decode(deep, Node)
    text = '{"value": 1, "next": ' * 200 + "null" + "}" * 200
    node, count = molt.decode(text, Node), 0
    while node is not None:
        node, count = node.next, count + 1
    assert count == 200
