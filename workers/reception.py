"""Where a channel brings what it received: kept safe first, then rung for, and only then acknowledged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from workers import moments
from workers.bell import Bell
from workers.dialogue import Words, queue_of, stops, understand
from workers.journal import Accepted, Journal, JournalUnavailable, LongText, NewMessage, NewPart, Queue, Ticket
from workers.journal.arriving import new_transaction_id

_TEXTS = "sms"
"""The channel of what comes in parts."""
_MARK_AGAIN_S = 0.5
"""Pause before what may have been committed is marked again in a journal that was away."""


class NotSafe(Exception):
    """The message could not be committed in time: the channel must leave it with whoever sent it."""


class InDoubt(NotSafe):
    """Nobody knows whether it was: of a message that comes `once`, which can be brought again without harm."""


@dataclass(frozen=True, slots=True)
class InboundText:
    """One text as a channel received it."""

    channel: str
    """`sms` or `ussd`."""
    bind: str
    session: str
    """The id `session_opened` gave."""
    number: str = field(repr=False)
    """The sender, E.164 digits without +."""
    short_code: str
    text: str = field(repr=False)
    received_at: float
    """Seconds since the epoch, by the listener's clock."""
    network_reference: str = ""
    """What the network calls this message, where it says: the same again is the same message."""
    incomplete: str = ""
    """`2 of 3` where parts of a long text are missing that did not come in time."""
    source_port: int | None = None
    destination_port: int | None = None
    """Ports of applications on the handset and here (SMPP 3.4 §5.3.2.20): the answer goes back to them."""
    long_text: int | None = None
    """The long text that it is made of."""


