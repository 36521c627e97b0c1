"""The setting ``MOLT``: a dict, every key optional, upper or lower case.

| Key | Default | |
|---|---|---|
| ``lane`` | ``"inprocess"`` | ``"worker"`` asks ``molt worker``; ``"off"``: only the Python path |
| ``socket`` | ``"/run/molt/molt.sock"`` | the worker's Unix socket |
| ``timeout`` | 30 | seconds for one answer, then a `Timeout`; None: no deadline |
| ``row_limit`` | 0 | rows of one answer, then `TooLarge`; 0: no limit |
| ``byte_limit`` | 1 GiB | bytes of one answer, then `TooLarge`; 0: no limit |
| ``strict`` | False | raise `NotNative` instead of taking the Python path |
| ``databases`` | None | aliases that may be answered natively; None: all |
| ``connections`` | 8 | idle native connections kept per database (in-process lane) |
| ``statements`` | 512 | prepared statements kept per process |

Read lazily and again after ``override_settings``. A malformed value raises ImproperlyConfigured
where it is first used and is reported by ``manage.py check``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

__all__ = ["LANES", "Configuration", "current", "on_change", "problems"]

LANES = ("inprocess", "worker", "off")


@dataclass(frozen=True, eq=False)
class Configuration:
    """The values of ``MOLT`` with the defaults filled in; each reading is a key of its own."""

    lane: str = "inprocess"
    socket: str = "/run/molt/molt.sock"
    timeout: float | None = 30.0
    row_limit: int = 0
    byte_limit: int = 1 << 30
    strict: bool = False
    databases: tuple[str, ...] | None = None
    connections: int = 8
    statements: int = 512

    limits: dict[str, Any] = field(default_factory=dict, init=False, repr=False)
    """The arguments of a run that come from the settings."""

    def __post_init__(self) -> None:
        names = ("timeout", "row_limit", "byte_limit")
        self.limits.update((name, getattr(self, name)) for name in names)


_current: Configuration | None = None
_listeners: list[Callable[[], None]] = []


def current() -> Configuration:
    """The settings in force; raises ImproperlyConfigured with the first problem of `problems`."""
    global _current
    if _current is None:
        found, wrong = _read()
        if wrong:
            raise ImproperlyConfigured(wrong[0])
        _current = found
    return _current


def problems() -> list[str]:
    """One sentence for each malformed part of ``MOLT``."""
    return _read()[1]


def on_change(listener: Callable[[], None]) -> None:
    """Calls `listener` whenever a setting is overridden, as tests do."""
    _listeners.append(listener)


def _read() -> tuple[Configuration, list[str]]:
    given = getattr(settings, "MOLT", {})
    if not isinstance(given, dict):
        return Configuration(), [
            f"MOLT must be a dict, but is {type(given).__name__}: write MOLT = {{}} for the "
            "defaults."
        ]
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for key, value in given.items():
        name = key.lower() if isinstance(key, str) else ""
        check = _CHECKS.get(name)
        if check is None:
            wrong.append(_unknown(key))
        elif name in values:
            wrong.append(f"MOLT has {name!r} twice, in upper and lower case: keep one.")
        elif (expected := check(value)) is not None:
            wrong.append(f"MOLT[{key!r}] must be {expected}, but is {value!r}.")
        else:
            values[name] = _NORMALIZED.get(name, _same)(value)
    return Configuration(**values), wrong


def _unknown(key: object) -> str:
    names = [each.name for each in fields(Configuration) if each.init]
    close = get_close_matches(str(key).lower(), names, n=1)
    hint = f"did you mean {close[0]!r}" if close else "the keys are " + ", ".join(names)
    return f"MOLT has an unknown key {key!r}: {hint}."


def _same(value: Any) -> Any:
    return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _lane(value: object) -> str | None:
    expected = "one of " + ", ".join(f'"{lane}"' for lane in LANES)
    return None if value in LANES else expected


def _socket(value: object) -> str | None:
    text = str(value) if isinstance(value, str) or hasattr(value, "__fspath__") else ""
    return None if text else "the path of the worker's Unix socket"


def _timeout(value: object) -> str | None:
    if value is None:
        return None
    is_number = _is_whole(value) or isinstance(value, float)
    fits = is_number and 0 < value < 1e9  # type: ignore[operator]
    return None if fits else "a number of seconds above 0, or None for no deadline"


def _limit(value: object) -> str | None:
    fits = _is_whole(value) and 0 <= value < 2**63  # type: ignore[operator]
    return None if fits else "a whole number, 0 for no limit"


def _count(value: object) -> str | None:
    fits = _is_whole(value) and 1 <= value <= 65536  # type: ignore[operator]
    return None if fits else "a whole number from 1 to 65536"


def _strict(value: object) -> str | None:
    return None if isinstance(value, bool) else "True or False"


def _databases(value: object) -> str | None:
    expected = "None or a list of aliases of DATABASES"
    if value is None:
        return None
    if not isinstance(value, (list, tuple, set, frozenset)):
        return expected
    unknown = [alias for alias in value if alias not in settings.DATABASES]
    if unknown:
        return f"{expected} ({unknown[0]!r} is none)"
    return None


_CHECKS: dict[str, Callable[[object], str | None]] = {
    "lane": _lane,
    "socket": _socket,
    "timeout": _timeout,
    "row_limit": _limit,
    "byte_limit": _limit,
    "strict": _strict,
    "databases": _databases,
    "connections": _count,
    "statements": _count,
}

_NORMALIZED: dict[str, Callable[[Any], Any]] = {
    "socket": str,
    "timeout": lambda value: None if value is None else float(value),
    "databases": lambda value: None if value is None else tuple(value),
}


def _setting_changed(**_: Any) -> None:
    # Any setting can matter to a cached plan: USE_TZ, TIME_ZONE, DATABASES, REST_FRAMEWORK.
    global _current
    _current = None
    for listener in _listeners:
        listener()


setting_changed.connect(_setting_changed, dispatch_uid="molt_accel.django.conf")
