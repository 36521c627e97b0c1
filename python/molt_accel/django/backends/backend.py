"""The interface between a QuerySet and the database behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from molt_accel.django.conf import Configuration
    from molt_accel.django.converters import Kind
    from molt_accel.django.reasons import NotNative
    from molt_accel.lanes import Database

__all__ = ["Backend", "Bound", "WorkerPlace"]


class Bound(NamedTuple):
    """Parameters as the native side takes them, and what the database is told about them.

    `types` is a part of the plan: SQL that is prepared for an integer and for a text are two
    statements. It is empty where the database looks at each value by itself.
    """

    values: Sequence[Any]
    types: tuple[int, ...] = ()


class WorkerPlace(NamedTuple):
    """A database as ``molt worker --database ALIAS=...`` takes it.

    `environment` holds what other users must not read in the list of processes.
    """

    argument: str
    environment: dict[str, str]


class Backend(Protocol):
    """One of Django's database backends."""

    @property
    def unlimited(self) -> int | None:
        """The parameter of LIMIT that limits nothing."""
        ...

    @property
    def zone_marks(self) -> tuple[str, ...]:
        """What SQL contains that depends on the current time zone."""
        ...

    @property
    def compiler(self) -> type:
        """Django's compiler of SELECT for the backend."""
        ...

    def problem(self, alias: str, connection: Any, lane: str) -> NotNative | None:
        """Why a database cannot be read natively by a lane whatever the query, if so."""
        ...

    def worker_place(self, alias: str, connection: Any) -> WorkerPlace:
        """The database for the worker; raises `NotNative` where `problem` finds one."""
        ...

    def open(self, alias: str, connection: Any, configuration: Configuration) -> Database:
        """The database in process, opened at its first use; raises a `MoltError` or `NotNative`."""
        ...

    def key(self, connection: Any) -> Any:
        """What tells apart the databases that an alias has stood for."""
        ...

    def objects(self, database: Database, connection: Any) -> tuple[int, ...]:
        """The types of a database, by their numbers, of whose values the driver makes objects.

        They are what only this database has; the native side knows those that each one has.
        """
        ...

    def sql(self, sql: str) -> str:
        """SQL as the native side takes it, from what Django gives its cursor."""
        ...

    def bound(self, parameters: Sequence[Any], connection: Any) -> Bound:
        """The values that the driver would send; raises `NotNative` for what it alone knows."""
        ...

    def takes_plain(self, connection: Any) -> bool:
        """Whether a plain str or int is bound like what Django's lookups make of it."""
        ...

    def limits(self, types: tuple[int, ...]) -> tuple[int, ...]:
        """The types of parameters that are followed by those of LIMIT and OFFSET."""
        ...

    def kind_of(
        self, expression: Any, converters: list[Callable[..., Any]], connection: Any
    ) -> Kind:
        """What a select expression yields whose values pass through `converters`.

        Raises `NotNative` naming what only Python can run.
        """
        ...

    def is_final(self, error: Exception) -> bool:
        """Whether a statement that was refused with `error` would be refused again."""
        ...
