"""What takes the Python path, with the same bytes and its reason; strict mode; errors."""

import logging
import pickle
import unittest

import pytest
from catalog.models import ALL, Maker, Sample
from django.db import connection, connections, models, transaction
from django.http import HttpResponse, JsonResponse
from django.test import (
    RequestFactory,
    SimpleTestCase,
    TestCase,
    TransactionTestCase,
    override_settings,
)
from django.test.utils import CaptureQueriesContext, isolate_apps

from molt_accel import errors
from molt_accel.django import (
    NotNative,
    QuerySetResponse,
    answers,
    counters,
    databases,
    explain,
    offload,
)
from molt_accel.django.middleware import MoltErrorMiddleware, error_response

REAL_OPEN = databases._open
ON_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="this is about SQLite")

pytestmark = pytest.mark.usefixtures("rows")


def makers():
    return Maker.objects.order_by("code").values("code", "name")


def python(queryset, reason, **options):
    counters.reset()
    ours = QuerySetResponse(queryset, **options)
    theirs = JsonResponse(list(queryset.all()), safe=False)
    assert ours.content == theirs.content
    assert counters.snapshot() == {"native": {}, "python": {reason: 1}}


def test_inside_atomic_the_own_rows_are_seen():
    with transaction.atomic():
        Maker.objects.create(code="NEW", name="new")
        assert b"NEW" in QuerySetResponse(makers()).content
        python(makers(), "atomic-block")
        transaction.set_rollback(True)
    assert b"NEW" not in QuerySetResponse(makers()).content


def test_without_autocommit():
    transaction.set_autocommit(False)
    try:
        python(makers(), "autocommit-off")
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)


def test_an_instrumented_connection():
    with connection.execute_wrapper(lambda execute, *arguments: execute(*arguments)):
        python(makers(), "instrumented-connection")


def test_a_test_case_that_forbids_queries():
    class Forbidding(SimpleTestCase):
        def test_rows(self):
            QuerySetResponse(makers())

    result = unittest.TestResult()
    unittest.TestLoader().loadTestsFromTestCase(Forbidding).run(result)
    ((_, text),) = result.failures  # the error is an AssertionError
    assert "Database" in text
    assert "not allowed" in text
    assert counters.snapshot()["python"] == {"instrumented-connection": 1}


def test_responses_can_be_cached():
    response = QuerySetResponse(makers())
    assert pickle.loads(pickle.dumps(response)).content == response.content


def test_an_in_memory_database():
    with connections["memory"].schema_editor() as editor:
        editor.create_model(Maker)
    try:
        Maker.objects.using("memory").create(code="MEM", name="m")
        python(makers().using("memory"), "in-memory-database")
    finally:
        with connections["memory"].schema_editor() as editor:
            editor.delete_model(Maker)


def test_a_lane_that_is_off_and_a_database_that_is_not_listed():
    with override_settings(MOLT={"lane": "off"}):
        python(makers(), "off")
    with override_settings(MOLT={"databases": ["memory"]}):
        python(makers(), "database-not-listed")


def test_queries_that_only_python_runs():
    if connection.vendor == "sqlite":  # elsewhere Django wants a transaction, which is native never
        python(Maker.objects.select_for_update().values("code"), "unsupported-query")
    python(Maker.objects.values_list("code", named=True), "unsupported-query")
    loaded = makers()
    list(loaded)
    python(loaded, "already-evaluated")


def test_a_queryset_class_with_rows_of_its_own():
    class Own(models.QuerySet):
        def _fetch_all(self):
            super()._fetch_all()
            self._result_cache = [{"own": True}]

    counters.reset()
    assert QuerySetResponse(Own(Maker).values("code")).content == b'[{"own": true}]'
    assert counters.snapshot()["python"] == {"unsupported-query": 1}


@isolate_apps("catalog")
def test_a_plain_queryset_class_is_native():
    class Plain(models.QuerySet):
        def boeing(self):
            return self.filter(code="BOE")

    counters.reset()
    QuerySetResponse(Plain(Maker).boeing().values("code"))
    assert counters.snapshot()["native"]


def test_another_charset():
    counters.reset()
    ours = QuerySetResponse(makers(), content_type="application/json; charset=utf-16")
    theirs = JsonResponse(
        list(makers()), safe=False, content_type="application/json; charset=utf-16"
    )
    assert ours.content == theirs.content
    assert counters.snapshot()["python"] == {"charset": 1}


