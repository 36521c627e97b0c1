"""Claims are accepted and refused as PyJWT does, but for what is documented."""

import json
import time
from datetime import timedelta

import jwt as pyjwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from conftest import SECRET
from molt_accel import jwt
from molt_accel.jwt import claims as rules

NOW = int(time.time())
"""When the tests begin. Other times are hours away, so that no token changes while they run."""


def outcome(package, claims, **options):
    """The claims, or the exception's name and sentence."""
    token = pyjwt.PyJWS().encode(json.dumps(claims).encode(), SECRET)
    try:
        return package.decode(token, SECRET, ["HS256"], **options)
    except (package.InvalidTokenError, TypeError) as error:
        return type(error).__name__, str(error)


HOURS = 10_000
TIMES = [NOW + 9 * HOURS, NOW - 9 * HOURS, NOW - HOURS, NOW + HOURS]
TIMES += [0, -1, 1e400, float(NOW) + 0.5, None, [], {}, ""]
CASES = [
    *(({name: value}, {}) for name in ("exp", "nbf", "iat") for value in TIMES),
    *(({name: NOW - HOURS}, {"leeway": 2 * HOURS}) for name in ("exp", "nbf", "iat")),
    *(({name: NOW + HOURS}, {"leeway": timedelta(0, 2 * HOURS)}) for name in ("exp", "nbf", "iat")),
    *(({name: NOW + 9 * HOURS}, {"leeway": 2.5 + HOURS}) for name in ("exp", "nbf", "iat")),
    *(({name: "x"}, {"options": {f"verify_{name}": False}}) for name in ("exp", "nbf", "iat")),
    *(({"iss": value}, {}) for value in ("a", 1, None)),
    *(({"iss": value}, {"issuer": "a"}) for value in ("a", "b", "", 1, None, ["a"])),
    *(({"iss": "a"}, {"issuer": issuer}) for issuer in (["a"], {"b"}, (), "", "ab", 5)),
    *(({}, {name: "a"}) for name in ("issuer", "audience")),
    *(({"aud": value}, {}) for value in ("a", "", [], ["a"], 1, 0, None, {})),
    *(({"aud": value}, {"audience": "a"}) for value in ("a", "b", [], ["b", "a"], ["a", 1], 1)),
    *(({"aud": value}, {"audience": ["a", "c"]}) for value in ("a", "b", ["b", "c"], {"a": 1})),
    *(({"aud": "a"}, {"audience": audience}) for audience in ([], (), {"a"}, 5)),
    *(
        ({"aud": value}, {"audience": audience, "options": {"strict_aud": True}})
        for value in ("a", ["a"], "b")
        for audience in ("a", ["a"])
    ),
    *(({"sub": value}, {}) for value in ("a", "", 1, None)),
    *(({"sub": value}, {"subject": "a"}) for value in ("a", "b", 1)),
    *(({"jti": value}, {}) for value in ("a", 1, None, [])),
    *(({"sub": 1, "jti": 1}, {"options": {"verify_sub": False, "verify_jti": False}}),),
    *(({"a": value}, {"options": {"require": ["a", "exp"]}}) for value in (1, None, 0)),
    ({"exp": NOW - 9}, {"options": {"verify_signature": False}}),
    ({"exp": NOW - 9}, {"options": {"verify_signature": False, "verify_exp": True}}),
    ({"aud": "x", "iss": 1}, {"options": {"verify_aud": False, "verify_iss": False}}),
]


@pytest.mark.parametrize("case", range(len(CASES)))
def test_the_outcome_is_that_of_pyjwt(case):
    claims, options = CASES[case]
    assert outcome(jwt, claims, **options) == outcome(pyjwt, claims, **options)


names = some.sampled_from(["exp", "nbf", "iat", "iss", "aud", "sub", "jti"])
times = [0, 1, NOW, NOW + 2 * HOURS, NOW - 2 * HOURS]
scalars = some.sampled_from([*times, "a", "b", "", None, 1.5, ["a"], []])


@given(
    some.dictionaries(
        some.sampled_from(["exp", "nbf", "iat", "iss", "aud", "sub", "jti"]), scalars
    ),
    some.sampled_from([None, "a", ["a", "b"]]),
    some.sampled_from([None, "a", ["a", "b"]]),
    some.sampled_from([0, HOURS, 4 * HOURS]),
)
@settings(deadline=None, max_examples=400)
def test_generated_claims(claims, audience, issuer, leeway):
    options = {"audience": audience, "issuer": issuer, "leeway": leeway}
    assert outcome(jwt, claims, **options) == outcome(pyjwt, claims, **options)


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("value", ["5", True])
def test_a_time_is_a_number_and_nothing_else(name, value):
    assert outcome(jwt, {name: value})[0] in ("DecodeError", "InvalidIssuedAtError")


def test_a_subject_that_is_asked_for_has_to_be_there():
    assert outcome(jwt, {}, subject="a")[0] == "MissingRequiredClaimError"


def test_options_of_an_instance_hold_for_all_its_calls():
    late = jwt.encode({"exp": NOW - 9}, SECRET)
    lenient = jwt.PyJWT({"verify_exp": False})
    assert lenient.decode(late, SECRET, ["HS256"]) == {"exp": NOW - 9}
    with pytest.raises(jwt.ExpiredSignatureError):
        lenient.decode(late, SECRET, ["HS256"], {"verify_exp": True})
    assert set(rules.DEFAULTS) == set(pyjwt.PyJWT().options)


def test_the_old_argument_does_nothing():
    token = jwt.encode({}, SECRET)
    assert jwt.decode(token, SECRET, ["HS256"], verify=True) == {}
    with pytest.warns(DeprecationWarning, match="verify"), pytest.raises(jwt.InvalidTokenError):
        jwt.decode(f"{token}A", SECRET, ["HS256"], verify=False)
