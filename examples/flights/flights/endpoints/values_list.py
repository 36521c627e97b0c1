"""`.values_list()`: a list of lists, and `flat=True`: a list of one column's values."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

from molt_accel.django import QuerySetResponse

from ..models import Flight


def flights() -> QuerySet[Flight, tuple[Any, ...]]:
    """A thousand flights."""
    return Flight.objects.order_by("id").values_list(
        "id", "number", "airline", "origin", "dest", "dep_delay", "arr_delay", "distance"
    )[:1000]


def django_way(request: HttpRequest) -> JsonResponse:
    return JsonResponse(list(flights()), safe=False)


def native(request: HttpRequest) -> QuerySetResponse:
    return QuerySetResponse(flights())


def delays() -> QuerySet[Flight, int | None]:
    """A thousand arrivals' delays; null where the flight did not arrive."""
    flights = Flight.objects.filter(origin="LGA").order_by("id")
    return flights.values_list("arr_delay", flat=True)[:1000]


def flat_django_way(request: HttpRequest) -> JsonResponse:
    return JsonResponse(list(delays()), safe=False)


def flat_native(request: HttpRequest) -> QuerySetResponse:
    return QuerySetResponse(delays())
