"""Configures Django as a project would be, and names the codecs that are tested.

python -m pytest python/tests/codecs                       those that are found
MOLT_PURE=1 python -m pytest python/tests/codecs           the twin
MOLT_CODECS=native python -m pytest python/tests/codecs    fails where they are not native
"""

import os
import random
from pathlib import Path

import django
import pytest
from django.conf import settings

import unhurried  # noqa: F401
from molt_accel._codecs import REASON, codecs

SUITES = Path(os.environ.get("MOLT_SUITES") or Path(__file__).parents[4] / "shared" / "suites")
SEED = int(os.environ.get("MOLT_SEED") or random.SystemRandom().randrange(1 << 32))


def pytest_configure():
    if settings.configured:
        return
    settings.configure(
        INSTALLED_APPS=["rest_framework", "molt_accel.django"],
        SECRET_KEY="tests",
        USE_TZ=True,
        TIME_ZONE="UTC",
        ROOT_URLCONF=__name__,
        REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
        LANGUAGE_CODE="de",
        MOLT={},
    )
    django.setup()


urlpatterns = []


def pytest_report_header():
    why = f" ({REASON})" if REASON else ""
    return f"codecs: {codecs.IMPLEMENTATION}{why}; MOLT_SEED={SEED}"


def pytest_sessionstart():
    wanted = os.environ.get("MOLT_CODECS")
    if wanted and wanted != codecs.IMPLEMENTATION:
        pytest.exit(
            f"MOLT_CODECS={wanted}, but the codecs are {codecs.IMPLEMENTATION}: {REASON}", 1
        )


@pytest.fixture
def chance():
    """Random numbers that MOLT_SEED repeats."""
    return random.Random(SEED)


def suite(*parts):
    """A folder or file of the published suites; skips loudly without it."""
    path = SUITES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"SKIPPED WITHOUT {path}: set MOLT_SUITES to the folder of published suites")
    return path