def test_status_and_headers_are_those_of_http_response():
    ours = QuerySetResponse(makers(), status=203, headers={"X-Own": "1"})
    theirs = JsonResponse(list(makers()), safe=False, status=203, headers={"X-Own": "1"})
    assert (ours.status_code, dict(ours.headers)) == (203, dict(theirs.headers))


@ON_SQLITE
@override_settings(USE_TZ=True)
def test_a_database_time_zone():
    connection.settings_dict["TIME_ZONE"] = "Asia/Tokyo"
    connection.__dict__.pop("timezone", None)
    connection.__dict__.pop("timezone_name", None)
    try:
        python(Sample.objects.values("at"), "time-zone")
    finally:
        connection.settings_dict["TIME_ZONE"] = None
        connection.__dict__.pop("timezone", None)
        connection.__dict__.pop("timezone_name", None)


@ON_SQLITE
def test_values_that_native_code_cannot_write_take_the_python_path_at_run_time():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_sample SET day = '2013-1-1' WHERE title = 'third'")
    python(Sample.objects.order_by("id").values("day"), "native-unsupported")


def test_a_table_that_does_not_exist_raises_what_django_raises():
    with connection.schema_editor() as editor:
        editor.delete_model(ALL[-1])
    try:
        rows = ALL[-1].objects.values("quiet")
        with pytest.raises(Exception, match=r'no such table: catalog_custom|"catalog_custom" does'):
            QuerySetResponse(rows)
        final = connection.vendor == "postgresql"
        assert list(counters.snapshot()["python"]) == [
            "native-unsupported" if final else "native-error"
        ]
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(ALL[-1])


def test_binary_raises_what_json_response_raises():
    with pytest.raises(TypeError, match="Object of type bytes is not JSON serializable"):
        QuerySetResponse(Sample.objects.values("blob"))


def test_a_missing_library_takes_the_python_path(monkeypatch, caplog):
    def missing(*_):
        raise errors.LibraryNotFound("libmolt.so is nowhere: set MOLT_LIBRARY.")

    monkeypatch.setattr(databases, "_open", missing)
    with caplog.at_level(logging.INFO, "molt_accel.django"):
        for _ in range(2):
            QuerySetResponse(makers())
    assert counters.snapshot() == {"native": {}, "python": {"unavailable": 2}}
    warnings = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 1
    assert "libmolt.so is nowhere: set MOLT_LIBRARY." in warnings[0].getMessage()


def test_a_worker_that_is_not_running_takes_the_python_path(monkeypatch, tmp_path):
    monkeypatch.setattr(databases, "_open", REAL_OPEN)
    with override_settings(MOLT={"lane": "worker", "socket": str(tmp_path / "none.sock")}):
        python(makers(), "unavailable")


def test_strict_mode_raises_the_reason():
    with override_settings(MOLT={"strict": True}):
        assert QuerySetResponse(makers()).status_code == 200
        with transaction.atomic(), pytest.raises(NotNative, match="inside atomic") as raised:
            QuerySetResponse(makers())
    assert raised.value.reason == "atomic-block"


def test_model_instances_and_other_things_are_refused():
    with pytest.raises(TypeError, match=r"catalog.Maker instances .* name the fields with values"):
        QuerySetResponse(Maker.objects.all())
    with pytest.raises(TypeError, match="A QuerySet is needed, not list"):
        QuerySetResponse([])
    with pytest.raises(TypeError, match="set the safe parameter to False"):
        QuerySetResponse(makers(), safe=True)
    with pytest.raises(ValueError, match="There is no style 'drf'"):
        QuerySetResponse(makers(), style="drf")
    with pytest.raises(ValueError, match="There is no format 'xml'"):
        QuerySetResponse(makers(), format="xml")
    with pytest.raises(ValueError, match="ROWS as exactly one of its values"):
        QuerySetResponse(makers(), envelope={"rows": []})


def test_limits_raise():
    with pytest.raises(errors.TooLarge):
        QuerySetResponse(Sample.objects.values("id"), row_limit=2)
    with override_settings(MOLT={"row_limit": 2}), pytest.raises(errors.TooLarge):
        QuerySetResponse(Sample.objects.values("id"))


