"""Keys in every form, read once and kept."""

import gc
import json
import threading
import weakref
from datetime import datetime, timedelta, timezone

import jwt as pyjwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from conftest import PRIVATE, SECRET, private_pem, public_pem
from molt_accel import jwt
from molt_accel._codecs import codecs
from molt_accel.jwt import keys

KINDS = ["RS256", "ES256", "ES384", "ES512", "EdDSA", "Ed448"]
PEM, DER = forms.Encoding.PEM, forms.Encoding.DER


def algorithm_of(kind):
    return "EdDSA" if kind == "Ed448" else kind


def verifies(key, kind, algorithms=None):
    token = jwt.encode({"a": 1}, private_pem(PRIVATE[kind]), algorithm_of(kind))
    return jwt.decode(token, key, algorithms or [algorithm_of(kind)]) == {"a": 1}


@pytest.mark.parametrize("kind", KINDS)
def test_forms_of_private_keys(kind):
    made = ["PKCS8"] if kind in ("EdDSA", "Ed448") else ["PKCS8", "TraditionalOpenSSL"]
    for name in made:
        form = getattr(forms.PrivateFormat, name)
        pem = PRIVATE[kind].private_bytes(PEM, form, forms.NoEncryption())
        for key in (pem, pem.decode(), pem.replace(b"\n", b"\r\n"), b"text in front\n" + pem):
            token = jwt.encode({"a": 1}, key, algorithm_of(kind))
            assert jwt.decode(token, public_pem(PRIVATE[kind]), [algorithm_of(kind)]) == {"a": 1}
            assert jwt.decode(token, key, [algorithm_of(kind)]) == {"a": 1}


@pytest.mark.parametrize("kind", KINDS)
def test_forms_of_public_keys(kind):
    public = PRIVATE[kind].public_key()
    assert verifies(public_pem(PRIVATE[kind]), kind)
    assert verifies(public, kind)
    assert verifies(PRIVATE[kind], kind)
    if kind == "RS256":
        assert verifies(public.public_bytes(PEM, forms.PublicFormat.PKCS1), kind)
    if kind not in ("Ed448",):
        ssh = public.public_bytes(forms.Encoding.OpenSSH, forms.PublicFormat.OpenSSH)
        assert verifies(ssh, kind)
        assert verifies(ssh.decode(), kind)


def certificate(key):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "molt.example")])
    now = datetime.now(timezone.utc)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = made.public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return made.sign(key, hashes.SHA256())


def test_a_certificate_is_its_public_key():
    assert verifies(certificate(PRIVATE["ES256"]).public_bytes(PEM), "ES256")


@pytest.mark.parametrize("kind", ["RS256", "ES256", "EdDSA"])
def test_what_others_know_is_no_secret(kind):
    public = PRIVATE[kind].public_key()
    spki = forms.PublicFormat.SubjectPublicKeyInfo
    jwk = pyjwt.get_algorithm_by_name(kind).to_jwk(public)
    known = [
        public.public_bytes(PEM, spki),
        public.public_bytes(DER, spki),
        public.public_bytes(forms.Encoding.OpenSSH, forms.PublicFormat.OpenSSH),
        jwk,
        f" {jwk}",
        json.dumps({"keys": [json.loads(jwk)]}),
        "[" * 100000,
    ]
    if kind != "EdDSA":
        known += [certificate(PRIVATE[kind]).public_bytes(form) for form in (PEM, DER)]
    for key in known:
        with pytest.raises(jwt.InvalidKeyError):
            jwt.encode({}, key)


def test_secrets_that_look_a_little_like_keys():
    for secret in (
        '{"a": "text of JSON that is a secret after all"}',
        "0" * 64,
        "[1] and more" * 4,
    ):
        assert jwt.encode({"a": 1}, secret) == pyjwt.encode({"a": 1}, secret)


def encrypted(key):
    return key.private_bytes(PEM, forms.PrivateFormat.PKCS8, forms.BestAvailableEncryption(b"x"))


def old_encrypted(key):
    form = forms.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(PEM, form, forms.BestAvailableEncryption(b"x"))


BAD = {
    "empty": b"",
    "cut": public_pem(PRIVATE["RS256"])[:200],
    "no Base64": "-----BEGIN PUBLIC KEY-----\n?!\n-----END PUBLIC KEY-----",
    "empty PEM": "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
    "other label": "-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----",
    "encrypted": encrypted(PRIVATE["ES256"]),
    "encrypted of old": old_encrypted(PRIVATE["ES256"]),
    "DSA": public_pem(dsa.generate_private_key(1024)),
    "other curve": public_pem(ec.generate_private_key(ec.SECP256K1())),
    "RSA of 1024 bits": private_pem(rsa.generate_private_key(65537, 1024)),
    "SSH": "ssh-rsa AAAA",
    "DSA object": dsa.generate_private_key(1024),
}


