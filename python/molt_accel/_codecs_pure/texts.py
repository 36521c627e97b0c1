"""What JSON has as a string: the texts of datetimes, decimals, UUIDs and lazy strings.

`text_default` makes the function that stands before a user's ``default``:

    DJANGO_TYPES  datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)  ->  2026-01-02T03:04:05.678Z
    DRF_TYPES     the same                                    ->  2026-01-02T03:04:05.678901Z
    ISO_TYPES     the same                                    ->  2026-01-02T03:04:05.678901+00:00
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from molt_accel._codecs_pure.flags import DJANGO_TYPES, DRF_TYPES, ISO_TYPES

__all__ = ["text_default"]

_Default = Callable[[Any], Any]


def text_default(flags: int, default: _Default | None, refuse: _Default) -> _Default:
    """`default`, preceded by the texts that `flags` ask for; `refuse` raises for what is left."""
    rest = default or refuse
    if flags & DJANGO_TYPES:
        return lambda value: _django(value, rest)
    if flags & DRF_TYPES:
        return lambda value: _drf(value, rest)
    if flags & ISO_TYPES:
        return lambda value: _iso(value, rest)
    return rest


def _is_lazy(value: Any) -> bool:
    # A module that another thread is still importing has no class yet.
    promise = getattr(sys.modules.get("django.utils.functional"), "Promise", None)
    return promise is not None and isinstance(value, promise)


def _django(value: Any, rest: _Default) -> Any:
    if isinstance(value, datetime):
        text = value.isoformat()
        if value.microsecond:
            text = text[:23] + text[26:]
        return text[:-6] + "Z" if text.endswith("+00:00") else text
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        if _is_aware(value):
            raise ValueError("JSON can't represent timezone-aware times.")
        text = value.isoformat()
        return text[:12] if value.microsecond else text
    if isinstance(value, timedelta):
        return _duration(value)
    return str(value) if isinstance(value, (Decimal, UUID)) or _is_lazy(value) else rest(value)


def _drf(value: Any, rest: _Default) -> Any:
    if isinstance(value, datetime):
        text = value.isoformat()
        return text[:-6] + "Z" if text.endswith("+00:00") else text
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        if _is_aware(value):
            raise ValueError("JSON can't represent timezone-aware times.")
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, UUID) or _is_lazy(value) else rest(value)


def _iso(value: Any, rest: _Default) -> Any:
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, (Decimal, UUID)) or _is_lazy(value) else rest(value)


def _is_aware(value: time) -> bool:
    return value.utcoffset() is not None


def _duration(value: timedelta) -> str:
    """ISO 8601 as Django has it: days, then all of hours, minutes and seconds.

    timedelta(days=1, seconds=3)  ->  P1DT00H00M03S
    """
    sign = ""
    if value < timedelta(0):
        sign, value = "-", -value
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06d}" if value.microseconds else ""
    return f"{sign}P{value.days}DT{hours:02d}H{minutes:02d}M{seconds:02d}{fraction}S"
