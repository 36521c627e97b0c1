"""MoltListMixin against the same view without it: bytes, headers and which path answered."""

import bisect
import datetime
import json
import pickle
import zoneinfo

import pytest
from catalog.models import Maker, Plant, Sample
from django.db import connection
from django.db.models import Avg, Count, Q
from django.test import override_settings
from django.utils import timezone
from rest_framework import generics, pagination, renderers, serializers, viewsets
from rest_framework.test import APIRequestFactory

from molt_accel.django import counters
from molt_accel.django.drf import MoltListMixin
from molt_accel.django.zones import zone_table

pytestmark = pytest.mark.usefixtures("rows")


class MakerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Maker
        fields = ["code", "name", "founded"]


class PlantSerializer(serializers.ModelSerializer):
    maker = MakerSerializer()

    class Meta:
        model = Plant
        fields = ["id", "city", "identifier", "maker"]


PLAIN = [
    field.name
    for field in Sample._meta.concrete_fields
    if field.name not in ("blob", "file", "maker", "plant")
]


class SampleSerializer(serializers.ModelSerializer):
    maker = MakerSerializer()
    plant = PlantSerializer()

    class Meta:
        model = Sample
        fields = [*PLAIN, "maker", "plant"]


class FlatSerializer(serializers.ModelSerializer):
    made_by = serializers.SlugRelatedField(source="maker", slug_field="name", read_only=True)
    city = serializers.CharField(source="plant.city", allow_null=True, read_only=True)
    twice = serializers.IntegerField(source="count")
    raw = serializers.ReadOnlyField(source="span")
    when = serializers.ReadOnlyField(source="at")
    weight = serializers.ReadOnlyField()
    key = serializers.ReadOnlyField(source="pk")

    class Meta:
        model = Sample
        fields = [
            *("id", "maker", "plant", "made_by", "city", "twice", "raw", "when", "weight", "key"),
        ]


class CountedSerializer(serializers.ModelSerializer):
    samples = serializers.IntegerField(source="n")
    mean = serializers.FloatField()

    class Meta:
        model = Maker
        fields = ["code", "samples", "mean"]


class Pages(pagination.PageNumberPagination):
    page_size = 2
    page_size_query_param = "size"


class OwnEnvelope(Pages):
    def get_paginated_response(self, data):
        response = super().get_paginated_response(data)
        return type(response)({"meta": response.data["count"], "rows": data, "end": True})


class NestedEnvelope(Pages):
    def get_paginated_response(self, data):
        return super().get_paginated_response({"inner": data})


class Offsets(pagination.LimitOffsetPagination):
    default_limit = 3


class Cursors(pagination.CursorPagination):
    page_size = 2
    ordering = "id"


RELATED = Sample.objects.select_related("maker", "plant__maker").order_by("id")


def view(serializer=SampleSerializer, rows=RELATED, paginator=None, base=None, **attributes):
    names = {
        "queryset": rows,
        "serializer_class": serializer,
        "pagination_class": paginator,
        "renderer_classes": [renderers.JSONRenderer, renderers.BrowsableAPIRenderer],
        "permission_classes": [],
        "authentication_classes": [],
    }
    base = base or (generics.ListAPIView,)
    return (
        type("Native", (MoltListMixin, *base), names | attributes),
        type("Plain", base, names | attributes),
    )


def ask(kind, url="/samples/", **headers):
    request = APIRequestFactory().get(url, **headers)
    handler = (
        kind.as_view({"get": "list"}) if issubclass(kind, viewsets.ViewSetMixin) else kind.as_view()
    )
    response = handler(request)
    response.render()
    return response


def same(kinds, url="/samples/", native=True, reason=None, **headers):
    counters.reset()
    ours, theirs = (ask(kind, url, **headers) for kind in kinds)
    assert ours.content == theirs.content
    assert dict(ours.headers) == dict(theirs.headers)
    assert ours.status_code == theirs.status_code
    taken = counters.snapshot()
    assert bool(taken["native"]) is native, taken
    if reason:
        assert list(taken["python"]) == [reason], taken
    return ours


