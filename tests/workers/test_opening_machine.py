"""Who has no service orders, buys bundles and gives, with all that goes wrong: no price is told before it is open.

Services are opened and closed by other doors than ours, too, and fees change meanwhile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.closed_core import BUNDLE, ClosedCore
from tests.workers.kit.counter import Counter
from tests.workers.kit.gift_core import TO_GIVERS, FileDesk
from tests.workers.kit.machine import FAULTS, Journals, ReplayedMachine, tried
from tests.workers.kit.office import FRIEND, NUMBER, Office
from workers.dialogue import Way
from workers.journal import ClaimedRow, Ending
from workers.journal.consents import Record

NAMES = {"600902000001": "Song 1", "600902000002": "Song 2", BUNDLE: f"Box {BUNDLE}"}
EXPIRES_S, DEADLINE_S = 3600.0, 18_000.0
NUMBERS = st.sampled_from([NUMBER, FRIEND])
_LOOKS = ("query", "queryInboxTone")
_AWAY = {"away": FAULTS["away"], "busy": FAULTS["busy"], "no answer": "100010"}
_CHANGES = FAULTS | {"open": "100003", "price changed": "310002"}
_NEEDS = {"order": "order", "copy": "order", "pack": "order", "gift": "gift"}

_journals = Journals("openings")


def teardown_module() -> None:
    """Remove every journal that was made."""
    _journals.remove()


@dataclass
class Watched(Office):
    """A worker whose questions are held against who has the service while they are asked."""

    early: list[tuple[str, str]] = field(default_factory=list)
    """Action and number of each price that was told to who has no service, though the core said so."""
    needless: list[str] = field(default_factory=list)
    """Numbers that have the service and were asked whether to open it."""

    async def run(self, row: ClaimedRow) -> Ending:
        """Run the message once."""
        core = self.core
        assert isinstance(core, ClosedCore)
        before, waiting = set(core.open), [len(core.faults[name]) for name in _LOOKS]
        ending = await super().run(row)
        told = [len(core.faults[name]) for name in _LOOKS] == waiting and before == core.open
        ask = ending.consent.ask if ending.consent else None
        if ask and told and not ask.granted:
            needed = {"order": not core.opens_by_order, "gift": not core.gives_without}
            if row.number not in core.open and needed.get(_NEEDS.get(ask.action, ""), False):
                self.early.append((ask.action, row.number))
            if row.number in core.open and ask.action == "open":
                self.needless.append(row.number)
        return ending


class OpeningMachine(ReplayedMachine):
    """Two subscribers without the service and one worker; what they said and read is kept apart."""

    @initialize(
        way=st.sampled_from([Way.REPLY, Way.REPLY, Way.NUMBERED]),
        forgets=st.booleans(),
        opens=st.booleans(),
        gives=st.booleans(),
        friend=st.booleans(),
    )
    def open(self, way: Way, forgets: bool, opens: bool, gives: bool, friend: bool) -> None:
        self.core = self.closed = ClosedCore(opens_by_order=opens, gives_without=gives)
        self.closed.tones = dict.fromkeys(NAMES, 200)
        self.core.forgets = forgets
        if friend:
            self.core.open.add(FRIEND)
        self.office = Watched(
            core=self.core, way=way, attempts=6, order_opens_service=opens, gift_needs_service=not gives
        )
        self.counter = Counter(_journals.fresh(), self.office, TurnedClock(), careless=True)
        self.office.gift_desk = FileDesk(self.counter.database)
        self.office.__post_init__()
        self.said: dict[str, tuple[str, str, float]] = {}
        """Of each message, by transaction id: number, text, when."""
        self.replayed: set[str] = set()

    # Subscribers

    @rule(number=NUMBERS, what=st.sampled_from(["tone", "two", "bundle", "gift", "copy", "ON"]))
    def want(self, number: str, what: str) -> None:
        self._text(number, _wish(number, what))

    @rule(
        number=NUMBERS,
        what=st.sampled_from(["tone", "bundle", "bundle", "gift", "gift"]),
        how=st.sampled_from(["in time", "in time", "too late", "dearer", "another fee", "opened", "closed"]),
    )
    def want_and_say_yes(self, number: str, what: str, how: str) -> None:
        self._text(number, _wish(number, what))
        self.counter.work()
        self.counter.clock.turn(EXPIRES_S + 1 if how == "too late" else 1)
        if how == "dearer":
            self.core.tones = {code: price + 1 for code, price in self.core.tones.items()}
        if how == "another fee":
            self.closed.fee += 1
        if how in ("opened", "closed"):
            self.elsewhere(number, how == "opened")
        found = re.search(r"Reply (YES(?: \d+)?) to", (self.counter.heard(number) or [""])[-1])
        if found:
            self._text(number, found[1])
            self.counter.work()
            self.counter.clock.turn(1)

    @rule(number=NUMBERS, text=st.sampled_from(["YES", "YES", "NO", "STOP", "YES 1", "YES 2"]))
    def answer(self, number: str, text: str) -> None:
        self._text(number, text)

    @rule(number=NUMBERS, yes=st.booleans(), pick=st.integers(0, 3))
    def answer_a_gift(self, number: str, yes: bool, pick: int) -> None:
        keys = [*self.closed.gifts, "999999"]
        self._text(number, f"{'YES' if yes else 'NO'} {keys[pick % len(keys)]}")

    # The core, other doors to it, time and workers

    @rule(number=NUMBERS, has=st.booleans())
    def elsewhere(self, number: str, has: bool) -> None:
        in_doubt = any(row["number"] == number and row["doubtful"] for row in self.counter.messages())
        if not has and in_doubt and self.core.forgets:
            return  # a core that forgets shows nobody whether an opening was lost, or was closed again since
        (self.core.open.add if has else self.core.open.discard)(number)

    @rule(fee=st.sampled_from([300, 800]), code=st.sampled_from(sorted(NAMES)), price=st.sampled_from([0, 200, 300]))
    def prices(self, fee: int, code: str, price: int) -> None:
        self.closed.fee, self.core.tones[code] = fee, price

    @rule(
        operation=st.sampled_from(["subscribe", "subscribe", "orderTone", "presentTone"]),
        fault=st.sampled_from(sorted(_CHANGES)),
    )
    def change_fails(self, operation: str, fault: str) -> None:
        self.core.faults[operation].append(_CHANGES[fault])

    @rule(operation=st.sampled_from(_LOOKS), fault=st.sampled_from(sorted(_AWAY)))
    def look_fails(self, operation: str, fault: str) -> None:
        self.core.faults[operation].append(_AWAY[fault])

    @rule(when=st.sampled_from(["before", "after"]))
    def next_change_kills(self, when: str) -> None:
        self.core.dies = when

    # What must hold

    @invariant()
    def no_price_is_told_to_who_can_not_have_it_yet(self) -> None:
        """Promise 3: nor is anybody asked to pay for a service that he has."""
        if self.is_open:
            assert ([], []) == (self.office.early, self.office.needless)

    @invariant()
    def every_charge_was_agreed_to(self) -> None:
        """Promise 3, as the subscriber saw it: a YES, in time, to a text with this thing or the fee, and the price."""
        if not self.is_open:
            return
        answers = self.counter.answers()
        for transaction, number, thing, amount in self._paid():
            sender, text, at = self.said[transaction[:24]]
            given = sender != number  # a gift: its recipient's YES charges the giver, who has said his before
            wanted = "to give it|to pay for both" if given else "to open it" if not thing else "to buy"
            words = (f"{amount / 100:.2f} yuan", "" if not thing else NAMES[thing])
            shown = [
                answer["created_at"]
                for answer in answers
                if answer["destination"] == number
                and re.search(wanted, answer["text"])
                and all(word in answer["text"] for word in words)
            ]
            agreed = (
                [(when, said) for who, said, when in self.said.values() if who == number] if given else [(at, text)]
            )
            assert [
                1
                for when, said in agreed
                for told in shown
                if said.startswith("YES") and told <= when <= told + EXPIRES_S
            ], (thing, amount, [answer["text"] for answer in answers])

    @invariant()
    def nothing_takes_effect_twice(self) -> None:
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
        own = {transaction[:24] for transaction, who, *_ in self._paid() if self.said[transaction[:24]][0] == who}
        assert own <= granted

    def everything_ends(self) -> None:
        """Promise 4: every message is answered, once; a gift's giver hears of its end besides."""
        self.counter.clock.turn(DEADLINE_S + 11)
        self.counter.sweep()
        self.counter.settle()
        self.one_answer_each(TO_GIVERS, self.replayed)
        self.no_price_is_told_to_who_can_not_have_it_yet()
        self.every_charge_was_agreed_to()
        self.nothing_takes_effect_twice()
        self.every_charge_stands_in_the_record_before_it()

    def _paid(self) -> list[tuple[str, str, str, int]]:
        """What cost something: what is free needs no yes."""
        return [charge for charge in self.core.charges if charge[3]]

    def _text(self, number: str, text: str) -> None:
        self.said[self.counter.text(number, text)] = (number, text, self.counter.clock())


def _wish(number: str, what: str) -> str:
    other = FRIEND if number == NUMBER else NUMBER
    return {
        "tone": "600902000001",
        "two": "GET 600902000001 600902000002",
        "bundle": f"PACK {BUNDLE}",
        "gift": f"GIFT 600902000002 {other}",
        "copy": f"COPY {other}",
        "ON": "ON",
    }[what]


TestOpenings = OpeningMachine.TestCase
TestOpenings.settings = tried(50)
