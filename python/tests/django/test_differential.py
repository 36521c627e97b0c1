"""Generated rows and querysets: native bytes against Django's and the framework's."""

import os

import pytest
from catalog.models import Maker, Plant, Sample
from django.db import connection
from django.http import JsonResponse
from django.test import override_settings
from generated import FIELDS, ROWS, TEXT, grouped, querysets, store
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from test_drf import Offsets, Pages, SampleSerializer, ask, view

from molt_accel.django import QuerySetResponse, counters, prepare

EXAMPLES = settings(
    max_examples=int(os.environ.get("MOLT_EXAMPLES", "120")),
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def _empty():
    yield
    for model in (Sample, Plant, Maker):
        model.objects.all().delete()


NATIVE_REFUSALS = {"native-unsupported"}
# Offsets of a time zone are known for some years only.
NAIVE_REFUSAL = "native-unsupported" if connection.vendor == "postgresql" else None


def outcome(function):
    """The bytes, or the error that stands in their place."""
    try:
        return function()
    except Exception as error:
        return type(error), str(error)


def check(queryset):
    counters.reset()
    ours = outcome(lambda: QuerySetResponse(queryset.all()).content)
    theirs = outcome(lambda: JsonResponse(list(queryset.all()), safe=False).content)
    note(str(outcome(lambda: str(queryset.query))))
    assert ours == theirs
    return counters.snapshot()


def is_plain(rows):
    """Whether the rows hold nothing that native code may leave to Python."""
    return all(row["data"] is None for row in rows)


@EXAMPLES
@given(rows=ROWS, names=st.lists(TEXT, min_size=2, max_size=2))
def test_every_field(rows, names):
    plain = is_plain(rows)
    store(rows, names)
    fields = [name for name in FIELDS if name not in ("plant_number", "blob")]
    taken = check(Sample.objects.order_by("id").values(*fields, "maker__name", "plant__city"))
    assert taken["native"] or not plain, taken


@EXAMPLES
@given(rows=ROWS, names=st.lists(TEXT, min_size=2, max_size=2), data=st.data())
def test_generated_querysets(rows, names, data):
    plain = is_plain(rows)
    store(rows, names)
    for _ in range(4):
        taken = check(data.draw(querysets()))
        assert taken["native"] or set(taken["python"]) <= NATIVE_REFUSALS, taken
        assert taken["native"] or not plain, taken


@EXAMPLES
@given(rows=ROWS, names=st.lists(TEXT, min_size=2, max_size=2), data=st.data())
def test_generated_aggregates(rows, names, data):
    store(rows, names)
    for _ in range(3):
        taken = check(data.draw(grouped()))
        assert taken["native"] or set(taken["python"]) <= NATIVE_REFUSALS, taken


@EXAMPLES
@given(rows=ROWS, names=st.lists(TEXT, min_size=2, max_size=2))
def test_naive_times(rows, names):
    with override_settings(USE_TZ=False):
        store(rows, names, zone=None)
        taken = check(Sample.objects.order_by("id").values("id", "at", "clock", "day", "span"))
        assert taken["native"] or set(taken["python"]) == {NAIVE_REFUSAL}, taken


@EXAMPLES
@given(
    rows=ROWS,
    names=st.lists(TEXT, min_size=2, max_size=2),
    url=st.sampled_from(["/", "/?page=2", "/?size=1&page=3", "/?limit=2&offset=1"]),
    paginator=st.sampled_from([None, Pages, Offsets]),
)
def test_the_framework(rows, names, url, paginator):
    store(rows, names)
    related = Sample.objects.select_related("maker", "plant__maker").order_by("id")
    kinds = view(SampleSerializer, rows=related, paginator=paginator)
    counters.reset()
    ours, theirs = (outcome(lambda kind=kind: _answer(kind, url)) for kind in kinds)
    assert ours == theirs
    taken = counters.snapshot()
    assert taken["native"] or set(taken["python"]) <= NATIVE_REFUSALS or ours[0] == 404


def _answer(kind, url):
    response = ask(kind, url)
    return response.status_code, response.content, sorted(response.headers.items())


PREPARED = prepare(
    lambda title, count, low, limit: (
        Sample.objects.filter(title__gte=title, count__lte=count)
        .order_by("id")
        .values("id", "title", "count", "price")[low : low + limit]
    )
)


@EXAMPLES
@given(
    rows=ROWS,
    calls=st.lists(
        st.fixed_dictionaries(
            {
                "title": TEXT,
                "count": st.integers(-(2**70), 2**70) | st.integers(-400, 400),
                "low": st.integers(0, 3),
                "limit": st.integers(0, 9),
            }
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_prepared_functions(rows, calls):
    store(rows, ["a", "b"])
    for values in calls:
        ours = outcome(lambda values=values: PREPARED(**values).content)
        theirs = outcome(
            lambda values=values: (
                JsonResponse(list(PREPARED.function(**values)), safe=False).content
            )
        )
        assert ours == theirs
