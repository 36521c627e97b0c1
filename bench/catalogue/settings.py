"""What `startproject` writes, with DEBUG off and connections kept between requests.

BENCH_DATABASE names a SQLite file or is the URL of a PostgreSQL database; BENCH_LANE and
BENCH_SOCKET choose Molt's lane, BENCH_HASHER the class that hashes passwords.
"""

import os

from .databases import databases

SECRET_KEY = "benchmarks-only-" + "x" * 50
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "molt_accel.django",
    "catalogue",
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

ROOT_URLCONF = "catalogue.urls"
WSGI_APPLICATION = "catalogue.wsgi.application"

DATABASES = databases(os.environ["BENCH_DATABASE"])

PASSWORD_HASHERS = [
    os.environ.get("BENCH_HASHER", "django.contrib.auth.hashers.PBKDF2PasswordHasher"),
]

USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
}

MOLT = {
    "LANE": os.environ.get("BENCH_LANE", "inprocess"),
    "SOCKET": os.environ.get("BENCH_SOCKET", "/run/molt/molt.sock"),
    "STRICT": True,
}