@pytest.mark.parametrize("name", BAD)
def test_a_key_that_is_none(name):
    for algorithm in ("RS256", "HS256"):
        with pytest.raises(jwt.InvalidKeyError) as raised:
            jwt.encode({}, BAD[name], algorithm)
        assert "BEGIN" not in str(raised.value)


@pytest.mark.parametrize("key", [None, 1, [], object()])
def test_a_key_is_of_a_type_that_can_be_one(key):
    with pytest.raises(TypeError, match="Expected a key"):
        jwt.encode({}, key)


def jwk_of(kind, private=True):
    key = PRIVATE[kind] if private else PRIVATE[kind].public_key()
    return json.loads(pyjwt.get_algorithm_by_name(algorithm_of(kind)).to_jwk(key))


@pytest.mark.parametrize("kind", KINDS)
def test_keys_in_json(kind):
    private, public = jwt.PyJWK(jwk_of(kind)), jwt.PyJWK(jwk_of(kind, private=False))
    assert private.algorithm_name == algorithm_of(kind)
    token = jwt.encode({"a": 1}, private)
    assert jwt.get_unverified_header(token)["alg"] == algorithm_of(kind)
    assert jwt.decode(token, public) == {"a": 1}
    assert jwt.decode(token, public, [algorithm_of(kind), "HS256"]) == {"a": 1}
    with pytest.raises(jwt.InvalidAlgorithmError):
        jwt.decode(token, public, ["HS256"])
    with pytest.raises(jwt.InvalidKeyError):
        jwt.encode({}, public)


def test_a_key_in_json_has_pyjwts_attributes():
    data = {**jwk_of("RS256", private=False), "kid": "one", "use": "sig", "alg": "PS384"}
    ours, theirs = jwt.PyJWK.from_json(json.dumps(data)), pyjwt.PyJWK(data)
    for name in ("algorithm_name", "key_id", "key_type", "public_key_use"):
        assert getattr(ours, name) == getattr(theirs, name)
    assert jwt.PyJWK(data, "RS512").algorithm_name == "RS512"
    assert jwt.PyJWK.from_dict(data).key_id == "one"
    # Its name in a set does not matter where the key is given alone.
    token = jwt.encode({}, private_pem(PRIVATE["RS256"]), "PS384", headers={"kid": "other"})
    assert jwt.decode(token, ours) == {}


def without(kind, *names, **others):
    return {name: value for name, value in jwk_of(kind).items() if name not in names} | others


BAD_JWKS = {
    "nothing": {},
    "no kind": without("ES256", "kty"),
    "other kind": without("ES256", kty="XX"),
    "other curve": without("ES256", crv="P-257"),
    "no curve": without("EdDSA", "crv"),
    "no point": without("ES256", "x"),
    "number": without("ES256", x=5),
    "point beside the curve": without("ES256", "d", x=jwk_of("ES384")["x"][:43]),
    "other private part": without("ES256", d="A" * 42 + "E"),
    "other Edwards private part": without("EdDSA", d="A" * 43),
    "padded": without("ES256", x=jwk_of("ES256")["x"] + "="),
    "RSA without e": without("RS256", "e"),
    "RSA that does not fit": without("RS256", d="AQ", dp="AQ"),
    "RSA of three primes": without("RS256", oth=[]),
    "empty secret": {"kty": "oct", "k": ""},
    "no secret": {"kty": "oct"},
    "to encrypt": without("RS256", use="enc"),
    "to derive": without("ES256", key_ops=["deriveBits"]),
    "no operations": without("ES256", key_ops="sign"),
    "surrogate": {"kty": "oct", "k": "\ud800"},
    "algorithm of another kind": without("RS256", alg="ES256"),
}


@pytest.mark.parametrize("name", BAD_JWKS)
def test_a_key_in_json_that_is_none(name):
    with pytest.raises(jwt.InvalidKeyError) as raised:
        jwt.PyJWK(BAD_JWKS[name])
    assert jwk_of("ES256")["d"] not in f"{raised.value!r}{raised.value.__context__!r}"
    good = {**jwk_of("ES256", private=False), "kid": "good"}
    assert [key.key_id for key in jwt.PyJWKSet([BAD_JWKS[name], good, 5])] == ["good"]


def test_an_algorithm_of_a_key_that_is_not_known():
    with pytest.raises(jwt.PyJWKError):
        jwt.PyJWK({"kty": "oct", "k": "AAAA", "alg": "A128KW"})


