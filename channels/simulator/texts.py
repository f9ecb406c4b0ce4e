"""Handset texts: kept until an ESME has acknowledged them, each number's in the order they were typed."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from channels.simulator.bubbles import Bubble, Bubbles, State
from channels.simulator.conduct import Conduct
from channels.simulator.delivery import Delivery, Outcome
from channels.simulator.faults import Dice
from channels.simulator.ledger import Count, Ledger
from channels.simulator.routes import Wish
from channels.smpp.protocol.pdu import Value
from channels.smpp.text import Habits, Part, References, TooLong, split

_INTERNATIONAL, _UNKNOWN, _ISDN = 1, 0, 1  # TON, TON, NPI (SMPP 3.4 §5.2.5, §5.2.6)


class StoreFullError(Exception):
    """As many texts wait as the store holds."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One deliver_sm of a text; sent again it is the same to the octet, as an SMSC's redelivery is."""

    fields: Mapping[str, Value]
    tlvs: Mapping[str, Value]


@dataclass(slots=True)
class _Waiting:
    """A text on its way."""

    bubble: Bubble
    parts: list[_Part]


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
        self._references = References(lambda: secrets.randbelow(256))
        self._reference = secrets.randbelow(0x10000)  # by chance: after a restart none may look like a redelivery
        self.waiting = 0

    def take(self, number: str, short_code: str, text: str) -> Bubble:
        """Keep a text and set it on its way.  Raises StoreFullError; ValueError for one that is too long."""
        if self.waiting >= self._conduct.store:
            self._ledger.add(Count.TEXTS_REFUSED)
            raise StoreFullError(f"{self.waiting} texts wait already: the store is full")
        try:
            parts = split(text, Habits(), lambda: self._references.next(number)).parts
        except TooLong as error:
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
        addresses: dict[str, Value] = {
            "source_addr_ton": _INTERNATIONAL,
            "source_addr_npi": _ISDN,
            "source_addr": number,
            "dest_addr_ton": _UNKNOWN,
            "dest_addr_npi": _ISDN,
            "destination_addr": short_code,
        }
        self.waiting += 1
        self._ledger.add(Count.TEXTS_TAKEN)
        self._bubbles.put(bubble)
        self._queue(number, _Waiting(bubble, [self._part(addresses, part) for part in parts]))
        return bubble

    def _part(self, addresses: Mapping[str, Value], part: Part) -> _Part:
        body: dict[str, Value] = {
            "esm_class": part.esm_class,
            "data_coding": part.data_coding,
            "short_message": part.octets,
        }
        if not self._conduct.references:
            return _Part({**addresses, **body}, {})
        self._reference = (self._reference + 1) & 0xFFFF
        return _Part({**addresses, **body}, {"user_message_reference": self._reference})

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
        for part in text.parts:
            if await self._send_part(text, wish, part) is Outcome.REJECTED:
                self._finish(text, State.REJECTED, Count.TEXTS_REJECTED)
                return
        self._finish(text, State.ACCEPTED, Count.TEXTS_ACCEPTED)
        if self._dice.hits(self._dice.faults.deliver_twice):
            for part in text.parts:
                await self._attempt(text, wish, part, again=True)

    async def _send_part(self, text: _Waiting, wish: Wish, part: _Part) -> Outcome:
        attempts = 0
        while True:
            outcome = await self._attempt(text, wish, part, again=attempts > 0)
            attempts += 1
            if outcome is not Outcome.AGAIN:
                return outcome
            self._bubbles.put(text.bubble)
            await self._delivery.pause(attempts)

    async def _attempt(self, text: _Waiting, wish: Wish, part: _Part, *, again: bool) -> Outcome:
        begun = partial(self._count_attempt, text, again=again)
        outcome = await self._delivery.once(wish, part.fields, part.tlvs, begun=begun)
        if outcome is Outcome.ACKNOWLEDGED:
            self._ledger.add(Count.DELIVERIES_ACKNOWLEDGED)
        return outcome

    def _count_attempt(self, text: _Waiting, *, again: bool) -> None:
        text.bubble = replace(text.bubble, attempts=text.bubble.attempts + 1)
        self._ledger.add(Count.DELIVERIES_ATTEMPTS)
        if again:
            self._ledger.add(Count.DELIVERIES_REPEATED)

    def _finish(self, text: _Waiting, state: State, count: Count) -> None:
        self.waiting -= 1
        self._ledger.add(count)
        text.bubble = replace(text.bubble, state=state, done_at_ms=int(self._now() * 1000))
        self._bubbles.put(text.bubble)
