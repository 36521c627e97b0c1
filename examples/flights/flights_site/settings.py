"""Settings of the flights example: what `startproject` writes, plus DRF, CONN_MAX_AGE and Molt.

Environment variables let the demo run the same project in several ways: FLIGHTS_WAY (`django` or
`native`), FLIGHTS_LANE (`inprocess` or `worker`), FLIGHTS_SOCKET (the worker's socket) and
FLIGHTS_DATABASE (a SQLite file, or the URL of a PostgreSQL database).
"""

import os
from pathlib import Path

from .databases import database

BASE_DIR = Path(__file__).resolve().parent.parent

# A key for a demo that only listens on loopback; a real project keeps its own out of the source.
SECRET_KEY = "flights-example-only-" + "x" * 40
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    "molt_accel.django",
    "flights",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "flights_site.urls_" + os.environ.get("FLIGHTS_WAY", "native")
WSGI_APPLICATION = "flights_site.wsgi.application"
ASGI_APPLICATION = "flights_site.asgi.application"

DATABASES = {
    "default": database(
        os.environ.get("FLIGHTS_DATABASE") or str(BASE_DIR / "data" / "flights.sqlite3")
    )
}

USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
}

MOLT = {
    "LANE": os.environ.get("FLIGHTS_LANE", "inprocess"),
    "SOCKET": os.environ.get("FLIGHTS_SOCKET", "/run/molt/molt.sock"),
    # The demo measures native answers only: whatever would take the Python path raises instead.
    # A real project leaves this off, and such a view is answered as before.
    "STRICT": True,
}
