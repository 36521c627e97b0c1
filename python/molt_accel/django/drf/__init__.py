"""Lists of Django REST framework answered natively.

from molt_accel.django.drf import MoltListMixin

class FlightViewSet(MoltListMixin, ModelViewSet):
    queryset = Flight.objects.select_related("airline").order_by("id")
    serializer_class = FlightSerializer
"""

from __future__ import annotations

from molt_accel.django.drf.listing import MoltListMixin

__all__ = ["MoltListMixin"]
