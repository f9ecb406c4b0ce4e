"""Answers from the postbox to submit_sm, within the window and the rate, and back what became of them.

A row is in the hands of one task, which sends its parts one after another and records the end.  A row is
*postponed* only where no octet of the try was written or the SMSC itself refused; where the response is missing
it is *unanswered*, which the postbox allows once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog
from smpplib import consts

from channels.smpp.clock import Clock
from channels.smpp.ports import OutgoingText, Postbox
from channels.smpp.protocol.codec import CannotEncode
from channels.smpp.protocol.pdu import Value
from channels.smpp.protocol.statuses import status_name
from channels.smpp.sending.progress import Progress
from channels.smpp.sending.rate import Rate
from channels.smpp.sending.throttle import Throttle
from channels.smpp.sending.verdicts import Verdict, verdict_of
from channels.smpp.session.session import Session
from channels.smpp.session.terms import NotBound, State
from channels.smpp.session.window import NoResponse
from channels.smpp.text import Habits, Part, References, TooLong, split

POLL_S = 1.0
"""How often the postbox is looked into when nothing wakes us."""
_CLAIM_GAP_S = 0.01
"""Between a claim that came back short and the next: single texts gather, an idle bind costs little."""
_AHEAD_S = 1.0
"""No more is claimed than the rate lets go in this time, so that leases don't run out in our hands."""
_UNRECORDED = 4
"""Rows in hand at most, in windows: the results of those already answered wait for the journal."""
_RECORD_AGAIN_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
REGISTERED_DELIVERY = consts.SMPP_SMSC_DELIVERY_RECEIPT_BOTH
"""A receipt is asked for with every answer."""

_Record = Callable[[], Awaitable[None]]
"""Tells the postbox what became of a row."""


