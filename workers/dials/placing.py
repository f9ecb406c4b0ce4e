"""An order by dial, kept before its screen says so: committed, rung for, and waited for as long as the screen can.

    hear of its result from now on ─▶ commit ─▶ ring ─▶ look ─┬─▶ told: its words
                                                  ▲           │ not yet
                                                  └── a result is told of, or a while is over
                                                              │ the screen can wait no longer
                                                              └─▶ nothing known: the answer goes by text message

Promise 1: `place` says of an order that it is safe only once it is in the journal; what may be there or not is said
to be in doubt, and found out (`doubts`).  Promise 2: the transaction id is the dial's and its step's, so a
confirmation that comes again is the same order.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

import structlog

from workers import logs
from workers.dialogue import queue_of, stops
from workers.dials.doubts import Doubts
from workers.dials.orders import CHANNEL, DialOrder, Placed
from workers.dials.results import Results, Waiting
from workers.journal import Journal, JournalUnavailable, NewMessage, Queue
from workers.journal.dials import Dials, Told
from workers.reception import InDoubt, NotSafe, Reception

KEPT_WITHIN_S = 2.0
"""How long a screen waits for the commit; then nothing is taken any more, unless it is being committed already."""

log = structlog.get_logger(__name__)


class Dialler(Protocol):
    """Who dials."""

    @property
    def number(self) -> str:
        """E.164 digits without +."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way that a dial's texts go out by."""

    bind: str
    short_code: str


class DialOrders:
    """One door's way into the journal."""

    def __init__(self, reception: Reception, journal: Journal, results: Results, doubts: Doubts, route: Route) -> None:
        self._reception = reception
        self._journal = journal
        self._results = results
        self._doubts = doubts
        self._route = route
        self._dials = Dials(journal.database)

    async def place(
        self, order: DialOrder, caller: Dialler, transaction_id: str, dial: str, *, within_s: float
    ) -> Placed:
        """Commit it under its id (the same again is the same order), ring, and wait at most `within_s` for the answer.

        Raises `NotSafe` where it was not committed: then nothing was taken, and never will be.
        """
        until = asyncio.get_running_loop().time() + within_s
        message = NewMessage(
            transaction_id=transaction_id,
            channel=CHANNEL,
            bind=self._route.bind,
            session=dial,
            number=caller.number,
            short_code=self._route.short_code,
            text=order.written(),
            network_reference="",
            queue=Queue(queue_of(order.command)),
            stops=stops(order.command),
            once=True,
        )
        with logs.bound(transaction_id=transaction_id), self._results.expect(transaction_id) as waiting:
            try:
                await self._reception.keep(message, within_s=KEPT_WITHIN_S)
            except InDoubt as error:
                log.warning("dial_in_doubt", error=str(error))
                await self._doubts.remember(message)
                return Placed(transaction_id, in_doubt=True)
            except NotSafe:
                # True of this time; a gateway that repeats itself may have brought it before.
                if await self._doubts.knows(transaction_id):
                    return Placed(transaction_id, in_doubt=True)
                if not await self._is_there(transaction_id):
                    raise
            told = await self._told(transaction_id, waiting, until)
        if told is None:
            return Placed(transaction_id)
        return Placed(transaction_id, told.text, by_text_too=not told.on_screen)

    async def shown(self, placed: Placed) -> None:
        """Its screen is on its way: what need not go by text as well does not."""
        if placed.by_text_too:
            return
        try:
            await self._journal.shown(placed.transaction_id)
        except JournalUnavailable as error:
            log.warning("journal_unavailable", doing="shown", error=str(error))  # it goes by text as well

    async def _is_there(self, transaction_id: str) -> bool:
        try:
            return await asyncio.to_thread(self._dials.is_there, transaction_id)
        except JournalUnavailable:
            return False

    async def _told(self, transaction_id: str, waiting: Waiting, until: float) -> Told | None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                told = await asyncio.to_thread(self._dials.told, transaction_id)
            except JournalUnavailable:
                told = None
            left_s = until - loop.time()
            if told or left_s <= 0:
                return told
            await waiting.wait(left_s)
