"""Ten thousand requests with random deadlines and cancels."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

from abused_worker import LIMIT_SECONDS, SHAPE, AbusedWorker
from molt_accel import arguments
from molt_accel.errors import Busy, Timeout
from molt_accel.worker import AsyncClient, AsyncWorkerStatement

REQUESTS = 10_000
CLIENTS = 4
AT_ONCE = 60
"""Per client; one connection may have 256 unanswered requests."""

COUNTS = (0, 1, 20, 200)


def test_random_deadlines_and_cancels_never_give_wrong_bytes(worker: AbusedWorker) -> None:
    expected = {count: worker.books.answer(count) for count in COUNTS}
    outcomes = asyncio.run(everybody(worker, expected))
    assert outcomes["wrong bytes"] == 0, outcomes
    assert sum(outcomes.values()) == REQUESTS, outcomes
    # Each kind must have happened, or this test tried nothing.
    assert outcomes["answered"] > REQUESTS // 4, outcomes
    assert outcomes["cancelled"] > REQUESTS // 50, outcomes
    assert outcomes["timeout"] > 0, outcomes


async def everybody(worker: AbusedWorker, expected: dict[int, bytes]) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    await asyncio.gather(
        *(
            one_client(worker, expected, random.Random(number), outcomes)
            for number in range(CLIENTS)
        )
    )
    return outcomes


async def one_client(
    worker: AbusedWorker, expected: dict[int, bytes], chance: random.Random, outcomes: Counter[str]
) -> None:
    client = AsyncClient(worker.socket_path)
    statement = client.database("default").prepare(worker.books.sql, SHAPE)
    places = asyncio.Semaphore(AT_ONCE)

    async def in_its_place(number: int) -> None:
        async with places:
            outcomes[await one_request(statement, expected, chance)] += 1

    await asyncio.gather(*(in_its_place(number) for number in range(REQUESTS // CLIENTS)))
    await client.close()


async def one_request(
    statement: AsyncWorkerStatement, expected: dict[int, bytes], chance: random.Random
) -> str:
    """How one request ended."""
    count = chance.choice(COUNTS)
    # However slow the machine is, four of nine requests have all the time they need.
    timeout = chance.choice([0.001, 0.003, 0.02, *[LIMIT_SECONDS] * 6])
    patience = chance.choice([0.0, 0.001, 0.005, *[None] * 6])
    task = asyncio.ensure_future(statement.run_async(arguments([count]), timeout=timeout))
    if patience is not None:
        asyncio.get_running_loop().call_later(patience, task.cancel)
    try:
        body = await task
    except asyncio.CancelledError:
        return "cancelled"
    except Timeout:
        return "timeout"
    except Busy:
        return "busy"
    return "answered" if body == expected[count] else "wrong bytes"
