"""`.values()`: a list of objects, the most common JSON view."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

from molt_accel.django import QuerySetResponse

from ..models import Flight


def departures(limit: int) -> QuerySet[Flight, dict[str, Any]]:
    """Departures from JFK with 13 columns of seven types."""
    return Flight.objects.filter(origin="JFK").order_by("id").values(
        "id", "date", "number", "airline", "plane", "dest", "sched_dep_time", "dep_time",
        "dep_delay", "air_time", "distance", "time_hour", "cancelled",
    )[:limit]  # fmt: skip


def django_way(request: HttpRequest) -> JsonResponse:
    return JsonResponse(list(departures(int(request.GET["limit"]))), safe=False)


def native(request: HttpRequest) -> QuerySetResponse:
    return QuerySetResponse(departures(int(request.GET["limit"])))
