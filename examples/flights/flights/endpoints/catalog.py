"""The list of all pairs. A new one is a file beside this one and a line here."""

from . import (
    aggregates,
    annotations,
    asynchronous,
    decorated,
    download,
    joined,
    messagepack,
    ordered,
    prepared,
    rest,
    values,
    values_list,
    weather,
)
from .endpoint import Endpoint

LIST = {"get": "list"}

ENDPOINTS = [
    Endpoint(
        "values, 1,000 rows", "13 columns of seven types, filtered.", "values/",
        values.django_way, values.native, "limit=1000", is_loaded_with_wrk=True,
    ),
    Endpoint(
        "values, 20 rows", "The same view for a short page.", "values/",
        values.django_way, values.native, "limit=20", is_loaded_with_wrk=True,
    ),
    Endpoint(
        "prepared, 1,000 rows", "The QuerySet is compiled once; a request only binds.",
        "prepared/<str:origin>/", prepared.django_way, prepared.native, "limit=1000",
        {"origin": "JFK"}, is_loaded_with_wrk=True,
    ),
    Endpoint(
        "prepared, 20 rows", "Where building the QuerySet is most of the work.",
        "prepared/<str:origin>/", prepared.django_way, prepared.native, "limit=20",
        {"origin": "JFK"}, is_loaded_with_wrk=True,
    ),
    Endpoint(
        "values_list", "1,000 rows as lists.", "values-list/",
        values_list.django_way, values_list.native,
    ),
    Endpoint(
        "values_list, flat", "1,000 values of one nullable column.", "values-list/flat/",
        values_list.flat_django_way, values_list.flat_native,
    ),
    Endpoint(
        "joined columns", "737 flights of one day with four joined tables.", "joined/",
        joined.django_way, joined.native, is_loaded_with_wrk=True,
    ),
    Endpoint(
        "annotations", "1,000 rows with columns computed by the database.", "annotations/",
        annotations.django_way, annotations.native,
    ),
    Endpoint(
        "aggregates", "One day's delays per carrier: counts, average, maximum.", "carriers/",
        aggregates.django_way, aggregates.native,
    ),
    Endpoint(
        "filter and order", "The 200 worst delays of one airport.", "worst/<str:origin>/",
        ordered.django_way, ordered.native, arguments={"origin": "EWR"},
    ),
    Endpoint(
        "floats and decimals", "1,000 hours of weather, many nulls.", "weather/",
        weather.django_way, weather.native,
    ),
    Endpoint(
        "DRF page of 100",
        "A ModelViewSet with a nested airline: page 3 of Southwest's 12,275 flights, counted.",
        "rest/flights/",
        rest.FlightViewSet.as_view(LIST), rest.NativeFlightViewSet.as_view(LIST), "page=3",
        is_loaded_with_wrk=True,
    ),
    Endpoint(
        "DRF page of 1,000", "The same with the largest page.", "rest/flights/",
        rest.FlightViewSet.as_view(LIST), rest.NativeFlightViewSet.as_view(LIST),
        "page_size=1000", is_loaded_with_wrk=True,
    ),
    Endpoint(
        "CSV download", "10,000 rows, streamed.", "december.csv",
        download.django_way, download.native,
    ),
    Endpoint(
        "MessagePack", "1,000 hours of weather, packed.", "weather.msgpack",
        messagepack.django_way, messagepack.native,
    ),
    Endpoint(
        "async view", "1,000 rows from an `async def` view.", "arrivals/",
        asynchronous.django_way, asynchronous.native,
    ),
    Endpoint(
        "@offload", "A decorated view that returns its QuerySet.", "planes/",
        decorated.django_way, decorated.native,
    ),
]  # fmt: skip
