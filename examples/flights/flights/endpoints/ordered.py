"""Filter and order: the worst delays of one airport."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

from molt_accel.django import QuerySetResponse

from ..models import Flight


def worst(origin: str) -> QuerySet[Flight, dict[str, Any]]:
    """The 200 worst delays, the worst first."""
    return (
        Flight.objects.filter(origin=origin, dep_delay__gte=60)
        .order_by("-dep_delay")
        .values("id", "date", "airline__name", "number", "dest", "dep_delay", "arr_delay")[:200]
    )


def django_way(request: HttpRequest, origin: str) -> JsonResponse:
    return JsonResponse(list(worst(origin)), safe=False)


def native(request: HttpRequest, origin: str) -> QuerySetResponse:
    return QuerySetResponse(worst(origin))