@pytest.mark.parametrize("name", PLAIN)
def test_every_model_field_under_a_model_serializer(name):
    meta = type("Meta", (), {"model": Sample, "fields": [name]})
    serializer = type("One", (serializers.ModelSerializer,), {"Meta": meta})
    same(view(serializer))


@pytest.mark.parametrize("serializer", [SampleSerializer, FlatSerializer])
@pytest.mark.parametrize("url", ["/", "/?page=2", "/?size=1&page=3", "/?page=last", "/?x=é&page=2"])
def test_pages(serializer, url):
    same(view(serializer, paginator=Pages), url)


@pytest.mark.parametrize("url", ["/", "/?limit=1&offset=2", "/?offset=90", "/?limit=100"])
def test_limit_and_offset(url):
    same(view(paginator=Offsets), url)


def test_a_viewset():
    same(view(base=(viewsets.ModelViewSet,), paginator=Pages))


def test_an_unpaginated_list():
    same(view())


def test_rendered_responses_can_be_cached():
    response = ask(view()[0])
    assert pickle.loads(pickle.dumps(response)).content == response.content


def test_an_empty_list_and_an_empty_page():
    same(view(rows=Sample.objects.none()))
    same(view(rows=Sample.objects.none().order_by("id"), paginator=Pages))
    same(view(rows=RELATED.filter(id=-1), paginator=Pages))


def test_a_missing_page_is_the_same_404():
    kinds = view(paginator=Pages)
    ours, theirs = (ask(kind, "/?page=99") for kind in kinds)
    assert (ours.status_code, ours.content) == (404, theirs.content)


def test_annotations():
    rows = Maker.objects.annotate(n=Count("samples"), mean=Avg("samples__count")).order_by("code")
    same(view(CountedSerializer, rows=rows, paginator=Pages))


def test_an_envelope_of_the_projects_own():
    same(view(paginator=OwnEnvelope))


def test_data_can_be_read_and_changed():
    ours = ask(view(paginator=Pages)[0])
    assert ours.data == json.loads(ours.content)

    class Changing(MoltListMixin, generics.ListAPIView):
        queryset, serializer_class = RELATED, MakerSerializer
        authentication_classes = permission_classes = ()
        queryset = Maker.objects.order_by("code")

        def list(self, request, *args, **kwargs):
            response = super().list(request, *args, **kwargs)
            response.data = {"rows": response.data, "own": True}
            return response

    changed = json.loads(ask(Changing).content)
    assert changed["own"] is True
    assert len(changed["rows"]) == 2


class Methodical(MakerSerializer):
    name = serializers.SerializerMethodField()

    def get_name(self, maker):
        return maker.name.upper()


class Represented(MakerSerializer):
    def to_representation(self, maker):
        return super().to_representation(maker) | {"x": 1}


class Loud(serializers.CharField):
    def to_representation(self, value):
        return str(value).upper()


class WithOwnField(MakerSerializer):
    name = Loud()


class Formatted(MakerSerializer):
    founded = serializers.DateField(format="%d.%m.%Y")


