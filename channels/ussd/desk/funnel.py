"""Counts what becomes of those who see a screen, and adds it to the journal every few seconds.

Of who simply stops no gateway need tell us: his dial is found among those whose key should have come, by whichever
door looks first.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import structlog

from channels.ussd.menu import Session
from channels.ussd.sessions import Awaited, SessionStore, StoreGone
from workers.journal import JournalUnavailable
from workers.journal.funnel import HOUR_S, ScreenCount

FLUSH_S = 2.0
LAPSED_EVERY_S = 5.0
_GRACE_S = 30.0
"""A request that came at the last moment may still be at work: longer than any gateway waits for its screen."""
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
        self._counts: dict[tuple[int, str, str], dict[str, int]] = {}
        """By hour, menu and screen: the counts of a `ScreenCount` by their names."""

    def pressed(self, before: Session, after: Session, shown_s: float, *, ends: bool) -> None:
        """Count what a key has done to the screen that it was pressed on; `ends`: the one in sight is the last."""
        if stays(before, after, ends=ends):
            if after.tries > before.tries:
                self.wrong(before)
                if ends:  # the last try
                    self.dropped(before, shown_s)
            return
        self.left(before, shown_s)
        if after.screen != before.screen:
            self.entered(after)
            if ends:
                self.left(after, 0.0)

    def entered(self, session: Session) -> None:
        """A screen is shown that was not before."""
        self._add(session, entries=1)

    def left(self, session: Session, shown_s: float) -> None:
        """A screen was left by a key that leads on."""
        self._add(session, exits=1, shown_ms=int(shown_s * 1000))

    def dropped(self, session: Session, shown_s: float) -> None:
        """He hung up, dialled anew, or has no tries left."""
        self._add(session, drops=1, shown_ms=int(shown_s * 1000))

    def lapsed(self, awaited: Awaited) -> None:
        """He has simply stopped: a drop, at the moment when his session was over."""
        shown_ms = int((awaited.until - awaited.entered_at) * 1000)
        self._count(awaited.until, awaited.menu, awaited.screen, drops=1, shown_ms=shown_ms)

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
            await self._book.count_screens(
                [ScreenCount(hour, menu, screen, **count) for (hour, menu, screen), count in counts.items()]
            )
        except JournalUnavailable as error:
            log.warning("journal_unavailable", doing="funnel", error=str(error))
            for key, count in list(counts.items())[:_KEPT_AT_MOST]:
                self._more(key, count)

    def _add(self, session: Session, **more: int) -> None:
        self._count(self._clock(), version_of(session), session.screen, **more)

    def _count(self, at: float, menu: str, screen: str, **more: int) -> None:
        self._more((int(at) // HOUR_S * HOUR_S, menu[:64], screen[:64]), more)

    def _more(self, key: tuple[int, str, str], more: Mapping[str, int]) -> None:
        count = self._counts.setdefault(key, {})
        for name, number in more.items():
            count[name] = count.get(name, 0) + number


class Lapses:
    """One door's look at the dials that have simply stopped."""

    def __init__(self, store: SessionStore, funnel: FunnelCounter, *, clock: Callable[[], float]) -> None:
        """`clock` is the desk's."""
        self._store = store
        self._funnel = funnel
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LAPSED_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Count each that no other door has counted; where Redis is gone they are still there afterwards."""
        with contextlib.suppress(StoreGone):
            for awaited in await self._store.lapsed(self._clock() - _GRACE_S):
                self._funnel.lapsed(awaited)


def stays(before: Session, after: Session, *, ends: bool) -> bool:
    """Whether a key has left him on the screen that it was pressed on."""
    return after.screen == before.screen and (after.tries > before.tries or not ends)


def version_of(session: Session) -> str:
    """What its menu is counted under."""
    return f"{session.menu} {session.version}"
