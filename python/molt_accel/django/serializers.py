"""What Django stores, written by Molt's codecs: sessions, signed values, cached values.

SESSION_SERIALIZER = "molt_accel.django.serializers.JSONSerializer"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:6379",
        "OPTIONS": {"serializer": "molt_accel.django.serializers.CBORCacheSerializer"},
    }
}
"""

from __future__ import annotations

from typing import Any, Final

from molt_accel import cbor, json

__all__ = ["CBORCacheSerializer", "JSONSerializer"]

_SELF_DESCRIBED: Final = b"\xd9\xd9\xf7"
"""The head of RFC 8949, section 3.4.6: no decimal number begins so."""


class JSONSerializer:
    """Sessions and signed values, with the bytes of ``django.core.signing.JSONSerializer``.

    Sessions that either has written the other reads.
    """

    def dumps(self, obj: Any) -> bytes:
        """The bytes of a value; the errors of ``json.dumps``."""
        return json.dumpb(obj, style="json", separators=(",", ":"))

    def loads(self, data: bytes) -> Any:
        """The value of bytes; `molt_accel.json.JSONDecodeError` for others."""
        return json.loads(data.decode("latin-1"))


class CBORCacheSerializer:
    """Cached values as CBOR, for the ``serializer`` of Django's Redis cache: nothing is unpickled.

    Keeps None, bool, int, float, str, bytes, list, dict, set, aware datetime, date, Decimal, UUID,
    Fraction and IP addresses. Tuples come back as lists. Integers are stored as decimal digits, so
    that ``incr()`` and ``decr()`` work. Raises `molt_accel.cbor.CBOREncodeError` for anything else,
    such as a model's instance.
    """

    def dumps(self, obj: Any) -> Any:
        """The bytes of a value; an integer itself, as Django's serializer does."""
        return obj if type(obj) is int else _SELF_DESCRIBED + cbor.dumps(obj)

    def loads(self, data: Any) -> Any:
        """The value of bytes; `molt_accel.cbor.CBORDecodeError` or ``ValueError`` for others."""
        data = bytes(data)
        return cbor.loads(data) if data.startswith(_SELF_DESCRIBED) else int(data)
