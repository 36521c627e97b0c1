"""What `postgresql.conf` says: once for tests, once for benchmarks.

Nothing waits for a disk, so a power failure would lose data; a server that is killed loses none.
"""

from __future__ import annotations

from collections.abc import Mapping

_VOLATILE = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    # Ordinary files: what /dev/shm holds would stay behind a server that was killed.
    "dynamic_shared_memory_type": "mmap",
    "ssl_min_protocol_version": "'TLSv1.2'",
}

TESTS: Mapping[str, str] = {
    **_VOLATILE,
    "shared_buffers": "'32MB'",
    # Tests of a busy machine hold theirs for long, and there are many at once.
    "max_connections": "400",
}
"""Small and quick to start."""

BENCHMARKS: Mapping[str, str] = {
    **_VOLATILE,
    "shared_buffers": "'512MB'",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'1h'",
    # Tables are vacuumed and analysed once after they are filled; nothing runs beside the cases.
    "autovacuum": "off",
}
"""Every table in memory, and nothing in the background."""


def text(settings: Mapping[str, str]) -> str:
    """The lines of a configuration file."""
    return "".join(f"{name} = {value}\n" for name, value in settings.items())
