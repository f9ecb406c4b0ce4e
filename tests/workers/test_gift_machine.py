"""Texts of two subscribers, answers of the core, time and deaths in any order: every gift comes to one end."""

from __future__ import annotations

import re

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import select

from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.counter import Counter
from tests.workers.kit.gift_core import ENDS, TO_GIVERS, FileDesk, GiftCore
from tests.workers.kit.machine import FAULTS, Journals, WorkerMachine, tried
from tests.workers.kit.office import FRIEND, NUMBER, Office
from tests.workers.kit.small_core import FEE
from workers.dialogue import Way
from workers.journal.gifts import ACCEPTED, CONFIRMED, PRESENTED
from workers.journal.tables import gifts

TONES = {"600902000001": "Song 1", "600902000002": "Song 2"}
STRANGER = "8613900138004"
NUMBERS = st.sampled_from([NUMBER, FRIEND, STRANGER])
DEADLINE_S = 18_000.0

_journals = Journals("gifts")


def teardown_module() -> None:
    """Remove every journal that was made."""
    _journals.remove()


class GiftMachine(WorkerMachine):
    """Two subscribers, a number without the service, and one worker; what they said is kept apart."""

    @initialize(forgets=st.booleans())
    def open(self, forgets: bool) -> None:
        self.core = self.gifts = GiftCore()
        self.core.tones = dict.fromkeys(TONES, 200)
        self.gifts.without.add(STRANGER)
        self.core.forgets = forgets
        office = Office(core=self.core, way=Way.REPLY, attempts=6)
        self.counter = Counter(_journals.fresh(), office, TurnedClock(), careless=True)
        office.gift_desk = FileDesk(self.counter.database)
        office.__post_init__()
        self.said: list[tuple[str, str, float]] = []
        self.prices = {200}

    # Subscribers

    @rule(giver=st.sampled_from([NUMBER, FRIEND]), recipient=NUMBERS, code=st.sampled_from(sorted(TONES)))
    def give(self, giver: str, recipient: str, code: str) -> None:
        self._text(giver, f"GIFT {code} {recipient}")

    @rule(giver=st.sampled_from([NUMBER, FRIEND]), recipient=NUMBERS, code=st.sampled_from(sorted(TONES)))
    def give_and_say_yes(self, giver: str, recipient: str, code: str) -> None:
        self._text(giver, f"GIFT {code} {recipient}")
        self.counter.work()
        self.counter.clock.turn(1)
        found = re.search(r"Reply (YES(?: \d+)?) to", (self.counter.heard(giver) or [""])[-1])
        if found:
            self._text(giver, found[1])
            self.counter.work()
            self.counter.clock.turn(1)

    @rule(number=NUMBERS, text=st.sampled_from(["YES", "YES", "NO", "STOP", "LIST", "600902000001"]))
    def text(self, number: str, text: str) -> None:
        self._text(number, text)

    @rule(number=NUMBERS, yes=st.booleans(), pick=st.integers(0, 3))
    def answer_with_key(self, number: str, yes: bool, pick: int) -> None:
        keys = [*self.gifts.gifts, "999999"]
        self._text(number, f"{'YES' if yes else 'NO'} {keys[pick % len(keys)]}")

    # The core, time and workers

    @rule(operation=st.sampled_from(["presentTone", "presentToneAffirm"]), fault=st.sampled_from(sorted(FAULTS)))
    def fault(self, operation: str, fault: str) -> None:
        self.core.faults[operation].append(FAULTS[fault])

    @rule(when=st.sampled_from(["before", "after", "before affirm", "after affirm"]))
    def next_change_kills(self, when: str) -> None:
        self.core.dies = when

    @rule(code=st.sampled_from(sorted(TONES)), price=st.sampled_from([200, 300]))
    def price(self, code: str, price: int) -> None:
        self.core.tones[code] = price

    @rule(seconds=st.sampled_from([1.0, 20.0, 3601.0, DEADLINE_S + 11]))
    def time(self, seconds: float) -> None:
        self.counter.clock.turn(seconds)

    # What must hold

    @invariant()
    def nobody_pays_for_a_gift_without_two_yeses(self) -> None:
        """Promise 3: its giver's, to a text with this price, and its recipient's, in time."""
        if not self.is_open:
            return
        answers = self.counter.answers()
        for transaction, number, tone, amount in self.core.charges:
            if transaction[:24] in {
                row["transaction_id"] for row in self.counter.messages() if row["number"] == number
            }:
                continue  # an order of his own, which another machine looks after
            shown = [
                answer["created_at"]
                for answer in answers
                if answer["destination"] == number
                and TONES[tone] in answer["text"]
                and f"{amount / 100:.2f} yuan" in answer["text"]
                and ("to give it" in answer["text"] or "to pay for both" in answer["text"])
            ]
            assert [
                at for who, text, at in self.said if who == number and text.startswith("YES") and at >= min(shown)
            ], (number, tone, amount)
            assert [who for who, text, _ in self.said if who != number and text.startswith("YES")]

    @invariant()
    def no_gift_is_presented_or_paid_twice(self) -> None:
        """Promise 2, at a core that may forget."""
        if not self.is_open:
            return
        still_open = [(one.giver, one.recipient, one.tone) for one in self.gifts.gifts.values() if one.state == "open"]
        assert len(still_open) == len(set(still_open))
        paid = [transaction for transaction, *_ in self.core.charges]
        assert len(paid) == len(set(paid))

    @invariant()
    def nothing_is_opened_for_whom_has_not_said_yes(self) -> None:
        if self.is_open and STRANGER not in self.gifts.without:
            assert [one for one in self.gifts.gifts.values() if (one.recipient, one.state, one.fee) == _OPENED]

    def everything_ends(self) -> None:
        """Promise 4: each gift has one end, of which its giver hears once, and each text one answer."""
        self.counter.clock.turn(DEADLINE_S + 11)
        self.counter.sweep()
        self.counter.settle()
        self.counter.sweep()
        parked = {row["id"] for row in self.counter.messages() if row["state"] == "unknown"}
        kept = self._kept()
        assert [] == [one for one in kept if one["state"] == PRESENTED and not self._is_parked(one, parked)]
        assert [] == [one for one in kept if one["state"] == CONFIRMED and one["inbox_id"] not in parked]
        answers = self.counter.answers()
        for one in kept:
            if one["presented_at"] is None or one["ended_at"] is None:
                continue
            told = [
                answer
                for answer in answers
                if (answer["inbox_id"], answer["destination"]) == (one["inbox_id"], one["giver"])
                and any(end in answer["text"] for end in ENDS)
            ]
            assert 1 == len(told), (one, [answer["text"] for answer in answers])
        open_to_nobody = {one["key"] for one in kept}.symmetric_difference(self.gifts.gifts) - {""}
        assert len(open_to_nobody) <= sum(one["state"] == CONFIRMED for one in kept), (
            "a gift that is not in the journal"
        )
        taken = sum(one["state"] == ACCEPTED for one in kept)
        parked_answers = sum(row["state"] == "unknown" for row in self.counter.messages())
        assert taken <= sum(one.state == "accepted" for one in self.gifts.gifts.values()) <= taken + parked_answers
        self.one_answer_each(TO_GIVERS)
        self.nobody_pays_for_a_gift_without_two_yeses()
        self.no_gift_is_presented_or_paid_twice()

    def _is_parked(self, one: dict[str, object], parked: set[int]) -> bool:
        """Whether its recipient's answer was lost, and nobody but operations can tell what came of it."""
        rows = self.counter.messages()
        return any(row["id"] in parked and row["number"] == one["recipient"] for row in rows)

    def _kept(self) -> list[dict[str, object]]:
        with self.counter.database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(select(gifts).order_by(gifts.c.id))]

    def _text(self, number: str, text: str) -> None:
        self.counter.text(number, text)
        self.said.append((number, text, self.counter.clock()))


_OPENED = (STRANGER, "accepted", FEE)

TestGifts = GiftMachine.TestCase
TestGifts.settings = tried(40)
