"""Recognised queries: the SQL and parameters that compiling them again would give."""

import pytest
from catalog.models import Maker, Plant, Sample
from django.db import connections
from django.db.models import BooleanField, Count, F, FilteredRelation, Q
from django.db.models.expressions import RawSQL
from django.http import JsonResponse
from django.utils import timezone
from generated import querysets, store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework import serializers
from test_drf import FlatSerializer, Pages, ask, same, view
from test_queryset_response import QUERYSETS

from molt_accel.django import QuerySetResponse, answers
from molt_accel.django.backends import backend_of
from molt_accel.django.recall import recall
from molt_accel.django.shape import Output

pytestmark = pytest.mark.usefixtures("rows")
S = Sample.objects


class TimesSerializer(serializers.ModelSerializer):
    class Meta:
        model = Sample
        fields = ["id", "at"]


def compiled(queryset):
    sql, parameters = queryset.query.get_compiler("default").as_sql()
    connection = connections["default"]
    backend = backend_of(connection)
    return backend.sql(sql), backend.bound(parameters, connection)


def run_twice(queryset):
    """Asks twice; answers whether the second was recognised, which must be right when it is."""
    for _ in range(2):
        ours = QuerySetResponse(queryset.all())
        assert ours.content == JsonResponse(list(queryset.all()), safe=False).content
    known = answers.Known(
        queryset.all(), "default", connections["default"], Output(), answers.conf.current()
    )
    plan = known.plan()
    if plan is None:
        return False
    assert (plan.sql, known.bound) == compiled(queryset.all())
    return True


PLAIN = {
    "columns": lambda: S.values("id", "title"),
    "all": lambda: Plant.objects.values(),
    "list": lambda: S.values_list("title", "id"),
    "flat": lambda: S.values_list("at", flat=True),
    "filters": lambda: S.filter(title="x", count__gte=3).exclude(note="y").values("id"),
    "nested conditions": lambda: S.filter(Q(count=1) | ~Q(title="a", small=2)).values("id"),
    "joins": lambda: S.filter(maker__name="x").values("plant__maker__name", "id"),
    "order by a join": lambda: S.order_by("-plant__maker__name", "id").values("id"),
    "slice": lambda: S.order_by("id").values("id")[1:3],
    "transforms": lambda: S.filter(at__year__gte=2000, title__contains="%").values("id"),
    "in": lambda: S.filter(count__in=[1, 7]).values("id"),
    "distinct": lambda: S.order_by("count").values("count").distinct(),
    "isnull": lambda: S.filter(note__isnull=True).values("id"),
    "reverse": lambda: Maker.objects.filter(samples__count=7).values("code"),
}

OTHER = {
    "annotation": lambda: S.annotate(x=F("count")).values("x"),
    "aggregate": lambda: S.values("maker").annotate(n=Count("id")),
    "expression": lambda: S.filter(count=F("small")).values("id"),
    "subquery": lambda: S.filter(maker__in=Maker.objects.filter(name="x")).values("id"),
    "raw": lambda: S.filter(RawSQL("count > %s", (1,), output_field=BooleanField())).values("id"),
    "extra": lambda: S.extra(where=["count > %s"], params=[1]).values("id"),
    "ordered by an expression": lambda: S.order_by(F("count").desc()).values("id"),
    "ordered inside json": lambda: S.order_by("data__b", "id").values("id"),
    "union": lambda: S.values("id").union(S.values("count")),
    "nothing": lambda: S.none().values("id"),
    "empty in": lambda: S.filter(id__in=[]).values("id"),
    "filtered relation": lambda: Maker.objects.annotate(
        own=FilteredRelation("samples", condition=Q(samples__count=7))
    ).values("own__title"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_queries_are_recognised(name):
    assert run_twice(PLAIN[name]())


@pytest.mark.parametrize("name", OTHER)
def test_other_queries_are_compiled(name):
    assert not run_twice(OTHER[name]())


@pytest.mark.parametrize("name", QUERYSETS)
def test_a_second_answer_is_the_same(name):
    run_twice(QUERYSETS[name]())


def test_other_values_of_a_recognised_query():
    for title, count in (("first", 1), ("third", 7), ("é", -(2**30)), ("", 0)):
        assert run_twice(S.filter(title__gte=title).exclude(count=count).values("id", "title"))


DIFFERENT = [
    S.values("id"),
    S.values("id", "count"),
    S.values("count", "id"),
    S.values_list("id"),
    S.values_list("id", flat=True),
    S.values("id")[:5],
    S.values("id")[1:5],
    S.values("id").distinct(),
    S.order_by("id").values("id"),
    S.order_by("-id").values("id"),
    S.filter(count=1).values("id"),
    S.filter(small=1).values("id"),
    S.filter(count__gt=1).values("id"),
    S.exclude(count=1).values("id"),
    S.filter(count=1, small=1).values("id"),
    S.filter(Q(count=1) | Q(small=1)).values("id"),
    S.filter(count__in=[1, 2]).values("id"),
    S.filter(maker__name="x").values("id"),
    S.filter(plant__city="x").values("id"),
    S.values("maker"),
    S.values("maker_id"),
    Plant.objects.values("id"),
]


def test_different_queries_have_different_keys():
    found = [recall(queryset, "default", connections["default"]).key for queryset in DIFFERENT]
    assert len(set(found)) == len(found)


def test_unknown_attributes_of_a_query_are_not_trusted():
    queryset = S.values("id")
    assert recall(queryset, "default", connections["default"]) is not None
    queryset.query.hint = "USE INDEX"
    assert recall(queryset, "default", connections["default"]) is None


def test_lists_of_the_framework_are_recognised():
    related = S.select_related("maker", "plant").order_by("id")
    kinds = view(FlatSerializer, rows=related, paginator=Pages)
    same(kinds, "/?page=2")
    before = dict(answers._known)
    assert before
    same(kinds, "/?page=2")
    assert list(answers._known) == list(before)
    same(kinds, "/")


def test_lists_in_other_time_zones_have_plans_of_their_own():
    kinds = view(TimesSerializer, rows=S.order_by("id")[:3])
    for zone in ("UTC", "Asia/Tokyo", "UTC", "America/New_York", "Asia/Tokyo"):
        with timezone.override(zone):
            ours, theirs = (ask(kind).content for kind in kinds)
            assert ours == theirs


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_generated_querysets_are_recognised_rightly(data):
    store([], ["a", "b"])
    for _ in range(5):
        run_twice(data.draw(querysets()))
