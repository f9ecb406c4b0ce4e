"""Answers from the postbox to the SMSC, within the window and the rate, and back what became of them.

A row is in the hands of one task, which sends its parts one after another and records the end.  A row is
*postponed* only where no octet of the try was written or the SMSC itself refused; where the response is missing
it is *unanswered*, which the postbox allows once for each part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from channels.smpp.clock import Clock
from channels.smpp.ports import OutgoingText, Postbox
from channels.smpp.protocol.statuses import status_name
from channels.smpp.sending.holding import Held, Holding
from channels.smpp.sending.pace import Pace
from channels.smpp.sending.refusals import Refusals
from channels.smpp.sending.splitting import Splitting
from channels.smpp.sending.submission import Submissions
from channels.smpp.sending.turns import Turns
from channels.smpp.sending.verdicts import Verdict, Verdicts
from channels.smpp.session.session import Session
from channels.smpp.session.terms import NotBound, State
from channels.smpp.session.window import NoResponse
from workers.journal import OutboxState

POLL_S = 1.0
"""How often the postbox is looked into when nothing wakes us."""
_CLAIM_GAP_S = 0.01
"""Between a claim that came back short and the next: single texts gather, an idle bind costs little."""
_AHEAD_S = 0.25
"""No more is claimed than the rate lets go in this time: what is urgent waits no longer behind what isn't."""
_UNRECORDED = 4
"""Rows in hand at most, in windows: the results of those already answered wait for the journal."""
_RECORD_AGAIN_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
_SENT = (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.UNDELIVERED)

_Record = Callable[[], Awaitable[None]]
"""Tells the postbox what became of a row or a part."""


