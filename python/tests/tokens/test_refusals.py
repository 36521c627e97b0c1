"""What is refused: malformed tokens, confused algorithms, keys that are none."""

import base64
import hashlib
import hmac
import json
import pickle

import jwt as pyjwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from conftest import PRIVATE, SECRET, private_pem, public_pem
from molt_accel import jwt
from molt_accel.jwt import exceptions

PUBLIC = public_pem(PRIVATE["RS256"])
TOKEN = jwt.encode({"sub": "ada"}, SECRET)
HEADER, PAYLOAD, SIGNATURE = TOKEN.split(".")


def part(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header, payload=b"{}", secret=SECRET):
    message = f"{part(header)}.{part(payload)}"
    made = hmac.digest(secret.encode(), message.encode(), "sha256")
    return f"{message}.{part(made)}"


HS = {"alg": "HS256"}
MALFORMED = {
    "empty": ("", jwt.DecodeError),
    "no dots": ("abc", jwt.DecodeError),
    "one dot": (f"{HEADER}.{PAYLOAD}", jwt.DecodeError),
    "three dots": (f"{TOKEN}.", jwt.DecodeError),
    "empty parts": ("..", jwt.DecodeError),
    "header with padding": (f"{HEADER}=.{PAYLOAD}.{SIGNATURE}", jwt.DecodeError),
    "header of other digits": (f"+{HEADER[1:]}.{PAYLOAD}.{SIGNATURE}", jwt.DecodeError),
    "space": (f" {TOKEN}", jwt.DecodeError),
    "line feed": (f"{TOKEN}\n", jwt.DecodeError),
    "null byte": (f"{TOKEN}\0", jwt.DecodeError),
    "text beyond ASCII": (f"{HEADER}.é.{SIGNATURE}", jwt.DecodeError),
    "half a surrogate pair": (f"{HEADER}.\ud800.{SIGNATURE}", jwt.DecodeError),
    "header is no JSON": (f"{part(b'{')}.{PAYLOAD}.{SIGNATURE}", jwt.DecodeError),
    "header is no object": (f"{part([])}.{PAYLOAD}.{SIGNATURE}", jwt.DecodeError),
    "header with a key twice": (
        signed(b'{"alg":"HS256","alg":"HS256"}'),
        jwt.DecodeError,
    ),
    "kid is no text": (signed({**HS, "kid": 1}), jwt.InvalidTokenError),
    "alg is no text": (signed({"alg": 1}), jwt.InvalidTokenError),
    "no alg": (signed({"typ": "JWT"}), jwt.InvalidAlgorithmError),
    "alg none": (f"{part({'alg': 'none'})}.{PAYLOAD}.", jwt.InvalidAlgorithmError),
    "alg None": (f"{part({'alg': 'None'})}.{PAYLOAD}.", jwt.InvalidAlgorithmError),
    "alg in small letters": (signed({"alg": "hs256"}), jwt.InvalidAlgorithmError),
    "alg not allowed": (signed({"alg": "HS512"}), jwt.InvalidAlgorithmError),
    "crit unknown": (signed({**HS, "crit": ["exp"], "exp": 1}), jwt.InvalidTokenError),
    "crit empty": (signed({**HS, "crit": []}), jwt.InvalidTokenError),
    "crit no list": (signed({**HS, "crit": "b64"}), jwt.InvalidTokenError),
    "b64 not in crit": (signed({**HS, "b64": False}), jwt.InvalidTokenError),
    "b64 in the token": (signed({**HS, "b64": False, "crit": ["b64"]}), jwt.InvalidTokenError),
    "no signature": (f"{HEADER}.{PAYLOAD}.", jwt.InvalidSignatureError),
    "signature cut": (f"{HEADER}.{PAYLOAD}.{SIGNATURE[:-4]}", jwt.DecodeError),
    "other signature": (f"{HEADER}.{PAYLOAD}.{part(b'x' * 32)}", jwt.InvalidSignatureError),
    "other payload": (f"{HEADER}.{part({'sub': 'eve'})}.{SIGNATURE}", jwt.InvalidSignatureError),
    "payload is no JSON": (signed(HS, b"{"), jwt.DecodeError),
    "payload is no UTF-8": (signed(HS, b'{"a":"\xff\xfe"}'), jwt.DecodeError),
    "payload is no object": (signed(HS, b"[]"), jwt.DecodeError),
    "payload is empty": (signed(HS, b""), jwt.DecodeError),
    "payload is deep": (signed(HS, b"[" * 100000), jwt.DecodeError),
    "longer than the limit": (signed(HS, b" " * (1 << 20)), jwt.DecodeError),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_token_is_an_error_of_its_class(name):
    token, error = MALFORMED[name]
    for decode in (jwt.decode, jwt.decode_complete):
        with pytest.raises(error) as raised:
            decode(token, SECRET, ["HS256"])
        assert isinstance(raised.value, jwt.InvalidTokenError)
        assert SECRET not in f"{raised.value!r}{raised.value.__cause__!r}"


@pytest.mark.parametrize("token", [None, 1, [TOKEN], {"a": 1}])
def test_a_token_is_text_or_bytes(token):
    with pytest.raises(jwt.DecodeError, match="Invalid token type"):
        jwt.decode(token, SECRET, ["HS256"])
    with pytest.raises(jwt.DecodeError, match="Invalid token type"):
        jwt.get_unverified_header(token)


def test_a_payload_is_bytes():
    signer = jwt.PyJWS()
    assert signer.encode(bytearray(b"a"), SECRET) == signer.encode(b"a", SECRET)
    with pytest.raises(TypeError, match="bytes-like"):
        signer.encode("a", SECRET)
    detached = signer.encode(b"a", SECRET, is_payload_detached=True)
    assert signer.decode(detached, SECRET, ["HS256"], detached_payload=memoryview(b"a")) == b"a"
    with pytest.raises(TypeError, match="bytes-like"):
        signer.decode(detached, SECRET, ["HS256"], detached_payload="a")


@given(some.text(max_size=200) | some.binary(max_size=200))
@settings(deadline=None)
def test_anything_else_is_no_token(token):
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(token, SECRET, ["HS256"])
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(token, options={"verify_signature": False})


@given(some.integers(0, len(TOKEN) - 1), some.integers(1, 127))
@settings(deadline=None, max_examples=300)
def test_a_token_with_one_other_byte_is_refused(place, change):
    data = bytearray(TOKEN.encode())
    data[place] ^= change
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(bytes(data), SECRET, ["HS256"])


@pytest.mark.parametrize("algorithms", [None, [], ()])
def test_the_algorithms_have_to_be_named(algorithms):
    with pytest.raises(jwt.DecodeError, match='"algorithms"'):
        jwt.decode(TOKEN, SECRET, algorithms)


@pytest.mark.parametrize("algorithms", [["none"], ["XX1"], "H", ["RS256", "none"]])
def test_names_that_are_not_known_allow_nothing(algorithms):
    none = f"{part({'alg': 'none'})}.{PAYLOAD}."
    for token in (TOKEN, none):
        with pytest.raises(jwt.InvalidAlgorithmError):
            jwt.decode(token, SECRET, algorithms)


def test_a_public_key_is_no_secret():
    """The attack: HS256 with the text of the public key, where both kinds are allowed."""
    for text in (PUBLIC, PUBLIC.strip(), f"\n  {PUBLIC}"):
        message = f"{part(HS)}.{PAYLOAD}"
        forged = f"{message}.{part(hmac.digest(text.encode(), message.encode(), hashlib.sha256))}"
        for key in (text, text.encode()):
            with pytest.raises(jwt.InvalidKeyError):
                jwt.decode(forged, key, ["RS256", "HS256"])
            with pytest.raises(jwt.InvalidKeyError):
                jwt.encode({}, key, "HS256")
    key = jwt.PyJWK(json.loads(pyjwt.algorithms.RSAAlgorithm.to_jwk(PRIVATE["RS256"])))
    with pytest.raises(jwt.InvalidAlgorithmError):
        jwt.decode(forged, key)


def test_a_secret_signs_nothing_else():
    for algorithm in ("RS256", "PS512", "ES256", "EdDSA"):
        with pytest.raises(jwt.InvalidKeyError):
            jwt.encode({}, SECRET, algorithm)
        token = jwt.encode({}, private_pem(PRIVATE[algorithm]), algorithm)
        with pytest.raises(jwt.InvalidKeyError):
            jwt.decode(token, SECRET, ["HS256", algorithm])


def test_a_key_of_another_kind_verifies_nothing():
    token = jwt.encode({}, private_pem(PRIVATE["ES256"]), "ES256")
    for algorithm in ("RS256", "ES384", "ES512", "EdDSA"):
        with pytest.raises(jwt.InvalidKeyError):
            jwt.decode(token, public_pem(PRIVATE[algorithm]), ["ES256", algorithm])


def test_a_public_key_does_not_sign():
    with pytest.raises(jwt.InvalidKeyError, match="private"):
        jwt.encode({}, PUBLIC, "RS256")


@pytest.mark.parametrize("algorithm", ["none", "", "HS257", "ES256K", None, 1])
def test_there_is_no_other_algorithm(algorithm):
    with pytest.raises(NotImplementedError):
        jwt.encode({}, SECRET, algorithm)
    if algorithm:
        with pytest.raises(NotImplementedError):
            jwt.encode({}, SECRET, headers={"alg": algorithm})


def test_an_instance_may_have_fewer_algorithms():
    signer = jwt.PyJWS(algorithms=["HS384"])
    assert signer.get_algorithms() == ["HS384"]
    with pytest.raises(NotImplementedError):
        signer.encode(b"", SECRET, "HS256")
    with pytest.raises(jwt.InvalidAlgorithmError):
        signer.decode(TOKEN, SECRET, ["HS256", "HS384"])


def test_short_secrets_are_warned_of_or_refused():
    with pytest.warns(jwt.InsecureKeyLengthWarning, match="32 bytes for HS256"):
        token = jwt.encode({}, "short")
    with pytest.warns(jwt.InsecureKeyLengthWarning, match="32 bytes for HS256"):
        assert jwt.decode(token, "short", ["HS256", "RS256"]) == {}
    strict = jwt.PyJWT({"enforce_minimum_key_length": True})
    for refused in (
        lambda: strict.encode({}, "short"),
        lambda: strict.decode(token, "short", ["HS256"]),
        lambda: jwt.decode(token, "short", ["HS256"], {"enforce_minimum_key_length": True}),
        lambda: strict.encode({}, SECRET[:63], "HS512"),
    ):
        with pytest.raises(jwt.InvalidKeyError) as raised:
            refused()
        assert "'short'" not in repr(raised.value)
    assert strict.decode(strict.encode({}, SECRET, "HS512"), SECRET, ["HS512"]) == {}


def test_exceptions_are_those_of_pyjwt_too():
    for name in exceptions.__all__:
        ours, theirs = getattr(jwt, name), getattr(pyjwt.exceptions, name, None)
        if theirs is not None:
            assert issubclass(ours, theirs)
            bases = [base.__name__ for base in theirs.__mro__ if "jwt" in base.__module__]
            found = [base.__name__ for base in ours.__mro__ if "molt" in base.__module__]
            assert found == bases
        assert issubclass(ours, (jwt.PyJWTError, UserWarning))
    assert issubclass(jwt.InsecureKeyLengthWarning, pyjwt.InsecureKeyLengthWarning)
    with pytest.raises(pyjwt.InvalidTokenError):
        jwt.decode("a.b.c", SECRET, ["HS256"])
    error = jwt.MissingRequiredClaimError("exp")
    assert (error.claim, str(error)) == ("exp", 'Token is missing the "exp" claim')
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
