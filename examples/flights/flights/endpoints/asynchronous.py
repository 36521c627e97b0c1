"""An async view."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

from molt_accel.django import QuerySetResponse

from ..models import Flight


def arrivals() -> QuerySet[Flight, dict[str, Any]]:
    """A thousand flights to San Francisco."""
    return (
        Flight.objects.filter(dest="SFO")
        .order_by("id")
        .values(
            "id", "date", "airline", "number", "arr_time", "arr_delay", "distance", "time_hour"
        )[:1000]
    )


async def django_way(request: HttpRequest) -> JsonResponse:
    return JsonResponse([row async for row in arrivals()], safe=False)


async def native(request: HttpRequest) -> QuerySetResponse:
    return await QuerySetResponse.acreate(arrivals())
