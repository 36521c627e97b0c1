"""One answer: native where that is exact, otherwise by the Python path, with the same bytes.

A plan is a prepared native statement with its output shape. Plans are kept by the SQL text and
everything else that decides about the shape, so that a request whose SQL was seen before costs one
look-up beyond Django's own compiler.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, NamedTuple

from django.db import connections

from molt_accel import MoltError, arguments
from molt_accel._messagepack import pack
from molt_accel.django import conf
from molt_accel.django.backends import Bound
from molt_accel.django.counters import count_native, count_python
from molt_accel.django.databases import backend, database, guard
from molt_accel.django.reasons import NotNative, Reason
from molt_accel.django.recall import recall
from molt_accel.django.shape import (
    ColumnKey,
    Compiled,
    Output,
    check_queryset,
    compile_queryset,
    encode,
    kinds,
    layout_of,
)
from molt_accel.errors import Busy, Cancelled, Timeout, TooLarge, Unavailable, Unsupported
from molt_accel.lanes import Statement

__all__ = [
    "NativeRun",
    "as_not_native",
    "limits_of",
    "native_run",
    "not_native_or_raise",
    "plan_by",
    "plan_for",
    "python_allowed",
    "run",
    "run_async",
]

RAISED = (Busy, Timeout, TooLarge, Cancelled)
"""Native errors that reach the view: the Python path would only meet them a second time."""


class Plan(NamedTuple):
    """A prepared statement and what it was made from."""

    statement: Statement
    lane: str
    sql: str
    shape: bytes
    keep_alive: Any


class NativeRun(NamedTuple):
    """A plan with the values of one request; ``plan`` is None where no row can match."""

    plan: Plan | None
    connection: Any
    arguments: bytes
    configuration: conf.Configuration


class Refused(NamedTuple):
    """A query that native code will never answer, so that asking again costs nothing."""

    refusal: NotNative
    keep_alive: Any


_plans: dict[Any, Plan | Refused] = {}
_known: dict[Any, Plan] = {}
_lock = Lock()


def native_run(queryset: Any, output: Output, envelope: Sequence[Any] = ()) -> NativeRun:
    """Prepares everything for a native run; raises `NotNative` with the reason otherwise.

    `queryset` may be a prepared function's `BoundQuery` too.
    """
    prepared_run = getattr(queryset, "native_run", None)
    if prepared_run is not None:
        native: NativeRun = prepared_run(output, envelope)
        return native
    layout_of(queryset)
    configuration = conf.current()
    alias = queryset.db
    connection = connections[alias]
    guard(connection, alias, configuration)
    check_queryset(queryset)
    known = Known(queryset, alias, connection, output, configuration)
    plan = known.plan()
    if plan is not None:
        return NativeRun(plan, connection, encoded(known.bound, envelope), configuration)
    compiled = compile_queryset(queryset)
    if compiled.sql is None:
        return NativeRun(None, connection, b"", configuration)
    values = bound(compiled.parameters, alias, connection)
    plan = plan_for(compiled, output, configuration, values.types)
    known.keep(compiled.parameters, plan)
    return NativeRun(plan, connection, encoded(values, envelope), configuration)


class Known:
    """The plan of a query that was compiled before, found without compiling it (`recall`)."""

    __slots__ = ("_place", "_recalled", "bound")

    def __init__(
        self,
        queryset: Any,
        alias: str,
        connection: Any,
        output: Output,
        configuration: conf.Configuration,
        reader: Any = None,
    ) -> None:
        self._recalled = recall(queryset, alias, connection)
        self.bound = Bound(())
        """The parameters of this query for the plan."""
        if self._recalled is not None:
            self.bound = bound(self._recalled.parameters, alias, connection)
            name = connection.settings_dict["NAME"]
            types = self.bound.types
            self._place = (self._recalled.key, alias, output, configuration, name, types, reader)

    def plan(self) -> Plan | None:
        """The plan, or None when the query must be compiled."""
        return None if self._recalled is None else _known.get(self._place)

    def keep(self, parameters: tuple[Any, ...], plan: Plan) -> None:
        """Remembers the plan that compiling the query led to."""
        recalled = self._recalled
        if recalled is None or not recalled.is_confirmed(parameters):
            return
        alive = (plan.keep_alive, recalled.keep_alive)
        with _lock:
            while len(_known) >= plan_limit():
                del _known[next(iter(_known))]
            _known[self._place] = plan._replace(keep_alive=alive)


def plan_limit() -> int:
    """How many plans are kept."""
    return conf.current().statements


def bound(parameters: Sequence[Any], alias: str, connection: Any) -> Bound:
    """Parameters as the database gets them; raises `NotNative` for what only a driver knows."""
    return backend(connection, alias).bound(parameters, connection)


def encoded(parameters: Bound, envelope: Sequence[Any]) -> bytes:
    """The arguments of a run; raises `NotNative` for values that native code cannot take."""
    try:
        return arguments(parameters.values, envelope)
    except (TypeError, OverflowError, UnicodeEncodeError) as error:
        raise NotNative(Reason.PARAMETER, f"A parameter cannot be sent: {error}.") from None


def plan_for(
    compiled: Compiled,
    output: Output,
    configuration: conf.Configuration,
    types: tuple[int, ...] = (),
) -> Plan:
    """The plan of a compiled QuerySet, from the cache or prepared now.

    `types` are those of its parameters.
    """
    key = (tuple(compiled.names), compiled.order, ColumnKey(compiled).signature)
    return plan_by(
        compiled,
        output,
        configuration,
        key,
        compiled.select,
        lambda: encode(compiled, kinds(compiled.select, compiled.connection), output),
        types,
    )


def plan_by(
    compiled: Compiled,
    output: Output,
    configuration: conf.Configuration,
    key: Any,
    keep_alive: Any,
    shape: Callable[[], dict[str, Any]],
    types: tuple[int, ...] = (),
) -> Plan:
    """The plan of SQL and a shape, which `key` stands for as long as `keep_alive` is kept."""
    place = (
        compiled.alias,
        compiled.sql,
        output,
        compiled.layout,
        key,
        configuration,
        compiled.connection.settings_dict["NAME"],
        types,
    )
    plan = _plans.get(place)
    if plan is None:
        try:
            plan = prepared(compiled, shape(), types, configuration, keep_alive)
        except NotNative as refusal:
            if refusal.reason not in _PERMANENT:
                raise
            plan = Refused(refusal, keep_alive)
        with _lock:
            while len(_plans) >= configuration.statements:
                del _plans[next(iter(_plans))]
            _plans[place] = plan
    if isinstance(plan, Refused):
        raise NotNative(plan.refusal.reason, str(plan.refusal))
    return plan


_PERMANENT = frozenset({Reason.COLUMN, Reason.NATIVE, Reason.SERIALIZER, Reason.DATABASE})


def prepared(
    compiled: Compiled,
    shape: dict[str, Any],
    types: tuple[int, ...],
    configuration: conf.Configuration,
    keep_alive: Any,
) -> Plan:
    """A plan for SQL as Django wrote it; raises `NotNative`."""
    assert compiled.sql is not None
    adapter = backend(compiled.connection, compiled.alias)
    native = adapter.sql(compiled.sql)
    try:
        opened = database(compiled.alias, compiled.connection, configuration)
        objects = adapter.objects(opened, compiled.connection)
        if types:
            shape = {**shape, "parameters": list(types)}
        encoded = pack({**shape, "objects": list(objects)} if objects else shape)
        statement = opened.prepare(native, encoded)
    except MoltError as error:
        refusal = as_not_native(error)
        if adapter.is_final(error):
            refusal.reason = Reason.NATIVE
        raise refusal from error
    return Plan(statement, configuration.lane, native, encoded, keep_alive)


def as_not_native(error: MoltError) -> NotNative:
    """The reason that a native error gives for taking the Python path."""
    if isinstance(error, Unsupported):
        return NotNative(Reason.NATIVE, str(error))
    if isinstance(error, Unavailable):
        return NotNative(Reason.UNAVAILABLE, str(error))
    return NotNative(Reason.NATIVE_ERROR, f"{type(error).__name__}: {error}")


def not_native_or_raise(error: MoltError) -> NotNative:
    """`as_not_native` for an error of a run; those in `RAISED` are raised as they are."""
    if isinstance(error, RAISED):
        raise error
    return as_not_native(error)


def limits_of(native: NativeRun, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """How far a run may go: the settings, and what the call says instead."""
    configuration = native.configuration
    limits = configuration.limits
    return {**limits, **given} if given else limits


def run(native: NativeRun, limits: Mapping[str, Any] | None = None) -> bytes | None:
    """The bytes of a native run, or None where no row can match.

    Raises `NotNative` where the Python path must answer, and the errors in `RAISED` as they are.
    """
    plan = native.plan
    if plan is None:
        count_native(native.configuration.lane)
        return None
    logged = native.connection.queries_logged
    start = time.monotonic() if logged else 0.0
    try:
        body = plan.statement.run(native.arguments, **limits_of(native, limits))
    except MoltError as error:
        raise not_native_or_raise(error) from error
    if logged:
        log_query(native.connection, plan, start)
    count_native(plan.lane)
    return body


async def run_async(native: NativeRun, limits: Mapping[str, Any] | None = None) -> bytes | None:
    """Like `run`; cancelling the awaiting task ends the run on the native side."""
    plan = native.plan
    if plan is None:
        count_native(native.configuration.lane)
        return None
    logged = native.connection.queries_logged
    start = time.monotonic() if logged else 0.0
    try:
        body = await plan.statement.run_async(native.arguments, **limits_of(native, limits))
    except MoltError as error:
        raise not_native_or_raise(error) from error
    if logged:
        log_query(native.connection, plan, start)
    count_native(plan.lane)
    return body


def log_query(connection: Any, plan: Plan, start: float) -> None:
    """Shows a native query where ``DEBUG`` and ``assertNumQueries`` look for queries."""
    seconds = time.monotonic() - start
    connection.queries_log.append({"sql": plan.sql, "time": f"{seconds:.3f}", "molt": plan.lane})


def python_allowed(refusal: NotNative, view: str | None = None) -> None:
    """Counts an answer of the Python path; strict mode raises `refusal` instead."""
    if conf.current().strict:
        raise refusal
    count_python(refusal, view)


conf.on_change(_plans.clear)
conf.on_change(_known.clear)
