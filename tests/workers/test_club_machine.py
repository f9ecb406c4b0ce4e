"""Joining, leaving, orders, lost answers, ends at the core and months in any order: no price without its yes."""

from __future__ import annotations

import json
from collections import Counter as Counts

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.clubhouse import CLUB, house_of, opened
from tests.workers.kit.machine import Journals, tried
from tests.workers.kit.office import FRIEND, NUMBER
from tests.workers.kit.small_core import Lost
from workers.journal import Journal

DAY_S = 86_400.0
NUMBERS = st.sampled_from([NUMBER, FRIEND])
TONES = st.sampled_from([f"60090200000{no}" for no in range(1, 8)])
FAULTS = st.sampled_from(["100002", "310001", Lost(), Lost(done=False)])
CHANGES = st.sampled_from(["orderTone", "delInboxTone"])
FREE = {level.id: level.free for level in CLUB.levels}

_journals = Journals("club")


def teardown_module() -> None:
    """Remove every journal that was made."""
    _journals.remove()


class ClubMachine(RuleBasedStateMachine):
    """Two subscribers and one worker."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = TurnedClock()
        url = _journals.fresh()
        self.journal = Journal(url, clock=self.clock)
        self.counter = opened(url, self.journal, self.clock, careless=True)
        self.core = house_of(self.counter).core

    def teardown(self) -> None:
        self.counter.close()
        self.journal.close()

    def _texts(self, number: str, text: str) -> None:
        self.counter.text(number, text)
        self.counter.settle()

    @rule(number=NUMBERS, level=st.sampled_from(["silver", "gold"]), yes=st.sampled_from(["YES", "YES", "NO"]))
    def joins(self, number: str, level: str, yes: str) -> None:
        self._texts(number, f"JOIN {level}")
        self._texts(number, yes)

    @rule(number=NUMBERS, tone=TONES, yes=st.sampled_from(["YES", "YES", "NO"]))
    def orders(self, number: str, tone: str, yes: str) -> None:
        self._texts(number, f"GET {tone}")
        self._texts(number, yes)

    @rule(number=NUMBERS, tone=TONES)
    def orders_and_the_membership_ends_before_the_yes(self, number: str, tone: str) -> None:
        self._texts(number, f"GET {tone}")
        self.core.boxes.pop(number, None)
        self._texts(number, "YES")

    @rule(number=NUMBERS, text=st.sampled_from(["LEAVE", "CLUB", "YES"]))
    def texts(self, number: str, text: str) -> None:
        self._texts(number, text)

    @rule(number=NUMBERS, tone=TONES)
    def has_a_tone_no_more(self, number: str, tone: str) -> None:
        if tone in self.core.owned[number]:
            self.core.owned[number].remove(tone)

    @rule(operation=CHANGES, fault=FAULTS)
    def the_core_fails_once(self, operation: str, fault: str | Lost) -> None:
        self.core.faults[operation] = [fault]

    @rule(number=NUMBERS)
    def a_renewal_is_not_paid(self, number: str) -> None:
        self.core.unpaid.symmetric_difference_update({number})

    @rule(days=st.sampled_from([1, 31]))
    def time_passes(self, days: int) -> None:
        self.clock.turn(days * DAY_S)
        self.counter.sweep()

    @invariant()
    def nothing_is_charged_without_a_yes_to_that_price(self) -> None:
        """Promise 3."""
        agreed: Counts[tuple[str, str, int]] = Counts()
        for row in self.counter.record():
            content = json.loads(row["content"])
            if content["event"] == "granted":
                agreed.update((row["number"], one["tone"], one["price"]) for one in content["asked"])
        charged = Counts((number, thing, amount) for number, thing, amount, _, _ in self.core.sold if amount)
        assert not charged - agreed

    @invariant()
    def a_members_price_is_for_members_and_free_tones_are_as_many_as_the_level_has(self) -> None:
        by_club = [(number, offer, member) for number, _, _, offer, member in self.core.sold if offer]
        assert all(member for _, _, member in by_club)
        free = Counts((number, offer) for number, offer, _ in by_club if offer.count(":") == 2)
        assert all(times <= FREE[offer.split(":")[1]] for (_, offer), times in free.items())

    @invariant()
    def nobody_has_two_levels_once_all_is_settled(self) -> None:
        assert all(len(boxes) <= 1 for boxes in self.core.boxes.values())
        assert [] == [row for row in self.counter.unfinished() if row["state"] != "dead"]


TestClub = ClubMachine.TestCase
TestClub.settings = tried(15)
