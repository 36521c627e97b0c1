"""Floats and decimals with many nulls: the hourly weather."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

from molt_accel.django import QuerySetResponse

from ..models import Weather


def observations() -> QuerySet[Weather, dict[str, Any]]:
    """A thousand hours at one airport."""
    return Weather.objects.filter(origin="EWR").order_by("id").values(
        "origin", "time_hour", "temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust",
        "precip", "pressure", "visib",
    )[:1000]  # fmt: skip


def django_way(request: HttpRequest) -> JsonResponse:
    return JsonResponse(list(observations()), safe=False)


def native(request: HttpRequest) -> QuerySetResponse:
    return QuerySetResponse(observations())
