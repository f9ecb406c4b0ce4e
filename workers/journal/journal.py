"""The door to the journal: each method is one change of state, committed before it returns.

The asynchronous ones go through the writer thread and share its commits; they raise `JournalUnavailable` where
nothing could be committed, and then nothing holds.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from types import TracebackType

from sqlalchemy import Connection

from workers.journal import claims, outbox, receipts, schema, sessions, sweep
from workers.journal.clock import Clock
from workers.journal.database import Database, JournalUnavailable
from workers.journal.intake import Intake, mark_late
from workers.journal.owner import this_process
from workers.journal.rows import Accepted, Claim, Claimed, Ending, Finished, OutgoingText, Ticket
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

    def wake_waiting_for_core(self) -> asyncio.Future[int]:
        """Make due whatever waits because the core could not be reached."""
        return self._writer.submit(claims.wake_waiting_for_core, 0.0)

    def sweep(self, wish: sweep.Sweep) -> asyncio.Future[sweep.Swept]:
        """Take back what the dead had in hand and see what is due."""
        return self._writer.submit(sweep.sweep, wish)

    def claim_answers(self, bind: str, limit: int, lease_s: float) -> asyncio.Future[list[OutgoingText]]:
        """Take at most `limit` answers to send over one bind."""
        return self._writer.submit(outbox.claim, outbox.Sending(bind, limit, self.owner, lease_s))

    def tried(self, one: outbox.Sent) -> asyncio.Future[None]:
        """Write how a try to send ended."""
        return self._writer.submit(outbox.tried, one)

    def receive(self, receipt: receipts.Receipt) -> asyncio.Future[bool]:
        """Record a receipt; False where it names no answer of ours."""
        return self._writer.submit(receipts.receive, receipt)

    async def expire_answers(self) -> int:
        """Queue again the answers of senders that are gone."""
        return await self._writer.submit(_expire_answers, None)


def _expire_answers(connection: Connection, wishes: Sequence[None], now: float) -> list[int]:
    return [outbox.expire(connection, now) for _ in wishes]


__all__ = ["Journal", "JournalUnavailable"]
