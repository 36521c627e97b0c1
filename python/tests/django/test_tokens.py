"""Bearer tokens: the setting MOLT_JWT, its checks, and the class for Django REST framework."""

import json
import time
import warnings

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import override_settings
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from molt_accel import jwt
from molt_accel.django import tokens
from molt_accel.django.drf.tokens import JWTAuthentication

SECRET = "a secret of the project that is long enough for SHA-256"
NOW = int(time.time())
"""When the tests are collected; by the time these run, a minute may have passed, or an hour."""

DAYS = 10**6
GOOD = {"key": SECRET, "algorithms": ["HS256"]}


@pytest.fixture(scope="module")
def users():
    """An active and an inactive user, in tables of their own."""
    tables = [ContentType, Permission, Group, get_user_model()]
    with connection.schema_editor() as editor:
        for model in tables:
            editor.create_model(model)
    create = get_user_model().objects.create
    yield create(username="ada", email="ada@example.org"), create(username="bob", is_active=False)
    with connection.schema_editor() as editor:
        for model in reversed(tables):
            editor.delete_model(model)


class View(APIView):
    authentication_classes = (JWTAuthentication,)
    permission_classes = (IsAuthenticated,)

    def get(self, request):
        return Response({"user": request.user.username, "claims": request.auth})


def get(header=None):
    extra = {} if header is None else {"HTTP_AUTHORIZATION": header}
    return View.as_view()(APIRequestFactory().get("/", **extra))


def claims_of(user, **others):
    return {"user_id": user.pk, "exp": NOW + DAYS, "token_type": "access", **others}


def bearer(claims, key=SECRET, algorithm="HS256", headers=None):
    return "Bearer " + jwt.encode(claims, key, algorithm, headers)


def test_a_token_is_its_user(users):
    claims = claims_of(users[0])
    with override_settings(MOLT_JWT=GOOD):
        for word in ("Bearer", "bearer"):
            answer = get(bearer(claims).replace("Bearer", word))
            assert answer.data == {"user": "ada", "claims": claims}


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Token abc", "BearerX abc"])
def test_other_requests_are_left_to_other_classes(header):
    with override_settings(MOLT_JWT=GOOD):
        answer = get(header)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_what_is_not_accepted_is_401_and_says_so(users):
    ada, bob = users
    refused = {
        "no token": "Bearer",
        "two tokens": bearer(claims_of(ada)) + " x",
        "no JWT": "Bearer abc",
        "bytes": "Bearer \xff\xfe",
        "expired": bearer(claims_of(ada, exp=NOW - 60)),
        "without an end": bearer({"user_id": ada.pk}),
        "other secret": bearer(claims_of(ada), SECRET[::-1]),
        "other algorithm": bearer(claims_of(ada), SECRET + SECRET, "HS512"),
        "refresh token": bearer(claims_of(ada, token_type="refresh")),
        "inactive user": bearer(claims_of(bob)),
        "nobody": bearer(claims_of(ada, user_id=10**6)),
        "large number": bearer(claims_of(ada, user_id=10**30)),
        "no number": bearer(claims_of(ada, user_id="x")),
        "null byte": bearer(claims_of(ada, user_id="1\0")),
        "boolean": bearer(claims_of(ada, user_id=True)),
        "list": bearer(claims_of(ada, user_id=[1])),
        "no user": bearer({"exp": NOW + DAYS}),
        "an audience": bearer(claims_of(ada, aud="other")),
    }
    with override_settings(MOLT_JWT=GOOD):
        for name, header in refused.items():
            answer = get(header)
            assert answer.status_code == 401, name
            assert answer["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"', name
            assert SECRET not in str(answer.data), name


def test_audience_issuer_leeway_and_claims_are_those_of_the_settings(users):
    given = {
        **GOOD,
        "audience": ["api", "web"],
        "issuer": "https://issuer.example",
        "leeway": DAYS,
        "user_id_claim": "sub",
        "user_id_field": "email",
        "required": ["exp", "sub"],
        "token_type": None,
    }
    claims = {"sub": "ada@example.org", "aud": "web", "iss": given["issuer"], "exp": NOW - 9}
    claims["token_type"] = "anything"
    with override_settings(MOLT_JWT=given):
        assert get(bearer(claims)).data["user"] == "ada"
        for name, value in [("aud", "x"), ("iss", "x"), ("exp", NOW - 2 * DAYS), ("sub", None)]:
            assert get(bearer({**claims, name: value})).status_code == 401, name


def test_keys_are_chosen_by_their_names(users, tmp_path):
    ec = pytest.importorskip("joserfc.jwk").ECKey
    keys = {name: ec.generate_key("P-256", {"kid": name}) for name in ("a", "b")}
    as_set = {"keys": [key.as_dict(private=False) for key in keys.values()]}
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(as_set))
    texts = {name: key.as_pem(private=False).decode() for name, key in keys.items()}

    def signed(name, as_name):
        pem = keys[name].as_pem(private=True)
        return bearer(claims_of(users[0]), pem, "ES256", {"kid": as_name})

    for given in ({"key": as_set}, {"jwks": path}, {"jwks": str(path)}, {"keys": texts}):
        with override_settings(MOLT_JWT={**given, "algorithms": ["ES256"]}):
            for name in keys:
                assert get(signed(name, name)).data["user"] == "ada"
                assert get(signed(name, "c")).status_code == 401
            assert get(signed("a", "b")).status_code == 401


