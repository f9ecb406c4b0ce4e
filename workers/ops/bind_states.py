"""How each bind is, told by its listener through Redis to whoever asks, on any host.

A state lives a few seconds and is told anew every two, so that a dead listener's binds don't look bound.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping

import redis
import redis.asyncio

_KEY = "tonegate:bind:"
_LIVES_S = 7


class BindBoard:
    """A listener's side: `post` returns at once, the latest state of each bind is written by a task."""

    def __init__(self, url: str) -> None:
        self._client = redis.asyncio.Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0)
        self._latest: dict[str, Mapping[str, object]] = {}
        self._wake = asyncio.Event()
        self._writing = asyncio.create_task(self._write())

    def post(self, name: str, state: Mapping[str, object]) -> None:
        """Tell how the bind `name` is; never blocks, and a Redis that is gone is nobody's trouble."""
        self._latest[name] = state
        self._wake.set()

    async def close(self) -> None:
        """Tell no more."""
        self._writing.cancel()
        await asyncio.gather(self._writing, return_exceptions=True)
        await self._client.aclose()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            latest, self._latest = self._latest, {}
            with contextlib.suppress(redis.RedisError, OSError):
                async with self._client.pipeline(transaction=False) as pipe:
                    for name, state in latest.items():
                        pipe.set(_KEY + name, json.dumps(state), ex=_LIVES_S)
                    await pipe.execute()


async def bind_state(client: redis.asyncio.Redis, name: str) -> dict[str, object] | None:
    """What its listener told of this bind within the last seconds; None where none did, or Redis is gone."""
    try:
        told = await client.get(_KEY + name)
    except (redis.RedisError, OSError):
        return None
    return dict(json.loads(told)) if told else None
