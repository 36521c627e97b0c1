"""What only PostgreSQL has, on a server: its fields and types, several names for one database."""

import datetime
import uuid
from decimal import Decimal

import pytest

pytest.importorskip("psycopg", reason="PostgreSQL's adapter needs psycopg 3")

import django
from django.db import connection

if connection.vendor != "postgresql":
    pytest.skip(
        "set MOLT_TEST_POSTGRES, as servers/postgres.py run does, for the tests on a server",
        allow_module_level=True,
    )

from catalog.server_models import Raw, Special
from django.contrib.postgres.aggregates import JSONBAgg, StringAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, JSONObject, Rank
from django.http import JsonResponse
from django.test import override_settings
from rest_framework import generics, serializers
from rest_framework.test import APIRequestFactory

from molt_accel.django import QuerySetResponse, counters
from molt_accel.django.drf import MoltListMixin

UTC = datetime.timezone.utc
S, R = Special.objects, Raw.objects
AT = datetime.datetime(2013, 1, 1, 10, 0, 0, 123456, UTC)


@pytest.fixture(scope="module", autouse=True)
def _specials():
    S.create(
        id=1,
        numbers=[1, -(2**31)],
        words=["a", None, 'é"\\{},NULL\u2028', ""],
        board=[[1, None], [3, 4]],
        prices=[Decimal("1.50"), Decimal("2")],
        moments=[AT, datetime.datetime(2013, 7, 1, tzinfo=UTC)],
        tokens=[uuid.UUID(int=5)],
        flags=[True, False],
        weights=[1.5, 1e22, -0.0],
        documents=[{"a": 1.50}, [1, "é"], None],
        spans=[datetime.timedelta(1, 5)],
        pairs={"a": "1", "b": None},
        band=(1, 5),
        stay=(AT, AT + datetime.timedelta(1)),
        day=datetime.date(2013, 1, 1),
        at=AT,
        data={"a": [1, {"b": "x"}], "n": None, "t": "2013-01-01"},
    )
    S.create(id=2, numbers=[], words=[], board=[], data=[1, 2])
    S.create(id=3, data="text", day=datetime.date(2013, 1, 1))
    yield
    S.all().delete()


def same(make, native=True):
    """Compares the bytes, and who has written them; the reasons where it was Python."""
    counters.reset()
    ours = QuerySetResponse(make()).content
    assert ours == JsonResponse(list(make()), safe=False).content
    taken = counters.snapshot()
    assert bool(taken["native"]) is native, taken
    return set(taken["python"])


ARRAYS = (
    *("numbers", "words", "board", "prices", "moments", "tokens", "flags", "weights"),
    *("documents", "spans"),
)


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays(name):
    same(lambda: S.order_by("id").values("id", name))
    same(lambda: S.order_by("id").values_list(name, flat=True))


@pytest.mark.parametrize("name", ["pairs", "band", "stay"])
def test_objects_of_psycopg_take_the_python_path(name):
    counters.reset()
    queryset = S.filter(**{f"{name}__isnull": True}).order_by("id").values("id", name)
    assert QuerySetResponse(queryset.all()).content == (
        JsonResponse(list(queryset.all()), safe=False).content
    )
    assert set(counters.snapshot()["python"]) == {"unsupported-column"}


AS_TEXT = (
    *("mood", "moods", "score", "scores", "name", "label", "pair", "pairs", "blank", "kind"),
    *("cost", "mac", "net", "bits", "body", "tid", "vector", "place", "version", "plain"),
    *("single", "thing", "old", "span"),
)


@pytest.mark.parametrize("name", AS_TEXT)
def test_types_without_a_field(name):
    same(lambda: R.order_by("id").values(x=RawSQL(f'"{name}"', ())))


@pytest.mark.parametrize("name", ["names", "bag", "nets"])
def test_types_that_are_registered_with_psycopg(name):
    """django.contrib.postgres has lists and dictionaries made of them."""
    reasons = same(lambda: R.order_by("id").values(x=RawSQL(f'"{name}"', ())), native=False)
    assert reasons == {"native-unsupported"}


@pytest.mark.parametrize("name", ["bags", "late", "band"])
def test_other_objects(name):
    make = lambda: R.filter(id=2).values(x=RawSQL(f'"{name}"', ()))  # noqa: E731
    assert same(make, native=False) == {"native-unsupported"}


def test_a_loader_of_the_project():
    """An enumeration that a receiver of connection_created has registered, as psycopg has it."""
    from psycopg.types.enum import EnumInfo, register_enum

    connection.ensure_connection()
    register_enum(EnumInfo.fetch(connection.connection, "mood"), connection.connection)
    try:
        values = R.filter(id=2).values("mood", x=RawSQL("moods", ()))
        assert same(lambda: values.all(), native=False) == {"native-unsupported"}
    finally:
        connection.close()


