"""Keys of every kind, and what the tokens' tests share.

python -m pytest python/tests/tokens                       signed by what is found
MOLT_PURE=1 python -m pytest python/tests/tokens           signed by the twin
MOLT_CODECS=native python -m pytest python/tests/tokens    fails where they are not native
"""

import os
import random
import warnings
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

import unhurried  # noqa: F401
from molt_accel._codecs import REASON, codecs

SUITES = Path(os.environ.get("MOLT_SUITES") or Path(__file__).parents[4] / "shared" / "suites")
SEED = int(os.environ.get("MOLT_SEED") or random.SystemRandom().randrange(1 << 32))

ALGORITHMS = (
    *("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)


def pytest_report_header():
    why = f" ({REASON})" if REASON else ""
    return f"tokens: {codecs.IMPLEMENTATION}{why}; MOLT_SEED={SEED}"


def pytest_sessionstart():
    wanted = os.environ.get("MOLT_CODECS")
    if wanted and wanted != codecs.IMPLEMENTATION:
        pytest.exit(f"MOLT_CODECS={wanted}, but they are {codecs.IMPLEMENTATION}: {REASON}", 1)


@pytest.fixture(autouse=True)
def warnings_fail():
    """Whoever expects a warning says so."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", module="joserfc")
        yield


def private_pem(key):
    pkcs8 = forms.PrivateFormat.PKCS8
    return key.private_bytes(forms.Encoding.PEM, pkcs8, forms.NoEncryption()).decode()


def public_pem(key):
    spki = forms.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(forms.Encoding.PEM, spki).decode()


RSA = rsa.generate_private_key(65537, 2048)
PRIVATE = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), RSA),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
    "Ed448": ed448.Ed448PrivateKey.generate(),
}
SECRET = "a secret of 64 bytes, which is long enough for all of SHA-512..!"
assert len(SECRET) == 64


def signing_key(algorithm):
    """What signs with an algorithm: a secret or PEM."""
    return SECRET if algorithm.startswith("HS") else private_pem(PRIVATE[algorithm])


def verifying_key(algorithm):
    """What verifies it."""
    return SECRET if algorithm.startswith("HS") else public_pem(PRIVATE[algorithm])


def suite(*parts):
    """A folder or file of the published suites; skips loudly without it."""
    path = SUITES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"SKIPPED WITHOUT {path}: set MOLT_SUITES to the folder of published suites")
    return path
