"""A CSV download, streamed."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from molt_accel.django import CSVResponse

from ..models import Flight

COLUMNS = ("id", "date", "airline", "number", "plane", "origin", "dest", "dep_delay", "distance")


def december() -> QuerySet[Flight, tuple[Any, ...]]:
    """The first 10,000 flights of December."""
    return (
        Flight.objects.filter(date__gte="2013-12-01").order_by("id").values_list(*COLUMNS)[:10000]
    )


class Echo:
    """A file whose `write` hands the text back, as Django's documentation has it."""

    def write(self, text: str) -> str:
        return text


def lines(rows: QuerySet[Flight, tuple[Any, ...]]) -> Iterator[str]:
    """A header and one line per row."""
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for row in rows.iterator():
        yield writer.writerow(row)


def django_way(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(lines(december()), content_type="text/csv; charset=utf-8")


def native(request: HttpRequest) -> CSVResponse:
    return CSVResponse(december())