def test_simple_jwts_access_tokens_are_read(users):
    simple = pytest.importorskip("rest_framework_simplejwt.tokens")
    secret = settings.SECRET_KEY
    with warnings.catch_warnings(), override_settings(MOLT_JWT={**GOOD, "key": secret}):
        warnings.simplefilter("ignore")
        access = simple.AccessToken.for_user(users[0])
        assert get(f"Bearer {access}").data["user"] == "ada"
        refresh = simple.RefreshToken.for_user(users[0])
        assert get(f"Bearer {refresh}").status_code == 401


PUBLIC = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
"""That of RFC 8037, appendix A.2."""

MALFORMED = {
    "list": ([], "MOLT_JWT must be a dict"),
    "unknown": (
        {**GOOD, "algorithm": "HS256"},
        "unknown key 'algorithm': did you mean 'algorithms'",
    ),
    "twice": ({**GOOD, "KEY": SECRET}, "has 'key' twice"),
    "no key": ({"algorithms": ["HS256"]}, 'needs one of "key", "keys" and "jwks"'),
    "two keys": ({**GOOD, "keys": {"a": SECRET}}, 'needs one of "key", "keys" and "jwks"'),
    "no algorithms": ({"key": SECRET}, 'needs "algorithms"'),
    "none": ({**GOOD, "algorithms": ["none"]}, "must be a list of HS256"),
    "a text": ({**GOOD, "algorithms": "HS256"}, "must be a list of texts"),
    "no fit": (
        {**GOOD, "algorithms": ["HS256", "RS256"]},
        "has 'RS256', for which there is no key",
    ),
    "empty key": ({**GOOD, "key": ""}, "MOLT_JWT['key'] cannot be used: the key is too weak"),
    "a number": ({**GOOD, "key": 5}, "MOLT_JWT['key'] must be a text, bytes, a dict"),
    "a cut key": ({**GOOD, "key": f"-----BEGIN PUBLIC KEY-----{SECRET}"}, "the key is malformed"),
    "no JWK": ({**GOOD, "key": {"k": SECRET}}, "MOLT_JWT['key'] cannot be used"),
    "mixed": (
        {
            "keys": {
                "a": SECRET,
                "b": {
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                },
            },
            "algorithms": ["HS256", "EdDSA"],
        },
        'MOLT_JWT["keys"] must be secrets or other keys, not both',
    ),
    "no file": ({"jwks": "/no/such/file", "algorithms": ["RS256"]}, "cannot be read: No such file"),
    "leeway": ({**GOOD, "leeway": -1}, "MOLT_JWT['leeway'] must be a number of seconds"),
    "audience": ({**GOOD, "audience": 5}, "MOLT_JWT['audience'] must be a list of texts"),
    "field": ({**GOOD, "user_id_field": "nickname"}, "must be a field of the user model"),
    "claim": ({**GOOD, "user_id_claim": ""}, "MOLT_JWT['user_id_claim'] must be a text"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_setting_is_reported_without_its_secret(name):
    given, sentence = MALFORMED[name]
    with override_settings(MOLT_JWT=given):
        (message,) = [each for each in run_checks(tags=["molt"]) if each.id == "molt.E003"]
        assert sentence in message.msg
        assert SECRET not in message.msg
        with pytest.raises(ImproperlyConfigured, match="MOLT_JWT"):
            tokens.current()


def test_the_setting_is_missed_where_the_class_is_used():
    used = {"DEFAULT_AUTHENTICATION_CLASSES": ["molt_accel.django.drf.tokens.JWTAuthentication"]}
    assert not [each for each in run_checks(tags=["molt"]) if each.id == "molt.E003"]
    with override_settings(REST_FRAMEWORK=used):
        (message,) = [each for each in run_checks(tags=["molt"]) if each.id == "molt.E003"]
    assert "needs the setting MOLT_JWT" in message.msg


def test_a_short_secret_is_warned_of():
    for key, count in (("short", 1), (SECRET, 0)):
        with override_settings(MOLT_JWT={**GOOD, "key": key}):
            found = [each.id for each in run_checks(tags=["molt"])]
        assert found.count("molt.W008") == count


def test_settings_show_no_key():
    with override_settings(MOLT_JWT=GOOD):
        assert SECRET not in repr(tokens.current())
