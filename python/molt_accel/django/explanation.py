"""Says whether a QuerySet is answered natively, and why not.

>>> print(explain(Flight.objects.values("id", "day")))
native, in process
  SELECT "flight"."id" AS "id", "flight"."day" AS "day" FROM "flight"
  id   integer
  day  date
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from molt_accel._messagepack import unpack
from molt_accel.django import answers, conf
from molt_accel.django.reasons import NotNative
from molt_accel.django.shape import Output

__all__ = ["Explanation", "explain"]


@dataclass(frozen=True)
class Explanation:
    """The verdict over a QuerySet; printing it shows all of it, ``bool()`` is ``native``."""

    native: bool
    lane: str | None = None
    sql: str | None = None
    columns: list[tuple[str, str]] = field(default_factory=list)
    reason: str | None = None
    message: str | None = None

    def __bool__(self) -> bool:
        return self.native

    def __str__(self) -> str:
        if not self.native:
            return f"Python path ({self.reason}): {self.message}"
        if self.sql is None:
            return "native: no row can match, the database is not asked"
        lane = "in process" if self.lane == "inprocess" else "by the worker"
        width = max(len(name) for name, _ in self.columns)
        lines = [f"native, {lane}", f"  {self.sql}"]
        lines += [f"  {name:<{width}}  {kind}" for name, kind in self.columns]
        return "\n".join(lines)


def explain(queryset: Any, style: str = "django") -> Explanation:
    """What `QuerySetResponse` would do with a QuerySet now, without reading a row.

    Whether single stored values can be written natively shows only when they are read. Raises
    ``TypeError`` for a QuerySet of model instances.
    """
    try:
        native = answers.native_run(queryset, Output(style))
    except NotNative as refusal:
        return Explanation(False, reason=refusal.reason, message=str(refusal))
    if native.plan is None:
        return Explanation(True, lane=conf.current().lane)
    fields: Any = unpack(native.plan.shape)
    columns = [(leaf["name"], _describe(leaf)) for leaf in fields["fields"]]
    return Explanation(True, native.plan.lane, native.plan.sql, columns)


def _describe(leaf: dict[str, Any]) -> str:
    details = [
        f"{key} {value}"
        for key, value in leaf.items()
        if key not in ("name", "column", "type") and value is not None
    ]
    return f"{leaf['type']} ({', '.join(details)})" if details else str(leaf["type"])