class Outbound:
    """One bind's sender; it outlives sessions, so that the rate and half-sent texts do too."""

    def __init__(
        self,
        bind: str,
        claims: Callable[[], Sequence[str]],
        rate: Rate,
        references: References,
        postbox: Postbox,
        clock: Clock,
    ) -> None:
        """`claims` names the binds whose answers leave here now, this one's and others'."""
        self._claims = claims
        self._rate = rate
        self._postbox = postbox
        self._clock = clock
        self._throttle = Throttle()
        self._progress = Progress()
        self._references = references
        self._rows: set[asyncio.Task[None]] = set()
        self._sending = 0
        self._wake = asyncio.Event()
        self._stopping = False
        self._log = structlog.get_logger(__name__).bind(bind=bind)
        self.sent = 0
        """Texts the SMSC has taken."""
        self.last_error = ""
        self.paused_since: float | None = None
        """When the SMSC began to refuse more for the moment; None where it has taken a text since."""

    async def run(self, session: Session) -> None:
        """Send until the session is over or `stop` is called; returns with no row in hand."""
        session.ended.add_done_callback(lambda _: self._wake.set())
        while session.state is State.BOUND and not self._stopping:
            try:
                await self._round(session)
            except Exception as error:  # the journal may be gone for a while; the bind stays
                self._log.warning("the postbox failed", error=type(error).__name__)
                await self._clock.sleep(POLL_S)
        while self._rows:
            await asyncio.wait(self._rows)

    def stop(self) -> None:
        """Claim no more."""
        self._stopping = True
        self._wake.set()

    async def _round(self, session: Session) -> None:
        self._wake.clear()
        claims = self._claims()
        limit = self._room(session) if claims else 0
        if not limit:
            await self._nap(self._throttle.rest_s(self._clock.monotonic()) or POLL_S)
            return
        rows = await self._postbox.claim(claims, limit)
        for row in rows:
            await self._pace(session)
            self._sending += 1
            task = asyncio.create_task(self._send(row, session))
            self._rows.add(task)
            task.add_done_callback(self._row_done)
        if len(rows) < limit:
            await self._clock.sleep(_CLAIM_GAP_S)
            if not self._wake.is_set():
                await self._until_something_to_send()

    def _room(self, session: Session) -> int:
        """How many rows may be claimed now: each needs one slot of the window at a time, to its end."""
        if not session.peer_reads or self._throttle.rest_s(self._clock.monotonic()):
            return 0
        window = session.window.limit
        unrecorded = _UNRECORDED * window - len(self._rows)
        return max(0, min(window - self._sending, unrecorded, self._rate.within(_AHEAD_S)))

    async def _nap(self, longest_s: float) -> None:
        """Until a row ends, the session ends or the time is over."""
        await self._first(self._clock.sleep(min(longest_s, POLL_S)), self._wake.wait())

    async def _until_something_to_send(self) -> None:
        await self._first(self._postbox.wait(POLL_S), self._wake.wait())

    async def _first(self, *waits: Awaitable[object]) -> None:
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        for task in done:
            task.result()

    async def _pace(self, session: Session) -> None:
        while session.state is State.BOUND:
            wait_s = self._rate.take(self._clock.monotonic())
            if not wait_s:
                return
            await self._clock.sleep(wait_s)

    def _row_done(self, task: asyncio.Task[None]) -> None:
        self._rows.discard(task)
        self._wake.set()

    # one row

    async def _send(self, row: OutgoingText, session: Session) -> None:
        try:
            record = await self._try(row, session)
        finally:
            self._sending -= 1
            self._wake.set()
        await self._record(record)

    async def _try(self, row: OutgoingText, session: Session) -> _Record:
        """Send the parts that are not sent yet; what the postbox is to be told."""
        try:
            parts = self._progress.parts_of(row.id) or self._begin(row)
            message_id = ""
            for number in range(self._progress.sent_of(row.id), len(parts)):
                if message_id:
                    await self._pace(session)
                response = await session.submit(submit_sm(row.source, row.destination, parts[number]))
                if response.status:
                    return self._refused(row, response.status, session)
                self._throttle.taken(self._clock.monotonic())
                self.paused_since = None
                self._progress.part_sent(row.id)
                message_id = response.text("message_id")
        except (TooLong, CannotEncode) as error:
            return self._failed(row, str(error))
        except NotBound:
            return partial(self._postbox.postponed, row.id, delay_s=0.0, why="bind lost")
        except NoResponse:
            return partial(self._postbox.unanswered, row.id)
        self.sent += 1
        self._progress.forget(row.id)
        return partial(self._postbox.sent, row.id, message_id)

    def _begin(self, row: OutgoingText) -> tuple[Part, ...]:
        parts = split(row.text, Habits(), lambda: self._references.next(row.destination)).parts
        if len(parts) > 1:
            self._progress.begin(row.id, parts)
        return parts

    def _refused(self, row: OutgoingText, status: int, session: Session) -> _Record:
        name = status_name(status)
        self.last_error = f"submit_sm: {name}"
        verdict = verdict_of(status)
        delay_s: float | None = 0.0
        if verdict is Verdict.PAUSE:
            delay_s = self._throttle.refused(self._clock.monotonic())
            self.paused_since = self.paused_since or self._clock.monotonic()
        elif verdict is Verdict.REBIND:
            session.close(f"the SMSC says we are not bound: {name}")
        else:
            delay_s = self._progress.refused(row.id) if verdict is Verdict.LATER else None
        if delay_s is None:
            return self._failed(row, name)
        return partial(self._postbox.postponed, row.id, delay_s=delay_s, why=name)

    def _failed(self, row: OutgoingText, why: str) -> _Record:
        self._progress.forget(row.id)
        self._log.warning("a text can't be sent", row=row.id, why=why)
        return partial(self._postbox.failed, row.id, why)

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


def submit_sm(source: str, destination: str, part: Part) -> dict[str, Value]:
    """The fields of the submit_sm that carries a part."""
    number = source.isascii() and source.isdigit()
    return {
        "source_addr_ton": consts.SMPP_TON_UNK if number else consts.SMPP_TON_ALNUM,
        "source_addr_npi": consts.SMPP_NPI_UNK,
        "source_addr": source,
        "dest_addr_ton": consts.SMPP_TON_INTL,
        "dest_addr_npi": consts.SMPP_NPI_ISDN,
        "destination_addr": destination,
        "esm_class": part.esm_class,
        "registered_delivery": REGISTERED_DELIVERY,
        "data_coding": part.data_coding,
        "short_message": part.octets,
    }
