"""Rows for the tests that do not generate their own."""

import datetime
import uuid
from decimal import Decimal

from django.db import connection, transaction

from .models import ALL, Custom, Maker, Plant, Sample

UTC = datetime.timezone.utc
NUL = "" if connection.vendor == "postgresql" else "\x00"


@transaction.atomic
def fill():
    clear()
    boeing = Maker.objects.create(code="BOE", name="Boeing", founded=datetime.date(1916, 7, 15))
    airbus = Maker.objects.create(code="AIR", name="Airbus \u2028 «é» \U0001f6eb", founded=None)
    plant = Plant.objects.create(maker=boeing, city="Everett", identifier=uuid.UUID(int=7))
    empty = Plant.objects.create(maker=None, city="Nowhere", identifier=uuid.UUID(int=2**127))
    full = {
        "maker": boeing,
        "plant": plant,
        "note": f'a "quoted" \\ line\nwith {NUL} \x1f \x7f and </script>',
        "email": "a@example.org",
        "link": "https://example.org/?a=1&b=2",
        "grade": "f",
        "level": 2,
        "small": -5,
        "count": 7,
        "big": 2**63 - 1,
        "positive": 4,
        "weight": 0.1,
        "price": Decimal("1234.50"),
        "tiny": Decimal("0.0000000001"),
        "is_new": True,
        "is_old": False,
        "day": datetime.date(1, 1, 1),
        "at": datetime.datetime(2013, 1, 1, 10, 0, 0, 123456, tzinfo=UTC),
        "clock": datetime.time(10, 0, 0, 5),
        "span": datetime.timedelta(days=-2, seconds=3, microseconds=4),
        "token": uuid.UUID("12345678123456781234567812345678"),
        "data": {"a": [1, 2.5, None, True, "é\u2028"], "b": {"c": "\U0001f600"}, "n": "12"},
        "blob": b"\x00\xff",
        "address": "::1",
        "file": "files/é.txt",
    }
    Sample.objects.create(title="first \U0001f600 é", **full)
    Sample.objects.create(title="", maker=airbus, plant=empty, count=-1, price=Decimal("0.00"))
    Sample.objects.create(title="third", weight=1e22, big=-(2**63), tiny=Decimal("0E-10"))
    Sample.objects.create(
        title="fourth",
        weight=5,
        day=datetime.date(9999, 12, 31),
        at=datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        clock=datetime.time(0),
        span=datetime.timedelta(0),
        data=[],
        plant=plant,
    )
    Custom.objects.create(loud="quiet", quiet="quiet")


@transaction.atomic
def clear():
    for model in reversed(ALL):
        model.objects.all().delete()
