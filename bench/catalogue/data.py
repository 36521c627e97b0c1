"""Fills a fresh database with books; the same ones each time."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from django.core.management import call_command

from .models import Book

ROW_COUNT = 5_000
WORDS = """the silent river of amber light and other winter stories from a distant
shore""".split()  # noqa: SIM905
NAMES = (
    "Ada Lovelace",
    "Émile Zola",
    "Jorge Amado",
    "Karen Blixen",
    "Naguib Mahfouz",
    "Selma Lagerlöf",
)


def fill() -> None:
    """Creates the tables and the rows."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    chance = random.Random(20130101)
    Book.objects.bulk_create([book(number, chance) for number in range(ROW_COUNT)])


def book(number: int, chance: random.Random) -> Book:
    """A book with a title of 30 characters; every third one has no subtitle."""
    return Book(
        title=" ".join(chance.choices(WORDS, k=12))[:30],
        author=chance.choice(NAMES),
        price=Decimal(chance.randrange(100, 99_999)) / 100,
        rating=chance.uniform(0, 5),
        published=date(1900, 1, 1) + timedelta(days=chance.randrange(45_000)),
        created=datetime(2020, 1, 1, tzinfo=timezone.utc)
        + timedelta(microseconds=chance.randrange(10**14)),
        in_stock=chance.random() < 0.7,
        subtitle=None if number % 3 == 0 else " ".join(chance.choices(WORDS, k=4)),
    )
