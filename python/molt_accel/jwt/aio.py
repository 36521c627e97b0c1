"""The functions of `molt_accel.jwt` for coroutines: what takes long runs in a thread.

    claims = await aio.decode(token, public_key, algorithms=["RS256"])

The GIL is free while a key signs or verifies, so the event loop goes on. What a secret signs
takes less time than going to a thread and back, and is done at once, up to `LARGEST_AT_ONCE`.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from molt_accel.jwt import api
from molt_accel.jwt.jwk import PyJWK

__all__ = ["LARGEST_AT_ONCE", "decode", "decode_complete", "encode"]

LARGEST_AT_ONCE: Final = 1 << 14
"""The bytes of a token that is signed or verified on the event loop."""


async def encode(payload: dict[str, Any], key: Any, *arguments: Any, **options: Any) -> str:
    """`molt_accel.jwt.encode`."""
    if _is_secret(key) and len(payload) < 64:
        return api.encode(payload, key, *arguments, **options)
    return await asyncio.to_thread(api.encode, payload, key, *arguments, **options)


async def decode(
    jwt: str | bytes, key: Any = "", *arguments: Any, **options: Any
) -> dict[str, Any]:
    """`molt_accel.jwt.decode`."""
    if _is_secret(key) and len(jwt) <= LARGEST_AT_ONCE:
        return api.decode(jwt, key, *arguments, **options)
    return await asyncio.to_thread(api.decode, jwt, key, *arguments, **options)


async def decode_complete(
    jwt: str | bytes, key: Any = "", *arguments: Any, **options: Any
) -> dict[str, Any]:
    """`molt_accel.jwt.decode_complete`."""
    if _is_secret(key) and len(jwt) <= LARGEST_AT_ONCE:
        return api.decode_complete(jwt, key, *arguments, **options)
    return await asyncio.to_thread(api.decode_complete, jwt, key, *arguments, **options)


def _is_secret(key: Any) -> bool:
    """Whether a key is a shared secret, which needs no reading first."""
    if isinstance(key, PyJWK):
        return key.key_type == "oct"
    mark: Any = b"-----BEGIN " if isinstance(key, bytes) else "-----BEGIN "
    return isinstance(key, (str, bytes)) and len(key) <= 1024 and mark not in key
