"""Answers from the postbox to the SMSC: claimed as the window and the rate have room, each in the hands of one task."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from channels.smpp.clock import Clock
from channels.smpp.ports import Postbox
from channels.smpp.sending.holding import Held, Holding
from channels.smpp.sending.pace import Pace
from channels.smpp.sending.tries import Tries
from channels.smpp.sending.turns import Turns
from channels.smpp.session.session import Session
from channels.smpp.session.terms import State

POLL_S = 1.0
"""How often the postbox is looked into when nothing wakes us."""
_CLAIM_GAP_S = 0.01
"""Between a claim that came back short and the next: single texts gather, an idle bind costs little."""
_AHEAD_S = 0.25
"""No more is claimed than the rate lets go in this time: what is urgent waits no longer behind what isn't."""
_UNRECORDED = 4
"""Rows in hand at most, in windows: the results of those already answered wait for the journal."""


class Outbound:
    """One bind's sender; it outlives sessions, so that the rate does too."""

    def __init__(
        self,
        bind: str,
        claims: Callable[[], Sequence[str]],
        pace: Pace,
        turns: Turns,
        tries: Tries,
        postbox: Postbox,
        clock: Clock,
    ) -> None:
        """`claims` names the binds whose answers leave here now, this one's and others'."""
        self._claims = claims
        self._pace = pace
        self._turns = turns
        self.tries = tries
        """What becomes of each text."""
        self._postbox = postbox
        self._clock = clock
        self._holding = Holding(bind, postbox, clock)
        self._rows: set[asyncio.Task[None]] = set()
        self._sending = 0
        self._wake = asyncio.Event()
        self._stopping = False
        self._log = structlog.get_logger(__name__).bind(bind=bind)

    async def run(self, session: Session) -> None:
        """Send until the session is over or `stop` is called; returns with no row in hand."""
        session.ended.add_done_callback(lambda _: self._wake.set())
        keeping = asyncio.create_task(self._holding.keep())
        try:
            while session.state is State.BOUND and not self._stopping:
                try:
                    await self._round(session)
                except Exception as error:  # the journal may be gone for a while; the bind stays
                    self._log.warning("the postbox failed", error=type(error).__name__)
                    await self._clock.sleep(POLL_S)
            while self._rows:
                await asyncio.wait(self._rows)
        finally:
            keeping.cancel()

    def stop(self) -> None:
        """Claim no more."""
        self._stopping = True
        self._wake.set()

    def congested(self, state: int) -> None:
        """The SMSC says how loaded it is, in percent (SMPP 5.0 §4.8.4.18)."""
        self._pace.congestion(state, self._clock.monotonic())

    @property
    def resting_s(self) -> float:
        """Seconds that the bind still rests because the SMSC wants less; 0.0 where it sends."""
        return self._pace.rest_s(self._clock.monotonic())

    async def _round(self, session: Session) -> None:
        self._wake.clear()
        claims = self._claims()
        limit = self._room(session) if claims else 0
        if not limit:
            await self._nap(self.resting_s or (_AHEAD_S if self._turns.waiting else POLL_S))
            return
        # Waited for from before the claim: the bell is all binds' and rings once, so one that comes meanwhile is lost.
        arrival = asyncio.ensure_future(self._postbox.wait(POLL_S))
        try:
            if await self._claim(claims, limit, session) < limit:
                await self._clock.sleep(_CLAIM_GAP_S)
                if not self._wake.is_set():
                    await self._first(arrival, self._wake.wait())
        finally:
            arrival.cancel()

    async def _claim(self, claims: Sequence[str], limit: int, session: Session) -> int:
        """Set out what the postbox has, each in its turn; how many that were."""
        asked_at = self._clock.monotonic()
        rows = [self._holding.take(row, asked_at) for row in await self._postbox.claim(claims, limit)]
        for held in rows:
            await self._turns.take(held.row.priority, lambda: session.state is State.BOUND and not self._stopping)
            self._sending += 1
            task = asyncio.create_task(self._send(held, session))
            self._rows.add(task)
            task.add_done_callback(self._row_done)
            task.add_done_callback(partial(self._let_go, held))
        return len(rows)

    def _room(self, session: Session) -> int:
        """How many rows may be claimed now: each needs one slot of the window at a time, to its end.

        What waits for its turn already, parts among it, counts: it would keep the slots from what is urgent.
        """
        if not session.peer_reads or self.resting_s:
            return 0
        window = session.window.limit
        unrecorded = _UNRECORDED * window - len(self._rows)
        ahead = self._pace.within(_AHEAD_S, self._clock.monotonic()) - self._turns.waiting
        return max(0, min(window - self._sending, unrecorded, ahead))

    async def _nap(self, longest_s: float) -> None:
        """Until a row ends, the session ends or the time is over."""
        await self._first(self._clock.sleep(min(longest_s, POLL_S)), self._wake.wait())

    async def _first(self, *waits: Awaitable[object]) -> None:
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        for task in done:
            task.result()

    def _row_done(self, task: asyncio.Task[None]) -> None:
        self._rows.discard(task)
        self._wake.set()

    def _let_go(self, held: Held, _: asyncio.Task[None]) -> None:
        self._holding.let_go(held)

    async def _send(self, held: Held, session: Session) -> None:
        try:
            tell = await self.tries.run(held, session, stopping=self._stopping)
        finally:
            self._sending -= 1
            self._wake.set()
        await tell()
