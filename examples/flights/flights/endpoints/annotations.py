"""Annotations: columns that the database computes."""

from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Upper
from django.http import HttpRequest, JsonResponse

from molt_accel.django import QuerySetResponse

from ..models import Flight


def flights() -> QuerySet[Flight, dict[str, Any]]:
    """Flights with what they made up in the air, and a label."""
    return (
        Flight.objects.annotate(
            made_up=F("dep_delay") - F("arr_delay"),
            delay=Coalesce("arr_delay", "dep_delay", Value(0)),
            label=Concat(
                F("airline_id"), Value(" "), F("origin_id"), Value("\u2013"), F("dest_id")
            ),
            operator=Upper("airline__name"),
        )
        .order_by("id")
        .values("id", "label", "operator", "made_up", "delay", "time_hour")[:1000]
    )


def django_way(request: HttpRequest) -> JsonResponse:
    return JsonResponse(list(flights()), safe=False)


def native(request: HttpRequest) -> QuerySetResponse:
    return QuerySetResponse(flights())
