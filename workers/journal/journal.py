"""The door to the journal: each method is one change of state, committed before it returns.

The asynchronous ones go through the writer thread and share its commits; they raise `JournalUnavailable` where
nothing could be committed, and then nothing holds.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType

from sqlalchemy import Connection

from workers.journal import (
    claims,
    dials,
    due,
    funnel,
    gifts,
    long_texts,
    memberships,
    outbox,
    outgoing_parts,
    pushes,
    quotas,
    receipts,
    renewals,
    schema,
    sessions,
    sweep,
)
from workers.journal.arriving import Accepted, LongText, NewPart, Ticket
from workers.journal.asking import NewGift
from workers.journal.clock import Clock
from workers.journal.database import Database, JournalUnavailable
from workers.journal.intake import Intake, mark_late
from workers.journal.leaving import OutgoingText, Receipt
from workers.journal.owner import this_process
from workers.journal.renewing import RenewalCall
from workers.journal.rows import Claim, Claimed, Ending, Finished
from workers.journal.states import Queue
from workers.journal.writer import Writer


class Journal:
    """One process's journal; make it after a fork, inside or outside of a running loop.

    `url`: SQLAlchemy URL.  `dedupe_s`: how long a redelivery is looked for.  `clock`: seconds since the epoch,
    instead of the database's own.
    """

    def __init__(self, url: str, *, dedupe_s: float = 120.0, clock: Clock | None = None) -> None:
        self.database = Database(url, clock=clock)
        self.owner = this_process()
        self._intake = Intake(dedupe_s)
        self._accept = self._intake.accept  # bound once: the writer groups jobs by their operation
        self._accepted = self._intake.committed
        self._keep_part = long_texts.Parts(dedupe_s).keep
        self._dedupe_s = dedupe_s
        self._writer = Writer(self.database)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Commit what waits and let the database go."""
        self._writer.close()
        self.database.close()

    def require_newest(self) -> None:
        """Raise `NotMigrated` unless the schema fits."""
        schema.require_newest(self.database)

    def accept(self, ticket: Ticket) -> asyncio.Future[Accepted]:
        """Keep a message that came; promise 1 rests on who calls waiting for this future."""
        return self._writer.submit(self._accept, ticket, committed=self._accepted)

    def mark_late(self, transaction_id: str) -> asyncio.Future[None]:
        """Mark a message that was committed after its SMSC had been told to keep it."""
        return self._writer.submit(mark_late, transaction_id)

    def keep_part(self, part: NewPart) -> asyncio.Future[LongText | None]:
        """Keep one part of a long text; returns that where it is whole now, to be accepted as a message."""
        return self._writer.submit(self._keep_part, part)

    def long_texts_due(self, binds: Sequence[str]) -> asyncio.Future[list[LongText]]:
        """Give out long texts of some binds that are to be accepted as they are."""
        return self._writer.submit(long_texts.due, tuple(binds))

    async def session_opened(self, bind: str) -> str:
        """Record that a bind is bound and return the new session's id."""
        session = secrets.token_hex(8)
        await self._writer.submit(sessions.opened, sessions.SessionStart(session, bind))
        return session

    def session_closed(self, session: str) -> asyncio.Future[None]:
        """Record that it is bound no more: responses not yet read by the SMSC may be lost."""
        return self._writer.submit(sessions.closed, session)

    def claim(self, queue: Queue, limit: int, *, lease_s: float, suspects: bool = False) -> asyncio.Future[Claimed]:
        """Take at most `limit` due messages of a queue under a fresh token."""
        wish = Claim(queue, limit, secrets.token_hex(12), self.owner, lease_s, suspects)
        return self._writer.submit(claims.claim, wish)

    def renew(self, token: str, lease_s: float) -> asyncio.Future[int]:
        """Prolong a claim; returns how many rows it still holds."""
        return self._writer.submit(claims.renew, (token, lease_s))

    def finish(self, ending: Ending) -> asyncio.Future[Finished]:
        """End a stay with a worker, with its answers and its history, if the row is still ours."""
        return self._writer.submit(claims.finish, ending)

    def reserve(self, charge: quotas.Charge) -> asyncio.Future[quotas.Reserved | None]:
        """Reserve a charge before its call; None where its offer's quota is used up."""
        return self._writer.submit(quotas.reserve, charge)

    def remember_member(self, membership: memberships.Membership) -> asyncio.Future[None]:
        """Keep what the core has said of a number's membership of the music club."""
        return self._writer.submit(memberships.remember, membership)

    def begin_renewal(self, call: RenewalCall) -> asyncio.Future[float]:
        """Keep until when a tone is valid before it is renewed; returns that of the step's first time."""
        return self._writer.submit(renewals.begin, call)

    def confirm_gift(self, gift: NewGift) -> asyncio.Future[str]:
        """Open a gift before it is presented at the core; returns why not, empty where it is open."""
        return self._writer.submit(gifts.confirm, gift)

    def wake_waiting_for_core(self) -> asyncio.Future[int]:
        """Make due whatever waits because the core could not be reached."""
        return self._writer.submit(due.wake_waiting_for_core, 0.0)

    def sweep(self, wish: sweep.Sweep) -> asyncio.Future[sweep.Swept]:
        """Take back what the dead had in hand and see what is due."""
        return self._writer.submit(sweep.sweep, replace(wish, forget_after_s=self._dedupe_s))

    def claim_answers(self, binds: Sequence[str], limit: int, lease_s: float) -> asyncio.Future[list[OutgoingText]]:
        """Take at most `limit` answers of some binds, the most urgent first."""
        return self._writer.submit(outbox.claim, outbox.Sending(tuple(binds), limit, self.owner, lease_s))

    def renew_answers(self, ids: Sequence[int], lease_s: float) -> asyncio.Future[frozenset[int]]:
        """Prolong the lease of answers in hand; returns those that this process still has."""
        return self._writer.submit(outbox.renew, outbox.Renewal(tuple(ids), self.owner, lease_s))

    def begin(self, id_: int, plan: str, parts: int) -> asyncio.Future[None]:
        """Write how an answer that is in hand is split into parts, unless it is written already."""
        return self._writer.submit(outgoing_parts.begin, outgoing_parts.Split(id_, self.owner, plan, parts))

    def tried(self, one: outbox.Sent) -> asyncio.Future[None]:
        """Write how a try to send an answer, or a part of one, ended."""
        return self._writer.submit(outbox.tried, one)

    def receive(self, receipt: Receipt) -> asyncio.Future[str]:
        """Record a receipt; returns the transaction id of the message whose answer it names, empty for none of ours."""
        return self._writer.submit(receipts.receive, receipt)

    def shown(self, transaction_id: str) -> asyncio.Future[bool]:
        """Keep the answer of a dial's order from going by text: its screen has told it."""
        return self._writer.submit(dials.shown, transaction_id)

    def claim_pushes(self, binds: Sequence[str], limit: int) -> asyncio.Future[list[pushes.Push]]:
        """Give out questions that a gateway may show on a screen."""
        return self._writer.submit(pushes.claim, pushes.PushWish(tuple(binds), limit))

    def pushed(self, id_: int, *, answered: bool) -> asyncio.Future[None]:
        """Say what became of a question's screen: what was not answered goes by text."""
        return self._writer.submit(pushes.ended, pushes.Pushed(id_, answered))

    def count_screens(self, counts: Sequence[funnel.ScreenCount]) -> asyncio.Future[None]:
        """Add to what becomes of those who see screens."""
        return self._writer.submit(funnel.add, tuple(counts))

    def reachable(self, number: str) -> asyncio.Future[int]:
        """Make due what waits for a later try to send to a number; returns how many answers."""
        return self._writer.submit(outbox.reachable, number)

    async def expire_answers(self) -> int:
        """Queue again the answers of senders that are gone."""
        return await self._writer.submit(_expire_answers, None)


def _expire_answers(connection: Connection, wishes: Sequence[None], now: float) -> list[int]:
    return [outbox.expire(connection, now) for _ in wishes]


__all__ = ["Journal", "JournalUnavailable"]
