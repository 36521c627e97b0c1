"""prepare(): the same bytes as the function itself, and which functions it refuses."""

import datetime
import json
from decimal import Decimal

import pytest
from catalog.models import Maker, Sample
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Concat
from django.http import JsonResponse
from django.utils import timezone

from molt_accel.django import PrepareError, counters, prepare

pytestmark = pytest.mark.usefixtures("rows")

S = Sample.objects
UTC = datetime.timezone.utc

FUNCTIONS = {
    "exact": (lambda title: S.filter(title=title).values("id"), ["first", "third", ""]),
    "integer": (lambda n: S.filter(count=n).values("id"), [7, -1, 0, True, "7"]),
    "limit": (lambda limit: S.order_by("id").values("id", "title")[:limit], [1, 3, 100]),
    "offset": (lambda n: S.order_by("id").values("id")[n:], [0, 2, 50]),
    "to a constant": (lambda n: S.order_by("id").values("id")[n:3], [0, 2, 3, 9]),
    "zero rows": (lambda n: S.values("id")[:n], [3, 0]),
    "page": (lambda p: S.order_by("id").values("id")[p * 2 : p * 2 + 2], [0, 1, 5]),
    "page of size": (
        lambda p, n: S.order_by("id").values_list("id")[(p - 1) * n : p * n],
        [(1, 2), (2, 1), (3, 3)],
    ),
    "contains": (lambda t: S.filter(title__contains=t).values("id"), ["ir", "%", "_", "é", ""]),
    "icontains": (lambda t: S.filter(title__icontains=t).values("id"), ["FIRST", "\\"]),
    "startswith": (lambda t: S.filter(title__startswith=t).values("id"), ["f", "t%"]),
    "decimal": (lambda v: S.filter(price=v).values("price"), [Decimal("1234.5"), "0", 0, 1.5]),
    "date": (lambda d: S.filter(day__gte=d).values("day"), [datetime.date(2, 1, 1), "0001-01-01"]),
    "datetime": (
        lambda d: S.filter(at__lt=d).values("at"),
        [datetime.datetime(2020, 1, 1, tzinfo=UTC), "2013-01-01T10:00:01Z"],
    ),
    "year": (lambda y: S.filter(at__year=y).values("at"), [2013, 1999]),
    "float to integer": (lambda v: S.filter(count__gte=v).values("id"), [6.5, 7.0, 8]),
    "foreign key": (lambda m: S.filter(maker=m).values("id"), ["BOE", "AIR", "x"]),
    "across a join": (lambda m: S.filter(plant__maker__name=m).values("id"), ["Boeing"]),
    "exclude": (lambda m: S.exclude(maker__name=m).values("id"), ["Boeing", "x"]),
    "exclude through reverse": (
        lambda n: Maker.objects.exclude(samples__count=n).values("code"),
        [7, 1],
    ),
    "or": (lambda a, b: S.filter(Q(count=a) | ~Q(title=b)).values("id"), [(7, ""), (0, "x")]),
    "in items": (lambda a, b: S.filter(count__in=[a, 5, b]).values("id"), [(7, -1), (7, 7)]),
    "in list": (lambda v: S.filter(count__in=v).values("id"), [[7], [7, -1], [], [1, 2, 3], (7,)]),
    "range": (lambda a, b: S.filter(count__range=(a, b)).values("id"), [(-1, 7), (3, 2)]),
    "json key": (lambda v: S.filter(data__n=v).values("id"), ["12", 12, [1], True]),
    "arithmetic": (lambda n: S.filter(count__gt=n * 2 - 1).values("id"), [3, 4]),
    "twice": (lambda n: S.filter(count__lte=n, small__lt=n).values("id"), [7, 0]),
    "value": (
        lambda w: S.values("id", w=Value(w, output_field=CharField())),
        ["x", "é\u2028"],
    ),
    "concat": (
        lambda w: S.values(c=Concat("title", Value(w, output_field=CharField()))),
        ["x", ""],
    ),
    "case": (
        lambda n: S.values(
            c=Case(When(count__gt=n, then=1), default=0, output_field=IntegerField())
        ),
        [0, 7],
    ),
    "filtered aggregate": (
        lambda n: (
            S.values("maker").annotate(k=Count("id", filter=Q(count__gt=n))).order_by("maker")
        ),
        [0, 7],
    ),
    "having": (
        lambda n: S.values("maker").annotate(t=Sum("count")).filter(t__gt=n).order_by("maker"),
        [0, -5],
    ),
    "exists": (
        lambda n: Maker.objects.filter(Exists(S.filter(maker=OuterRef("pk"), count=n))).values(
            "code"
        ),
        [7, 8],
    ),
    "subquery": (
        lambda n: S.filter(maker__in=Maker.objects.filter(name__contains=n)).values("id"),
        ["Bo", "x"],
    ),
    "flat with limit": (lambda n: S.order_by("id").values_list("at", flat=True)[:n], [2, 4]),
    "union": (
        lambda a: S.filter(count=a).values("id").union(S.filter(small=a).values("id")),
        [7, -5],
    ),
    "order by expression": (
        lambda n: S.order_by(F("count") * Value(n, output_field=IntegerField()), "id").values("id"),
        [1, -1],
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_prepared_function_answers_as_the_function_itself(name):
    function, calls = FUNCTIONS[name]
    prepared = prepare(function)
    for values in calls * 2:
        values = values if isinstance(values, tuple) and name != "in list" else (values,)
        ours = prepared(*values)
        theirs = JsonResponse(list(function(*values)), safe=False)
        assert ours.content == theirs.content
        assert dict(ours.headers) == dict(theirs.headers)
    assert counters.snapshot()["native"], counters.snapshot()
    python = set(counters.snapshot()["python"])
    assert python <= {"unsupported-binding"}


def test_the_second_call_does_not_run_the_function():
    runs = []

    def function(title, limit):
        runs.append(title)
        return S.filter(title=title).values("id")[:limit]

    prepared = prepare(function)
    prepared(title="third", limit=5)
    before = len(runs)
    prepared(title="third", limit=6)
    prepared(limit=6, title="first")
    assert len(runs) == before
    assert counters.snapshot() == {"native": {"inprocess": 3}, "python": {}}


def test_none_takes_the_ordinary_path_with_djangos_sql():
    prepared = prepare(lambda note: S.filter(note=note).values("id"))
    prepared(note="x")
    answer = prepared(note=None)
    assert json.loads(answer.content) == list(S.filter(note=None).values("id"))
    assert counters.snapshot()["python"] == {"unsupported-binding": 1}


def test_a_number_out_of_range_is_answered_as_django_does():
    prepared = prepare(lambda n: S.filter(count=n).values("id"))
    prepared(n=7)
    try:
        expected = JsonResponse(list(S.filter(count=2**70).values("id")), safe=False).content
    except OverflowError as error:  # Django 4.2 leaves it to sqlite3
        with pytest.raises(OverflowError, match=str(error)):
            prepared(n=2**70)
    else:
        assert prepared(n=2**70).content == expected


@pytest.mark.parametrize("value", ["x", [1], object()])
def test_a_wrong_type_raises_what_django_raises(value):
    prepared = prepare(lambda n: S.filter(count=n).values("id"))
    prepared(n=7)
    with pytest.raises((TypeError, ValueError)) as ours:
        prepared(n=value)
    with pytest.raises((TypeError, ValueError)) as theirs:
        list(S.filter(count=value).values("id"))
    assert str(ours.value) == str(theirs.value)


def test_a_negative_limit_raises_what_django_raises():
    prepared = prepare(lambda n: S.values("id")[:n])
    prepared(n=7)
    with pytest.raises(ValueError, match="Negative indexing is not supported"):
        prepared(n=-1)


def test_defaults_and_keywords():
    def function(title, *, limit=2):
        return S.filter(title__gte=title).order_by("id").values("id")[:limit]

    prepared = prepare(function)
    assert prepared("").content == JsonResponse(list(function("")), safe=False).content
    assert (
        prepared("", limit=1).content
        == JsonResponse(list(function("", limit=1)), safe=False).content
    )
    with pytest.raises(TypeError, match="missing a required argument: 'title'"):
        prepared(limit=1)


def branching(title):
    return S.filter(title=title).values("id") if title == "x" else S.values("id")


def truth(title):
    return S.filter(title=title).values("id") if title else S.values("id")


REFUSED = {
    "comparison": (branching, "compares it, the parameter title"),
    "truth": (truth, "tests whether it is true, the parameter title"),
    "format": (lambda t: S.filter(title=f"x{t}").values("id"), "formats it, the parameter t"),
    "attribute": (lambda t: S.filter(title=t.upper()).values("id"), "uses its attribute 'upper'"),
    "length": (lambda t: S.filter(count=len(t)).values("id"), "takes its length"),
    "dict": (lambda t: S.order_by({"a": "id"}[t]).values("id"), "looks it up, the parameter t"),
    "conversion": (lambda t: S.filter(count=int(t)).values("id"), "converts it to int"),
    "iteration": (lambda t: S.filter(count__in=[x + 0 for x in t]).values("id"), "not iterable"),
    "isnull": (lambda t: S.filter(note__isnull=t).values("id"), "isnull lookup"),
    "unused": (lambda t: S.values("id"), "does not use its parameter t"),
    "twice sliced": (lambda n: S.values("id")[5:][:n], "slices a QuerySet twice"),
    "sliced again": (lambda n: S.values("id")[:n][:5], "slices"),
    "sliced subquery": (
        lambda n: S.filter(maker__in=Maker.objects.values("pk")[:n]).values("id"),
        "slices something else",
    ),
    "raw argument": (
        lambda w: S.values(c=Concat("title", w, output_field=CharField())),
        r"Value\(w, output_field",
    ),
    "value without type": (lambda w: S.values(c=Value(w)), "output_field"),
    "evaluation": (lambda n: list(S.filter(count=n).values("id")), "parameter|placeholders"),
    "index": (lambda n: S.values("id")[n], "placeholders"),
    "no queryset": (lambda n: n, "must return a QuerySet"),
    "instances": (lambda n: S.filter(count=n), "values"),
    "type": (
        lambda n: S.filter(count=n).values("id") if isinstance(n, int) else S.values("id", "count"),
        "does not use|depends on",
    ),
    "clock": (
        lambda n: S.filter(count=n, at__lt=timezone.now()).values("id"),
        "computes something anew",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_function_whose_sql_depends_on_values_is_refused(name):
    function, message = REFUSED[name]
    prepared = prepare(function)
    with pytest.raises(PrepareError, match=message):
        prepared(1)


def test_star_arguments_are_refused():
    with pytest.raises(TypeError, match="names its parameters one by one"):
        prepare(lambda *titles: S.values("id"))
