"""What was confirmed on a screen and may or may not be in the journal: brought there again until it is for certain.

    the commit takes too long, or its server is lost ─▶ remembered in Redis ─▶ the screen says that a text follows
                                                              │
                 any door, every second ─▶ the same message under the same id ─▶ it is there ─▶ forgotten

Promise 4: the text that the screen speaks of comes in either case, since in either case there is a row in the end: the
one that was committed unheard, or the one that is brought again.  Promise 2: the row is one, whoever brings it and
however often; its id is the dial's and its step's.  Promise 3: a yes has the age of its price, so what could be kept
only long after it is asked about once more.

In Redis because the door may die in the meantime; with Redis gone, too, it is this process that remembers.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import asdict

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from workers.journal import JournalUnavailable, NewMessage, Queue
from workers.reception import Reception

KEY = "tonegate:dials-in-doubt"
"""A hash: messages by their transaction ids."""
_AGAIN_S = 1.0
_TIMEOUT_S = 0.5
"""Of Redis: a screen waits for it."""

log = structlog.get_logger(__name__)


class Doubts:
    """One process's share in finding out."""

    def __init__(self, reception: Reception, redis_url: str) -> None:
        self._reception = reception
        self._client = redis.asyncio.Redis.from_url(
            redis_url, decode_responses=True, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S
        )
        self._own: dict[str, str] = {}
        self._unread: set[str] = set()

    async def close(self) -> None:
        """Let the connections go."""
        with contextlib.suppress(RedisError, OSError):
            await self._client.aclose()

    async def remember(self, message: NewMessage) -> None:
        """Have it brought again, by this process or, should that die, by another."""
        written = json.dumps(asdict(message), ensure_ascii=False, separators=(",", ":"))
        self._own[message.transaction_id] = written
        try:
            await self._client.hset(KEY, message.transaction_id, written)
        except (RedisError, OSError) as error:
            log.warning("doubt_is_remembered_here_alone", error=type(error).__name__)

    async def knows(self, transaction_id: str) -> bool:
        """Whether it is in doubt, as far as that can be told."""
        if transaction_id in self._own:
            return True
        try:
            return bool(await self._client.hexists(KEY, transaction_id))
        except (RedisError, OSError):
            return False

    async def run(self) -> None:
        """Find out until cancelled."""
        while True:
            await asyncio.sleep(_AGAIN_S)
            await self.settle()

    async def settle(self) -> None:
        """Bring all that is in doubt to the journal once; what it can't take now stays in doubt."""
        try:
            told: dict[str, str] = await self._client.hgetall(KEY)  # type: ignore[assignment]
        except (RedisError, OSError):
            told = {}
        await asyncio.gather(*(self._settle(*one) for one in (told | self._own).items()))

    async def _settle(self, transaction_id: str, written: str) -> None:
        try:
            accepted = await self._reception.bring_again(_read(written))
        except JournalUnavailable as error:
            log.warning("journal_unavailable", doing="doubts", error=str(error))
            return
        except Exception as error:
            # By a newer version, perhaps, which shall find it: its words might be the subscriber's.
            if transaction_id not in self._unread:
                self._unread.add(transaction_id)
                log.error("doubt_not_settled", transaction_id=transaction_id, error=type(error).__name__)
            return
        log.info("doubt_settled", transaction_id=transaction_id, was_there=accepted.duplicate)
        self._own.pop(transaction_id, None)
        with contextlib.suppress(RedisError, OSError):  # then it is found to be there once more
            await self._client.hdel(KEY, transaction_id)


def _read(written: str) -> NewMessage:
    values = json.loads(written)
    return NewMessage(**values | {"queue": Queue(values["queue"]), "once": True})
