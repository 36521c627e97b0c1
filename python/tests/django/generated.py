"""Generated rows, filters and querysets for the differential tests."""

import datetime
import math
import string
from decimal import Decimal

from catalog.models import Maker, Plant, Sample
from django.db import connection, transaction
from django.db.models import (
    Avg,
    CharField,
    Count,
    F,
    FloatField,
    IntegerField,
    Max,
    Min,
    Q,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import (
    Cast,
    Coalesce,
    Concat,
    ExtractDay,
    ExtractMonth,
    ExtractYear,
    Length,
    Lower,
    TruncDate,
    TruncMonth,
    TruncYear,
    Upper,
)
from hypothesis import strategies as st

UTC = datetime.timezone.utc

# Everything that UTF-8 can hold, with the characters that JSON writers treat specially made common.
IS_POSTGRESQL = connection.vendor == "postgresql"
NUL = "" if IS_POSTGRESQL else "\x00"
CHARACTERS = st.one_of(
    st.sampled_from(
        f"\"\\/<>&'{NUL}\x01\x08\x0b\x1f\x7f\x80\x9f\u2027\u2028\u2029\ufeff\ufffd\uffff"
    ),
    st.sampled_from("\U00010000\U0001f6eb\U0010ffffé%_\t\r\n ,;"),
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00" if IS_POSTGRESQL else ""),
)
TEXT = st.text(CHARACTERS, max_size=20)
INTEGERS = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-300, 300),
    st.sampled_from([0, 2**31, -(2**31), 2**53 + 1, 2**63 - 1, -(2**63)]),
)
SMALLER = st.one_of(st.integers(-(2**31), 2**31 - 1), st.integers(-300, 300))
FLOATS = st.one_of(
    st.floats(allow_nan=False),
    st.floats(allow_nan=False, width=32),
    st.sampled_from([0.0, -0.0, 5e-324, 1e16, 1e22, 1e-7, 123456789.0, math.inf, -math.inf, 0.1]),
)


def decimals(digits, places):
    bound = 10 ** min(digits, 15) - 1
    return st.integers(-bound, bound).map(lambda n: Decimal(n).scaleb(-places))


DATES = st.dates()
TIMES = st.one_of(st.times(), st.times().map(lambda t: t.replace(microsecond=0)))
DATETIMES = st.one_of(
    st.datetimes(timezones=st.just(UTC)),
    st.datetimes(timezones=st.just(UTC)).map(lambda d: d.replace(microsecond=0)),
    st.sampled_from(
        [
            datetime.datetime(1, 1, 1, tzinfo=UTC),
            datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
            datetime.datetime(2013, 1, 1, 10, 0, 0, 1000, tzinfo=UTC),
        ]
    ),
)
DURATIONS = st.timedeltas(
    datetime.timedelta(days=-106_751_991), datetime.timedelta(days=106_751_990)
)
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**30), 10**30),
        st.floats(allow_nan=False, allow_infinity=False),  # JSON_VALID refuses the others
        TEXT,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)

FIELDS = {
    "title": TEXT,
    "note": st.none() | TEXT,
    "slug": st.text(string.ascii_lowercase + "-_", max_size=8),
    "email": st.none() | TEXT,
    "grade": st.sampled_from([None, "f", "c", "x"]),
    "level": st.sampled_from([None, 1, 2, 7]),
    "small": st.none() | st.integers(-32768, 32767),
    "count": SMALLER if IS_POSTGRESQL else INTEGERS,
    "big": st.none() | INTEGERS,
    "positive": st.none() | st.integers(0, 2**31 - 1),
    "weight": st.none() | FLOATS,
    "price": st.none() | decimals(12, 2),
    "tiny": st.none() | decimals(14, 10) | st.just(Decimal("0E-10")),
    "is_new": st.booleans(),
    "is_old": st.none() | st.booleans(),
    "day": st.none() | DATES,
    "at": st.none() | DATETIMES,
    "clock": st.none() | TIMES,
    "span": st.none() | DURATIONS,
    "token": st.none() | st.uuids(),
    "data": st.none() | JSON,
    "blob": st.none() | st.binary(max_size=5),
    "address": st.sampled_from([None, "::1", "127.0.0.1"]),
    "file": st.sampled_from(["", "a/é.txt"]),
    "maker_id": st.sampled_from([None, "AAA", "BBB"]),
    "plant_number": st.sampled_from([None, 0, 1]),
}

ROWS = st.lists(st.fixed_dictionaries(FIELDS), min_size=1, max_size=6)


