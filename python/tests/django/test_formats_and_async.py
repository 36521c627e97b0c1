"""CSV, MessagePack, compact, and coroutines, against their Python paths."""

import asyncio
import csv
import io
import json
import sys

import pytest
from asgiref.sync import async_to_sync
from catalog.models import Custom, Maker, Sample
from django.core.exceptions import SynchronousOnlyOperation
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Avg, F
from django.http import HttpResponse, JsonResponse
from django.test import RequestFactory, override_settings
from test_fallbacks import Raising

from molt_accel import errors
from molt_accel._messagepack import unpack
from molt_accel.django import (
    ROWS,
    CSVResponse,
    QuerySetResponse,
    answers,
    asynchronous,
    counters,
    offload,
    prepare,
)
from molt_accel.django.python_path import render

pytestmark = pytest.mark.usefixtures("rows")

FIELDS = [
    field.name for field in Sample._meta.concrete_fields if field.name not in ("blob", "data")
]


def samples():
    return Sample.objects.order_by("id")


def as_csv(queryset, names):
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if names is not None:
        writer.writerow(names)
    for row in queryset:
        if isinstance(row, dict):
            row = row.values()
        writer.writerow(row if isinstance(row, (tuple, type({}.values()))) else [row])
    return buffer.getvalue().encode()


CSV = {
    "all fields": (lambda: samples().values(*FIELDS), FIELDS),
    "lists": (lambda: samples().values_list("title", "id"), ["title", "id"]),
    "flat": (lambda: samples().values_list("note", flat=True), ["note"]),
    "expressions": (
        lambda: samples().annotate(x=F("weight") * 2, y=F("span")).values_list("id", "x", "y"),
        ["id", "x", "y"],
    ),
    "aggregates": (
        lambda: Sample.objects.values("maker").annotate(m=Avg("weight")).order_by("maker"),
        ["maker", "m"],
    ),
    "empty": (lambda: Sample.objects.none().values("id"), ["id"]),
}


@pytest.mark.parametrize("name", CSV)
@pytest.mark.parametrize("header", [True, False])
def test_csv_is_what_the_csv_module_writes(name, header):
    rows, names = CSV[name]
    if sys.version_info < (3, 11):  # its csv module refuses NUL, which native code writes
        Sample.objects.exclude(note=None).update(note='a "quoted" \n line')
    response = CSVResponse(rows(), header=header)
    assert response.getvalue() == as_csv(rows(), names if header else None)
    assert counters.snapshot()["native"] == {"inprocess": 1} or name == "empty"


def test_csv_headers():
    response = QuerySetResponse(samples().values("id"), format="csv", filename="é.csv")
    assert isinstance(response, CSVResponse)
    assert response.headers["Content-Disposition"] == "attachment; filename*=utf-8''%C3%A9.csv"
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.streaming


def test_csv_of_a_column_that_only_python_writes():
    rows = samples().values_list("id", "data")
    assert CSVResponse(rows.all()).getvalue() == as_csv(rows, ["id", "data"])
    assert counters.snapshot()["python"] == {"unsupported-column": 1}
    loud = Custom.objects.values_list("loud")
    assert CSVResponse(loud).getvalue() == b"loud\r\nQUIET\r\n"


def test_csv_of_many_rows_comes_in_pieces():
    Maker.objects.bulk_create(Maker(code=str(n), name="x" * 90) for n in range(900))
    rows = Maker.objects.order_by("code").values_list("code", "name")
    pieces = list(CSVResponse(rows))
    assert len(pieces) > 1
    assert b"".join(pieces) == as_csv(rows, ["code", "name"])


def test_limits_of_a_download():
    with override_settings(MOLT={"row_limit": 1, "byte_limit": 5}):
        assert CSVResponse(Maker.objects.values_list("code")).getvalue().count(b"\r\n") == 3
    with pytest.raises(errors.TooLarge):
        CSVResponse(Maker.objects.values_list("code"), row_limit=1).getvalue()


def test_csv_goes_on_in_python_behind_what_was_sent(monkeypatch):
    _failing(monkeypatch, errors.Unsupported)
    rows = Maker.objects.order_by("code").values_list("code", "name")
    assert CSVResponse(rows).getvalue() == as_csv(rows, ["code", "name"])
    rows = Maker.objects.order_by("code").values_list("name", "code")
    with pytest.raises(Exception, match="late"):  # the answer does not begin with what was sent
        CSVResponse(rows).getvalue()


def test_csv_does_not_go_on_after_other_errors(monkeypatch):
    _failing(monkeypatch, errors.ConnectionLost)
    with pytest.raises(errors.ConnectionLost):
        CSVResponse(Maker.objects.values_list("code")).getvalue()


def test_csv_under_asgi():
    async def read():
        return b"".join([piece async for piece in CSVResponse(rows)])

    rows = samples().values_list("id", "title", "at")
    expected = as_csv(rows.all(), ["id", "title", "at"])
    assert async_to_sync(read)() == expected
    assert asyncio.run(read()) == expected
    assert counters.snapshot()["native"] == {"inprocess": 2}


