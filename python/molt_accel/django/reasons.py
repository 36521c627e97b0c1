"""Why a QuerySet takes the Python path.

A `NotNative` travels from wherever the reason is found to the one place that decides
(`answers`): there it is counted and the Python path answers, or strict mode lets it through.
"""

from __future__ import annotations

__all__ = ["NotNative", "Reason"]


class Reason:
    """The reasons as `counters` counts them."""

    OFF = "off"
    DATABASE_NOT_LISTED = "database-not-listed"
    ATOMIC = "atomic-block"
    AUTOCOMMIT = "autocommit-off"
    BACKEND = "unsupported-backend"
    DATABASE = "unsupported-database"
    IN_MEMORY = "in-memory-database"
    INSTRUMENTED = "instrumented-connection"
    QUERY = "unsupported-query"
    COLUMN = "unsupported-column"
    PARAMETER = "unsupported-parameter"
    TIME_ZONE = "time-zone"
    CHARSET = "charset"
    EVALUATED = "already-evaluated"
    ENVELOPE = "unsupported-envelope"
    UNAVAILABLE = "unavailable"
    NATIVE = "native-unsupported"
    NATIVE_ERROR = "native-error"
    SERIALIZER = "unsupported-serializer"
    RENDERER = "unsupported-renderer"
    PAGINATION = "unsupported-pagination"
    BINDING = "unsupported-binding"


class NotNative(Exception):
    """A QuerySet that native code will not answer; strict mode lets it reach the view.

    `reason` is one of `Reason`'s codes, the text one sentence that names what stands in the way.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
