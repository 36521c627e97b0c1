"""The peers and Molt, each as somebody who knows it would write it.

Every view takes the number of rows. `empty` and `ready` show what Django itself costs.
"""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

import orjson
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework import generics, serializers

from molt_accel.django import QuerySetResponse, prepare
from molt_accel.django.drf import MoltListMixin

from .databases import C_LOADER
from .models import COLUMNS, Book

BY_HAND = f"SELECT {', '.join(COLUMNS)} FROM catalogue_book LIMIT ?"
local = threading.local()


def books(count: int) -> QuerySet[Book, dict[str, Any]]:
    return Book.objects.values(*COLUMNS)[:count]


def empty(request: HttpRequest, count: int) -> HttpResponse:
    return HttpResponse(b"", content_type="application/json")


def ready(request: HttpRequest, count: int) -> HttpResponse:
    """A body that was made once."""
    body = local.__dict__.get(count)
    if body is None:
        body = local.__dict__[count] = JsonResponse(list(books(count)), safe=False).content
    return HttpResponse(body, content_type="application/json")


def values(request: HttpRequest, count: int) -> JsonResponse:
    return JsonResponse(list(books(count)), safe=False)


def values_with_c_loader(request: HttpRequest, count: int) -> JsonResponse:
    """PostgreSQL only."""
    return JsonResponse(list(books(count).using(C_LOADER)), safe=False)


def with_orjson(request: HttpRequest, count: int) -> HttpResponse:
    body = orjson.dumps(list(books(count)), default=str)
    return HttpResponse(body, content_type="application/json")


def by_hand(request: HttpRequest, count: int) -> HttpResponse:
    return HttpResponse(by_hand_bytes(count), content_type="application/json")


def by_hand_bytes(count: int) -> bytes:
    """sqlite3 and orjson without Django's ORM. Not Django's bytes: stored forms pass through."""
    connection = local.__dict__.get("connection")
    if connection is None:
        connection = local.connection = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    rows = connection.execute(BY_HAND, (count,))
    return orjson.dumps([dict(zip(COLUMNS, row)) for row in rows])  # noqa: B905


class BookSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = COLUMNS


class BookList(generics.ListAPIView):
    serializer_class = BookSerializer

    def get_queryset(self) -> QuerySet[Book]:
        return Book.objects.all()[: self.kwargs["count"]]


class NativeBookList(MoltListMixin, BookList):
    pass


def ordinary(request: HttpRequest, count: int) -> QuerySetResponse:
    return QuerySetResponse(books(count))


prepared_books = prepare(books)


def prepared(request: HttpRequest, count: int) -> HttpResponse:
    return prepared_books(count)
