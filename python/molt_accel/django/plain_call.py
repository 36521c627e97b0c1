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
from typing import Any, NamedTuple

from django.db import connections

from molt_accel import MoltError
from molt_accel._messagepack import pack, pack_array
from molt_accel.django import answers, conf
from molt_accel.django.backends import Bound
from molt_accel.django.counters import count_native
from molt_accel.django.databases import backend, is_plain
from molt_accel.django.placeholders import Placeholder, Slice
from molt_accel.django.tracing import Binder, Slot

__all__ = ["PlainCall", "plain_call"]

_INTEGER_LIMIT = 2**31
"""No integer field of Django's excludes a natural number below it."""


class PlainSlot(NamedTuple):
    """The place of a parameter of the call among the encoded parameters of the SQL."""

    index: int
    evaluate: Callable[[Mapping[str, Any]], Any]
    type: type
    minimum: int = 0


class PlainCall(NamedTuple):
    """A plan with its encoded arguments, and the places in them that each call fills."""

    plan: answers.Plan
    run: Callable[[bytes], bytes]
    configuration: conf.Configuration
    database: Any
    parts: list[bytes]
    slots: list[PlainSlot]

    def body(self, alias: str, values: Mapping[str, Any]) -> bytes | None:
        """The bytes for these values; None where the ordinary way must decide.

        Raises what `answers.run` raises.
        """
        if conf._current is not self.configuration or _get_running_loop() is not None:
            return None
        connection = _thread_connection(alias)
        if not is_plain(connection) or connection.settings_dict["NAME"] != self.database:
            return None
        parts = self.parts.copy()
        for index, evaluate, expected, minimum in self.slots:
            value = evaluate(values)
            if type(value) is not expected:
                return None
            if expected is int and not minimum <= value < _INTEGER_LIMIT:
                return None
            try:
                parts[index] = pack(value)
            except UnicodeEncodeError:
                return None
        try:
            body = self.run(b"".join(parts))
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
    slots = []
    connection = native.connection
    adapter = backend(connection, connection.alias)
    constants = [None if type(item) is Slot else item for item in parameters]
    for index, parameter in enumerate(parameters):
        if type(parameter) is Slot:
            binder = binders[parameter.binder]
            if binder.plain_type is None:
                return None
            slots.append(PlainSlot(index + 1, binder.held._evaluate, binder.plain_type))
            constants[index] = binder.plain_type()
    bound = adapter.bound(constants, connection)
    if section is not None:
        # From the start to a parameter, which LIMIT takes as it is; 0 means that there is no row.
        if section.start or not isinstance(section.stop, Placeholder):
            return None
        slots.append(PlainSlot(len(constants) + 1, section.stop._evaluate, int, minimum=1))
        bound = Bound([*bound.values, 0, 0], adapter.limits(bound.types))
    plan = native.plan
    if plan is None or bound.types != types or connection.queries_logged:
        return None
    return PlainCall(
        plan,
        plan.statement.limited(**answers.limits_of(native, limits)),
        native.configuration,
        connection.settings_dict["NAME"],
        _encoded(bound.values),
        slots,
    )


def _encoded(constants: Sequence[Any]) -> list[bytes]:
    """The parts of ``arguments(constants)``: the head, one part per constant, the end."""
    whole = pack_array(constants)
    items = [pack(item) for item in constants]
    head = whole[: len(whole) - sum(map(len, items))]
    return [b"\x92" + head, *items, b"\x90"]
