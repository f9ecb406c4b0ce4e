"""Texts, answers of the core, prices, time and deaths in any order: nobody is charged without a yes to that price."""

from __future__ import annotations

import re

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.counter import Counter, MortalCore
from tests.workers.kit.machine import FAULTS, Journals, ReplayedMachine, tried
from tests.workers.kit.office import FRIEND, NUMBER, Office
from workers.dialogue import Way
from workers.journal.consents import Record

TONES = {f"60090200000{no}": f"Song {no}" for no in (1, 2, 3)}
EXPIRES_S = 3600.0
NUMBERS = st.sampled_from([NUMBER, FRIEND])
CONSENT_FAULTS = FAULTS | {"open": "100003", "price changed": "310002"}

_journals = Journals("consent")


def teardown_module() -> None:
    """Remove every journal that was made."""
    _journals.remove()


class ConsentMachine(ReplayedMachine):
    """Two subscribers and one worker; what subscribers saw and said is kept apart from what the product keeps."""

    @initialize(way=st.sampled_from([Way.REPLY, Way.REPLY, Way.NUMBERED]), forgets=st.booleans())
    def open(self, way: Way, forgets: bool) -> None:
        self.core = MortalCore()
        self.core.tones = dict.fromkeys(TONES, 200)
        self.core.forgets = forgets
        self.core.open |= {NUMBER, FRIEND}
        office = Office(core=self.core, way=way, attempts=4, tells_silence=True)
        self.counter = Counter(_journals.fresh(), office, TurnedClock(), careless=True)
        self.said: dict[str, tuple[str, str, float]] = {}
        """Of each message, by transaction id: number, text, when."""
        self.replayed: set[str] = set()

    # Subscribers

    @rule(number=NUMBERS, code=st.sampled_from(sorted(TONES)))
    def order(self, number: str, code: str) -> None:
        self._text(number, code)

    @rule(number=NUMBERS, code=st.sampled_from(sorted(TONES)))
    def order_with_a_slip(self, number: str, code: str) -> None:
        self._text(number, f"GTE {code}")

    @rule(number=NUMBERS)
    def order_two(self, number: str) -> None:
        self._text(number, "GET 600902000001 600902000002")

    @rule(number=NUMBERS, text=st.sampled_from(["YES", "YES", "YES", "NO", "STOP", "LIST", "YES please"]))
    def answer(self, number: str, text: str) -> None:
        self._text(number, text)

    @rule(number=NUMBERS, key=st.integers(1, 4))
    def answer_with_number(self, number: str, key: int) -> None:
        self._text(number, f"YES {key}")

    @rule(
        number=NUMBERS,
        code=st.sampled_from(sorted(TONES)),
        how=st.sampled_from(["in time", "in time", "too early", "too late", "dearer"]),
    )
    def order_and_say_yes(self, number: str, code: str, how: str) -> None:
        self._text(number, code)
        if how == "too early":
            self._text(number, "YES")
            self.counter.clock.turn(1)
            return
        self.counter.work()
        self.counter.clock.turn(EXPIRES_S + 1 if how == "too late" else 1)
        if how == "dearer":
            self.core.tones[code] += 1
        found = re.search(r"Reply (YES(?: \d+)?)", (self.counter.heard(number) or [""])[-1])
        if found:
            self._text(number, found[1])

    @rule(takes=st.booleans())
    def smsc(self, takes: bool) -> None:
        """What is told meanwhile is read once it takes texts again, and an impatient YES is said before that."""
        self.counter.sends = takes

    # The core

    @rule(code=st.sampled_from(sorted(TONES)), price=st.sampled_from([0, 200, 300, 900]))
    def price(self, code: str, price: int) -> None:
        self.core.tones[code] = price

    @rule(
        operation=st.sampled_from(["orderTone", "orderTone", "queryTone"]),
        fault=st.sampled_from(sorted(CONSENT_FAULTS)),
    )
    def fault(self, operation: str, fault: str) -> None:
        if operation == "queryTone" and fault not in ("away", "busy"):
            return
        self.core.faults[operation].append(CONSENT_FAULTS[fault])

    @rule(when=st.sampled_from(["before", "after"]))
    def next_charge_kills(self, when: str) -> None:
        self.core.dies = when

    # Time and workers

    # What must hold

    @invariant()
    def every_charge_was_agreed_to(self) -> None:
        """Promise 3, by what the subscriber saw: a YES, in time, to a text that named this tone and this price."""
        if not self.is_open:
            return
        answers = self.counter.answers()
        for transaction, number, tone, amount in self.core.charges:
            sender, text, at = self.said[transaction[:24]]
            assert number == sender
            assert text.startswith("YES"), text
            shown = [
                answer
                for answer in answers
                if answer["destination"] == number
                and "Reply YES" in answer["text"]
                and TONES[tone] in answer["text"]
                and f"{amount / 100:.2f} yuan" in answer["text"]
                and answer["sent_at"] is not None
                and answer["sent_at"] <= at <= answer["created_at"] + EXPIRES_S
            ]
            assert shown, (tone, amount, [answer["text"] for answer in answers])

    @invariant()
    def one_yes_is_one_order(self) -> None:
        """Promise 2."""
        if self.is_open:
            transactions = [transaction for transaction, *_ in self.core.charges]
            assert len(transactions) == len(set(transactions))

    @invariant()
    def every_charge_stands_in_the_record_before_it(self) -> None:
        if not self.is_open:
            return
        assert [] == Record(self.counter.database).verify().flaws
        granted = {row["transaction_id"] for row in self.counter.record() if '"event":"granted"' in row["content"]}
        assert {transaction[:24] for transaction, *_ in self.core.charges} <= granted

    def everything_ends(self) -> None:
        """Promise 4: every message is answered, once; that silence was no yes is told besides."""
        self.one_answer_each("no YES from you", self.replayed)
        self.every_charge_was_agreed_to()
        self.one_yes_is_one_order()

    def _text(self, number: str, text: str) -> None:
        self.said[self.counter.text(number, text)] = (number, text, self.counter.clock())


TestConsent = ConsentMachine.TestCase
TestConsent.settings = tried(60)
