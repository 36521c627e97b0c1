"""The short way through a prepared function: when it is taken, and that nothing is lost by it."""

import asyncio

import pytest
from catalog.models import Sample
from django.core.exceptions import SynchronousOnlyOperation
from django.db import connection, transaction
from django.http import JsonResponse
from django.test.utils import CaptureQueriesContext, override_settings

from molt_accel.django import QuerySetResponse, counters, prepare
from molt_accel.django.prepared import Prepared
from molt_accel.errors import TooLarge, Unavailable

pytestmark = pytest.mark.usefixtures("rows")

S = Sample.objects


def by_title(title, limit):
    return S.filter(title__gte=title, id__gt=0).order_by("id").values("id", "title")[:limit]


def expected(title="", limit=9):
    return JsonResponse(list(by_title(title, limit)), safe=False).content


@pytest.fixture
def ordinary(monkeypatch):
    """The calls that took the ordinary way."""
    calls = []
    native_run = Prepared.native_run

    def counted(self, values, *rest):
        calls.append(dict(values))
        return native_run(self, values, *rest)

    monkeypatch.setattr(Prepared, "native_run", counted)
    return calls


@pytest.fixture
def titles(ordinary):
    """A prepared function whose short way is open."""
    prepared = prepare(by_title)
    prepared("", 9)
    ordinary.clear()
    return prepared


def test_it_is_taken_from_the_second_call_on(titles, ordinary):
    for title, limit in [("", 9), ("first", 1), ("é", 2), ("x" * 70_000, 300)]:
        response = titles(title, limit)
        assert response.content == expected(title, limit)
        assert type(response) is QuerySetResponse
        assert response["Content-Type"] == "application/json"
        assert titles(limit=limit, title=title).content == expected(title, limit)
    assert ordinary == []
    assert counters.snapshot() == {"native": {"inprocess": 9}, "python": {}}


@pytest.mark.parametrize(
    ("title", "limit"), [("", 0), ("", True), ("", 2**31), ("", 2**62), (Sample, 3)]
)
def test_other_values_take_the_ordinary_way(titles, ordinary, title, limit):
    assert titles(title, limit).content == expected(title, limit)
    assert len(ordinary) == 1


def test_text_that_cannot_be_encoded_raises_what_django_raises(titles):
    with pytest.raises(UnicodeEncodeError):
        titles("\ud800", 9)
    with pytest.raises(UnicodeEncodeError):
        expected("\ud800")


def test_none_takes_the_ordinary_way(titles, ordinary):
    assert titles("", None).content == expected("", None)
    assert len(ordinary) == 1


def test_a_transaction_sees_its_own_rows(titles, ordinary):
    with transaction.atomic():
        S.filter(title="third").update(title="zeroth")
        assert titles("", 9).content == expected()
        assert b"zeroth" in titles("", 9).content
        transaction.set_rollback(True)
    assert len(ordinary) == 2
    assert counters.snapshot()["python"] == {"atomic-block": 2}


def test_a_changed_setting_counts_at_once(titles, ordinary):
    with override_settings(MOLT={"lane": "off"}):
        assert titles("", 9).content == expected()
        assert counters.snapshot()["python"] == {"off": 1}
    with override_settings(MOLT={"row_limit": 1}), pytest.raises(TooLarge):
        titles("", 9)
    assert titles("", 9).content == expected()
    assert len(ordinary) == 3


def test_limits_of_the_function_hold(ordinary):
    prepared = prepare(by_title, row_limit=1)
    assert prepared("", 1).content == expected("", 1)
    with pytest.raises(TooLarge):
        prepared("", 9)
    assert len(ordinary) == 1


def test_a_style_is_kept(ordinary):
    prepared = prepare(by_title, style="messagepack")
    first = prepared("", 9)
    second = prepared("", 9)
    assert second.content == first.content
    assert second["Content-Type"] == "application/vnd.msgpack"
    assert len(ordinary) == 1


def test_captured_queries_hold_the_native_one(titles, ordinary):
    with CaptureQueriesContext(connection) as queries:
        titles("", 9)
    assert [query["molt"] for query in queries.captured_queries] == ["inprocess"]
    assert len(ordinary) == 1


def test_an_instrumented_connection_takes_the_python_path(titles):
    with connection.execute_wrapper(lambda execute, *given: execute(*given)):
        assert titles("", 9).content == expected()
    assert counters.snapshot()["python"] == {"instrumented-connection": 1}


def test_a_coroutine_is_refused(titles):
    async def view():
        return titles("", 9)

    with pytest.raises(SynchronousOnlyOperation):
        asyncio.run(view())


def test_a_native_error_takes_the_python_path(titles, ordinary):
    plain = titles._plain["default"]

    def fail(arguments):
        raise Unavailable("the disk is gone")

    titles._plain["default"] = plain._replace(run=fail)
    assert titles("", 9).content == expected()
    assert ordinary == []
    assert counters.snapshot()["python"] == {"unavailable": 1}


def test_a_router_decides_about_each_call(titles):
    class Router:
        def db_for_read(self, model, **hints):
            return "memory"

    routers = override_settings(DATABASE_ROUTERS=[Router()])
    with routers, pytest.raises(Exception, match="no such table"):
        titles("", 9)
    assert titles("", 9).content == expected()
