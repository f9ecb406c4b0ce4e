"""Texts, faults, deaths, operations and counters in any order: what is counted is what a recount of everything finds.

The recount goes through all messages one by one and looks up what belongs to each by itself; the money is held
against the core's own ledger, too.
"""

from __future__ import annotations

import re
from collections import Counter as Sums
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import select, update

from tests.journal.kit.purging import KEY, purge_of
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.counter import Counter
from tests.workers.kit.gift_core import FileDesk, GiftCore
from tests.workers.kit.machine import FAULTS, Journals, WorkerMachine, tried
from tests.workers.kit.office import FRIEND, NUMBER, Office
from workers.counting import count
from workers.dialogue import Verdict, Way
from workers.journal import Desk, InboxState, OutboxState, tables
from workers.journal.blanking import hashing
from workers.journal.statistics.counting import Counting
from workers.journal.statistics.values import Counted, EndedMessage, TakenGift
from workers.steps import CHARGED, read_results

TONES = {"600902000001": "Song 1", "600902000002": "Song 2"}
STRANGER = "8613900138004"
NUMBERS = st.sampled_from([NUMBER, FRIEND, STRANGER])
TEXTS = ("YES", "YES", "NO", "STOP", "LIST", "HELP", "Helo 4711", "LITS", "42")
DAY_S = 86_400.0
ENDED = (InboxState.DONE, InboxState.REFUSED, InboxState.DEAD, InboxState.UNKNOWN)
WHO = {"author": "asha", "reason": "a try"}

_journals = Journals("counting")


def teardown_module() -> None:
    """Remove every journal that was made."""
    _journals.remove()


