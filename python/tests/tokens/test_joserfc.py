"""Beside joserfc, both ways."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from conftest import ALGORITHMS, PRIVATE, SECRET, private_pem, public_pem, signing_key
from molt_accel import jwt

# RFC 9864 has names of its own for Ed25519 and Ed448; PyJWT and Django's packages say EdDSA.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA")

KINDS = {"HS": OctKey, "RS": RSAKey, "PS": RSAKey, "ES": ECKey, "Ed": OKPKey}


def theirs(algorithm):
    return KINDS[algorithm[:2]].import_key(signing_key(algorithm))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.dictionaries(some.text(), some.text() | some.integers(), max_size=4))
def test_each_accepts_what_the_other_signs(algorithm, claims):
    for name in ("exp", "iat", "nbf", "iss", "aud", "sub", "jti"):
        claims.pop(name, None)
    key = theirs(algorithm)
    token = jwt.encode(claims, signing_key(algorithm), algorithm)
    assert json.loads(jws.deserialize_compact(token, key, [algorithm]).payload) == claims
    payload = json.dumps(claims).encode()
    token = jws.serialize_compact({"alg": algorithm, "kid": "a"}, payload, key, [algorithm])
    public = jwt.PyJWK(key.as_dict(private=False) if algorithm[:2] != "HS" else key.as_dict())
    for given_key in (signing_key(algorithm), public):
        if isinstance(given_key, jwt.PyJWK) and given_key.algorithm_name != algorithm:
            given_key = jwt.PyJWK(key.as_dict(), algorithm)
        assert jwt.decode(token, given_key, [algorithm]) == claims


def test_ed448():
    key = OKPKey.import_key(private_pem(PRIVATE["Ed448"]))
    token = jwt.encode({"a": 1}, private_pem(PRIVATE["Ed448"]), "EdDSA")
    assert jws.deserialize_compact(token, key, ["EdDSA"]).payload == b'{"a":1}'
    assert jwt.decode(token, public_pem(PRIVATE["Ed448"]), ["EdDSA"]) == {"a": 1}


def test_a_set_of_both():
    keys = [ECKey.generate_key("P-256", {"kid": f"k{n}"}) for n in range(3)]
    found = jwt.PyJWKSet.from_dict({"keys": [key.as_dict(private=False) for key in keys]})
    for key in keys:
        token = jws.serialize_compact({"alg": "ES256", "kid": key.kid}, b"{}", key, ["ES256"])
        assert jwt.decode(token, found, ["ES256"]) == {}
    stranger = jws.serialize_compact({"alg": "ES256", "kid": "k9"}, b"{}", keys[0], ["ES256"])
    with pytest.raises(jwt.InvalidTokenError, match="no key is known"):
        jwt.decode(stranger, found, ["ES256"])
    assert SECRET not in repr(found)
