"""Rows as `QuerySet.values()` gives them, and what orjson needs to write them as Django does."""

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import Any

_START = datetime.datetime(2024, 1, 1, 8, 30, 15, 123456, datetime.timezone.utc)


def rows(count: int) -> list[dict[str, Any]]:
    """So many rows of nine columns, a Decimal, a UUID, a date and a point in time among them."""
    return [
        {
            "id": number,
            "uuid": uuid.UUID(int=number * 0x9E3779B97F4A7C15 << 32),
            "title": f"The {number}th book on the shelf",
            "author": f"Author {number % 97}",
            "price": decimal.Decimal(number * 37 % 10_000) / 100,
            "rating": number % 50 / 10,
            "published": (_START + datetime.timedelta(days=number)).date(),
            "created": _START + datetime.timedelta(seconds=number * 61, milliseconds=number),
            "available": number % 3 == 0,
        }
        for number in range(count)
    ]


def default(value: Any) -> str:
    """What a project writes for orjson: the texts of DjangoJSONEncoder."""
    if isinstance(value, datetime.datetime):
        text = value.isoformat()
        if value.microsecond:
            text = text[:23] + text[26:]
        return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not written")
