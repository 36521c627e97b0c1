"""Django REST framework: lists answered natively, renderers and parsers on Molt's codecs.

from molt_accel.django.drf import MoltListMixin

class FlightViewSet(MoltListMixin, ModelViewSet):
    queryset = Flight.objects.select_related("airline").order_by("id")
    serializer_class = FlightSerializer

    MoltListMixin                           lists straight from the database
    MoltJSONRenderer, MoltJSONParser        the bytes and values of DRF's own, faster
    MessagePackRenderer, MessagePackParser  application/vnd.msgpack
    CBORRenderer, CBORParser                application/cbor

``molt_accel.django.drf.tokens`` has `JWTAuthentication` for bearer tokens.
"""

from __future__ import annotations

from molt_accel.django.drf.listing import MoltListMixin
from molt_accel.django.drf.rendering import (
    CBORParser,
    CBORRenderer,
    MessagePackParser,
    MessagePackRenderer,
    MoltJSONParser,
    MoltJSONRenderer,
)

__all__ = [
    "CBORParser",
    "CBORRenderer",
    "MessagePackParser",
    "MessagePackRenderer",
    "MoltJSONParser",
    "MoltJSONRenderer",
    "MoltListMixin",
]