QUERIES = {
    "a view": lambda: R.order_by("id").values(),
    "a view, joined": lambda: R.order_by("id").values("mood", "special__numbers", "special__at"),
    "related": lambda: R.select_related("special").order_by("id").values("id", "special__board"),
    "length": lambda: (
        S.annotate(n=F("numbers__len"), f=F("numbers__0"), s=F("words__0_2"))
        .order_by("id")
        .values("n", "f", "s")
    ),
    "contains": lambda: S.filter(numbers__contains=[1]).values("id"),
    "contained": lambda: (
        S.filter(numbers__contained_by=[1, 2, -(2**31)]).order_by("id").values("id")
    ),
    "overlap": lambda: S.filter(words__overlap=["a", "b"]).values("id"),
    "exact": lambda: S.filter(words=["a"]).values("id"),
    "of moments": lambda: S.filter(moments__contains=[AT]).values("id"),
    "of decimals": lambda: S.filter(prices__contains=[Decimal("1.5")]).values("id"),
    "nested": lambda: S.filter(board__contains=[[1]]).values("id"),
    "hstore key": lambda: S.order_by("id").values("id", "pairs__a"),
    "hstore keys": lambda: S.filter(pairs__has_key="a", pairs__has_any_keys=["z", "a"]).values(
        "id"
    ),
    "range": lambda: S.filter(band__contains=3, stay__contains=AT).values("id"),
    "bounds": lambda: (
        S.annotate(lo=F("band__startswith"), hi=F("stay__endswith"))
        .order_by("id")
        .values("lo", "hi")
    ),
    "json paths": lambda: S.order_by("id").values("data__a", "data__a__1__b", "data__n"),
    "json lookups": lambda: S.filter(
        data__a__1__b="x", data__has_key="n", data__has_any_keys=["a", "z"], data__n=None
    ).values("id"),
    "json contained": lambda: S.filter(data__contained_by=[1, 2, 3]).values("id"),
    "json missing": lambda: S.filter(data__zzz__isnull=True).order_by("id").values("id"),
    "json text": lambda: S.filter(data__t__icontains="2013").values("id"),
    "aggregates": lambda: (
        S.values("day")
        .annotate(
            n=Count("id"), last=Max("at"), least=Min("numbers"), few=Count("id", filter=Q(id=1))
        )
        .order_by("day")
    ),
    "json object": lambda: S.order_by("id").annotate(o=JSONObject(id="id", at="at")).values("o"),
    "json of rows": lambda: S.filter(id=1).values("day").annotate(j=JSONBAgg("data")),
    "string of rows": lambda: R.values(j=StringAgg("label", Value(";"))),
    "window": lambda: S.annotate(r=Window(Rank(), order_by="id")).order_by("id").values("r"),
    "exists": lambda: (
        S.annotate(e=Exists(R.filter(special=OuterRef("id")))).order_by("id").values("e")
    ),
    "case": lambda: (
        S.annotate(e=Case(When(id=1, then=Value("one")), default=Value("x")))
        .order_by("id")
        .values("e")
    ),
    "casts": lambda: (
        S.annotate(
            t=Cast("id", TextField()), d=Cast("id", DecimalField(max_digits=9, decimal_places=2))
        )
        .order_by("id")
        .values("t", "d")
    ),
    "union": lambda: S.values("id").union(R.values("id")).order_by("id"),
    "distinct on": lambda: S.order_by("day", "id").distinct("day").values("id"),
    "subquery": lambda: (
        S.order_by("id")
        .annotate(a=ArraySubquery(S.filter(day=OuterRef("day")).order_by("id").values("id")))
        .values("a")
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_queries(name):
    # Before 5.0 aggregates over rows have converters of their own.
    same(QUERIES[name], native=not name.endswith("of rows") or django.VERSION >= (5, 0))


@pytest.mark.parametrize("kind", ["hstore", "range"])
def test_parameters_that_only_psycopg_can_send(kind):
    lookups = {"hstore": {"pairs__contains": {"a": "1"}}, "range": {"band__overlap": (1, 2)}}
    reasons = same(lambda: S.filter(**lookups[kind]).values("id"), native=False)
    assert reasons == {"unsupported-parameter"}


class SpecialSerializer(serializers.ModelSerializer):
    class Meta:
        model = Special
        fields = ("id", "numbers", "words", "board", "weights", "day", "at", "data")


def lists(chosen, queryset):
    """What a list view answers natively, and who has written it; it is what the view answers."""

    class Plain(generics.ListAPIView):
        serializer_class = chosen

        def get_queryset(self):
            return queryset.all()

    class Native(MoltListMixin, Plain):
        pass

    counters.reset()
    request = APIRequestFactory().get("/")
    plain, native = (kind.as_view()(request).render().content for kind in (Plain, Native))
    assert native == plain
    return counters.snapshot()


def test_lists_of_serializers():
    assert lists(SpecialSerializer, S.order_by("id"))["native"]


@pytest.mark.parametrize("name", ["prices", "moments", "tokens", "flags", "documents", "spans"])
def test_other_lists_of_serializers_take_the_python_path(name):
    class Chosen(serializers.ModelSerializer):
        class Meta:
            model = Special
            fields = ("id", name)

    assert set(lists(Chosen, S.order_by("id"))["python"]) == {"unsupported-serializer"}


def test_lists_deeper_than_the_model_take_the_python_path():
    """PostgreSQL lets a column hold arrays of any depth; str(list) is what DRF makes of them."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_special SET words = '{{a,b}}' WHERE id = 2")
    try:
        same(lambda: S.order_by("id").values("words"))

        class Chosen(serializers.ModelSerializer):
            class Meta:
                model = Special
                fields = ("id", "words")

        assert set(lists(Chosen, S.order_by("id"))["python"]) == {"native-unsupported"}
    finally:
        S.filter(id=2).update(words=[])


class Router:
    """Reads go to the replica."""

    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"


@override_settings(DATABASE_ROUTERS=[Router()])
def test_a_router_reads_from_the_replica():
    queryset = S.order_by("id").values("id", "words")
    assert queryset.db == "replica"
    same(lambda: queryset.all())
    same(lambda: queryset.using("default"))


def test_names_of_one_database_have_connections_of_their_own():
    name = RawSQL("current_setting('TimeZone')", (), output_field=TextField())
    for alias, zone in {"default": "UTC", "replica": "UTC", "berlin": "Europe/Berlin"}.items():
        zones = S.using(alias).filter(id=1).annotate(zone=name).values_list("zone", flat=True)
        assert QuerySetResponse(zones.all()).content == f'["{zone}"]'.encode()
        same(lambda zones=zones: zones.all())
