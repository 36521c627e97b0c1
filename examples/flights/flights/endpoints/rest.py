"""A DRF ModelViewSet, paginated, with a nested airline."""

from rest_framework import pagination, serializers, viewsets

from molt_accel.django.drf import MoltListMixin

from ..models import Airline, Flight


class AirlineSerializer(serializers.ModelSerializer):
    class Meta:
        model = Airline
        fields = ["carrier", "name"]


class FlightSerializer(serializers.ModelSerializer):
    airline = AirlineSerializer()

    class Meta:
        model = Flight
        fields = [
            "id", "date", "number", "airline", "plane", "origin", "dest", "sched_dep_time",
            "dep_delay", "arr_delay", "air_time", "distance", "time_hour", "cancelled",
        ]  # fmt: skip


class FlightPagination(pagination.PageNumberPagination):
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000


class FlightViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Flight.objects.filter(airline="WN").select_related("airline").order_by("id")
    serializer_class = FlightSerializer
    pagination_class = FlightPagination


class NativeFlightViewSet(MoltListMixin, FlightViewSet):
    pass
