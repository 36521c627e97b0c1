"""Prepared functions: a QuerySet that is compiled once and bound for each request.

    flights = prepare(
        lambda origin, limit: Flight.objects.filter(origin=origin).values("id", "carrier")[:limit]
    )

    def departures(request):
        return flights(origin=request.GET["origin"], limit=1000)

The function is traced at its first call (`tracing`); later calls ask Django only to prepare the
values. What the function reads besides its parameters is read when it is traced.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.utils import timezone

from molt_accel.django import answers, conf
from molt_accel.django.backends import Backend, Bound
from molt_accel.django.databases import backend, guard
from molt_accel.django.placeholders import PrepareError
from molt_accel.django.plain_call import PlainCall, plain_call
from molt_accel.django.python_path import render
from molt_accel.django.reasons import NotNative, Reason
from molt_accel.django.responses import (
    QuerySetResponse,
    is_native_charset,
    plain_output,
    ready,
)
from molt_accel.django.shape import Compiled, Output, compiled_from
from molt_accel.django.tracing import (
    HIGH_MARK,
    LOW_MARK,
    Binder,
    NotBindable,
    Slot,
    Trace,
    Tracer,
)

__all__ = ["BoundQuery", "PrepareError", "Prepared", "prepare"]

_VARIANT_LIMIT = 64

Body = bytes


def prepare(function: Callable[..., Any], **options: Any) -> Prepared:
    """A function from parameters to a QuerySet, made ready to be bound for each request.

    `options` are those of `QuerySetResponse` (``style``, ``envelope``, …). The first call traces
    the function and raises `PrepareError` when its SQL depends on the values of its parameters.
    Raises ``TypeError`` for a function with ``*args`` or ``**kwargs``.
    """
    return Prepared(function, options)


class Prepared:
    """What `prepare` answers; called with the function's parameters it makes a response."""

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        self.function = function
        self.options = options
        self.signature = inspect.signature(function)
        for parameter in self.signature.parameters.values():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                raise TypeError(
                    f"A prepared function names its parameters one by one, but "
                    f"{getattr(function, '__qualname__', function)!s} takes {parameter}."
                )
        self._names = tuple(self.signature.parameters)
        self._name_set = frozenset(self._names)
        self._is_positional = all(
            parameter.kind is not parameter.KEYWORD_ONLY
            for parameter in self.signature.parameters.values()
        )
        self._lock = Lock()
        self._trace: Trace | None = None
        self._templates: dict[Any, Template] = {}
        self._latest: dict[Any, Template] = {}
        self._output = plain_output(options)
        self._plain: dict[str, PlainCall] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The response for these parameters; in a coroutine use `aresponse`."""
        values: Mapping[str, Any]
        if kwargs or len(args) != len(self._names) or not self._is_positional:
            values = self._values(args, kwargs)
        else:
            values = dict(zip(self._names, args))  # noqa: B905 - as long as each other
        if self._plain and self._trace is not None and self._output is not None:
            queryset = self._trace.queryset
            alias = queryset.db if router.routers else queryset._db or DEFAULT_DB_ALIAS
            plain = self._plain.get(alias)
            if plain is not None:
                body: str | Body | None
                try:
                    body = plain.body(alias, values)
                except NotNative as refusal:
                    answers.python_allowed(refusal)
                    body = render(list(self.queryset(values)), self._output.style, None)
                if body is not None:
                    return ready(body, self._output)
        return QuerySetResponse(BoundQuery(self, values), **self.options)

    response = __call__

    async def aresponse(self, *args: Any, **kwargs: Any) -> Any:
        """Like a call, from a coroutine."""
        return await QuerySetResponse.acreate(self.bind(*args, **kwargs), **self.options)

    def bytes(self, *args: Any, **kwargs: Any) -> Body:
        """The body alone."""
        content: Body = self(*args, **kwargs).content
        return content

    async def abytes(self, *args: Any, **kwargs: Any) -> Body:
        """The body alone, from a coroutine."""
        content: Body = (await self.aresponse(*args, **kwargs)).content
        return content

    def bind(self, *args: Any, **kwargs: Any) -> BoundQuery:
        """The parameters of one call, for `QuerySetResponse` in the place of a QuerySet.

        Raises ``TypeError`` as calling the function with them would.
        """
        return BoundQuery(self, self._values(args, kwargs))

    def _values(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Mapping[str, Any]:
        """The arguments of a call by name."""
        names = self._names
        if not kwargs and len(args) == len(names) and self._is_positional:
            return dict(zip(names, args))  # noqa: B905 - as long as each other
        if not args and kwargs.keys() == self._name_set:
            return kwargs
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments

    def queryset(self, values: Mapping[str, Any]) -> Any:
        """What the function itself returns for these parameters."""
        return self.function(
            *[
                values[name]
                for name, parameter in self.signature.parameters.items()
                if parameter.kind is not parameter.KEYWORD_ONLY
            ],
            **{
                name: values[name]
                for name, parameter in self.signature.parameters.items()
                if parameter.kind is parameter.KEYWORD_ONLY
            },
        )

    def native_run(
        self, values: Mapping[str, Any], output: Output, envelope: Sequence[Any]
    ) -> answers.NativeRun:
        """A native run with the values in the slots of a template; raises `NotNative` otherwise."""
        configuration = conf.current()
        try:
            for value in values.values():
                if value is None:
                    raise NotBindable("a parameter is None")
            trace = self._trace
            if trace is None or settings.DEBUG:
                trace = self._traced(values)
            alias = trace.queryset.db
            connection = connections[alias]
            guard(connection, alias, configuration)
            limits = _limits(trace, values)
            if limits is None:
                return answers.NativeRun(None, connection, b"", configuration)
            adapter = backend(connection, alias)
            place = (
                alias,
                output,
                connection.settings_dict["NAME"],
                configuration,
            )
            template, parts = self._template(trace, place, values, adapter, connection)
        except NotBindable as error:
            raise NotNative(
                Reason.BINDING,
                f"The values for {getattr(self.function, '__qualname__', self.function)} need SQL "
                f"of their own: {error}.",
            ) from error
        parameters = [
            parts[item.binder][item.position] if type(item) is Slot else item
            for item in template.parameters
        ]
        bound = _with_limits(adapter.bound(parameters, connection), limits, adapter)
        plan = template.plan(bound.types, output, configuration)
        native = answers.NativeRun(
            plan, connection, answers.encoded(bound, envelope), configuration
        )
        if output == self._output and template.zone is None:
            self._keep_plain(alias, native, template, trace, bound.types)
        return native

    def _keep_plain(
        self,
        alias: str,
        native: answers.NativeRun,
        template: Template,
        trace: Trace,
        types: tuple[int, ...],
    ) -> None:
        """Opens the short way for later calls."""
        assert self._output is not None
        known = self._plain.get(alias)
        if known is not None and known.plan is native.plan:
            return
        self._plain.pop(alias, None)
        limits = {name: value for name, value in self.options.items() if name != "style"}
        if is_native_charset(self._output):
            plain = plain_call(
                native, limits, template.parameters, template.binders, trace.section, types
            )
            if plain is not None:
                self._plain[alias] = plain

    def _template(
        self,
        trace: Trace,
        place: Any,
        values: Mapping[str, Any],
        adapter: Backend,
        connection: Any,
    ) -> tuple[Template, list[tuple[Any, ...]]]:
        template = self._latest.get(place)
        if template is not None and template.zone in (None, _zone(template.compiled, adapter)):
            known = template.sqls if adapter.takes_plain(connection) else None
            sqls, parts = _bound(template.binders, values, known)
            if sqls == template.sqls:
                return template, parts
            template = self._templates.get((place, sqls, template.zone))
            if template is not None:
                self._latest[place] = template
                return template, parts
        with self._lock:
            template = _make_template(trace, place, values, adapter, connection)
            if len(self._templates) >= _VARIANT_LIMIT:
                self._templates.clear()
            key = (place, template.sqls, template.zone)
            self._templates[key] = self._latest[place] = template
        return template, _bound(template.binders, values)[1]

    def _traced(self, values: Mapping[str, Any]) -> Trace:
        with self._lock:
            if self._trace is None:
                traces = [Tracer(self.function, self.signature).trace() for _ in range(2)]
                _verify(traces, self.queryset(values), values)
                self._trace = traces[0]
            elif settings.DEBUG:
                _verify([self._trace], self.queryset(values), values)
            return self._trace


class BoundQuery:
    """A prepared function with the parameters of one call; iterating runs the function itself."""

    def __init__(self, prepared: Prepared, values: Mapping[str, Any]) -> None:
        self._prepared = prepared
        self._values = values

    def native_run(self, output: Output, envelope: Sequence[Any]) -> answers.NativeRun:
        """See `Prepared.native_run`."""
        return self._prepared.native_run(self._values, output, envelope)

    @property
    def db(self) -> str:
        """The alias of the database that will be read."""
        alias: str = self._prepared.queryset(self._values).db
        return alias

    def __iter__(self) -> Iterator[Any]:
        return iter(self._prepared.queryset(self._values))


class Template(NamedTuple):
    """SQL with slots, its plans, and the SQL that the binders had when it was made."""

    compiled: Compiled
    plans: dict[tuple[int, ...], answers.Plan]
    """The plans by the types of the parameters."""
    parameters: tuple[Any, ...]
    binders: list[Binder]
    sqls: tuple[str, ...]
    zone: str | None
    """The time zone that the SQL was made for; None where it names none."""

    def plan(
        self, types: tuple[int, ...], output: Output, configuration: conf.Configuration
    ) -> answers.Plan:
        """The plan for parameters of these types; raises `NotNative`."""
        found = self.plans.get(types)
        if found is None:
            found = answers.plan_for(self.compiled, output, configuration, types)
            if len(self.plans) >= _VARIANT_LIMIT:
                self.plans.clear()
            self.plans[types] = found
        return found


def _zone(compiled: Compiled, adapter: Backend) -> str | None:
    """The current time zone where SQL depends on it."""
    sql = compiled.sql or ""
    if not settings.USE_TZ or not any(mark in sql for mark in adapter.zone_marks):
        return None
    return timezone.get_current_timezone_name()


def _with_limits(bound: Bound, limits: tuple[int, ...], adapter: Backend) -> Bound:
    """The parameters with those of LIMIT and OFFSET behind them."""
    if not limits:
        return bound
    count, offset = limits
    values = [*bound.values, adapter.unlimited if count < 0 else count, offset]
    return Bound(values, adapter.limits(bound.types))


def _bound(
    binders: list[Binder], values: Mapping[str, Any], known: tuple[str, ...] | None = None
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """SQL and parameters of the binders; `known` is the SQL of values that pass as they are."""
    sqls: list[str] = []
    parts: list[tuple[Any, ...]] = []
    for index, binder in enumerate(binders):
        value = None
        if known is not None and binder.plain_type is not None:
            value = binder.plain_value(values)
        if known is not None and value is not None:
            sqls.append(known[index])
            parts.append((value,))
        else:
            sql, parameters = binder.compile(values)
            sqls.append(sql)
            parts.append(parameters)
    return tuple(sqls), parts


def _limits(trace: Trace, values: Mapping[str, Any]) -> tuple[int, ...] | None:
    """The parameters of LIMIT and OFFSET, none without a traced slice; None: no row."""
    if trace.section is None:
        return ()
    try:
        marks = trace.section.marks(values)
    except (TypeError, ValueError) as error:
        raise NotBindable(f"the slice is no pair of natural numbers ({error})") from error
    if marks is None:
        return None
    low, high = marks
    return (-1 if high is None else high - low, low)


def _make_template(
    trace: Trace, place: Any, values: Mapping[str, Any], adapter: Backend, connection: Any
) -> Template:
    alias = place[0]
    query = trace.queryset.query
    sliced = trace.section is not None
    marks = (LOW_MARK, HIGH_MARK) if sliced else (query.low_mark, query.high_mark)
    compiler, sql, parameters, binders = trace.tracer.compile(trace, alias, values, marks)
    if type(compiler) is not adapter.compiler:
        raise NotNative(Reason.QUERY, f"The query is compiled by {type(compiler).__qualname__}.")
    if sliced:
        ending = f" LIMIT {HIGH_MARK - LOW_MARK} OFFSET {LOW_MARK}"
        if not sql.endswith(ending) or sql.count(ending) != 1:
            raise PrepareError(
                f"The function {trace.tracer.name} slices by a parameter where the SQL does not "
                "end with it."
            )
        sql = sql.removesuffix(ending) + " LIMIT %s OFFSET %s"
    compiled = compiled_from(trace.queryset, alias, connection, compiler, sql, parameters)
    sqls = _bound(binders, values)[0]
    return Template(compiled, {}, parameters, binders, sqls, _zone(compiled, adapter))


def _verify(traces: Sequence[Trace], queryset: Any, values: Mapping[str, Any]) -> None:
    """Compares traces with each other and with what the function returns for real values.

    Raises `PrepareError` where they differ and `NotBindable` where these values cannot tell.
    """
    alias = traces[0].queryset.db
    try:
        sql, parameters = queryset.query.get_compiler(alias, connections[alias]).as_sql()
    except (EmptyResultSet, FullResultSet) as error:
        raise NotBindable("no row can match") from error
    compiled = [_with_values(trace, alias, values) for trace in traces]
    name = traces[0].tracer.name
    if any(not _are_same(alias, each, compiled[0]) for each in compiled):
        raise PrepareError(
            f"The function {name} computes something anew each time it runs, such as the current "
            "time: pass it as a parameter."
        )
    if not _are_same(alias, compiled[0], (sql, tuple(parameters))):
        raise PrepareError(
            f"The function {name} makes other SQL for its parameters than for placeholders, so its "
            "SQL depends on their values or types: decide before calling the prepared function."
        )


def _are_same(
    alias: str, first: tuple[str, tuple[Any, ...]], second: tuple[str, tuple[Any, ...]]
) -> bool:
    """Whether SQL and parameters are equal; psycopg's wrappers are equal to themselves only."""
    if first == second or first[0] != second[0]:
        return first == second
    one, other = (answers.bound(each[1], alias, connections[alias]) for each in (first, second))
    return one.types == other.types and list(one.values) == list(other.values)


def _with_values(
    trace: Trace, alias: str, values: Mapping[str, Any]
) -> tuple[str, tuple[Any, ...]]:
    """SQL and parameters of a trace for real values, the slice written as Django writes it."""
    query = trace.queryset.query
    marks = (query.low_mark, query.high_mark)
    if trace.section is not None:
        limits = _limits(trace, values)
        if limits is None:
            raise NotBindable("the slice is empty")
        marks = (limits[1], None if limits[0] < 0 else limits[1] + limits[0])
    _, sql, parameters, binders = trace.tracer.compile(trace, alias, values, marks)
    parts = _bound(binders, values)[1]
    return sql, tuple(
        parts[item.binder][item.position] if type(item) is Slot else item for item in parameters
    )
