"""QuerySetResponse against JsonResponse: the same bytes and headers, and really native."""

import django
import pytest
from catalog.models import Custom, Maker, Plant, Sample
from django.db.models import (
    Avg,
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import (
    Cast,
    Coalesce,
    Concat,
    ExtractYear,
    Length,
    Lower,
    RowNumber,
    TruncDate,
    TruncDay,
    TruncMonth,
    Upper,
)
from django.http import JsonResponse

from molt_accel.django import ROWS, QuerySetResponse, counters

FIELDS = [field.name for field in Sample._meta.concrete_fields if field.name not in ("blob",)]


def same(queryset, native=True, **options):
    """Asserts equal bytes and headers, and which path answered."""
    counters.reset()
    ours = QuerySetResponse(queryset.all(), **options)
    theirs = JsonResponse(list(queryset.all()), safe=False)
    assert ours.content == theirs.content
    assert ours.headers.items() == theirs.headers.items() or dict(ours.headers) == dict(
        theirs.headers
    )
    assert ours.status_code == theirs.status_code
    taken = counters.snapshot()
    assert bool(taken["native"]) is native, taken
    return ours


QUERYSETS = {
    "all fields": lambda: Sample.objects.values(*FIELDS),
    "values()": lambda: Maker.objects.values(),
    "order and slice": lambda: Sample.objects.order_by("-id").values("id", "title")[1:3],
    "fk and fk_id": lambda: Sample.objects.values("maker", "maker_id", "plant"),
    "joined": lambda: Sample.objects.values("plant__maker__name", "plant__identifier", "id"),
    "values_list": lambda: Sample.objects.values_list("title", "id", "price"),
    "values_list()": lambda: Plant.objects.values_list(),
    "flat": lambda: Sample.objects.values_list("at", flat=True),
    "flat pk": lambda: Sample.objects.values_list("pk", flat=True),
    "filter text": lambda: Sample.objects.filter(title__contains="é 100%").values("id"),
    "percent in sql": lambda: Sample.objects.filter(title__startswith="f%").values("id"),
    "filter date": lambda: Sample.objects.filter(day__gte="0001-01-01").values("day"),
    "filter decimal": lambda: Sample.objects.filter(price__gt="1.5").values("price"),
    "filter in": lambda: Sample.objects.filter(count__in=[7, -1]).values("count"),
    "filter json": lambda: Sample.objects.filter(data__n="12").values("id"),
    "filter q": lambda: Sample.objects.filter(Q(count=7) | ~Q(title="")).values("id"),
    "filter choices": lambda: Sample.objects.filter(
        grade=Sample.Grade.FINE, level=Sample.Level.HIGH
    ).values("grade", "level"),
    "empty": lambda: Sample.objects.none().values("id"),
    "empty in": lambda: Sample.objects.filter(id__in=[]).values("id"),
    "distinct": lambda: Sample.objects.values("maker").distinct().order_by("maker"),
    "annotated": lambda: Sample.objects.values("id", twice=F("count") * 2, up=Upper("title")),
    "annotation order": lambda: Sample.objects.annotate(x=F("count")).values("x", "id"),
    "annotation list order": lambda: Sample.objects.annotate(x=F("count") + 1).values_list(
        "x", "id", "title"
    ),
    "expression in list": lambda: Sample.objects.values_list("id", Lower("title"), "count"),
    "float expression": lambda: Sample.objects.values(
        x=ExpressionWrapper(F("count"), output_field=FloatField())
    ),
    "integer of float": lambda: Sample.objects.filter(weight__lt=10).values(
        x=ExpressionWrapper(F("weight"), output_field=IntegerField())
    ),
    "aggregates": lambda: (
        Sample.objects.values("maker")
        .annotate(
            n=Count("id"),
            total=Sum("price"),
            mean=Avg("count"),
            heavy=Sum("weight"),
            first=Min("day"),
            last=Max("at"),
            spans=Sum("span"),
        )
        .order_by("maker")
    ),
    "coalesce": lambda: Sample.objects.values(d=Coalesce("note", Value("none", TextField()))),
    "case": lambda: Sample.objects.values(
        c=Case(When(count__gt=0, then=Value("yes")), default=Value("no")),
        b=Case(When(count__gt=0, then=Value(True)), default=Value(False)),
    ),
    "concat": lambda: Sample.objects.values(
        c=Concat("title", Value("%"), "slug", output_field=CharField())
    ),
    "cast": lambda: Sample.objects.values(
        c=Cast("count", CharField()), f=Cast("count", FloatField())
    ),
    "extract": lambda: Sample.objects.values(y=ExtractYear("at"), m=F("day__month")),
    "trunc": lambda: Sample.objects.filter(count=7).values(
        m=TruncMonth("at"), d=TruncDay("at"), x=TruncDate("at"), e=TruncMonth("day")
    ),
    "length": lambda: Sample.objects.values(n=Length("title")),
    "subquery": lambda: Sample.objects.values(
        name=Subquery(Maker.objects.filter(pk=OuterRef("maker")).values("name")[:1]),
        founded=Subquery(Maker.objects.filter(pk=OuterRef("maker")).values("founded")[:1]),
        has=Exists(Maker.objects.filter(pk=OuterRef("maker"))),
    ),
    "window": lambda: Sample.objects.values("id", n=Window(RowNumber(), order_by=F("id").desc())),
    "union": lambda: Sample.objects.values("id", "title").union(
        Sample.objects.filter(count=7).values("id", "note")
    ),
    "lookup": lambda: Sample.objects.values("id", old=Q(count__gt=1)),
    "raw": lambda: Sample.objects.values("id", x=RawSQL("count + %s", (3,))),
    "extra": lambda: Sample.objects.extra(select={"twice": "count * 2"}).values("id", "twice"),
    "key transform": lambda: Sample.objects.values("id", "data__b", "data__n", "data__a__1"),
    "constant": lambda: Sample.objects.values("id", one=Value(1), word=Value("w")),
    "boolean wrapper": lambda: Sample.objects.values(
        x=ExpressionWrapper(Q(count=7), output_field=BooleanField())
    ),
    "quiet subclass": lambda: Custom.objects.values("quiet"),
}


@pytest.mark.parametrize("name", QUERYSETS)
@pytest.mark.usefixtures("rows")
def test_native_bytes_are_those_of_json_response(name):
    same(QUERYSETS[name]())


@pytest.mark.usefixtures("rows")
def test_a_custom_converter_takes_the_python_path():
    same(Custom.objects.values("loud"), native=False)
    assert counters.snapshot()["python"] == {"unsupported-column": 1}


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("style", ["django", "compact"])
def test_envelope(style):
    envelope = {"count": 3, "previous": None, "results": ROWS, "ok": True, "x": 0.5, "s": "é"}
    ours = QuerySetResponse(Maker.objects.values(), envelope=envelope, style=style)
    data = envelope | {"results": list(Maker.objects.values())}
    parameters = {} if style == "django" else {"ensure_ascii": False, "separators": (",", ":")}
    assert ours.content == JsonResponse(data, json_dumps_params=parameters).content
    assert counters.snapshot()["native"]


def test_django_version_is_one_that_is_supported():
    assert django.VERSION >= (4, 2)