def test_key_operations_hold():
    only_verify = jwt.PyJWK(without("ES256", key_ops=["verify"]))
    with pytest.raises(jwt.InvalidKeyError):
        jwt.encode({}, only_verify)
    assert verifies(only_verify, "ES256")


def test_sets():
    data = [{**jwk_of(kind, private=False), "kid": kind} for kind in ("RS256", "ES256", "EdDSA")]
    found = jwt.PyJWKSet.from_json(json.dumps({"keys": data}))
    assert [key.key_id for key in found] == ["RS256", "ES256", "EdDSA"]
    assert found["ES256"].key_type == "EC"
    with pytest.raises(KeyError, match="no key for kid"):
        found["x"]
    for kind in ("RS256", "ES256", "EdDSA"):
        token = jwt.encode({}, private_pem(PRIVATE[kind]), kind, headers={"kid": kind})
        assert jwt.decode(token, found, ["RS256", "ES256", "EdDSA"]) == {}
        with pytest.raises(jwt.InvalidAlgorithmError):
            jwt.decode(token, found, ["PS256"])
        nameless = jwt.encode({}, private_pem(PRIVATE[kind]), kind)
        assert jwt.decode(nameless, found, [kind]) == {}
        swapped = jwt.encode({}, private_pem(PRIVATE[kind]), kind, headers={"kid": "x"})
        with pytest.raises(jwt.InvalidTokenError):
            jwt.decode(swapped, found, [kind])
    with pytest.raises(jwt.DecodeError, match="algorithms"):
        jwt.decode(token, found)


@pytest.mark.parametrize("keys", [[], "text", [5], [{"kty": "XX"}], {"a": 1}])
def test_a_set_without_a_key(keys):
    with pytest.raises(jwt.PyJWKSetError):
        jwt.PyJWKSet(keys)


def test_a_set_that_lets_the_token_choose_is_refused():
    secret = {"kty": "oct", "k": "A" * 43, "kid": "s"}
    public = {**jwk_of("RS256", private=False), "kid": "p"}
    broken = {"kty": "oct", "k": "?", "kid": "s"}
    for data in ([secret, public], [public, public], [secret, broken]):
        found = jwt.PyJWKSet(data)
        with pytest.raises(jwt.InvalidKeyError, match="ambiguous"):
            jwt.decode(jwt.encode({}, SECRET), found, ["HS256", "RS256"])


def test_keys_are_read_once(monkeypatch):
    jwt.forget_keys()
    read = []
    real = codecs.token_key
    monkeypatch.setattr(codecs, "token_key", lambda *given: read.append(given) or real(*given))
    pem = private_pem(PRIVATE["ES256"])
    for _ in range(3):
        for key in (SECRET, SECRET.encode(), pem, PRIVATE["ES256"], f"{SECRET}!"):
            jwt.encode({}, key, "HS256" if SECRET[:9] in str(key) else "ES256")
    assert len(read) == 5


def test_not_all_keys_are_kept():
    jwt.forget_keys()
    for number in range(keys.CAPACITY + 50):
        jwt.encode({}, f"{SECRET}{number}")
    assert len(keys._texts) == keys.CAPACITY
    assert f"{SECRET}0" not in keys._texts
    jwt.forget_keys()
    assert not keys._texts


def test_a_subclass_of_str_is_its_text():
    class Text(str):
        __hash__ = None

    assert jwt.encode({}, Text(SECRET)) == jwt.encode({}, SECRET)


def test_nothing_shows_a_key():
    jwk = jwt.PyJWK(jwk_of("ES256"))
    shown = f"{jwk!r}{jwk.prepared!r}{jwk.prepared.handle!r}{jwt.PyJWKSet([jwk_of('ES256')])!r}"
    for value in jwk_of("ES256").values():
        assert len(value) < 10 or value not in shown
    assert not hasattr(jwk, "__dict__")
    with pytest.raises(TypeError):
        codecs.token_sign(b"no key", 0, b"{}", b"{}")


def test_keys_are_let_go_of():
    class Holder:
        def __init__(self):
            self.key = jwt.PyJWK(jwk_of("RS256"))

    holder = Holder()
    gone = weakref.ref(holder)
    del holder
    gc.collect()
    assert gone() is None


def test_threads_share_keys():
    pem, public = private_pem(PRIVATE["RS256"]), public_pem(PRIVATE["RS256"])
    jwt.forget_keys()
    failed = []

    def work(number):
        for turn in range(25):
            claims = {"n": f"{number}.{turn}"}
            token = jwt.encode(claims, pem, "RS256")
            secret = f"{SECRET}{turn}"
            if (
                jwt.decode(token, public, ["RS256"]) != claims
                or jwt.decode(jwt.encode(claims, secret), secret, ["HS256"]) != claims
            ):
                failed.append(claims)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
