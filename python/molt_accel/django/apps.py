"""The Django app: checks and management commands."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["MoltConfig"]


class MoltConfig(AppConfig):
    """Registers the system checks of `molt_accel.django.checks`."""

    name = "molt_accel.django"
    label = "molt"
    verbose_name = "Molt"

    def ready(self) -> None:
        """Imports the checks, which register themselves."""
        from molt_accel.django import checks  # noqa: F401
