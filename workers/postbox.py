"""Where a channel fetches the answers it has to send, and says what became of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from typing import TypedDict, Unpack

import redis.asyncio

from workers import moments
from workers.bell import OUTBOX_CHANNEL
from workers.journal import Journal, OutboxState, OutgoingText
from workers.journal.outbox import NO_RESPONSE, Sent
from workers.journal.receipts import Receipt

LEASE_S = 60.0
"""What a sender has neither ended nor renewed for so long is sent by another."""

_RECONNECT_S = 1.0
_REMEMBERED = 10_000
"""Answers in hand at most: those whose lease was lost are never ended here."""


class _How(TypedDict, total=False):
    message_id: str
    error: str
    due_in_s: float
    unanswered: bool
    number: int
    via: str


class Postbox:
    """One listener process's way to the outbox.  `redis_url` None: found by looking once a second."""

    def __init__(self, journal: Journal, redis_url: str | None = None) -> None:
        self._journal = journal
        self._redis_url = redis_url
        self._arrived = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self._in_hand: dict[int, OutgoingText] = {}

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
        """Take at most `limit` answers for these binds, the most urgent first, one in flight for each destination."""
        texts = await self._journal.claim_answers(binds, limit, LEASE_S)
        self._in_hand.update((text.id, text) for text in texts)
        while len(self._in_hand) > _REMEMBERED:
            del self._in_hand[next(iter(self._in_hand))]
        return texts

    async def renew(self, ids: Sequence[int]) -> Collection[int]:
        """Keep answers in hand for another lease; those that still are in this process's hands."""
        return await self._journal.renew_answers(ids, LEASE_S)

    async def begin(self, id: int, plan: str, parts: int) -> None:  # noqa: A002 - the row's id, as everywhere
        """Record how it is split into parts; what was recorded at an earlier try stays."""
        await self._journal.begin(id, plan, parts)

    async def part_sent(self, id: int, number: int, message_id: str, via: str) -> None:  # noqa: A002
        """Record that the SMSC took one part of it, from 1, under an id of its own."""
        await self._tried(id, OutboxState.SENT, message_id=message_id[:65], number=number, via=via)

    async def sent(self, id: int, message_id: str, via: str) -> None:  # noqa: A002
        """Record that the SMSC took all of it; the id is empty where it went in parts."""
        await self._tried(id, OutboxState.SENT, message_id=message_id[:65], via=via)
        self._ended(id, "sent", via)

    async def postponed(self, id: int, *, delay_s: float, why: str) -> None:  # noqa: A002
        """Put it back: what isn't recorded as sent of it certainly did not go out."""
        await self._tried(id, OutboxState.QUEUED, error=why, due_in_s=delay_s)
        self._ended(id, "postponed")

    async def unanswered(self, id: int, number: int = 0) -> None:  # noqa: A002
        """Record that a submit_sm had no response in time: it is sent once more, and no third time."""
        await self._tried(id, OutboxState.QUEUED, error=NO_RESPONSE, unanswered=True, number=number)
        self._ended(id, "unanswered")

    async def failed(self, id: int, why: str, number: int = 0) -> None:  # noqa: A002
        """Record that the SMSC refused it, or a part of it, for good."""
        await self._tried(id, OutboxState.FAILED, error=why, number=number)
        self._ended(id, "failed")

    async def receipt(self, receipt: Receipt) -> None:
        """Record what a receipt says; one that names no answer of ours is kept."""
        moments.receipt(await self._journal.receive(receipt), receipt.bind, receipt.state)

    async def reachable(self, number: str) -> None:
        """Make due what waits for a later try to this number: its handset is there again."""
        if await self._journal.reachable(number):
            self.wake()

    async def wait(self, timeout_s: float) -> None:
        """Return when there may be something to send, after `timeout_s` seconds at the latest."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._arrived.wait()
        self._arrived.clear()

    def wake(self) -> None:
        """Make `wait` return."""
        self._arrived.set()

    async def _tried(self, row: int, state: OutboxState, **how: Unpack[_How]) -> None:
        await self._journal.tried(Sent(row, self._journal.owner, state, **how))

    def _ended(self, row: int, result: str, via: str = "") -> None:
        if text := self._in_hand.pop(row, None):
            moments.tried(text, via or text.bind, result, self._journal.database.now())

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
