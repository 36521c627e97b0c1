"""Aggregates per group. The database does most of the work here, whoever asks it."""

from typing import Any

from django.db.models import Avg, Count, Max, Q, QuerySet
from django.http import HttpRequest, JsonResponse

from molt_accel.django import QuerySetResponse

from ..models import Flight


def carriers() -> QuerySet[Flight, dict[str, Any]]:
    """One day's delays per carrier."""
    return (
        Flight.objects.filter(date="2013-07-04")
        .values("airline", "airline__name")
        .annotate(
            flights=Count("id"),
            cancelled=Count("id", filter=Q(cancelled=True)),
            average_delay=Avg("dep_delay"),
            worst_delay=Max("dep_delay"),
        )
        .order_by("-flights", "airline")
    )


def django_way(request: HttpRequest) -> JsonResponse:
    return JsonResponse(list(carriers()), safe=False)


def native(request: HttpRequest) -> QuerySetResponse:
    return QuerySetResponse(carriers())