class CountingMachine(WorkerMachine):
    """Three numbers, one worker, operations, and two counters that take turns; one of them dies now and then."""

    @initialize(forgets=st.booleans())
    def open(self, forgets: bool) -> None:
        self.core = self.gifts = GiftCore()
        self.core.tones = dict.fromkeys(TONES, 200)
        self.gifts.without.add(STRANGER)
        self.core.forgets = forgets
        office = Office(core=self.core, way=Way.REPLY, attempts=2)
        self.counter = Counter(_journals.fresh(), office, TurnedClock(), careless=True)
        office.gift_desk = FileDesk(self.counter.database)
        office.__post_init__()
        self.plain: dict[int, dict[str, Any]] = {}
        """Messages by id as they were before a purge: what a recount could not know any more."""

    # Subscribers, the core, time

    @rule(number=NUMBERS, text=st.sampled_from(TEXTS))
    def text(self, number: str, text: str) -> None:
        self.counter.text(number, text)

    @rule(number=NUMBERS, codes=st.lists(st.sampled_from(sorted(TONES)), min_size=1, max_size=2, unique=True))
    def order_and_say_yes(self, number: str, codes: list[str]) -> None:
        self._ask_and_say_yes(number, " ".join(codes))

    @rule(giver=st.sampled_from([NUMBER, FRIEND]), recipient=NUMBERS, code=st.sampled_from(sorted(TONES)))
    def give_and_say_yes(self, giver: str, recipient: str, code: str) -> None:
        self._ask_and_say_yes(giver, f"GIFT {code} {recipient}")

    @rule(number=NUMBERS, yes=st.booleans(), pick=st.integers(0, 3))
    def answer_a_gift(self, number: str, yes: bool, pick: int) -> None:
        keys = [*self.gifts.gifts, "999999"]
        self.counter.text(number, f"{'YES' if yes else 'NO'} {keys[pick % len(keys)]}")

    @rule(
        operation=st.sampled_from(["orderTone", "presentTone", "presentToneAffirm", "queryInboxTone"]),
        fault=st.sampled_from(sorted(FAULTS)),
        times=st.sampled_from([1, 3]),
    )
    def fault(self, operation: str, fault: str, times: int) -> None:
        self.core.faults[operation] += [FAULTS[fault]] * times

    @rule(when=st.sampled_from(["before", "after", "before affirm", "after affirm"]))
    def next_change_kills(self, when: str) -> None:
        self.core.dies = when

    @rule(seconds=st.sampled_from([1.0, 20.0, 3601.0, 18_011.0, DAY_S, 40 * DAY_S]))
    def time(self, seconds: float) -> None:
        self.counter.clock.turn(seconds)

    # Operations

    @rule(bury=st.booleans(), data=st.data())
    def operate(self, bury: bool, data: st.DataObject) -> None:
        ids = [row["id"] for row in self.counter.messages()]
        if ids:
            chosen = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=4))
            desk = Desk(self.counter.database)
            (desk.bury if bury else desk.replay)(chosen, **WHO)

    @rule(days=st.sampled_from([0.5, 30]))
    def purge(self, days: float) -> None:
        self._remember()
        sent = update(tables.outbox).values(state=OutboxState.SENT, due_at=None)
        self.counter.database.write(lambda connection: connection.execute(sent))
        purge_of(self.counter.database, sleep=lambda _: None).run(self.counter.clock() - days * DAY_S, **WHO)

    # Counters

    @rule(batch=st.sampled_from([1, 3, 250]))
    def count(self, batch: int) -> None:
        self._counting(batch).batch()

    @rule(batch=st.sampled_from([1, 3]))
    def a_counter_dies(self, batch: int) -> None:
        database, before = self.counter.database, self._counted()

        def die(work: Any) -> Any:
            return write(lambda connection: (work(connection), 1 / 0))

        write = database.write
        database.write = die  # type: ignore[method-assign]
        try:
            self._counting(batch).batch()
        except ZeroDivisionError:
            pass
        finally:
            database.write = write  # type: ignore[method-assign]
        assert before == self._counted()

    @rule(data=st.data())
    def two_count_at_once(self, data: st.DataObject) -> None:
        """One takes its turn between the other's look and its turn."""
        first, second = self._counting(3), self._counting(data.draw(st.sampled_from([1, 3, 250])))
        database = self.counter.database
        write = database.write

        def after_the_other(work: Any) -> Any:
            database.write = write  # type: ignore[method-assign]
            second.batch()
            return write(work)

        database.write = after_the_other  # type: ignore[method-assign]
        try:
            first.batch()
        finally:
            database.write = write  # type: ignore[method-assign]

    # What must hold

    @invariant()
    def nothing_is_blanked_that_was_not_counted(self) -> None:
        if self.is_open:
            purged = [row for row in self.counter.messages() if row["number"].startswith("#")]
            assert [] == [row for row in purged if row["counted"] != f"{row['state']}:{row['outcome']}"]

    @invariant()
    def no_count_is_below_nothing(self) -> None:
        if self.is_open:
            assert [] == [key for key, value in self._counted().items() if value < 0]

    def everything_ends(self) -> None:
        """As things are; once more when all of it was done again, nothing fails and money is there; and given up."""
        self._recount()
        desk = Desk(self.counter.database)
        for deed in (desk.replay, desk.bury):
            deed([row["id"] for row in self.counter.messages()], **WHO)
            self.counter.settle()
            self._recount()

    def _recount(self) -> None:
        self._counting(250).run()
        self._remember()
        recounted, people = self._recounted()
        assert recounted == self._counted()
        assert people == self._people()
        amounts = sum(row.amount for row in self._rows(tables.statistics) if row.grain == "d")
        charged = sum(amount for *_, amount in self.core.charges)
        assert amounts <= charged
        if not any(_is_unsure(row) for row in self.counter.messages()):
            assert amounts == charged

    def _ask_and_say_yes(self, number: str, text: str) -> None:
        self.counter.text(number, text)
        self.counter.work()
        self.counter.clock.turn(1)
        found = re.search(r"Reply (YES(?: \d+)?) to", (self.counter.heard(number) or [""])[-1])
        if found:
            self.counter.text(number, found[1])

    def _counting(self, batch: int) -> Counting:
        return Counting(self.counter.database, count, ZoneInfo("UTC"), hashing(KEY), batch=batch)

    def _remember(self) -> None:
        for row in self.counter.messages():
            if not row["number"].startswith("#"):
                self.plain[row["id"]] = {name: row[name] for name in ("text", "results")}

    def _rows(self, table: Any) -> list[Any]:
        with self.counter.database.read() as connection:
            return [*connection.execute(select(table))]

    def _counted(self) -> Sums[Any]:
        sums: Sums[Any] = Sums()
        for row in self._rows(tables.statistics):
            sums.update({("cell", *row[:8], no): value for no, value in enumerate(row[8:])})
        for row in self._rows(tables.statistics_tones):
            sums.update({("tone", *row[:4], no): value for no, value in enumerate(row[4:6])})
        for row in self._rows(tables.statistics_words):
            sums["word", *row[:4]] += row.messages
        return Sums({key: value for key, value in sums.items() if value})

    def _people(self) -> Sums[Any]:
        sums: Sums[Any] = Sums()
        for row in self._rows(tables.statistics_users):
            sums[row.grain, row.begin, row.scope, "users"] += row.users
            sums[row.grain, row.begin, row.scope, "paying"] += row.paying
        return Sums({key: value for key, value in sums.items() if value})

    def _recounted(self) -> tuple[Sums[Any], Sums[Any]]:
        """All of it anew, message by message; people by the days that they were seen on."""
        sums: Sums[Any] = Sums()
        seen: set[tuple[str, date, str]] = set()
        for row in self.counter.messages():
            if row["state"] in ENDED and row["due_at"] is None:
                day = datetime.fromtimestamp(row["received_at"], UTC).date()
                comes_to = count(self._message(row))
                for grain, begin in (("d", day), ("m", day.replace(day=1))):
                    sums.update(_sums(row, comes_to, grain, begin))
                hashed = hashing(KEY)
                seen |= {("users", day, hashed(one.number)) for one in comes_to.seen}
                seen |= {("paying", day, hashed(one.number)) for one in comes_to.seen if one.paid}
        spans = {(grain, begins(day), name, who) for name, day, who in seen for grain, begins in _SPANS.items()}
        people = Sums((grain, begin, "", name) for grain, begin, name, _ in spans)
        return Sums({key: value for key, value in sums.items() if value}), people

    def _message(self, row: dict[str, Any]) -> EndedMessage:
        yeses = [
            one for one in self.counter.questions()
            if one["closed_by"] == row["id"] and one["state"] == "granted" and "meant" not in one["asked"]
        ]  # fmt: skip
        taken = [
            one for one in self._rows(tables.gifts) if one.ended_by == row["id"] and one.state == "accepted"
        ]  # fmt: skip
        same = {name: row[name] for name in ("id", "channel", "number", "language", "brand", "state", "outcome")}
        return EndedMessage(
            **same,
            **self.plain[row["id"]],
            received_at=row["received_at"],
            claimed_at=row["claimed_at"],
            agreed_to=yeses[-1]["action"] if yeses else "",
            gift=next((TakenGift(one.giver, one.tone_code, one.tone, one.fee, one.charged, "") for one in taken), None),
        )


