"""Tells the screens that wait which order has an answer: workers say so in Redis, and nobody relies on it.

One subscription serves all that wait in a process.  Whoever waits looks by himself as well: seldom while the
subscription stands, often while it doesn't.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

import redis.asyncio

from workers.bell import DIALS_CHANNEL

_RECONNECT_S = 0.5
_LOOK_S = 0.5
_LOOK_WITHOUT_REDIS_S = 0.1


class Waiting:
    """One order that a screen waits for."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self._told = asyncio.Event()

    def tell(self) -> None:
        """There may be something to see."""
        self._told.set()

    async def wait(self, at_most_s: float) -> None:
        """Return when it is worth looking again, after `at_most_s` seconds at the latest."""
        look_s = _LOOK_S if self._results.listening else _LOOK_WITHOUT_REDIS_S
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(look_s, at_most_s)):
                await self._told.wait()
        self._told.clear()


class Results:
    """One process's ear.  `redis_url` None: found by looking."""

    def __init__(self, redis_url: str | None = None) -> None:
        self._redis_url = redis_url
        self._waiting: dict[str, set[Waiting]] = {}
        self._listening: asyncio.Task[None] | None = None
        self.listening = False

    async def start(self) -> None:
        """Listen from now on."""
        if self._redis_url:
            self._listening = asyncio.create_task(self._listen(self._redis_url))

    async def close(self) -> None:
        """Listen no more."""
        if self._listening:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening

    @contextmanager
    def expect(self, transaction_id: str) -> Iterator[Waiting]:
        """Wait for one order within the block; to be entered before it is committed."""
        one = Waiting(self)
        theirs = self._waiting.setdefault(transaction_id, set())
        theirs.add(one)
        try:
            yield one
        finally:
            theirs.discard(one)
            if not theirs:
                self._waiting.pop(transaction_id, None)

    def _tell(self, transaction_id: str) -> None:
        for one in self._waiting.get(transaction_id, ()):
            one.tell()

    async def _listen(self, url: str) -> None:
        while True:
            client = redis.asyncio.Redis.from_url(url, socket_connect_timeout=2.0, decode_responses=True)
            try:
                async with client.pubsub(ignore_subscribe_messages=False) as channel:
                    await channel.subscribe(DIALS_CHANNEL)
                    async for message in channel.listen():
                        if message["type"] == "subscribe":
                            self.listening = True
                            for transaction_id in list(self._waiting):  # what was told in between was not heard
                                self._tell(transaction_id)
                        else:
                            self._tell(str(message["data"]))
            except (redis.RedisError, OSError):
                pass
            finally:
                self.listening = False
                with contextlib.suppress(redis.RedisError, OSError):
                    await client.aclose()
            await asyncio.sleep(_RECONNECT_S)
