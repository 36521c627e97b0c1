"""The functions for coroutines answer the same, and leave the loop free while a key is at work."""

import asyncio
import threading

import pytest

from conftest import PRIVATE, SECRET, private_pem, public_pem
from molt_accel import jwt
from molt_accel.jwt import aio, api


def test_they_answer_the_same():
    async def both():
        for key, other, algorithm in (
            (SECRET, SECRET, "HS256"),
            (SECRET.encode(), SECRET, "HS512"),
            (private_pem(PRIVATE["ES256"]), public_pem(PRIVATE["ES256"]), "ES256"),
        ):
            token = await aio.encode({"a": 1}, key, algorithm, headers={"kid": "k"})
            assert await aio.decode(token, other, [algorithm]) == {"a": 1}
            complete = await aio.decode_complete(token, other, algorithms=[algorithm])
            assert complete == jwt.decode_complete(token, other, [algorithm])
            with pytest.raises(jwt.InvalidTokenError):
                await aio.decode(f"{token}AAAA", other, [algorithm])

    asyncio.run(both())


def test_what_takes_long_is_done_in_a_thread(monkeypatch):
    places = []

    def decode(*_, **__):
        places.append(threading.current_thread() is threading.main_thread())
        return {}

    monkeypatch.setattr(api, "decode", decode)

    async def all_kinds():
        await aio.decode("a.b.c", SECRET, ["HS256"])
        await aio.decode("a.b.c", public_pem(PRIVATE["RS256"]), ["RS256"])
        await aio.decode("a.b.c", PRIVATE["RS256"], ["RS256"])
        await aio.decode("a" * (aio.LARGEST_AT_ONCE + 1), SECRET, ["HS256"])
        await aio.decode("a.b.c", jwt.PyJWK({"kty": "oct", "k": "A" * 43}))

    asyncio.run(all_kinds())
    assert places == [True, False, False, False, True]
