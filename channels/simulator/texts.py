"""Handset texts: kept until an ESME has acknowledged them, each number's in the order they were typed."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from channels.simulator.bubbles import Bubble, Bubbles, State
from channels.simulator.conduct import Conduct
from channels.simulator.delivery import Delivery, Outcome
from channels.simulator.faults import Dice
from channels.simulator.ledger import Count, Ledger
from channels.simulator.routes import Wish
from channels.simulator.wrapping import Parcel, wrap
from channels.smpp.text import NoAlphabet, Part, References, TooLong, split


class StoreFullError(Exception):
    """As many texts wait as the store holds."""


@dataclass(slots=True)
class _Waiting:
    """A text on its way."""

    bubble: Bubble
    parcels: list[Parcel]
    sent: list[Parcel] = field(default_factory=list)  # each once


class Texts:
    """The store of texts, and one lane per number that empties it."""

    def __init__(
        self,
        run: str,
        *,
        delivery: Delivery,
        dice: Dice,
        ledger: Ledger,
        bubbles: Bubbles,
        conduct: Conduct,
        now: Callable[[], float],
    ) -> None:
        self._run = run
        self._delivery = delivery
        self._dice = dice
        self._ledger = ledger
        self._bubbles = bubbles
        self._conduct = conduct
        self._now = now
        self._lanes: dict[str, deque[_Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)
        self._references = References(lambda: secrets.randbelow(0x10000))
        self._reference = secrets.randbelow(0x10000)  # by chance: after a restart none may look like a redelivery
        self.waiting = 0

    def take(self, number: str, short_code: str, text: str) -> Bubble:
        """Keep a text and set it on its way.

        Raises StoreFullError, and ValueError for one that is too long or in no alphabet of this SMSC's.
        """
        if self.waiting >= self._conduct.store:
            self._ledger.add(Count.TEXTS_REFUSED)
            raise StoreFullError(f"{self.waiting} texts wait already: the store is full")
        try:
            parts = split(text, self._conduct.habits, lambda: self._references.next(number)).parts
        except (TooLong, NoAlphabet) as error:
            raise ValueError(str(error)) from None
        count = next(self._numbers)
        bubble = Bubble(
            id=f"{self._run}-t{count}",
            number=number,
            short_code=short_code,
            side="handset",
            text=text,
            state=State.WAITING,
            at_ms=int(self._now() * 1000),
            parts=len(parts),
        )
        self.waiting += 1
        self._ledger.add(Count.TEXTS_TAKEN)
        self._bubbles.put(bubble)
        parcels = [self._wrap(number, short_code, part) for part in parts]
        self._queue(number, _Waiting(bubble, self._disordered(parcels)))
        return bubble

    def _wrap(self, number: str, short_code: str, part: Part) -> Parcel:
        if not self._conduct.references:
            return wrap(number, short_code, part, self._conduct.texts_by, None)
        self._reference = (self._reference + 1) & 0xFFFF
        return wrap(number, short_code, part, self._conduct.texts_by, self._reference)

    def _disordered(self, parcels: list[Parcel]) -> list[Parcel]:
        """The parts of a long text as the faults in force want them sent."""
        faults = self._dice.faults
        if len(parcels) > 1:
            if self._dice.hits(faults.parts_missing):
                self._ledger.add(Count.DELIVERIES_WITHHELD)
                parcels.remove(self._dice.pick(parcels))
            if self._dice.hits(faults.parts_repeated):
                parcels.append(self._dice.pick(parcels))
            if self._dice.hits(faults.parts_shuffled):
                parcels = self._dice.shuffled(parcels)
        return parcels

    def stop(self) -> None:
        """Leave off; what waits is lost with the process, as its bubbles say."""
        for task in self._tasks:
            task.cancel()

    def _queue(self, number: str, text: _Waiting) -> None:
        lane = self._lanes.get(number)
        if lane is None:
            self._lanes[number] = deque([text])
            task = asyncio.create_task(self._empty(number))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            lane.append(text)

    async def _empty(self, number: str) -> None:
        lane = self._lanes[number]
        while lane:
            await self._send(lane[0])
            lane.popleft()
        del self._lanes[number]

    async def _send(self, text: _Waiting) -> None:
        wish = Wish(short_code=text.bubble.short_code)
        for parcel in text.parcels:
            if await self._send_one(text, wish, parcel) is Outcome.REJECTED:
                self._finish(text, State.REJECTED, Count.TEXTS_REJECTED)
                return
        self._finish(text, State.ACCEPTED, Count.TEXTS_ACCEPTED)
        if self._dice.hits(self._dice.faults.deliver_twice):
            for parcel in text.parcels:
                await self._attempt(text, wish, parcel)

    async def _send_one(self, text: _Waiting, wish: Wish, parcel: Parcel) -> Outcome:
        attempts = 0
        while True:
            outcome = await self._attempt(text, wish, parcel)
            attempts += 1
            if outcome is not Outcome.AGAIN:
                return outcome
            self._bubbles.put(text.bubble)
            await self._delivery.pause(attempts)

    async def _attempt(self, text: _Waiting, wish: Wish, parcel: Parcel) -> Outcome:
        outcome = await self._delivery.once(wish, parcel, begun=partial(self._count_attempt, text, parcel))
        if outcome is Outcome.ACKNOWLEDGED:
            self._ledger.add(Count.DELIVERIES_ACKNOWLEDGED)
        return outcome

    def _count_attempt(self, text: _Waiting, parcel: Parcel) -> None:
        text.bubble = replace(text.bubble, attempts=text.bubble.attempts + 1)
        self._ledger.add(Count.DELIVERIES_ATTEMPTS)
        if parcel in text.sent:
            self._ledger.add(Count.DELIVERIES_REPEATED)
        else:
            text.sent.append(parcel)

    def _finish(self, text: _Waiting, state: State, count: Count) -> None:
        self.waiting -= 1
        self._ledger.add(count)
        text.bubble = replace(text.bubble, state=state, done_at_ms=int(self._now() * 1000))
        self._bubbles.put(text.bubble)
