"""The short way through a prepared function whose values Django passes on unchanged.

At 20 rows the Python around a native run costs as much as the run. Where the parameters of the SQL
are constants and parameters of the call, and each of those is a str or a natural number that
Django's lookup passes on as it is, nothing is left to ask of Django:

    flights(origin="JFK", limit=20)   slots [origin, limit], constant offset  ->  ["JFK", 20, 0]

Whatever else is met (another type, a transaction, an overridden setting, a running event loop)
leaves the call to the ordinary way, which decides about it.
"""

from __future__ import annotations

import threading
from asyncio import _get_running_loop
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connections

from molt_accel import MoltError
from molt_accel._codecs import codecs
from molt_accel._messagepack import pack, pack_array
from molt_accel.django import answers, conf
from molt_accel.django.backends import Bound
from molt_accel.django.counters import count_native
from molt_accel.django.databases import backend, is_plain
from molt_accel.django.placeholders import Placeholder, Slice
from molt_accel.django.tracing import Binder, Slot

__all__ = ["PlainCall", "plain_call"]


class PlainCall(NamedTuple):
    """A plan with what encodes its arguments from the values of a call."""

    plan: answers.Plan
    run: Callable[[bytes], bytes]
    configuration: conf.Configuration
    database: Any
    bind: Callable[[Mapping[str, Any]], bytes | None]
    computed: list[tuple[str, Callable[[Mapping[str, Any]], Any]]]
    """Values that `bind` takes by these names, computed from those of the call."""

    def body(self, alias: str, values: Mapping[str, Any]) -> bytes | None:
        """The bytes for these values; None where the ordinary way must decide.

        Raises what `answers.run` raises.
        """
        if conf._current is not self.configuration or _get_running_loop() is not None:
            return None
        connection = _thread_connection(alias)
        if not is_plain(connection) or connection.settings_dict["NAME"] != self.database:
            return None
        if self.computed:
            values = {**values, **{name: evaluate(values) for name, evaluate in self.computed}}
        arguments = self.bind(values)
        if arguments is None:
            return None
        try:
            body = self.run(arguments)
        except MoltError as error:
            raise answers.not_native_or_raise(error) from error
        count_native(self.plan.lane)
        return body


def _thread_connection(alias: str) -> Any:
    """``connections[alias]`` where no event loop runs; None instead of a new connection.

    asgiref's Local asks for the running loop on each access, which costs as much as all of
    `PlainCall.body` besides. Without one it answers what its ``threading.local`` holds.
    """
    if _storage is None:
        return connections[alias]
    return getattr(_storage, alias, None)


_storage = getattr(getattr(connections, "_connections", None), "_storage", None)
if type(_storage) is not threading.local:
    _storage = None


def plain_call(
    native: answers.NativeRun,
    limits: Mapping[str, Any],
    parameters: Sequence[Any],
    binders: Sequence[Binder],
    section: Slice | None,
    types: tuple[int, ...],
) -> PlainCall | None:
    """The short way for a native run's plan, if it has one.

    `limits` are those that the call gives, `parameters` and `binders` those of its template,
    `types` what the plan was made for: another type than that of plain values has another plan.
    """
    computed: list[tuple[str, Callable[[Mapping[str, Any]], Any]]] = []

    def slot(placeholder: Placeholder, minimum: int | None) -> tuple[str, int | None]:
        evaluate = placeholder._evaluate
        if type(evaluate) is itemgetter:
            return placeholder._text, minimum
        # No parameter has such a name.
        computed.append((str(len(computed)), evaluate))
        return computed[-1][0], minimum

    slots: dict[int, tuple[str, int | None]] = {}
    connection = native.connection
    adapter = backend(connection, connection.alias)
    constants = [None if type(item) is Slot else item for item in parameters]
    for index, parameter in enumerate(parameters):
        if type(parameter) is Slot:
            binder = binders[parameter.binder]
            if binder.plain_type is None:
                return None
            slots[index] = slot(binder.held, 0 if binder.plain_type is int else None)
            constants[index] = binder.plain_type()
    bound = adapter.bound(constants, connection)
    if section is not None:
        # From the start to a parameter, which LIMIT takes as it is; 0 means that there is no row.
        if section.start or not isinstance(section.stop, Placeholder):
            return None
        slots[len(constants)] = slot(section.stop, 1)
        bound = Bound([*bound.values, 0, 0], adapter.limits(bound.types))
    plan = native.plan
    if plan is None or bound.types != types or connection.queries_logged:
        return None
    return PlainCall(
        plan,
        plan.statement.limited(**answers.limits_of(native, limits)),
        native.configuration,
        connection.settings_dict["NAME"],
        codecs.argument_binder(_parts(bound.values, slots)),
        computed,
    )


def _parts(
    constants: Sequence[Any], slots: Mapping[int, tuple[str, int | None]]
) -> tuple[bytes | tuple[str, int | None], ...]:
    """``arguments(constants)`` in parts, with slots in the place of some constants."""
    whole = pack_array(constants)
    items = [pack(item) for item in constants]
    head = whole[: len(whole) - sum(map(len, items))]
    middle = (slots.get(index, item) for index, item in enumerate(items))
    return (b"\x92" + head, *middle, b"\x90")