ERRORS = [
    (errors.InvalidInput, 400),
    (errors.Busy, 429),
    (errors.Unavailable, 503),
    (errors.Timeout, 504),
    (errors.Cancelled, 499),
    (errors.InternalError, 500),
    (errors.Unsupported, 501),
    (errors.TooLarge, 413),
    (errors.Forbidden, 403),
]


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_an_error_becomes_its_http_status_without_details(error, status):
    middleware = MoltErrorMiddleware(lambda request: HttpResponse())
    request = RequestFactory().get("/")
    response = middleware.process_exception(request, error("secret details"))
    assert response.status_code == status
    assert b"secret" not in response.content
    assert ("Retry-After" in response.headers) == (status in (429, 503))
    assert middleware.process_exception(request, ValueError()) is None
    assert middleware(request).status_code == 200
    assert error_response(error("x")).status_code == status


class Raising:
    """A statement that fails as a native one can."""

    def __init__(self, error):
        self.error = error

    def run(self, arguments, **limits):
        raise self.error

    def stream(self, arguments, **limits):
        yield b"code"
        raise self.error


RAISED = [errors.Timeout, errors.Busy, errors.Cancelled, errors.TooLarge]
PYTHON = [
    (errors.InternalError, "native-error"),
    (errors.ConnectionLost, "unavailable"),
    (errors.Unsupported, "native-unsupported"),
    (errors.Forbidden, "native-error"),
]


def _failing(monkeypatch, error):
    real = answers.native_run

    def run(*arguments):
        native = real(*arguments)
        return native._replace(plan=native.plan._replace(statement=Raising(error("late"))))

    monkeypatch.setattr(answers, "native_run", run)


@pytest.mark.parametrize("error", RAISED)
def test_errors_that_the_view_gets(monkeypatch, error):
    _failing(monkeypatch, error)
    with pytest.raises(error):
        QuerySetResponse(makers())


@pytest.mark.parametrize(("error", "reason"), PYTHON)
def test_errors_that_the_python_path_answers(monkeypatch, error, reason):
    _failing(monkeypatch, error)
    counters.reset()
    assert QuerySetResponse(makers()).content == JsonResponse(list(makers()), safe=False).content
    assert counters.snapshot() == {"native": {}, "python": {reason: 1}}


def test_a_native_query_is_in_the_query_log():
    with CaptureQueriesContext(connection) as captured:
        QuerySetResponse(makers())
    assert [query["molt"] for query in captured.captured_queries] == ["inprocess"]
    assert captured.captured_queries[0]["sql"].startswith("SELECT")


def test_offload():
    view = offload(lambda request: makers())
    assert view(None).content == JsonResponse(list(makers()), safe=False).content
    compact = offload(style="compact")(lambda request: makers())
    assert b'": "' not in compact(None).content
    passed = HttpResponse(b"own")
    assert offload(lambda request: passed)(None) is passed
    with pytest.raises(TypeError, match="must return a QuerySet or an HttpResponse, not dict"):
        offload(lambda request: {})(None)


def test_the_log_names_the_view_once(caplog):
    with caplog.at_level(logging.INFO, "molt_accel.django"), transaction.atomic():
        QuerySetResponse(makers())
        QuerySetResponse(makers())
    (record,) = caplog.records
    assert record.getMessage().startswith(
        "test_fallbacks.test_the_log_names_the_view_once takes the Python path (atomic-block): "
    )


def test_explain_prints_columns_and_reasons():
    text = str(explain(Sample.objects.values("id", "price", total=models.Sum("price"))))
    assert text.startswith("native, in process\n  SELECT ")
    assert ("price  decimal (digits 12, places 2" in text) is (connection.vendor == "sqlite")
    assert "  price  decimal" in text
    nothing = explain(Sample.objects.none().values("id"))
    assert (bool(nothing), str(nothing)) == (
        True,
        "native: no row can match, the database is not asked",
    )
    with transaction.atomic():
        assert str(explain(makers())).startswith("Python path (atomic-block): The database")


def test_django_test_cases():
    class Inside(TestCase):
        def test_rows(self):
            counters.reset()
            Maker.objects.create(code="TST", name="t")
            assert b"TST" in QuerySetResponse(makers()).content
            assert counters.snapshot()["python"] == {"atomic-block": 1}

    class Outside(TransactionTestCase):
        def _fixture_teardown(self):
            pass

        def test_rows(self):
            counters.reset()
            with self.assertNumQueries(1):
                QuerySetResponse(makers())
            assert counters.snapshot()["native"] == {"inprocess": 1}

    for case in (Inside, Outside):
        result = unittest.TestResult()
        unittest.TestLoader().loadTestsFromTestCase(case).run(result)
        assert result.testsRun == 1
        assert result.wasSuccessful(), result.failures + result.errors