@pytest.mark.parametrize("error", [errors.Unsupported, errors.Timeout])
def test_csv_under_asgi_that_fails_late(monkeypatch, error):
    _failing(monkeypatch, error)
    rows = Maker.objects.order_by("code").values_list("code", "name")

    async def read():
        return b"".join([piece async for piece in CSVResponse(rows)])

    expected = as_csv(rows.all(), ["code", "name"])
    if error is errors.Unsupported:
        assert asyncio.run(read()) == expected
    else:
        with pytest.raises(error):
            asyncio.run(read())


def test_compact():
    rows = samples().values(*FIELDS, "data")
    ours = QuerySetResponse(rows, style="compact")
    theirs = json.dumps(
        list(rows), cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")
    )
    assert ours.content == theirs.encode()
    assert counters.snapshot()["native"]


@pytest.mark.parametrize("envelope", [None, {"n": 4, "rows": ROWS}])
def test_messagepack(envelope):
    rows = samples().values(*FIELDS, "data", "blob")
    ours = QuerySetResponse(rows, format="messagepack", envelope=envelope)
    assert counters.snapshot()["native"]
    assert ours.headers["Content-Type"] == "application/vnd.msgpack"
    assert ours.content == render(list(rows), "messagepack", envelope)
    decoded = unpack(ours.content)
    assert (decoded if envelope is None else decoded["rows"])[0]["blob"] == b"\x00\xff"


def makers():
    return Maker.objects.order_by("code").values("code", "name")


def expected():
    return JsonResponse(list(makers()), safe=False).content


def test_coroutines():
    async def view():
        return await QuerySetResponse.acreate(makers(), status=202)

    body = expected()
    for run in (asyncio.run, lambda coroutine: async_to_sync(_identity)(coroutine)):
        response = run(view())
        assert (response.content, response.status_code) == (body, 202)
    assert counters.snapshot() == {"native": {"inprocess": 2}, "python": {}}


def test_a_coroutine_on_the_python_path():
    async def view():
        return await QuerySetResponse.acreate(Custom.objects.values("loud"))

    assert async_to_sync(view)().content == b'[{"loud": "QUIET"}]'
    assert counters.snapshot()["python"] == {"unsupported-column": 1}


def test_a_coroutine_beneath_atomic_sees_the_threads_transaction():
    async def view():
        return await QuerySetResponse.acreate(makers())

    with transaction.atomic():
        Maker.objects.create(code="NEW", name="new")
        assert b"NEW" in async_to_sync(view)().content
        assert counters.snapshot()["python"] == {"atomic-block": 1}
        transaction.set_rollback(True)


def test_the_blocking_constructor_is_refused_in_a_coroutine():
    async def view():
        return QuerySetResponse(makers())

    with pytest.raises(SynchronousOnlyOperation, match=r"await QuerySetResponse\.acreate"):
        asyncio.run(view())


def test_offload_and_prepare_in_coroutines():
    prepared = prepare(lambda code: makers().filter(code__gte=code))
    in_json = prepare(lambda n: samples().filter(data__n=n).values("id"))

    @offload
    async def view(request):
        return makers()

    @offload
    async def passes(request):
        return HttpResponse(b"own")

    async def run():
        request = RequestFactory().get("/")
        return (
            (await view(request)).content,
            (await passes(request)).content,
            (await prepared.aresponse(code="")).content,
            await prepared.abytes(""),
            await in_json.abytes("12"),
        )

    bodies = [expected(), b"own", expected(), expected()]
    found = samples().filter(data__n="12").values("id")
    bodies.append(JsonResponse(list(found), safe=False).content)
    assert list(asyncio.run(run())) == bodies
    assert list(async_to_sync(run)()) == bodies


def test_a_client_that_leaves_ends_the_run(monkeypatch):
    ended = []
    has_begun = asyncio.Event()

    class Waiting:
        async def run_async(self, arguments, **limits):
            has_begun.set()
            try:
                await asyncio.sleep(600)
            except asyncio.CancelledError:
                ended.append(True)
                raise

    real = asynchronous.native_run_async

    async def run(*arguments):
        native = await real(*arguments)
        return native._replace(plan=native.plan._replace(statement=Waiting()))

    monkeypatch.setattr("molt_accel.django.responses.native_run_async", run)

    async def leave():
        task = asyncio.create_task(QuerySetResponse.acreate(makers()))
        await asyncio.wait_for(has_begun.wait(), 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    makers().query.get_compiler("default").as_sql()
    asyncio.run(leave())
    assert ended == [True]


def _failing(monkeypatch, error):
    real = answers.native_run

    class Both(Raising):
        async def stream_async(self, arguments, **limits):
            for piece in self.stream(arguments, **limits):
                yield piece

    def run(*arguments):
        native = real(*arguments)
        return native._replace(plan=native.plan._replace(statement=Both(error("late"))))

    monkeypatch.setattr(answers, "native_run", run)


async def _identity(coroutine):
    return await coroutine