class Chosen(MakerSerializer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.context.get("request") and "short" in self.context["request"].query_params:
            self.fields.pop("founded")


MAKERS = Maker.objects.order_by("code")


@pytest.mark.parametrize("serializer", [Methodical, Represented, WithOwnField, Formatted])
def test_serializers_that_run_python_take_the_python_path(serializer):
    same(view(serializer, rows=MAKERS), native=False, reason="unsupported-serializer")


def test_a_serializer_that_chooses_fields_is_native_for_what_it_chose():
    kinds = view(Chosen, rows=MAKERS)
    long, short = (same(kinds, url) for url in ("/", "/?short"))
    assert b"founded" in long.content
    assert b"founded" not in short.content


class TwoSerializer(serializers.ModelSerializer):
    class Meta:
        model = Sample
        fields = ["id", "title"]


PYTHON = {
    "cursor": ({"paginator": Cursors}, "unsupported-pagination"),
    "nested envelope": ({"paginator": NestedEnvelope}, "unsupported-pagination"),
    "a query per row": ({"rows": Sample.objects.order_by("id")}, "unsupported-serializer"),
    "only": ({"rows": Sample.objects.only("id"), "serializer": TwoSerializer}, "unsupported-query"),
    "prefetch": ({"rows": RELATED.prefetch_related("maker__samples")}, "unsupported-query"),
    "values": ({"rows": Sample.objects.values(), "serializer": TwoSerializer}, "unsupported-query"),
}


@pytest.mark.parametrize("name", PYTHON)
def test_what_takes_the_python_path(name):
    change, reason = PYTHON[name]
    same(view(**change), native=False, reason=reason)


def test_the_reason_of_a_query_per_row_says_what_to_add(caplog):
    with caplog.at_level("INFO", "molt_accel.django"):
        same(view(rows=Sample.objects.order_by("id")), native=False)
    assert "add select_related('maker') to the QuerySet" in caplog.text


def test_another_rendering_takes_the_python_path():
    kinds = view(MakerSerializer, rows=MAKERS)
    accept = "application/json; indent=2"
    same(kinds, native=False, reason="unsupported-renderer", HTTP_ACCEPT=accept)


@pytest.mark.parametrize(
    "zone",
    [
        "Asia/Tokyo",
        "America/New_York",
        "Asia/Kathmandu",
        "Africa/Casablanca",
        "Australia/Lord_Howe",
        "Europe/London",
        datetime.timezone(datetime.timedelta(hours=-3, minutes=-30)),
    ],
)
def test_times_are_written_in_the_current_time_zone(zone):
    known = RELATED.filter(
        Q(at=None) | Q(at__lt=datetime.datetime(2069, 1, 1, tzinfo=datetime.timezone.utc))
    )
    for month in range(12):
        Sample.objects.create(
            title=f"month {month}",
            at=datetime.datetime(2026, month + 1, 28, 23, 30, 1, month, datetime.timezone.utc),
        )
    with timezone.override(zone):
        same(view(rows=known))
        same(view(MakerSerializer, rows=MAKERS))
        # The zone's offset in the year 9999 is not sent: Python answers, or raises as it does.
        if zone == "America/New_York":
            same(view(), native=False, reason="native-unsupported")


def test_changes_of_time_zones_are_found_to_the_second():
    new_york = zoneinfo.ZoneInfo("America/New_York")
    table = zone_table(new_york)
    for start in table["starts"][1:]:
        for seconds in (start - 1, start):
            moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
            index = bisect.bisect_right(table["starts"], seconds) - 1
            offset = datetime.timedelta(seconds=table["offsets"][index])
            assert moment.astimezone(new_york).utcoffset() == offset
    assert len(table["starts"]) > 150


def test_a_time_zone_of_another_kind_takes_the_python_path():
    class Odd(datetime.tzinfo):
        def utcoffset(self, moment):
            return datetime.timedelta(hours=1)

        def dst(self, moment):
            return datetime.timedelta(0)

        def tzname(self, moment):
            return "odd"

    with timezone.override(Odd()):
        same(view(), native=False, reason="time-zone")
        same(view(MakerSerializer, rows=MAKERS))


@override_settings(USE_TZ=False)
def test_naive_times():
    same(view(), native=connection.vendor == "sqlite")


def test_not_finite_floats_raise_as_the_renderer_does():
    Sample.objects.create(title="inf", weight=float("inf"))
    with pytest.raises(ValueError, match="Out of range float"):
        ask(view()[0])


def test_filters_permissions_and_throttles_run():
    seen = []

    class Backend:
        def filter_queryset(self, request, queryset, view):
            seen.append("filter")
            return queryset.filter(count__gt=0)

    class Permission:
        def has_permission(self, request, view):
            seen.append("permission")
            return "no" not in request.query_params

    kinds = view(filter_backends=[Backend], permission_classes=[Permission])
    same(kinds)
    assert seen == ["permission", "filter"] * 2
    assert ask(kinds[0], "/?no").status_code == 403