@transaction.atomic
def store(rows, names, zone=UTC):
    """Replaces the tables' rows by the generated ones."""
    for model in (Sample, Plant, Maker):
        model.objects.all().delete()
    makers = [Maker(code=code, name=name) for code, name in zip(("AAA", "BBB"), names, strict=True)]
    Maker.objects.bulk_create(makers)
    plants = [Plant.objects.create(maker=maker, city=names[0]) for maker in (None, makers[0])]
    samples = []
    for row in rows:
        number = row.pop("plant_number")
        if zone is None and row["at"] is not None:
            row["at"] = row["at"].replace(tzinfo=None)
        samples.append(Sample(plant=None if number is None else plants[number], **row))
    Sample.objects.bulk_create(samples)


NAMES = sorted({*FIELDS} - {"plant_number", "blob"})
PATHS = [*NAMES, "id", "maker", "plant", "maker__name", "plant__maker__name", "plant__identifier"]

FILTERS = st.one_of(
    st.builds(lambda n: Q(count__gte=n), INTEGERS),
    st.builds(lambda n: Q(weight__lt=n), st.floats(allow_nan=False)),
    st.builds(lambda t: Q(title__contains=t), TEXT.filter(lambda t: "\x00" not in t)),
    st.builds(lambda t: Q(title=t), TEXT),
    st.builds(lambda t: ~Q(note__startswith=t), TEXT.filter(lambda t: "\x00" not in t)),
    st.builds(lambda d: Q(day__gte=d), DATES),
    st.builds(lambda d: Q(at__lte=d), DATETIMES),
    st.builds(lambda v: Q(price__gt=v), decimals(12, 2)),
    st.builds(lambda v: Q(token=v), st.uuids()),
    st.builds(lambda v: Q(is_new=v), st.booleans()),
    st.builds(lambda v: Q(count__in=v), st.lists(INTEGERS, max_size=4)),
    st.builds(lambda v: Q(at__year=v), st.integers(1, 9998)),
    st.just(Q(maker__name__isnull=False)),
    st.just(Q(data__isnull=True)),
    st.just(Q(grade__in=["f", "c"], level=Sample.Level.LOW)),
)

ANNOTATIONS = {
    "twice": F("small") * 2,
    "half": F("small") / 2,
    "mixed": Cast("small", FloatField()),
    "cut": Cast(F("positive"), IntegerField()),
    "upper": Upper("slug"),
    "lower": Lower("title"),
    "length": Length("slug"),
    "either": Coalesce("note", Value("none", TextField())),
    "joined": Concat("slug", Value("%s %"), "slug", output_field=CharField()),
    "as_text": Cast("small", CharField()),
    "year": ExtractYear("day"),
    "month": ExtractMonth("at"),
    "weekday": ExtractDay("day"),
    "month_start": TruncMonth("day"),
    "year_start": TruncYear("at"),
    "date": TruncDate("at"),
    "later": F("price") + 1,
    "positive_only": Q(small__gt=0),
}

AGGREGATES = {
    "n": Count("id"),
    "most": Max("price"),
    "least": Min("day"),
    "last": Max("at"),
    "total": Sum("small"),
    "mean": Avg("small"),
    "sum_of_prices": Sum("price"),
    "title": Max("title"),
}


@st.composite
def querysets(draw, model=Sample):
    """A values() or values_list() over samples with filters, annotations, an order and a slice."""
    queryset = model.objects.all()
    for condition in draw(st.lists(FILTERS, max_size=2)):
        queryset = queryset.filter(condition)
    names = draw(st.lists(st.sampled_from(PATHS), min_size=1, max_size=8, unique=True))
    extra = draw(st.lists(st.sampled_from(sorted(ANNOTATIONS)), max_size=3, unique=True))
    queryset = queryset.annotate(**{name: ANNOTATIONS[name] for name in extra})
    layout = draw(st.sampled_from(["values", "list", "flat"]))
    if layout == "values":
        queryset = queryset.values(*names, *extra)
    elif layout == "list":
        queryset = queryset.values_list(*extra, *names)
    else:
        queryset = queryset.values_list(names[0], flat=True)
    order = draw(st.sampled_from(["id", "-id", "title", "-day"]))
    queryset = queryset.order_by(order, "id")
    low = draw(st.sampled_from([None, 0, 1, 3]))
    high = draw(st.sampled_from([None, 0, 2, 5]))
    return queryset[low:high]


@st.composite
def grouped(draw):
    """A values().annotate() with aggregates."""
    names = draw(st.lists(st.sampled_from(["maker", "is_new", "grade"]), max_size=2, unique=True))
    chosen = draw(
        st.lists(st.sampled_from(sorted(AGGREGATES)), min_size=1, max_size=4, unique=True)
    )
    chosen = [name for name in chosen if name not in names]
    rows = Sample.objects.values(*(names or ["maker"]))
    rows = rows.annotate(**{f"x_{name}": AGGREGATES[name] for name in chosen})
    return rows.order_by(*(names or ["maker"]))
