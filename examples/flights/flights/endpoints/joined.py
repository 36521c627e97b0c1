"""Columns of joined tables, what `select_related` fetches: inner and left joins, real nulls."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

from molt_accel.django import QuerySetResponse

from ..models import Flight


def flights() -> QuerySet[Flight, dict[str, Any]]:
    """Flights with the names of their airline, plane and airports."""
    return Flight.objects.filter(date="2013-07-04").order_by("id").values(
        "id", "number", "airline__name", "origin__name", "dest__name", "dest__lat", "dest__lon",
        "plane__manufacturer", "plane__model", "plane__year", "plane__seats",
    )  # fmt: skip


def django_way(request: HttpRequest) -> JsonResponse:
    return JsonResponse(list(flights()), safe=False)


def native(request: HttpRequest) -> QuerySetResponse:
    return QuerySetResponse(flights())
