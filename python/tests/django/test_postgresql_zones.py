"""Points in time on PostgreSQL by the clocks of other zones than UTC."""

import datetime
import io
import zoneinfo

import pytest

pytest.importorskip("psycopg", reason="PostgreSQL's adapter needs psycopg 3")

from django.db import connection, connections

if connection.vendor != "postgresql":
    pytest.skip(
        "set MOLT_TEST_POSTGRES, as servers/postgres.py run does, for the tests on a server",
        allow_module_level=True,
    )

from catalog.models import Sample
from django.db.models import DateTimeField, F, Max
from django.db.models.functions import (
    Coalesce,
    ExtractHour,
    Trunc,
    TruncDate,
    TruncDay,
    TruncHour,
    TruncMonth,
    TruncTime,
)
from django.http import JsonResponse
from django.test import override_settings
from django.utils import timezone
from rest_framework import generics, serializers
from rest_framework.test import APIRequestFactory

from molt_accel.django import CSVResponse, QuerySetResponse, counters
from molt_accel.django.drf import MoltListMixin

UTC = datetime.timezone.utc
S = Sample.objects
ZONES = (
    *("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
    *("America/St_Johns", "Pacific/Apia", "Europe/London", "UTC"),
)


def changes(name):
    """Moments around every change of a zone's clocks in two years, and on the edges of seconds."""
    zone = zoneinfo.ZoneInfo(name)
    hour, found = datetime.timedelta(hours=1), []
    for year in (2011, 2013):
        moment = datetime.datetime(year, 1, 1, tzinfo=UTC)
        while moment.year == year:
            if moment.astimezone(zone).utcoffset() != (moment + hour).astimezone(zone).utcoffset():
                found += [moment + hour * n / 2 for n in range(-4, 7)]
                found += [moment + hour + datetime.timedelta(microseconds=n) for n in (-1, 1)]
            moment += hour
    return found


ALWAYS = [
    datetime.datetime(1970, 2, 2, tzinfo=UTC),
    datetime.datetime(2013, 7, 1, 10, 0, 0, 120000, UTC),
    datetime.datetime(2069, 12, 29, 23, 59, 59, 999999, UTC),
]


@pytest.fixture(scope="module", autouse=True)
def _moments():
    moments = [*ALWAYS, *(moment for name in ZONES for moment in changes(name))]
    S.bulk_create(Sample(title=str(n), at=moment) for n, moment in enumerate(moments))
    S.create(title="none")
    yield
    S.all().delete()


def same(queryset, native=True):
    counters.reset()
    ours = QuerySetResponse(queryset.all()).content
    assert ours == JsonResponse(list(queryset.all()), safe=False).content
    taken = counters.snapshot()
    assert bool(taken["native"]) is native, taken
    return set(taken["python"])


@pytest.fixture(params=ZONES)
def session(request):
    """A zone for the connection's entry in DATABASES."""
    set_zone(request.param)
    yield request.param
    set_zone(None)


def set_zone(name):
    wrapper = connections["default"]
    wrapper.settings_dict["TIME_ZONE"] = name
    for attribute in ("timezone", "timezone_name"):
        wrapper.__dict__.pop(attribute, None)
    wrapper.close()


def test_a_database_with_a_time_zone(session):
    rows = S.order_by("id")
    same(rows.values("id", "at"))
    same(rows.values_list("at", flat=True))
    same(rows.annotate(x=F("at"), y=Coalesce("at", "at")).values("x", "y"))
    same(rows.values("day").annotate(last=Max("at")).order_by("day"))
    same(rows.annotate(hour=ExtractHour("at")).values("hour"))


def test_another_format(session):
    import csv

    rows = S.order_by("id").values_list("id", "at")
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["id", "at"])
    writer.writerows(rows.all())
    counters.reset()
    assert b"".join(CSVResponse(rows.all()).streaming_content) == lines.getvalue().encode()
    assert not counters.snapshot()["python"]


@pytest.mark.parametrize("name", ZONES)
def test_naive_points_in_time(name):
    with override_settings(USE_TZ=False, TIME_ZONE=name):
        rows = S.order_by("id")
        same(rows.values("id", "at", "day"))
        same(rows.annotate(x=Coalesce("at", "at")).values("x"))
        same(rows.annotate(hour=TruncHour("at"), start=TruncDay("at")).values("hour", "start"))


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("unit", ["minute", "hour", "day", "week", "month"])
def test_truncation_in_a_zone(name, unit):
    """What the server has truncated is made aware again, also where the clocks change."""
    zone = zoneinfo.ZoneInfo(name)
    rows = S.order_by("id")
    same(rows.annotate(x=Trunc("at", unit, tzinfo=zone)).values("id", "x"))
    same(S.datetimes("at", "hour" if unit == "minute" else unit, tzinfo=zone))
    with timezone.override(zone):
        same(rows.annotate(x=Trunc("at", unit, output_field=DateTimeField())).values("id", "x"))
        same(rows.annotate(d=TruncDate("at"), t=TruncTime("at")).values("d", "t"))


def test_truncation_in_a_session_with_a_zone(session):
    zone = zoneinfo.ZoneInfo("America/New_York")
    rows = S.order_by("id")
    same(rows.annotate(x=TruncHour("at", tzinfo=zone)).values("x"))
    same(rows.annotate(d=TruncDate("at", tzinfo=zone), t=TruncTime("at")).values("d", "t"))
    # DATE_TRUNC makes a point in time of a date, by the clocks of the session.
    is_utc = session == "UTC"
    same(rows.annotate(m=TruncMonth("day")).values("m"), native=is_utc)
    if session != "America/New_York":
        reasons = same(
            rows.annotate(x=TruncHour("at", tzinfo=zone)).values("x", "at"), native=is_utc
        )
        assert reasons <= {"time-zone"}


def test_points_outside_the_known_years_take_the_python_path():
    early = S.create(title="early", at=datetime.datetime(1969, 12, 31, tzinfo=UTC))
    set_zone("Europe/Berlin")
    try:
        assert same(S.filter(pk=early.pk).values("at"), native=False) == {"native-unsupported"}
    finally:
        set_zone(None)
        early.delete()


class Moments(serializers.ModelSerializer):
    hour = serializers.ReadOnlyField()

    class Meta:
        model = Sample
        fields = ("id", "at", "hour", "day")


def lists(queryset):
    """Both answers of a list view, and the counters."""

    class Plain(generics.ListAPIView):
        serializer_class = Moments

        def get_queryset(self):
            return queryset.all()

    class Native(MoltListMixin, Plain):
        pass

    counters.reset()
    request = APIRequestFactory().get("/")
    plain, native = (kind.as_view()(request).render().content for kind in (Plain, Native))
    assert native == plain
    return counters.snapshot()


def test_the_framework_moves_points_in_time(session):
    """Fields write in the current zone, and what no field touches in that of the connection."""
    rows = S.order_by("id").annotate(hour=TruncHour("at", tzinfo=zoneinfo.ZoneInfo(session)))
    for name in ("Asia/Tokyo", session):
        with timezone.override(zoneinfo.ZoneInfo(name)):
            taken = lists(rows)
            assert bool(taken["native"]) is (name == session or session == "UTC"), taken


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC"])
def test_the_framework_writes_naive_points_in_time(name):
    with override_settings(USE_TZ=False, TIME_ZONE=name):
        assert lists(S.order_by("id").annotate(hour=TruncHour("at")))["native"]
