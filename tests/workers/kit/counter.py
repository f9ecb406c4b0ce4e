"""Texts to a whole worker in one thread: a real journal in a file, an errand, a core in memory, and a clock to turn."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, select, update

from core_client import HttpReply
from tests.journal.kit.messages import message
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.office import GRAMMAR, Office
from tests.workers.kit.small_core import SmallCore
from workers.dialogue import queue_of, stops, understand
from workers.journal import ClaimedRow, Database, Ending, InboxState, OutboxState, Queue, Ticket, claims, intake, sweep
from workers.journal.rows import Claim
from workers.journal.states import LIVE
from workers.journal.tables import consents, inbox, outbox, questions

LEASE_S, SETTLE_S = 30.0, 10.0


class Died(Exception):
    """The worker was killed."""


@dataclass
class MortalCore(SmallCore):
    """A core that tells what it charged for which tone, and may see its caller die."""

    charges: list[tuple[str, str, str, int]] = field(default_factory=list)
    """Transaction, number, tone, minor units; of what is charged at once."""
    dies: str = ""
    """`before` or `after` the next change."""

    async def post(self, action: str, body: bytes) -> HttpReply:
        changes = any(name in action for name in ("orderTone", "presentTone", "subscribe"))
        if changes and self.dies == "before":
            self.dies = ""
            raise Died
        reply = await super().post(action, body)
        if changes and self.dies == "after":
            self.dies = ""
            raise Died
        return reply

    def _do(self, name: str, fields: dict[str, str]) -> Any:
        before = len(self.ledger)
        done = super()._do(name, fields)
        if len(self.ledger) > before and self.ledger[-1][2]:
            number, tone = fields.get("roleCode", ""), fields.get("resourceCode", "")
            self.charges.append((fields["transactionID"], number, tone, self.ledger[-1][2]))
        return done


class Counter:
    """One journal and one worker; `office` says how a yes is asked for."""

    def __init__(self, url: str, office: Office, clock: TurnedClock, *, careless: bool = False) -> None:
        """`careless`: commits need not survive a power cut, for tests that make thousands."""
        self.sends = True
        """Whether an SMSC takes answers, so that who texts has read all that was told before."""
        self.clock = clock
        self.office = office
        self.core = office.core
        self.database = Database(url, clock=clock)
        if careless:
            event.listen(self.database.engine, "connect", _careless)
        self._intake = intake.Intake(120.0)
        self._no = 0

    def close(self) -> None:
        self.database.close()

    def text(self, number: str, text: str, short_code: str = "10086") -> str:
        """Text the short code; the message's transaction id."""
        if self.sends:
            self.send(number)
        understood = understand(text, number, GRAMMAR)
        self._no += 1
        new = message(
            text, number, queue=Queue(queue_of(understood)), stops=stops(understood), short_code=short_code,
            network_reference=f"reference {self._no}",
        )  # fmt: skip
        ticket = Ticket(new)
        self.database.write(lambda connection: self._intake.accept(connection, [ticket], self.clock()))
        self._intake.committed()
        ticket.settled = True
        return new.transaction_id

    def send(self, number: str) -> None:
        """Let an SMSC have all that a number is told."""
        queued = update(outbox).where(outbox.c.destination == number, outbox.c.state == OutboxState.QUEUED)
        sent = queued.values(state=OutboxState.SENT, due_at=None, sent_at=self.clock())
        self.database.write(lambda connection: connection.execute(sent))

    def ask(self, number: str, text: str) -> str:
        """Text, have it worked on, and return what the number heard of it."""
        before = len(self.heard(number))
        self.text(number, text)
        self.work()
        return " ".join(self.heard(number)[before:])

    def work(self) -> None:
        """Work on whatever is due now, until nothing is."""
        while self.step():
            pass

    def step(self) -> bool:
        """One message's stay; False where none is due."""
        for queue in Queue:
            for row in self._claim(queue):
                self._stay(row)
                return True
        return False

    def settle(self, within_s: float = 100_000.0) -> None:
        """Let time pass, with sweeps, until nothing is due any more."""
        until = self.clock() + within_s
        while self.clock() < until:
            self.work()
            waiting = [row["due_at"] for row in self.messages() if row["due_at"] is not None]
            claimed = [row["lease_until"] for row in self.messages() if row["state"] == InboxState.CLAIMED]
            if not waiting and not claimed:
                return
            # What is due and stands behind an older message comes when that one does.
            self.clock.now_s = min((at for at in waiting + claimed if at > self.clock()), default=self.clock()) + 0.001
            self.sweep()
        raise AssertionError(f"still unfinished: {self.messages()}")

    def sweep(self) -> None:
        """One sweep: the dead worker's rows are taken back, silence ends questions."""
        wish = sweep.Sweep(
            SETTLE_S, self.office.attempts, "sweeper", lambda *_: "We are not sure yet that this worked."
        )
        self.database.write(lambda connection: sweep.sweep(connection, [wish], self.clock()))

    def replay(self, transaction_id: str) -> None:
        """Operations have a message done again, as `Desk` would."""
        values = {"state": InboxState.UNKNOWN, "doubtful": True, "attempts": 0, "asks": 0, "due_at": self.clock()}
        which = update(inbox).where(inbox.c.transaction_id == transaction_id)
        self.database.write(lambda connection: connection.execute(which.values(**values, queue=Queue.BULK, head=True)))

    def _claim(self, queue: Queue) -> list[ClaimedRow]:
        token = f"token {self._no}"
        self._no += 1

        def claim(connection: Any, suspects: bool) -> list[ClaimedRow]:
            wish = Claim(queue, 1, token, "elsewhere/1/1", LEASE_S, suspects)
            return claims.claim(connection, [wish], self.clock())[0].rows

        return self.database.write(lambda connection: claim(connection, False) or claim(connection, True))

    def _stay(self, row: ClaimedRow) -> None:
        self.office.now_s = self.clock()
        try:
            ending = asyncio.run(self.office.run(row))
        except Died:
            self.clock.turn(LEASE_S + 1)
            self.sweep()
            return
        self.finish(ending)

    def finish(self, ending: Ending) -> None:
        """Write how a stay ended."""
        self.database.write(lambda connection: claims.finish(connection, [ending], self.clock()))

    def heard(self, number: str) -> list[str]:
        """What a number was sent, in order."""
        return [row["text"] for row in self._rows(outbox) if row["destination"] == number]

    def messages(self) -> list[dict[str, Any]]:
        return self._rows(inbox)

    def answers(self) -> list[dict[str, Any]]:
        return self._rows(outbox)

    def questions(self) -> list[dict[str, Any]]:
        return self._rows(questions)

    def record(self) -> list[dict[str, Any]]:
        return self._rows(consents)

    def unfinished(self) -> list[dict[str, Any]]:
        """Messages that somebody still has to do something about by himself."""
        return [row for row in self.messages() if row["state"] in LIVE or row["due_at"] is not None]

    def _rows(self, table: Any) -> list[dict[str, Any]]:
        with self.database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))]


def _careless(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
