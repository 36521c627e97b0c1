"""The published suites, as far as they are about tokens: Wycheproof and the JOSE cookbook."""

import json

import pytest

from conftest import suite
from molt_accel import jwt
from molt_accel.jwt.algorithms import ALGORITHMS

REVERSED = {346, 347, 350, 351, 367, 370, 372, 373}
"""Verdicts that are not taken over: TokenSuiteTests of MoltAuth says why."""


def groups(name):
    return json.loads(suite("auth/wycheproof", f"{name}_test.json").read_text())["testGroups"]


def accepts(group, token):
    """Whether a token is accepted with a group's key or key set."""
    keys = group.get("public") or group.get("private")
    try:
        listed = keys if isinstance(keys, list) else keys.get("keys", [keys])
        key = jwt.PyJWKSet(listed)
        jwt.PyJWS(options={"enforce_minimum_key_length": True}).decode(token, key, ALGORITHMS)
    except jwt.PyJWTError:
        return False
    return True


@pytest.mark.parametrize("name", ["json_web_signature", "json_web_key", "json_web_crypto"])
def test_wycheproofs_tokens(name):
    count = 0
    for group in groups(name):
        for case in group["tests"]:
            if not case.get("jws"):
                continue
            is_reversed = name == "json_web_signature" and case["tcId"] in REVERSED
            expected = (case["result"] == "valid") != is_reversed
            assert accepts(group, case["jws"]) == expected, case["tcId"]
            count += 1
    assert count >= 25


def example(name):
    return json.loads(suite("auth/jose-cookbook", f"{name}.json").read_text())


COOKBOOK = [
    "jws/4_1.rsa_v15_signature",
    "jws/4_2.rsa-pss_signature",
    "jws/4_3.ecdsa_signature",
    "jws/4_4.hmac-sha2_integrity_protection",
    "curve25519/jws",
]


@pytest.mark.parametrize("name", COOKBOOK)
def test_the_cookbooks_tokens(name):
    found = example(name)
    data, compact = found["input"]["key"], found["output"]["compact"]
    algorithm = found["input"]["alg"]
    key = jwt.PyJWK(data, algorithm)
    complete = jwt.PyJWS().decode_complete(compact, key)
    assert complete["payload"] == found["input"]["payload"].encode()
    again = jwt.PyJWS().encode(
        complete["payload"], key, headers={**complete["header"], "typ": None}, sort_headers=False
    )
    assert jwt.PyJWS().decode(again, key, [algorithm]) == complete["payload"]


def test_the_cookbooks_payload_that_is_not_encoded():
    found = example("rfc7797/hmac-sha2_b64_false")
    key = jwt.PyJWK(found["input"]["key"])
    payload = found["input"]["payload"].encode()
    header, _, signature = found["output"]["compact"].partition(".")
    detached = f"{header}..{signature.rpartition('.')[2]}"
    signer = jwt.PyJWS()
    assert signer.decode(detached, key, ["HS256"], detached_payload=payload) == payload
    with pytest.raises(jwt.InvalidTokenError):
        signer.decode(found["output"]["compact"], key, ["HS256"])
