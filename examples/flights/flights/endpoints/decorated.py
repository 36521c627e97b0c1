"""`@offload`: a view that returns a QuerySet."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

from molt_accel.django import offload

from ..models import Plane


def wide_bodies() -> QuerySet[Plane, dict[str, Any]]:
    """Planes with 200 seats and more, all columns."""
    return Plane.objects.filter(seats__gte=200).order_by("tailnum").values()


def django_way(request: HttpRequest) -> JsonResponse:
    return JsonResponse(list(wide_bodies()), safe=False)


@offload
def native(request: HttpRequest) -> QuerySet[Plane, dict[str, Any]]:
    return wide_bodies()
