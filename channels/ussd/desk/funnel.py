"""Counts what becomes of those who see a screen, and adds it to the journal every few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import structlog

from channels.ussd.menu import Session
from workers.journal import JournalUnavailable
from workers.journal.funnel import HOUR_S, ScreenCount

FLUSH_S = 2.0
_KEPT_AT_MOST = 10_000
"""Counts that wait for a journal that can't commit; more are let go, since they matter less than memory does."""

log = structlog.get_logger(__name__)


class CountBook(Protocol):
    """The journal, as far as the funnel goes."""

    def count_screens(self, counts: Sequence[ScreenCount]) -> asyncio.Future[None]:
        """Add counts; raises `JournalUnavailable`."""


class FunnelCounter:
    """One door's counts."""

    def __init__(self, book: CountBook, *, clock: Callable[[], float]) -> None:
        """`clock` is seconds since the epoch."""
        self._book = book
        self._clock = clock
        self._counts: dict[tuple[int, str, str], ScreenCount] = {}

    def entered(self, session: Session) -> None:
        """A screen is shown that was not before."""
        self._add(session, entries=1)

    def left(self, session: Session, shown_s: float) -> None:
        """A screen was left by a key that leads on."""
        self._add(session, exits=1, shown_ms=int(shown_s * 1000))

    def dropped(self, session: Session, shown_s: float) -> None:
        """He hung up, dialled anew, or has no tries left."""
        self._add(session, drops=1, shown_ms=int(shown_s * 1000))

    def wrong(self, session: Session) -> None:
        """A key that the screen could make nothing of."""
        self._add(session, wrong=1)

    async def run(self) -> None:
        """Add what was counted to the journal until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_S)
            await self.flush()

    async def flush(self) -> None:
        """Add what was counted to the journal; what it can't commit is kept for the next time."""
        counts, self._counts = self._counts, {}
        if not counts:
            return
        try:
            await self._book.count_screens(list(counts.values()))
        except JournalUnavailable as error:
            log.warning("journal_unavailable", doing="funnel", error=str(error))
            for key, count in list(counts.items())[:_KEPT_AT_MOST]:
                self._counts[key] = _sum(self._counts.get(key), count)

    def _add(self, session: Session, **more: int) -> None:
        hour = int(self._clock()) // HOUR_S * HOUR_S
        menu, screen = f"{session.menu} {session.version}"[:64], session.screen[:64]
        key = (hour, menu, screen)
        self._counts[key] = _sum(self._counts.get(key), ScreenCount(hour, menu, screen, **more))


def _sum(one: ScreenCount | None, other: ScreenCount) -> ScreenCount:
    if one is None:
        return other
    names = ("entries", "exits", "drops", "wrong", "shown_ms")
    return replace(one, **{name: getattr(one, name) + getattr(other, name) for name in names})
