"""The answers that a sender has in hand: their lease is renewed for as long as that lasts.

A text of many parts, a slow SMSC or a long rest takes more time than a lease, and a row whose lease runs out is given
to another sender, who sends it again.  Where renewing fails, what is left of the row is not sent.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from channels.smpp.clock import Clock
from channels.smpp.ports import LEASE_S, OutgoingText, Postbox

RENEW_EVERY_S = LEASE_S / 4
"""Three tries may fail before the row is another's."""


@dataclass(eq=False, slots=True)
class Held:
    """A row in hand."""

    row: OutgoingText
    until: float
    """By the clock's monotonic time, told from before the postbox was asked: it is ours no longer than that."""

    def is_ours(self, now: float) -> bool:
        return now < self.until


class Holding:
    """One sender's rows."""

    def __init__(self, bind: str, postbox: Postbox, clock: Clock) -> None:
        self._postbox = postbox
        self._clock = clock
        self._held: set[Held] = set()
        self._log = structlog.get_logger(__name__).bind(bind=bind)

    def take(self, row: OutgoingText, asked_at: float) -> Held:
        """A row that the postbox gave; it was asked at that monotonic time."""
        held = Held(row, asked_at + LEASE_S)
        self._held.add(held)
        return held

    def let_go(self, held: Held) -> None:
        """It is in hand no more."""
        self._held.discard(held)

    async def keep(self) -> None:
        """Renew, for ever; a journal that is gone is asked again the next time."""
        while True:
            await self._clock.sleep(RENEW_EVERY_S)
            try:
                await self._renew()
            except Exception as error:  # what isn't renewed is ours no longer than it was
                self._log.warning("what is in hand is not renewed", error=type(error).__name__)

    async def _renew(self) -> None:
        asked_at = self._clock.monotonic()
        held = [one for one in self._held if one.is_ours(asked_at)]  # what has run out may be with our own other bind
        if not held:
            return
        ours = await self._postbox.renew([one.row.id for one in held])
        for one in held:
            one.until = asked_at + LEASE_S if one.row.id in ours else asked_at