class Outbound:
    """One bind's sender; it outlives sessions, so that the rate and half-sent texts do too."""

    def __init__(
        self,
        bind: str,
        claims: Callable[[], Sequence[str]],
        pace: Pace,
        splitting: Splitting,
        submissions: Submissions,
        verdicts: Verdicts,
        postbox: Postbox,
        clock: Clock,
    ) -> None:
        """`claims` names the binds whose answers leave here now, this one's and others'."""
        self._bind = bind
        self._claims = claims
        self._pace = pace
        self._splitting = splitting
        self._submissions = submissions
        self._verdicts = verdicts
        self._postbox = postbox
        self._clock = clock
        self._refusals = Refusals()
        self._turns = Turns(pace, clock)
        self._holding = Holding(bind, postbox, clock)
        self._rows: set[asyncio.Task[None]] = set()
        self._sending = 0
        self._wake = asyncio.Event()
        self._stopping = False
        self._log = structlog.get_logger(__name__).bind(bind=bind)
        self.sent = 0
        """Texts the SMSC has taken."""
        self.last_error = ""
        self._paused_since: float | None = None

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

    def judge_by(self, verdicts: Verdicts) -> None:
        """Another table of statuses counts from now on."""
        self._verdicts = verdicts

    def congested(self, state: int) -> None:
        """The SMSC says how loaded it is, in percent (SMPP 5.0 §4.8.4.18)."""
        self._pace.congestion(state, self._clock.monotonic())

    @property
    def resting_s(self) -> float:
        """Seconds that the bind still rests because the SMSC wants less; 0.0 where it sends."""
        return self._pace.rest_s(self._clock.monotonic())

    @property
    def paused_since(self) -> float | None:
        """When the SMSC began to refuse more for the moment; None where it has taken a text since.

        Where there was none to send, it is forgotten with the slow start: else one refusal would keep the answers
        with who stands in for this bind.
        """
        if not self.resting_s and self._pace.share(self._clock.monotonic()) >= 1.0:
            self._paused_since = None
        return self._paused_since

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

    # one row

    async def _send(self, held: Held, session: Session) -> None:
        recording: list[asyncio.Task[None]] = []
        try:
            end = await self._try(held, session, recording)
        finally:
            self._sending -= 1
            self._wake.set()
        if recording:
            await asyncio.wait(recording)  # a row's end says that its parts are recorded
        await self._record(end)

    async def _try(self, held: Held, session: Session, recording: list[asyncio.Task[None]]) -> _Record:
        """Send the parts that are not sent yet; what the postbox is to be told of the row."""
        row, number = held.row, 0
        if self._stopping:  # it may not have had its turn
            return partial(self._postbox.postponed, row.id, delay_s=0.0, why="the bind is being stopped")
        try:
            split = self._splitting.of(row, takes_tlvs=session.takes_tlvs)
            total = len(split.parts)
            if total > 1 and not row.parts and not await self._begun(row, split.plan, total):
                return partial(self._postbox.postponed, row.id, delay_s=POLL_S, why="how it is split is not recorded")
            done = {part.number for part in row.parts if part.state in _SENT}
            todo = [(number, part) for number, part in enumerate(split.parts, start=1) if number not in done]
            message_id = ""
            for turn, (number, part) in enumerate(todo):
                if turn:
                    await self._turns.take(row.priority, lambda: session.state is State.BOUND)
                if not held.is_ours(self._clock.monotonic()):
                    self._log.warning(
                        "a text is in other hands now, and not sent on by these",
                        row=row.id,
                        transaction_id=row.transaction_id,
                    )
                    return _nothing
                submission = self._submissions.of(row, part, number, total, takes_tlvs=session.takes_tlvs)
                response = await session.submit(submission.fields, submission.tlvs, submission.command)
                if self._verdicts.of(response.status).verdict is not Verdict.SENT:
                    return self._refused(row, response.status, session, number if total > 1 else 0)
                self._pace.taken(self._clock.monotonic())
                self._paused_since = None
                message_id = response.text("message_id")
                if total > 1:
                    told = partial(self._postbox.part_sent, row.id, number, message_id, self._bind)
                    recording.append(asyncio.create_task(self._record(told)))
        except ValueError as error:  # it can't be split or written: no try would help
            return self._failed(row, str(error), 0)
        except NotBound:
            return partial(self._postbox.postponed, row.id, delay_s=0.0, why="bind lost")
        except NoResponse:
            return partial(self._postbox.unanswered, row.id, number if total > 1 else 0)
        self.sent += 1
        self._refusals.forget(row.id)
        return partial(self._postbox.sent, row.id, "" if total > 1 else message_id, self._bind)

    async def _begun(self, row: OutgoingText, plan: str, total: int) -> bool:
        """Whether the split is recorded: without that a later try might mix two splits of a text."""
        try:
            await self._postbox.begin(row.id, plan, total)
        except Exception as error:  # the journal may be gone for a while; nothing has been sent yet
            self._log.warning("a split is not recorded", error=type(error).__name__)
            return False
        return True

    def _refused(self, row: OutgoingText, status: int, session: Session, number: int) -> _Record:
        name = status_name(status)
        self.last_error = f"submit_sm: {name}"
        rule = self._verdicts.of(status)
        delay_s: float | None = 0.0
        if rule.verdict is Verdict.PAUSE:
            delay_s = max(self._pace.refused(self._clock.monotonic()), self._refusals.rested(row.id))
            if self._paused_since is None:
                self._paused_since = self._clock.monotonic()
        elif rule.verdict is Verdict.REBIND:
            session.close(f"the SMSC says we are not bound: {name}")
        else:
            delay_s = self._refusals.refused(row.id, rule) if rule.verdict is Verdict.LATER else None
        if delay_s is None:
            return self._failed(row, name, number)
        return partial(self._postbox.postponed, row.id, delay_s=delay_s, why=name)

    def _failed(self, row: OutgoingText, why: str, number: int) -> _Record:
        self._refusals.forget(row.id)
        self._log.warning("a text can't be sent", row=row.id, why=why, transaction_id=row.transaction_id)
        return partial(self._postbox.failed, row.id, why, number)

    async def _record(self, call: _Record) -> None:
        """Tell the postbox; a journal that is gone for some seconds doesn't make us send twice."""
        for again_in_s in (*_RECORD_AGAIN_S, None):
            try:
                await call()
            except Exception as error:  # tried again, then left to the row's lease
                self._log.warning("a result is not recorded", error=type(error).__name__)
            else:
                return
            if again_in_s is not None:
                await self._clock.sleep(again_in_s)


async def _nothing() -> None:
    """There is nothing to tell: the row is whoever's it is."""
