"""The same rows as MessagePack, for clients that have it."""

from typing import Any

import msgpack
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from molt_accel.django import QuerySetResponse

from ..models import Weather


def observations() -> QuerySet[Weather, dict[str, Any]]:
    """A thousand hours of weather; dates and decimals travel as text, as in JSON."""
    return (
        Weather.objects.filter(origin="LGA")
        .order_by("id")
        .values(
            "origin", "time_hour", "temp", "humid", "wind_dir", "wind_speed", "precip", "pressure"
        )[:1000]
    )


def django_way(request: HttpRequest) -> HttpResponse:
    body = msgpack.packb(list(observations()), default=DjangoJSONEncoder().default)
    return HttpResponse(body, content_type="application/vnd.msgpack")


def native(request: HttpRequest) -> QuerySetResponse:
    return QuerySetResponse(observations(), format="messagepack")
