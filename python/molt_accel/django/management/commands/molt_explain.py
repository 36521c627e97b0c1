"""``manage.py molt_explain``: says whether a QuerySet is answered natively, and why not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Manager
from django.utils.module_loading import import_string

from molt_accel.django.explanation import explain

__all__ = ["Command"]


class Command(BaseCommand):
    """Explains a QuerySet, a model's ``values()``, or what a function returns."""

    help = "Say whether a QuerySet is answered natively, and why not."

    def add_arguments(self, parser: CommandParser) -> None:
        """Defines the dotted path."""
        parser.add_argument(
            "path", help="dotted path of a QuerySet, or of a function that returns one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the explanation; raises ``CommandError`` for a path that leads to no QuerySet."""
        try:
            found = import_string(options["path"])
        except ImportError as error:
            raise CommandError(f"{options['path']} cannot be imported: {error}.") from error
        if callable(found) and not isinstance(found, (Manager, type)):
            try:
                found = found()
            except TypeError as error:
                raise CommandError(
                    f"{options['path']} cannot be called without parameters: {error}."
                ) from error
        if isinstance(found, type) and hasattr(found, "_default_manager"):
            found = found._default_manager
        if isinstance(found, Manager):
            found = found.values()
        try:
            self.stdout.write(str(explain(found)))
        except TypeError as error:
            raise CommandError(str(error)) from error
