"""Beside PyJWT, both ways, on generated claims, payloads, headers and secrets."""

import json
import time
from datetime import datetime, timedelta, timezone

import jwt as pyjwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from conftest import ALGORITHMS, SECRET, signing_key, verifying_key
from molt_accel import jwt

NOW = int(time.time())
CLAIMS = {"sub": "ada", "name": "Ada Łovelace 😀", "iat": NOW, "exp": NOW + 9**6, "aud": ["a", "b"]}

values = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**70), 2**70) | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=8,
)
claims = some.dictionaries(
    some.text().filter(lambda name: name not in ("exp", "iat", "nbf", "iss", "aud", "sub", "jti")),
    values,
    max_size=5,
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_accepts_what_the_other_signs(algorithm):
    key, other = signing_key(algorithm), verifying_key(algorithm)
    options = {"algorithms": [algorithm], "audience": "b"}
    token = jwt.encode(CLAIMS, key, algorithm)
    assert pyjwt.decode(token, other, **options) == CLAIMS
    assert jwt.decode(pyjwt.encode(CLAIMS, key, algorithm), other, **options) == CLAIMS
    assert jwt.decode_complete(token, other, **options) == (
        pyjwt.decode_complete(token, other, **options)
    )
    assert jwt.get_unverified_header(token) == pyjwt.get_unverified_header(token)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512", "RS256", "EdDSA"])
@quick
@given(claims)
def test_signatures_that_do_not_vary_are_byte_by_byte_the_same(algorithm, given_claims):
    key, other = signing_key(algorithm), verifying_key(algorithm)
    token = jwt.encode(given_claims, key, algorithm)
    assert token == pyjwt.encode(given_claims, key, algorithm)
    decoded = jwt.decode(token, other, [algorithm])
    assert repr(decoded) == repr(pyjwt.decode(token, other, [algorithm]))


@quick
@given(some.binary(min_size=64, max_size=300), some.binary(max_size=2000))
def test_secrets_and_payloads_of_any_bytes(secret, payload):
    signer, other = jwt.PyJWS(), pyjwt.PyJWS()
    for algorithm in ("HS256", "HS384", "HS512"):
        try:
            token = other.encode(payload, secret, algorithm)
        except pyjwt.InvalidKeyError:
            with pytest.raises(jwt.InvalidKeyError):
                signer.encode(payload, secret, algorithm)
            return
        assert signer.encode(payload, secret, algorithm) == token
        assert signer.decode(token, secret, [algorithm]) == payload
        assert signer.decode(token.encode(), secret, [algorithm]) == payload


@quick
@given(some.dictionaries(some.text(), values, max_size=4), some.booleans())
def test_headers_of_any_content(headers, is_sorted):
    for name in ("alg", "b64", "crit", "kid"):
        headers.pop(name, None)
    given_headers = {**headers, "kid": "k"}
    made = [
        package.encode(CLAIMS, SECRET, "HS256", given_headers, None, is_sorted)
        for package in (jwt, pyjwt)
    ]
    assert made[0] == made[1]


@pytest.mark.parametrize("size", [0, 1, 16383, 16384, 70000, 700000])
def test_payloads_of_any_size(size):
    token = jwt.encode({"text": "\0" + "é" * size}, SECRET)
    assert token == pyjwt.encode({"text": "\0" + "é" * size}, SECRET, "HS256")
    if len(token) > 1 << 20:
        with pytest.raises(jwt.DecodeError, match="longer than 1048576 bytes"):
            jwt.decode(token, SECRET, ["HS256"])
    else:
        assert len(jwt.decode(token, SECRET, ["HS256"])["text"]) == size + 1


def test_datetimes_become_seconds():
    moment = datetime(2040, 1, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=2)))
    given_claims = {"exp": moment, "iat": datetime(2020, 1, 1), "nbf": datetime(2020, 1, 1)}
    token = jwt.encode(given_claims, SECRET)
    assert token == pyjwt.encode(given_claims, SECRET)
    assert jwt.decode(token, SECRET, ["HS256"])["exp"] == int(moment.timestamp())
    assert isinstance(given_claims["exp"], datetime)


class Encoder(json.JSONEncoder):
    def default(self, value):
        return f"<{type(value).__name__}>"


def test_an_encoder_class_writes_what_json_does_not_know():
    options = {"json_encoder": Encoder, "headers": {"at": timedelta(1)}}
    token = jwt.encode({"at": timedelta(1)}, SECRET, **options)
    assert token == pyjwt.encode({"at": timedelta(1)}, SECRET, **options)
    with pytest.raises(TypeError, match="not JSON serializable"):
        jwt.encode({"at": timedelta(1)}, SECRET)


@pytest.mark.parametrize("claims", [[], "text", None, 1])
def test_claims_are_a_dict(claims):
    with pytest.raises(TypeError, match="Expecting a dict object"):
        jwt.encode(claims, SECRET)


def test_an_issuer_is_a_text():
    with pytest.raises(TypeError, match="Issuer"):
        jwt.encode({"iss": 1}, SECRET)


@pytest.mark.parametrize("algorithm", ["HS256", "ES256"])
def test_a_detached_payload(algorithm):
    key, other = signing_key(algorithm), verifying_key(algorithm)
    payload = b"a payload. with dots, \0 and \xff"
    for package, reader in ((jwt, pyjwt), (pyjwt, jwt)):
        token = package.PyJWS().encode(payload, key, algorithm, is_payload_detached=True)
        assert ".." in token
        options = {"algorithms": [algorithm], "detached_payload": payload}
        complete = reader.PyJWS().decode_complete(token, other, **options)
        assert complete["payload"] == payload
        assert complete["header"]["b64"] is False
        with pytest.raises(package.InvalidSignatureError):
            package.PyJWS().decode(
                token, other, algorithms=[algorithm], detached_payload=payload + b"!"
            )
        with pytest.raises(package.DecodeError):
            package.PyJWS().decode(token, other, algorithms=[algorithm])
    token = jwt.encode({"a": 1}, key, algorithm, headers={"b64": False})
    assert jwt.decode(token, other, [algorithm], detached_payload=b'{"a":1}') == {"a": 1}
    with pytest.raises(jwt.DecodeError):
        jwt.decode(jwt.encode({}, key, algorithm), other, [algorithm], detached_payload=b"{}")


class Compressed:
    """A subclass of either package that signs other bytes than JSON."""

    def _encode_payload(self, payload, headers=None, json_encoder=None):
        return json.dumps(payload).encode()[::-1]

    def _decode_payload(self, decoded):
        return json.loads(decoded["payload"][::-1])


def test_subclasses_sign_other_bytes():
    ours = type("Ours", (Compressed, jwt.PyJWT), {})()
    theirs = type("Theirs", (Compressed, pyjwt.PyJWT), {})()
    token = ours.encode(CLAIMS, SECRET)
    assert token == theirs.encode(CLAIMS, SECRET)
    assert ours.decode(token, SECRET, ["HS256"], audience="a") == CLAIMS
    assert theirs.decode(token, SECRET, ["HS256"], audience="a") == CLAIMS


def test_a_token_can_be_read_without_a_key():
    token = pyjwt.encode(CLAIMS, "", "none")
    for package in (jwt, pyjwt):
        assert package.decode(token, options={"verify_signature": False}) == CLAIMS
        options = {"verify_signature": False, "verify_exp": True, "require": ["nbf"]}
        with pytest.raises(package.MissingRequiredClaimError, match='missing the "nbf" claim'):
            package.decode(token, options=options)
