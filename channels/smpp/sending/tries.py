"""One text on its way: its parts one after another, and what the postbox is to be told of them.

A row is *postponed* only where no octet of the try was written or the SMSC itself refused; where the response is
missing it is *unanswered*, which the postbox allows once for each part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from channels.smpp.clock import Clock
from channels.smpp.ports import OutgoingText, Postbox
from channels.smpp.protocol.statuses import status_name
from channels.smpp.sending.holding import Held
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

_BEGIN_AGAIN_S = 1.0
"""Of a text in parts, where the journal could not keep how it is split."""
_RECORD_AGAIN_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
_SENT = (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.UNDELIVERED)

_Record = Callable[[], Awaitable[None]]
"""Tells the postbox what became of a row or a part."""


class Tries:
    """One bind's; they outlive sessions, so that half-sent texts and what was refused do too."""

    def __init__(
        self,
        bind: str,
        pace: Pace,
        turns: Turns,
        splitting: Splitting,
        submissions: Submissions,
        verdicts: Verdicts,
        postbox: Postbox,
        clock: Clock,
    ) -> None:
        self._bind = bind
        self._pace = pace
        self._turns = turns
        self._splitting = splitting
        self._submissions = submissions
        self._verdicts = verdicts
        self._postbox = postbox
        self._clock = clock
        self._refusals = Refusals()
        self._log = structlog.get_logger(__name__).bind(bind=bind)
        self._paused_since: float | None = None
        self.sent = 0
        """Texts the SMSC has taken."""
        self.last_error = ""

    def judge_by(self, verdicts: Verdicts) -> None:
        """Another table of statuses counts from now on."""
        self._verdicts = verdicts

    @property
    def paused_since(self) -> float | None:
        """When the SMSC began to refuse more for the moment; None where it has taken a text since.

        Where there was none to send, it is forgotten with the slow start: else one refusal would keep the answers
        with who stands in for this bind.
        """
        if not self._pace.rest_s(self._clock.monotonic()) and self._pace.share(self._clock.monotonic()) >= 1.0:
            self._paused_since = None
        return self._paused_since

    async def run(self, held: Held, session: Session, *, stopping: bool) -> _Record:
        """Send the parts that are not sent yet; what then tells the postbox of the row."""
        if stopping:  # it may not have had its turn
            why = "the bind is being stopped"
            return partial(self._record, partial(self._postbox.postponed, held.row.id, delay_s=0.0, why=why))
        recording: list[asyncio.Task[None]] = []
        end = await self._try(held, session, recording)
        return partial(self._ended, end, recording)

    async def _ended(self, end: _Record, recording: list[asyncio.Task[None]]) -> None:
        if recording:
            await asyncio.wait(recording)  # a row's end says that its parts are recorded
        await self._record(end)

    async def _try(self, held: Held, session: Session, recording: list[asyncio.Task[None]]) -> _Record:
        """Send the parts that are not sent yet; what the postbox is to be told of the row."""
        row, number = held.row, 0
        try:
            split = self._splitting.of(row, takes_tlvs=session.takes_tlvs)
            total = len(split.parts)
            if total > 1 and not row.parts and not await self._begun(row, split.plan, total):
                why = "how it is split is not recorded"
                return partial(self._postbox.postponed, row.id, delay_s=_BEGIN_AGAIN_S, why=why)
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
