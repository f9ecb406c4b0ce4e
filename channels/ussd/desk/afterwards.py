"""What is still to be done for a screen once the gateway has it: what it told need not go by text as well."""

from __future__ import annotations

import asyncio
from functools import partial

from channels.ussd.ports import Orders, Placed, ScreenReply
from channels.ussd.sessions import Busy, SessionStore, StoreGone

_HUNG_UP_WITHIN_S = 0.5
"""A gateway that tells of who hangs up while his last screen is on its way tells by then."""


class Afterwards:
    """One desk's."""

    def __init__(self, store: SessionStore, orders: Orders) -> None:
        self._store = store
        self._orders = orders
        self._at_work: set[asyncio.Task[None]] = set()

    def telling(self, text: str, placed: Placed, dial: str, number: str, *, ends: bool) -> ScreenReply:
        """A screen with the words of an order: if nobody hangs up on it, they are told by it alone."""
        return ScreenReply(text, ends, partial(self._soon, placed, dial, number))

    async def done(self) -> None:
        """Return once it is done."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=2 * _HUNG_UP_WITHIN_S)

    def _soon(self, placed: Placed, dial: str, number: str) -> None:
        task = asyncio.create_task(self._told(placed, dial, number))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def _told(self, placed: Placed, dial: str, number: str) -> None:
        await asyncio.sleep(_HUNG_UP_WITHIN_S)
        try:
            async with self._store.held(number, within_s=_HUNG_UP_WITHIN_S) as held:
                if held.kept and held.kept.dial == dial and held.kept.dropped:
                    return
        except (Busy, StoreGone):
            return
        await self._orders.shown(placed)