def _is_unsure(row: dict[str, Any]) -> bool:
    """Whether nobody knows what a message was charged: it is left to operations, or the core has forgotten it."""
    forgotten = any(
        one.verdict is Verdict.DONE and one.charged is None and one.action in CHARGED and not one.gift_key
        for one in read_results(row["results"]).values()
    )
    return forgotten or row["state"] in (InboxState.UNKNOWN, InboxState.DEAD) or row["outcome"] == "buried"


def _sums(row: dict[str, Any], comes_to: Counted, grain: str, begin: date) -> Sums[Any]:
    """One message's worth of it."""
    sums: Sums[Any] = Sums()
    for cell in comes_to.cells:
        told_apart = (grain, begin, row["channel"], row["brand"], row["language"], cell.offer)
        together = (grain.upper(), begin, row["channel"], "", "", "")
        values = (cell.messages, cell.results, cell.confirmed, cell.amount, cell.won)
        for key in (told_apart, together):
            sums.update({("cell", *key, cell.action, cell.outcome, no): value for no, value in enumerate(values)})
    for tone in comes_to.tones:
        sums.update({("tone", grain, begin, tone.tone_code, tone.action, 0): tone.results})
        sums.update({("tone", grain, begin, tone.tone_code, tone.action, 1): tone.amount})
    if comes_to.word:
        sums["word", grain, begin, row["language"], comes_to.word] += 1
    return sums


_SPANS: dict[str, Any] = {
    "d": lambda day: day,
    "m": lambda day: day.replace(day=1),
    "y": lambda day: date(day.year, 1, 1),
}

TestCounting = CountingMachine.TestCase
TestCounting.settings = tried(25)