class Reception:
    """One listener process's way into the journal."""

    def __init__(
        self, journal: Journal, bell: Bell, words: Callable[[], Words], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._journal = journal
        self._bell = bell
        self._words = words
        self._clock = clock
        self._marking: set[asyncio.Future[None]] = set()
        self._doubtful: set[str] = set()
        self._mark_again: asyncio.TimerHandle | None = None
        self._marks_under_way = 0

    async def session_opened(self, bind: str) -> str:
        """Record that a bind is bound; raises `JournalUnavailable`."""
        return await self._journal.session_opened(bind)

    async def session_closed(self, session: str) -> None:
        """Record that it is bound no more; raises `JournalUnavailable`."""
        await self._journal.session_closed(session)

    async def accept(self, text: InboundText, *, within_s: float) -> None:
        """Return once the message is committed; raise `NotSafe` where it isn't within `within_s` seconds.

        Promise 1: no accepted message is lost.  Only after this returns may the channel say that it took the
        message.  What is committed too late is marked, so that the redelivery attaches to it.
        """
        await self.keep(self._message(text), within_s=within_s)

    async def keep(self, message: NewMessage, *, within_s: float) -> Accepted:
        """Return what became of a message once it is committed; raises `NotSafe` as `accept` does.

        Of one that comes `once` `NotSafe` is certain: it is not committed, and never will be.  Where it may be yet,
        or may have been, `InDoubt` is raised; `bring_again` finds out.
        """
        ticket, begun = Ticket(message), time.perf_counter()
        try:
            self._mark_doubtful()
            committed = self._journal.accept(ticket)
        except JournalUnavailable as error:
            moments.not_taken(message.channel)
            raise NotSafe(str(error)) from error
        try:
            async with asyncio.timeout(within_s):
                accepted = await asyncio.shield(committed)
        except (TimeoutError, asyncio.CancelledError) as error:
            ticket.late = True
            moments.not_taken(message.channel)
            committed.add_done_callback(partial(self._committed_late, ticket))
            if isinstance(error, asyncio.CancelledError):
                raise
            kind = InDoubt if ticket.begun else NotSafe
            raise kind(f"not committed within {within_s:g} s") from error
        except JournalUnavailable as error:
            moments.not_taken(message.channel)
            ticket.settled = True  # nothing of it was committed, so there is nothing to mark
            self._doubt(message, error)  # unless it was
            raise (InDoubt if message.once and error.in_doubt else NotSafe)(str(error)) from error
        ticket.settled = True
        self._bell.ring(ticket.message.queue)
        moments.received(message, accepted, time.perf_counter() - begun)
        return accepted

    async def bring_again(self, message: NewMessage) -> Accepted:
        """Keep a message that comes `once` and was in doubt; returns once it is committed, however long that takes.

        Raises `JournalUnavailable` where it can't be now.
        """
        accepted = await self._journal.accept(Ticket(message))
        self._bell.ring(message.queue)
        if not accepted.duplicate:  # else it is counted as what it was, not as having come twice
            moments.received(message, accepted, 0.0)
        return accepted

    async def keep_part(self, part: NewPart, *, within_s: float) -> LongText | None:
        """Return once one part of a long text is committed, with the long text where it is whole now.

        Raises `NotSafe` as `accept` does.  A whole one is to be accepted, as a text that names it, before its last
        part is acknowledged.  A part that is committed too late is known again when the SMSC repeats it.
        """
        try:
            kept = self._journal.keep_part(part)
            kept.add_done_callback(lambda late: late.cancelled() or late.exception())  # nobody may wait for it then
            async with asyncio.timeout(within_s):
                return await asyncio.shield(kept)
        except TimeoutError as error:
            moments.not_taken(_TEXTS)
            raise NotSafe(f"not committed within {within_s:g} s") from error
        except JournalUnavailable as error:
            moments.not_taken(_TEXTS)
            raise NotSafe(str(error)) from error

    async def long_texts_due(self, binds: Sequence[str]) -> list[LongText]:
        """Return long texts to be handed on: whole ones that were left lying, and those whose time is over.

        Each is given out again after ten seconds, should it not be accepted by then.  Raises `JournalUnavailable`.
        """
        return await self._journal.long_texts_due(binds)

    def _message(self, text: InboundText) -> NewMessage:
        grammar = self._words().grammar
        understood = understand(
            text.text, text.number, grammar, short_code=text.short_code, incomplete=bool(text.incomplete)
        )
        return NewMessage(
            transaction_id=new_transaction_id(self._clock()),
            channel=text.channel,
            bind=text.bind,
            session=text.session,
            number=text.number,
            short_code=text.short_code,
            text=_storable(text.text),
            network_reference=text.network_reference,
            queue=Queue(queue_of(understood)),
            stops=stops(understood),
            incomplete=text.incomplete,
            source_port=text.source_port,
            destination_port=text.destination_port,
            long_text=text.long_text,
        )

    def _mark_doubtful(self) -> None:
        """Mark what may have been committed though its server was lost: what comes next may be its redelivery."""
        for transaction_id in self._doubtful:
            marking = self._journal.mark_late(transaction_id)
            self._marks_under_way += 1
            marking.add_done_callback(partial(self._marked, transaction_id))

    def _doubt(self, message: NewMessage, error: BaseException) -> None:
        """Have it marked where the server was lost while it committed: it may be in the journal all the same."""
        if isinstance(error, JournalUnavailable) and error.in_doubt and not message.once:
            self._doubtful.add(message.transaction_id)
            self._mark_soon()

    def _mark_soon(self) -> None:
        """Mark it as soon as the journal is back, not with the next that comes here: the SMSC has other listeners."""
        if self._mark_again is None:
            self._mark_again = asyncio.get_running_loop().call_later(_MARK_AGAIN_S, self._mark_now)

    def _mark_now(self) -> None:
        self._mark_again = None
        if self._marks_under_way:  # one that comes after its redelivery was attached would call that late again
            return
        with suppress(JournalUnavailable):  # closing: the session ends with us, which tells the redelivery apart
            self._mark_doubtful()

    def _marked(self, transaction_id: str, marking: asyncio.Future[None]) -> None:
        self._marks_under_way -= 1
        if marking.cancelled():
            return
        if marking.exception():
            self._mark_soon()
        else:
            self._doubtful.discard(transaction_id)

    def _committed_late(self, ticket: Ticket, committed: asyncio.Future[Accepted]) -> None:
        if committed.cancelled():
            return
        if error := committed.exception():
            self._doubt(ticket.message, error)
            return
        accepted = committed.result()
        if ticket.message.once and accepted.duplicate:  # withdrawn in time: nothing has come of it
            return
        moments.received(ticket.message, accepted, 0.0)
        self._bell.ring(ticket.message.queue)
        if ticket.marked or ticket.message.once:  # of what comes once, no redelivery has to be told apart
            return
        try:
            marking = self._journal.mark_late(ticket.message.transaction_id)
        except JournalUnavailable:  # closing: the session ends with us, which tells the redelivery apart as well
            return
        self._marking.add(marking)
        marking.add_done_callback(self._marking.discard)


def _storable(text: str) -> str:
    """Replace what no database keeps: PostgreSQL refuses NUL, both refuse half of a surrogate pair."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
