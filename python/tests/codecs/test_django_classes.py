"""Responses, renderers, parsers and serializers: the bytes and values of Django's and DRF's own."""

import datetime as dt
import decimal
import io
import json
import math
import uuid
from collections import OrderedDict

import pytest
from django.contrib.sessions.serializers import JSONSerializer as DjangoSerializer
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.http import JsonResponse
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy
from generated import of_django, plain
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList
from rest_framework.views import APIView

from molt_accel import cbor, msgpack
from molt_accel.django import MoltJsonResponse
from molt_accel.django.drf import (
    CBORParser,
    CBORRenderer,
    MessagePackParser,
    MessagePackRenderer,
    MoltJSONParser,
    MoltJSONRenderer,
)
from molt_accel.django.serializers import CBORCacheSerializer, JSONSerializer


def outcome(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error), str(error)


class BookSerializer(serializers.Serializer):
    title = serializers.CharField()
    price = serializers.DecimalField(max_digits=8, decimal_places=2)
    added = serializers.DateTimeField(default=dt.datetime(2026, 1, 2, tzinfo=dt.timezone.utc))


BOOKS = BookSerializer(
    [{"title": "ä\u2028", "price": "1.5", "added": dt.datetime.min}] * 3, many=True
)
BOOK = BookSerializer({"title": "T", "price": decimal.Decimal("2.50"), "added": dt.datetime.max})


def errors():
    serializer = BookSerializer(data={"title": "", "price": "x"})
    serializer.is_valid()
    return serializer.errors


DATA = {
    "None": None,
    "an empty object": {},
    "an empty list": [],
    "ReturnList": ReturnList([OrderedDict(a=1), {"b": [2.5]}], serializer=None),
    "ReturnDict": ReturnDict({"title": "ä", "n": None}, serializer=None),
    "a serializer's errors": errors(),
    "ErrorDetail": {"detail": ErrorDetail("no", code="denied")},
    "lazy texts": {"label": gettext_lazy("Monday"), "other": lazystr("x\u2029")},
    "separators of JavaScript": ["\u2028", "a\u2029b\u2028", {"\u2028": 1}],
    "Django's types": [
        *(dt.datetime(2026, 1, 2, 3, 4, 5, 678_901), dt.date(2026, 1, 2), dt.time(1, 2, 3, 4)),
        *(dt.timedelta(days=-1, seconds=5), decimal.Decimal("1.50"), uuid.UUID(int=7)),
    ],
    "a naive and an aware time": [dt.time(1, 2, tzinfo=dt.timezone.utc)],
    "NaN": [math.nan, 1.5],
    "Decimal NaN": decimal.Decimal("NaN"),
    "iterables": {"set": {1}, "generator": None, "range": {"a": 1}.keys()},
    "bytes": b"text",
    "bytes that are no text": b"\xff",
    "an object": object(),
    "half of a pair": "\ud800",
    "a tuple": (1, (2,)),
    "numbers": [1, -1, 2**70, 1e16, 1e-7, -0.0],
}
ACCEPTED = [
    *(None, "application/json", "application/json; indent=4", "application/json; indent=0"),
    *("application/json; indent=99", "application/json; indent=x", "application/json; indent=-3"),
]


@pytest.mark.parametrize("data", DATA.values(), ids=DATA)
@pytest.mark.parametrize("accepted", ACCEPTED)
def test_the_json_renderer_sends_the_same_bytes(data, accepted):
    expected = outcome(JSONRenderer().render, data, accepted)
    found = outcome(MoltJSONRenderer().render, data, accepted)
    if isinstance(expected, tuple):
        assert found[0] is expected[0]
    else:
        assert found == expected


@pytest.mark.parametrize("context", [None, {}, {"indent": 4}, {"indent": None}, {"indent": 1}])
def test_the_json_renderer_takes_its_context(context):
    data = {"a": [1, {"b": "ä"}], "c": []}
    expected = JSONRenderer().render(data, "text/html", context)
    assert MoltJSONRenderer().render(data, "text/html", context) == expected


def render_with(**attributes):
    """What both renderers send with the attributes of a subclass."""
    results = []
    for base in (JSONRenderer, MoltJSONRenderer):
        renderer = type("Renderer", (base,), attributes)()
        for data in DATA.values():
            found = outcome(renderer.render, data)
            results.append(found[0] if isinstance(found, tuple) else found)
    half = len(results) // 2
    return results[:half], results[half:]


class Cents(JSONEncoder):
    def default(self, obj):
        return int(obj * 100) if isinstance(obj, decimal.Decimal) else super().default(obj)


@pytest.mark.parametrize(
    "attributes",
    [{"ensure_ascii": True}, {"compact": False}, {"strict": False}, {"encoder_class": Cents}],
    ids=str,
)
def test_subclasses_of_the_json_renderer_send_the_same_bytes(attributes):
    expected, found = render_with(**attributes)
    assert [repr(one) for one in found] == [repr(one) for one in expected]


