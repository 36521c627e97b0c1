"""The changes of a time zone, for points in time that are written in local time.

libmolt reads no time zone database: the shape carries the zone's offsets for the years in which
they are known here. A time outside them takes the Python path.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any, Final

from molt_accel.django.converters import is_utc
from molt_accel.django.reasons import NotNative, Reason

__all__ = ["zone_table"]

_DAY: Final = 86_400
_FIRST: Final = 0
"""1970-01-01 in UTC: from then on zones differ from UTC by whole minutes."""
_END: Final = 3_155_760_000
"""2070-01-01 in UTC."""
_FIXED: Final = (-62_134_000_000, 253_401_000_000)
"""As far as a zone without changes is known: but for some days, the years 1 to 9999."""


def zone_table(zone: datetime.tzinfo) -> dict[str, Any]:
    """The shape's ``zone`` for a time zone; `NotNative` for one that changes by other rules."""
    table = _table(zone)
    if table is None:
        raise NotNative(
            Reason.TIME_ZONE,
            f"The current time zone {zone} is {type(zone).__qualname__}: only zoneinfo's and fixed "
            "offsets of whole minutes are native.",
        )
    return table


@lru_cache(maxsize=64)
def _table(zone: datetime.tzinfo) -> dict[str, Any] | None:
    if type(zone) is not datetime.timezone and type(zone).__module__ not in (
        "zoneinfo",
        "backports.zoneinfo",
    ):
        return None
    if type(zone) is datetime.timezone or is_utc(zone):
        offset = _offset(zone, _FIRST)
        known = {"starts": [_FIXED[0]], "offsets": [offset], "end": _FIXED[1]}
        return None if offset % 60 else known
    starts, offsets = [_FIRST], [_offset(zone, _FIRST)]
    # No zone changes twice within a day, so that looking once a day finds every change.
    for day in range(_FIRST + _DAY, _END + 1, _DAY):
        offset = _offset(zone, day)
        if offset != offsets[-1]:
            starts.append(_change(zone, day - _DAY, day))
            offsets.append(offset)
    if any(offset % 60 for offset in offsets):
        return None
    return {"starts": starts, "offsets": offsets, "end": _END}


def _change(zone: datetime.tzinfo, before: int, after: int) -> int:
    """The second between `before` and `after` from which the later offset holds."""
    later = _offset(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == later:
            after = middle
        else:
            before = middle
    return after


def _offset(zone: datetime.tzinfo, seconds: int) -> int:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).astimezone(zone)
    offset = moment.utcoffset()
    assert offset is not None
    return offset.days * _DAY + offset.seconds
