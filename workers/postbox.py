"""Where a channel fetches the answers it has to send, and says what became of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import redis.asyncio

from workers.bell import OUTBOX_CHANNEL
from workers.journal import Journal, OutboxState, OutgoingText
from workers.journal.outbox import Sent
from workers.journal.receipts import Receipt

_LEASE_S = 60.0
"""Longer than any wait for a submit_sm_resp: what is older belongs to a sender that hangs."""

_RECONNECT_S = 1.0


class Postbox:
    """One listener process's way to the outbox.  `redis_url` None: found by looking once a second."""

    def __init__(self, journal: Journal, redis_url: str | None = None) -> None:
        self._journal = journal
        self._redis_url = redis_url
        self._arrived = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take back what a sender that died here had in hand, and listen for the bell."""
        await self._journal.expire_answers()
        if self._redis_url:
            self._listening = asyncio.create_task(self._listen(self._redis_url))

    async def close(self) -> None:
        """Stop listening for the bell."""
        if self._listening:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening

    async def claim(self, binds: Sequence[str], limit: int) -> list[OutgoingText]:
        """Take at most `limit` answers for these binds, one in flight for each destination."""
        texts: list[OutgoingText] = []
        for bind in binds:
            if len(texts) < limit:
                texts += await self._journal.claim_answers(bind, limit - len(texts), _LEASE_S)
        return texts

    async def sent(self, id: int, message_id: str) -> None:  # noqa: A002 - the row's id, as everywhere
        """Record that the SMSC took it, under its own id."""
        await self._tried(Sent(id, self._journal.owner, OutboxState.SENT, message_id=message_id[:65]))

    async def postponed(self, id: int, *, delay_s: float, why: str) -> None:  # noqa: A002
        """Put it back: it certainly did not go out."""
        await self._tried(Sent(id, self._journal.owner, OutboxState.QUEUED, error=why, due_in_s=delay_s))

    async def unanswered(self, id: int) -> None:  # noqa: A002
        """Record that submit_sm had no response in time: sent once more, and no third time."""
        await self._tried(Sent(id, self._journal.owner, OutboxState.QUEUED, error="no submit_sm_resp", unanswered=True))

    async def failed(self, id: int, why: str) -> None:  # noqa: A002
        """Record that the SMSC refused it for good."""
        await self._tried(Sent(id, self._journal.owner, OutboxState.FAILED, error=why))

    async def receipt(self, bind: str, message_id: str, state: str, error: str) -> None:
        """Record what a receipt says; one that names no answer of ours is kept."""
        await self._journal.receive(Receipt(bind, message_id, state, error))

    async def wait(self, timeout_s: float) -> None:
        """Return when there may be something to send, after `timeout_s` seconds at the latest."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._arrived.wait()
        self._arrived.clear()

    def wake(self) -> None:
        """Make `wait` return."""
        self._arrived.set()

    async def _tried(self, one: Sent) -> None:
        await self._journal.tried(one)

    async def _listen(self, url: str) -> None:
        while True:
            client = redis.asyncio.Redis.from_url(url, socket_connect_timeout=2.0)
            try:
                async with client.pubsub() as channel:
                    await channel.subscribe(OUTBOX_CHANNEL)
                    async for _ in channel.listen():
                        self._arrived.set()
            except (redis.RedisError, OSError):
                await asyncio.sleep(_RECONNECT_S)  # the look once a second goes on meanwhile
            finally:
                with contextlib.suppress(redis.RedisError, OSError):
                    await client.aclose()
