"""The journal under any sequence of events: whatever happens in whatever order, its promises hold.

TONEGATE_EXAMPLES sets how many sequences are tried, 60 where it doesn't say.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from sqlalchemy import Connection, event, select

from tests.journal.kit.long_texts import part
from tests.journal.kit.messages import message, stop
from tests.journal.kit.turned_clock import TurnedClock
from workers.journal import (
    Answer,
    ClaimedRow,
    Database,
    Desk,
    Ending,
    InboxState,
    LongText,
    OutboxState,
    OutgoingText,
    Queue,
    Ticket,
    claims,
    due,
    intake,
    long_texts,
    migrate,
    outbox,
    outgoing_parts,
    receipts,
    sessions,
    sweep,
)
from workers.journal.moving import Moving
from workers.journal.rows import Claim
from workers.journal.states import ANSWERED, LIVE, UNSENT
from workers.journal.tables import inbox, inbox_parts, outbox_parts
from workers.journal.tables import long_texts as long_texts_table
from workers.journal.tables import outbox as outbox_table

LEASE_S, ATTEMPTS = 30.0, 3
NUMBERS = st.sampled_from(["8613800138001", "8613800138002"])  # few, so that they meet
BINDS = st.sampled_from(["smsc", "smsc", "other"])  # messages come over the first
QUEUES = st.sampled_from([Queue.ORDERS, Queue.ORDERS, Queue.INTERACTIVE, Queue.BULK])
ENDS = st.sampled_from(
    [
        (InboxState.DONE, None),
        (InboxState.REFUSED, None),
        (InboxState.WAITING, 5.0),
        (InboxState.UNKNOWN, 10.0),
        (InboxState.UNKNOWN, None),
        (InboxState.ACCEPTED, 1.0),
        (InboxState.DEAD, None),
    ]
)
PARTS = 3
WITHIN_S = 60.0
SENDER = "elsewhere/1/1"
WISH = sweep.Sweep(10.0, ATTEMPTS, "sweeper", lambda *_: "we look into it")

_folder = Path(tempfile.mkdtemp(prefix="tonegate-machine-"))
_made = 0


def teardown_module() -> None:
    """Remove every journal that was made."""
    shutil.rmtree(_folder, ignore_errors=True)


def _fresh() -> Path:
    global _made  # noqa: PLW0603 - one counter for all machines of this module
    template = _folder / "template.db"
    if not template.exists():
        migrate(f"sqlite:///{template}")
    _made += 1
    file = _folder / f"{_made}.db"
    shutil.copyfile(template, file)
    return file


class JournalMachine(RuleBasedStateMachine):
    """Channels, workers, senders, sweepers and operations, all at once on one journal."""

    tickets = Bundle("tickets")
    taken = Bundle("taken")
    outgoing = Bundle("outgoing")
    wholes = Bundle("wholes")

    @initialize()
    def open(self) -> None:
        self.file = _fresh()
        self.clock = TurnedClock()
        self.database = Database(f"sqlite:///{self.file}", clock=self.clock)
        event.listen(self.database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF") and None)
        self.intake = intake.Intake(120.0)
        self.parts = long_texts.Parts(120.0)
        self.accepted: set[str] = set()
        self.handed_on: set[int] = set()
        self.session = "s0"
        self.no = 0
        self._sessions(sessions.opened, sessions.SessionStart(self.session, "smsc"))

    def teardown(self) -> None:
        if not hasattr(self, "database"):
            return
        try:
            self._everything_ends()
        finally:
            self.database.close()
            for ending in ("", "-wal", "-shm"):
                self.file.with_name(self.file.name + ending).unlink(missing_ok=True)

    def _write(self, operation: Any, *arguments: Any) -> Any:
        return self.database.write(lambda connection: operation(connection, list(arguments), self.clock()))

    def _sessions(self, operation: Any, argument: Any) -> None:
        self._write(operation, argument)

    # Channels

    @rule(target=tickets, numbers=st.lists(NUMBERS, min_size=1, max_size=4), queue=QUEUES, is_stop=st.booleans())
    def accept(self, numbers: list[str], queue: Queue, is_stop: bool) -> Any:
        made = [
            Ticket(message(f"text {self._next()}", number, queue=queue, session=self.session)) for number in numbers
        ]
        if is_stop:
            made.append(Ticket(stop(numbers[0])))
        results = self._write(self.intake.accept, *made)
        self.intake.committed()
        self.accepted |= {result.transaction_id for result in results}
        return multiple(*made)

    @rule(ticket=tickets, late=st.booleans(), reconnected=st.booleans())
    def redeliver(self, ticket: Ticket, late: bool, reconnected: bool) -> None:
        ticket.late |= late
        ticket.settled |= not late
        if reconnected:
            self.session = f"s{self._next()}"
            self._sessions(sessions.opened, sessions.SessionStart(self.session, "smsc"))
        old = ticket.message
        again = message(old.text, old.number, queue=old.queue, session=self.session, stops=old.stops)
        (result,) = self._write(self.intake.accept, Ticket(again, settled=True))
        self.intake.committed()
        assert result.duplicate or result.transaction_id == again.transaction_id
        self.accepted.add(result.transaction_id)

    @rule(ticket=tickets)
    def accept_rolled_back(self, ticket: Ticket) -> None:
        lost = Ticket(message(f"text {self._next()}", ticket.message.number))

        def spoilt(connection: Connection) -> None:
            self.intake.accept(connection, [lost], self.clock())
            raise RuntimeError("spoilt")

        with pytest.raises(RuntimeError, match="spoilt"):
            self.database.write(spoilt)

    # Long texts: their references and their words are few, so that they meet

    @rule(
        target=wholes,
        number=NUMBERS,
        reference=st.integers(1, 2),
        part_no=st.integers(1, PARTS),
        words=st.sampled_from(["a", "a", "b"]),
    )
    def keep_part(self, number: str, reference: int, part_no: int, words: str) -> Any:
        """Acknowledge a part only with its text safe: open, or a message already."""
        came = part(
            part_no, PARTS, number=number, reference=reference, octets=f"{words}{part_no}".encode(),
            session=self.session, within_s=WITHIN_S,
        )  # fmt: skip
        (whole,) = self._write(self.parts.keep, came)
        open_or_done = {row["id"] for row in self._rows(long_texts_table) if row["number"] == number}
        kept = [row for row in self._rows(inbox_parts) if row["long_text_id"] in open_or_done]
        assert came.octets in [row["octets"] for row in kept if row["number"] == part_no], "acknowledged and not kept"
        return multiple(*([whole] if whole else []))

    @rule(whole=wholes, late=st.booleans())
    def hand_on(self, whole: LongText, late: bool) -> None:
        self._hand_on(whole, late)

    @rule()
    def hand_on_what_is_due(self) -> None:
        (due,) = self._write(long_texts.due, ["smsc"])
        for text in due:
            self._hand_on(text, False)

    def _hand_on(self, text: LongText, late: bool) -> None:
        said = b" ".join(one.octets for one in text.parts).decode()
        made = message(said, text.number, session=text.session, long_text=text.id, incomplete=text.incomplete)
        (result,) = self._write(self.intake.accept, Ticket(made, late=late, settled=not late))
        self.intake.committed()
        assert result.duplicate == (text.id in self.handed_on), "one long text, one message"
        self.handed_on.add(text.id)
        if not result.duplicate:
            self.accepted.add(result.transaction_id)

    # Workers

    @rule(target=taken, queue=QUEUES, limit=st.sampled_from([1, 1, 5]), suspects=st.booleans())
    def claim(self, queue: Queue, limit: int, suspects: bool) -> Any:
        return multiple(*self.claim_from(queue, limit, suspects))

    def claim_from(self, queue: Queue, limit: int, suspects: bool) -> list[ClaimedRow]:
        """Claim, and see that it is this number's turn."""
        live = [row for row in self._inbox() if row["state"] in LIVE]
        wish = Claim(queue, limit, f"token {self._next()}", SENDER, LEASE_S, suspects)
        (claimed,) = self._write(claims.claim, wish)
        for row in claimed.rows:
            assert not [one["id"] for one in live if one["number"] == row.number and one["id"] < row.id], "out of order"
            assert not suspects or len(claimed.rows) == 1, "a suspect with others beside it"
        return list(claimed.rows)

    @rule(row=consumes(taken), end=ENDS, answer=st.booleans())
    def finish(self, row: ClaimedRow, end: tuple[InboxState, float | None], answer: bool) -> None:
        self._finish(row, end, answer)

    @rule(row=taken, end=ENDS)
    def finish_twice(self, row: ClaimedRow, end: tuple[InboxState, float | None]) -> None:
        self._finish(row, end, True)
        before = self._answers()
        assert not self._finish(row, (InboxState.DONE, None), True), "ended twice"
        assert before == self._answers()

    def _finish(self, row: ClaimedRow, end: tuple[InboxState, float | None], answer: bool) -> bool:
        state, due_in_s = end
        held = {one["id"]: one["claim_token"] for one in self._inbox()}[row.id] == row.token
        answers = (Answer(row.number, f"answer {self._next()}"),) if answer else ()
        (finished,) = self._write(claims.finish, Ending(row, state, due_in_s=due_in_s, answers=answers))
        assert held == finished.mine
        return bool(finished.mine)

    @rule(number=NUMBERS)
    def doubt(self, number: str) -> None:
        """Bring about what chance seldom does: an unknown message and newer ones of its number, all of them due."""
        made = [Ticket(message(f"text {self._next()}", number, session=self.session), settled=True) for _ in range(2)]
        self.accepted |= {result.transaction_id for result in self._write(self.intake.accept, *made)}
        self.intake.committed()
        for row in self.claim_from(Queue.ORDERS, 5, False):
            self._finish(row, (InboxState.UNKNOWN, 1.0), False)
        self.clock.turn(2.0)

    @rule(row=taken)
    def renew(self, row: ClaimedRow) -> None:
        self._write(claims.renew, (row.token, LEASE_S))

    @rule(seconds=st.sampled_from([1.0, 6.0, LEASE_S + 1, 150.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.turn(seconds)

    @rule()
    def sweep(self) -> None:
        self._write(sweep.sweep, WISH)

    @rule()
    def core_is_back(self) -> None:
        self._write(due.wake_waiting_for_core, 0.0)

    # Senders

    @rule(target=outgoing, limit=st.integers(1, 4), bind=BINDS)
    def send(self, limit: int, bind: str) -> Any:
        (texts,) = self._write(outbox.claim, outbox.Sending((bind,), limit, SENDER, LEASE_S))
        assert {bind} >= {text.bind for text in texts}
        return multiple(*texts)

    @rule(text=consumes(outgoing), kind=st.sampled_from(["sent", "postponed", "unanswered", "failed"]))
    def tried(self, text: OutgoingText, kind: str) -> None:
        if not text.parts:
            self._tried(text, kind, 0)

    @rule(
        text=consumes(outgoing),
        goes=st.integers(0, PARTS),
        kind=st.sampled_from(["sent", "postponed", "unanswered", "failed", "dies"]),
    )
    def tried_in_parts(self, text: OutgoingText, goes: int, kind: str) -> None:
        """Send some of the parts that are left; the next one, or the whole, ends as said."""
        self._write(outgoing_parts.begin, outgoing_parts.Split(text.id, SENDER, text.plan or "udh 1", PARTS))
        left = [one.number for one in text.parts if one.state is OutboxState.QUEUED] or (
            [] if text.parts else [*range(1, PARTS + 1)]
        )
        for number in left[:goes]:
            self._tried(text, "sent", number)
        if kind == "sent":
            for number in left[goes:]:
                self._tried(text, "sent", number)
            self._tried(text, "sent", 0, "")
        elif kind == "postponed":
            self._tried(text, kind, 0)
        elif kind != "dies" and left[goes:]:
            self._tried(text, kind, left[goes])

    def _tried(self, text: OutgoingText, kind: str, number: int, message_id: str | None = None) -> None:
        ends: dict[str, dict[str, Any]] = {
            "sent": {"state": OutboxState.SENT, "message_id": f"{text.id}.{number}" if message_id is None else "",
                     "via": "smsc"},
            "postponed": {"state": OutboxState.QUEUED, "due_in_s": 1.0},
            "unanswered": {"state": OutboxState.QUEUED, "unanswered": True},
            "failed": {"state": OutboxState.FAILED},
        }  # fmt: skip
        self._write(outbox.tried, outbox.Sent(text.id, SENDER, number=number, **ends[kind]))

    @rule(
        outbox_id=st.integers(1, 6),
        number=st.integers(0, PARTS),
        state=st.sampled_from(["delivered", "undelivered", "enroute"]),
        rule_=st.sampled_from(["all", "first", "last"]),
    )
    def receipt(self, outbox_id: int, number: int, state: str, rule_: str) -> None:
        """An end that was told is not taken back, whenever the receipt comes."""
        before = {row["id"]: row["state"] for row in self._answers()}
        told = receipts.Receipt("smsc", f"{outbox_id}.{number}", state, "000", part=rule_)
        (known,) = self._write(receipts.receive, told)
        sent_ids = {row["message_id"] for row in (*self._answers(), *self._rows(outbox_parts)) if row["message_id"]}
        assert bool(known) == (told.message_id in sent_ids)
        for row in self._answers():
            if before[row["id"]] not in ANSWERED:
                assert before[row["id"]] == row["state"], "a receipt ended what is not sent"

    @rule(number=NUMBERS)
    def reachable(self, number: str) -> None:
        self._write(outbox.reachable, number)

    # Operations

    @rule(data=st.data(), bury=st.booleans())
    def operate(self, data: st.DataObject, bury: bool) -> None:
        ids = [row["id"] for row in self._inbox()]
        if not ids:
            return
        chosen = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=3))
        before = {row["id"]: (row["transaction_id"], row["state"]) for row in self._inbox()}
        buried = {row["id"] for row in self._inbox() if row["outcome"] == "buried"}
        desk = Desk(self.database)
        (desk.bury if bury else desk.replay)(chosen, author="asha", reason="a try")
        for row in self._inbox():
            transaction_id, state = before[row["id"]]
            assert transaction_id == row["transaction_id"]
            if state in (InboxState.DONE, InboxState.REFUSED) and row["id"] not in buried:
                assert state == row["state"], "done again"

    @rule(old=BINDS, new=BINDS)
    def move(self, old: str, new: str) -> None:
        """What is in hand or half sent stays; of the others nothing but the bind is another."""
        parts = self._rows(outbox_parts)
        begun = {one["outbox_id"] for one in parts if one["state"] != OutboxState.QUEUED or one["resends"]}
        before = {row["id"]: row for row in self._answers()}
        moved = Moving(self.database).move(old, new, author="asha", reason="a try")
        goes = {id_ for id_, row in before.items() if (row["bind"], row["state"]) == (old, "queued")} - begun
        assert len(goes) == moved
        for row in self._answers():
            other = {"bind": new, "plan": ""} if row["id"] in goes else {}
            assert before[row["id"]] | other == row

    # What always holds

    @invariant()
    def no_accepted_message_disappears(self) -> None:
        if hasattr(self, "database"):
            assert self.accepted <= {row["transaction_id"] for row in self._inbox()}

    @invariant()
    def one_of_a_number_is_in_work(self) -> None:
        if hasattr(self, "database"):
            in_work = Counter(row["number"] for row in self._inbox() if row["state"] == InboxState.CLAIMED)
            assert set(in_work.values()) <= {1}

    @invariant()
    def only_what_is_claimed_has_a_claim_and_it_is_not_due(self) -> None:
        if hasattr(self, "database"):
            for row in self._inbox():
                claimed = row["state"] == InboxState.CLAIMED
                assert claimed == (row["claim_token"] is not None) == (row["lease_until"] is not None)
                assert not (claimed and row["due_at"] is not None)
                assert not (row["state"] in (InboxState.DONE, InboxState.REFUSED, InboxState.DEAD) and row["due_at"])

    @invariant()
    def the_first_of_each_line_stands_at_its_head(self) -> None:
        if hasattr(self, "database"):
            first: dict[str, dict[str, Any]] = {}
            for row in self._inbox():
                if row["state"] in LIVE:
                    first.setdefault(row["number"], row)
            assert all(row["head"] for row in first.values())

    @invariant()
    def answers_are_numbered_without_a_gap(self) -> None:
        if hasattr(self, "database"):
            numbers: dict[int, list[int]] = {}
            for row in self._answers():
                numbers.setdefault(row["inbox_id"], []).append(row["answer_no"])
            for row in self._inbox():
                assert [*range(1, row["answers"] + 1)] == sorted(numbers.get(row["id"], []))

    @invariant()
    def one_answer_to_a_destination_is_in_flight(self) -> None:
        if hasattr(self, "database"):
            rows = self._answers()
            in_flight = Counter(row["destination"] for row in rows if row["state"] == OutboxState.SENDING)
            assert set(in_flight.values()) <= {1}
            assert all(row["resends"] <= 2 for row in (*rows, *self._rows(outbox_parts)))

    @invariant()
    def what_is_sent_is_sent_in_all_its_parts(self) -> None:
        if hasattr(self, "database"):
            sent = {row["id"] for row in self._answers() if row["state"] in ANSWERED}
            assert all(row["state"] in ANSWERED for row in self._rows(outbox_parts) if row["outbox_id"] in sent)

    @invariant()
    def a_long_text_is_open_or_a_message(self) -> None:
        if hasattr(self, "database"):
            for row in self._rows(long_texts_table):
                assert (row["due_at"] is None) == (row["done_at"] is not None) == (row["transaction_id"] != "")
                assert row["due_at"] is not None or row["transaction_id"] in self.accepted

    def _everything_ends(self) -> None:
        """Whatever has happened: with workers and senders at work, nothing is left that waits for them."""
        for _ in range(200):
            self.clock.turn(LEASE_S + 11)
            self._write(sweep.sweep, WISH)
            self.hand_on_what_is_due()
            texts = self._write(outbox.claim, outbox.Sending(("smsc", "other"), 50, SENDER, LEASE_S))[0]
            for text in texts:
                for one in text.parts:
                    if one.state is OutboxState.QUEUED:
                        self._tried(text, "sent", one.number)
                self._tried(text, "sent", 0, "" if text.parts else None)
            for queue in Queue:
                for suspects in (False, True):
                    wish = Claim(queue, 50, f"token {self._next()}", SENDER, LEASE_S, suspects)
                    for row in self._write(claims.claim, wish)[0].rows:
                        self._finish(row, (InboxState.DONE, None), True)
            if not self._waiting():
                break
        assert [] == self._waiting()

    def _next(self) -> int:
        self.no += 1
        return self.no

    def _waiting(self) -> list[tuple[str, int]]:
        """Whatever workers, senders or listeners still have to do."""
        return [
            *(("message", row["id"]) for row in self._inbox() if row["state"] in LIVE or row["due_at"] is not None),
            *(("answer", row["id"]) for row in self._answers() if row["state"] in UNSENT),
            *(("long text", row["id"]) for row in self._rows(long_texts_table) if row["due_at"] is not None),
        ]

    def _inbox(self) -> list[dict[str, Any]]:
        return self._rows(inbox)

    def _answers(self) -> list[dict[str, Any]]:
        return self._rows(outbox_table)

    def _rows(self, table: Any) -> list[dict[str, Any]]:
        with self.database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))]


TestJournal = JournalMachine.TestCase
TestJournal.settings = settings(
    max_examples=int(os.environ.get("TONEGATE_EXAMPLES", "60")),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
