"""The prepared form: the QuerySet is built and compiled once, a request only binds its values."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from molt_accel.django import prepare

from ..models import Flight


def by_origin(origin, limit):
    """Departures of one airport, as in values.py."""
    return Flight.objects.filter(origin=origin).order_by("id").values(
        "id", "date", "number", "airline", "plane", "dest", "sched_dep_time", "dep_time",
        "dep_delay", "air_time", "distance", "time_hour", "cancelled",
    )[:limit]  # fmt: skip


departures = prepare(by_origin)


def django_way(request: HttpRequest, origin: str) -> JsonResponse:
    return JsonResponse(list(by_origin(origin, int(request.GET["limit"]))), safe=False)


def native(request: HttpRequest, origin: str) -> HttpResponse:
    return departures(origin, int(request.GET["limit"]))