def test_random_data_is_rendered_alike(chance):
    for _ in range(200):
        for data in (plain(chance), of_django(chance)):
            expected = outcome(JSONRenderer().render, data)
            found = outcome(MoltJSONRenderer().render, data)
            # An infinity, which newer Pythons name.
            assert found == expected or found[0] is expected[0] is ValueError


def test_serializers_are_rendered_alike():
    for data in (BOOK.data, {"results": BOOK.data, "next": None}):
        assert MoltJSONRenderer().render(data) == JSONRenderer().render(data)
    assert MoltJSONRenderer().render(BOOKS.data) == JSONRenderer().render(BOOKS.data)


BODIES = [
    *('{"a": [1, 2.5, "ä"]}'.encode(), b"", b"[1,]", b"[NaN]", b"Infinity", b"\xff"),
    *(b"\xef\xbb\xbf[]", "[]".encode("utf-16"), b'"\\ud800"', b'{"a": 1, "a": 2}', b"1 2"),
    *(b'"\xed\xa0\x80"', b"[" * 30, b"1" * 5000, b" null ", b'"\x00"', b"{]"),
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("encoding", [None, "utf-8", "utf-16", "latin-1", "ascii", "none"])
@pytest.mark.parametrize("strict", [True, False])
def test_the_json_parser_reads_the_same_values(body, encoding, strict):
    context = {} if encoding is None else {"encoding": encoding}
    results = []
    for base in (JSONParser, MoltJSONParser):
        parser = type("Parser", (base,), {"strict": strict})()
        results.append(outcome(parser.parse, io.BytesIO(body), "application/json", context))
    assert repr(results[1]) == repr(results[0])


class View(APIView):
    renderer_classes = [
        *(MoltJSONRenderer, MessagePackRenderer, CBORRenderer, BrowsableAPIRenderer),
    ]
    parser_classes = [MoltJSONParser, MessagePackParser, CBORParser]
    authentication_classes = ()
    permission_classes = ()

    def post(self, request):
        return Response({"echo": request.data, "when": dt.date(2026, 1, 2)})


@pytest.mark.parametrize(
    ("kind", "write", "read"),
    [
        ("application/json", lambda value: json.dumps(value).encode(), json.loads),
        ("application/vnd.msgpack", msgpack.packb, msgpack.unpackb),
        ("application/cbor", cbor.dumps, cbor.loads),
    ],
    ids=["json", "msgpack", "cbor"],
)
def test_a_view_negotiates_each_format(kind, write, read):
    value = {"a": [1, "ä", None, 2.5]}
    factory = APIRequestFactory()
    request = factory.generic("POST", "/", write(value), content_type=kind, HTTP_ACCEPT=kind)
    response = View.as_view()(request).render()
    assert response.status_code == 200
    assert response["Content-Type"] == kind
    assert read(response.content) == {"echo": value, "when": "2026-01-02"}
    broken = factory.generic("POST", "/", write(value)[:-1], content_type=kind, HTTP_ACCEPT=kind)
    response = View.as_view()(broken).render()
    assert response.status_code == 400
    assert "parse error" in read(response.content)["detail"]


def test_binary_renderers_send_what_the_json_renderer_sends():
    for name in ("ReturnList", "ReturnDict", "a serializer's errors", "lazy texts", "iterables"):
        expected = json.loads(JSONRenderer().render(DATA[name]))
        assert msgpack.unpackb(MessagePackRenderer().render(DATA[name])) == expected
        assert cbor.loads(CBORRenderer().render(DATA[name])) == expected
    expected = json.loads(JSONRenderer().render(DATA["Django's types"]))
    assert msgpack.unpackb(MessagePackRenderer().render(DATA["Django's types"])) == expected
    assert cbor.loads(CBORRenderer().render(DATA["Django's types"])) == expected
    assert MessagePackRenderer().render(None) == CBORRenderer().render(None) == b""


def test_a_cbor_renderer_may_send_tags():
    renderer = type("Tagged", (CBORRenderer,), {"style": None})()
    value = {"price": decimal.Decimal("1.50"), "key": uuid.UUID(int=5)}
    assert cbor.loads(renderer.render(value)) == value


def test_binary_parsers_refuse_what_is_damaged():
    for parser, body in ((MessagePackParser, b"\x92\x01"), (CBORParser, b"\x82\x01")):
        with pytest.raises(ParseError, match="parse error"):
            parser().parse(io.BytesIO(body))


class Other(DjangoJSONEncoder):
    def default(self, o):
        return "other" if isinstance(o, set) else super().default(o)


RESPONSES = {
    "an object": (({"a": dt.date(2026, 1, 2), "b": "ä", "c": gettext_lazy("Yes")},), {}),
    "a list": (([1, decimal.Decimal("1.5")],), {"safe": False}),
    "an unsafe list": (([1],), {}),
    "parameters": (({"b": 1, "a": "ä"},), {"json_dumps_params": {"indent": 2, "sort_keys": True}}),
    "UTF-8": (({"a": "ä"},), {"json_dumps_params": {"ensure_ascii": False}}),
    "another charset": (({"a": "ä"},), {"charset": "utf-16"}),
    "another charset and UTF-8": (
        ({"a": "ä"},),
        {"charset": "latin-1", "json_dumps_params": {"ensure_ascii": False}},
    ),
    "a content type": (({"a": "ä"},), {"content_type": "text/json; charset=utf-16"}),
    "a status": (({},), {"status": 404, "headers": {"X-A": "b"}}),
    "an encoder": (({"a": {1}, "b": uuid.UUID(int=1)},), {"encoder": Other}),
    "an encoder by place": (({"a": {1}}, Other, False), {}),
    "what cannot be written": (({"a": object},), {}),
    "NaN": (({"a": math.nan},), {}),
    "half of a pair": (({"a": "\ud800"},), {}),
    "half of a pair in UTF-8": (({"a": "\ud800"},), {"json_dumps_params": {"ensure_ascii": False}}),
    "an unknown parameter": (({},), {"json_dumps_params": {"no_such": 1}}),
}


def response_of(cls, arguments, keywords):
    response = cls(*arguments, **keywords)
    return response.content, response.status_code, dict(response.items()), response.charset


@pytest.mark.parametrize(("arguments", "keywords"), RESPONSES.values(), ids=RESPONSES)
def test_the_json_response_is_the_same(arguments, keywords):
    expected = outcome(response_of, JsonResponse, arguments, keywords)
    found = outcome(response_of, MoltJsonResponse, arguments, keywords)
    if isinstance(expected[0], type):
        assert found[0] is expected[0]
    else:
        assert found == expected


def test_the_response_follows_the_default_charset(settings):
    settings.DEFAULT_CHARSET = "utf-16"
    value = {"a": "ä", "day": dt.date(2026, 1, 2)}
    assert MoltJsonResponse(value).content == JsonResponse(value).content


@pytest.fixture
def settings():
    from django.test import override_settings

    class Settings:
        def __setattr__(self, name, value):
            changed = override_settings(**{name: value})
            changed.enable()
            undo.append(changed.disable)

    undo = []
    yield Settings()
    for disable in undo:
        disable()


def test_sessions_have_djangos_bytes(chance):
    values = [{"_auth_user_id": "5", "ä": "ü\u2028", "n": [1, None, 1.5]}, {}]
    values += [{"value": plain(chance)} for _ in range(50)]
    for value in values:
        data = DjangoSerializer().dumps(value)
        assert JSONSerializer().dumps(value) == data
        assert repr(JSONSerializer().loads(data)) == repr(DjangoSerializer().loads(data))
    with pytest.raises(TypeError):
        JSONSerializer().dumps({"day": dt.date(2026, 1, 2)})
    assert JSONSerializer().loads(b'["\xe4"]') == DjangoSerializer().loads(b'["\xe4"]')


def test_signed_values_are_exchanged_with_djangos():
    value = {"user": 5, "name": "ä"}
    for compress in (False, True):
        signed = signing.dumps(value, serializer=JSONSerializer, compress=compress)
        assert signing.loads(signed) == value
        signed = signing.dumps(value, compress=compress)
        assert signing.loads(signed, serializer=JSONSerializer) == value


def test_a_session_is_stored_and_read():
    from django.contrib.sessions.backends.signed_cookies import SessionStore
    from django.test import override_settings

    with override_settings(SESSION_SERIALIZER="molt_accel.django.serializers.JSONSerializer"):
        store = SessionStore()
        store["cart"] = [1, "ä"]
        again = SessionStore(store._get_session_key())
        assert again["cart"] == [1, "ä"]


def test_cached_values_come_back_with_their_types(chance):
    serializer = CBORCacheSerializer()
    values = [
        *(None, True, False, 0.5, "5", b"5", "", [], {}, {1: 2}, {1, 2}),
        *(dt.datetime(2026, 1, 2, tzinfo=dt.timezone.utc), dt.date(2026, 1, 2), uuid.UUID(int=5)),
        *(decimal.Decimal("1.50"), [{"a": [None]}], 2**70, "x" * 100_000),
    ]
    values += [plain(chance) for _ in range(50)]
    for value in values:
        data = serializer.dumps(value)
        if type(value) is not int:
            assert isinstance(data, bytes)
            assert repr(serializer.loads(data)) == repr(value)
            assert type(serializer.loads(data)) is type(value)
    # Redis stores integers as their digits and counts with them.
    assert serializer.dumps(-18) == -18
    assert serializer.loads(b"-18") == -18
    assert serializer.loads(memoryview(b"12")) == 12
    with pytest.raises(cbor.CBOREncodeError):
        serializer.dumps(object())
    with pytest.raises(ValueError, match=r"."):
        serializer.loads(b"\x80\x04K\x05.")  # a pickle
