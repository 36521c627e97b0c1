"""Whether a coroutine may ask for a native answer.

Django's connections belong to threads. A coroutine reads through the thread that runs its
synchronous code, so the transaction to look at is that thread's. Under an ASGI server nobody can
hold one there while a coroutine runs; beneath ``async_to_sync`` (WSGI, Django's test client)
somebody can, and the question is asked in that thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asgiref.sync import AsyncToSync, sync_to_async
from django.core.exceptions import SynchronousOnlyOperation
from django.db import connections

from molt_accel.django import answers, conf
from molt_accel.django.databases import guard
from molt_accel.django.shape import Output

__all__ = ["native_run_async"]


async def native_run_async(
    queryset: Any, output: Output, envelope: Sequence[Any] = ()
) -> answers.NativeRun:
    """Like `answers.native_run`, from a coroutine."""
    if _has_waiting_thread():
        await sync_to_async(_guard_here)(queryset.db)
    try:
        return answers.native_run(queryset, output, envelope)
    except SynchronousOnlyOperation:
        # Django asks the database for a feature while it compiles, once per process.
        return await sync_to_async(answers.native_run)(queryset, output, envelope)


def _guard_here(alias: str) -> None:
    guard(connections[alias], alias, conf.current())


def _has_waiting_thread() -> bool:
    executors = getattr(AsyncToSync, "executors", None)
    return executors is None or hasattr(executors, "current")
