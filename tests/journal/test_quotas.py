"""An offer with a quota is never oversold, by no number of workers and hosts, and gives back what took no effect."""

from __future__ import annotations

import multiprocessing
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from tests.journal.kit.charges import charge, kept, reserved, settled, used
from tests.journal.kit.gifts import gift_of, presented, stay
from tests.journal.kit.gifts import kept as given
from tests.journal.kit.messages import NUMBER, OTHER, accept, claim, message
from tests.journal.kit.turned_clock import TurnedClock
from tests.journal.test_hosts import on_threads
from tests.journal.test_plans import fill, plan_of, statements
from workers.journal import Database, Ending, GiftChange, InboxState, Journal, migrate
from workers.journal.arriving import new_transaction_id
from workers.journal.gifts import ACCEPTED, EXPIRED, FAILED, REFUSED
from workers.journal.quotas import Reserved
from workers.journal.rows import Settlement
from workers.journal.states import FLOOD_TOLD
from workers.journal.tables import charges
from workers.journal.usage import Counts, Traffic, Usage

FIRST, SECOND, THIRD = (f"{no:024x}" for no in range(3))
TOTAL, EACH = 7, 2


def test_a_reservation_counts_for_all_and_for_its_number(journal: Journal) -> None:
    assert [Reserved(100, "spring")] == reserved(journal.database, charge(FIRST))
    assert {("spring", ""): 1, ("spring", NUMBER): 1} == used(journal)
    assert {"spring": (1, 1)} == Usage(journal.database).used(NUMBER, ["spring", "summer"])
    assert {"spring": (1, 0)} == Usage(journal.database).used(OTHER, ["spring"])


def test_the_same_transaction_reserves_once_and_at_the_first_price(journal: Journal) -> None:
    reserved(journal.database, charge(FIRST, amount=100))
    again = charge(FIRST, amount=150, offer="summer")
    assert [Reserved(100, "spring")] * 2 == reserved(journal.database, again, again)
    assert {("spring", ""): 1, ("spring", NUMBER): 1} == used(journal)


def test_what_is_beyond_the_quota_is_not_reserved_and_leaves_no_count(journal: Journal) -> None:
    assert [Reserved(100, "spring"), Reserved(100, "spring"), None] == reserved(
        journal.database, charge(FIRST), charge(SECOND), charge(THIRD, number=OTHER)
    )
    assert {("spring", ""): 2, ("spring", NUMBER): 2} == used(journal)


def test_a_number_that_has_had_its_share_takes_none_of_the_others(journal: Journal) -> None:
    mine = [charge(one, per_number=1, total=10) for one in (FIRST, SECOND)]
    assert [Reserved(100, "spring"), None] == reserved(journal.database, *mine)
    assert {("spring", ""): 1, ("spring", NUMBER): 1} == used(journal)


def test_a_settlement_keeps_what_was_charged_and_gives_the_rest_back(journal: Journal) -> None:
    reserved(journal.database, charge(FIRST, 1, total=9), charge(FIRST, 2, total=9), charge(FIRST, 3, total=9))
    reserved(journal.database, charge(SECOND, total=9))
    settled(journal.database, FIRST, [(1, 90), (3, None)])
    assert {("spring", ""): 3, ("spring", NUMBER): 3} == used(journal)
    assert [("kept", 90), ("reserved", 100), ("kept", 100)] == sorted(
        kept(journal), key=lambda one: (one[1], one[0] == "kept")
    )
    settled(journal.database, FIRST, [(1, 0)])
    assert 3 == used(journal)["spring", ""], "what is kept is settled for good"


def test_what_was_given_back_can_be_had_again(journal: Journal) -> None:
    only = {"total": 1}
    assert [Reserved(100, "spring"), None] == reserved(journal.database, charge(FIRST, **only), charge(SECOND, **only))
    settled(journal.database, FIRST)
    assert [Reserved(100, "spring")] == reserved(journal.database, charge(SECOND, **only))


def test_a_charge_at_the_catalogues_price_is_kept_and_counts_for_no_offer(journal: Journal) -> None:
    reserved(journal.database, charge(FIRST, offer=""))
    settled(journal.database, FIRST, [(1, 100)])
    assert ({}, [("kept", 100)]) == (used(journal), kept(journal))


async def test_a_message_settles_with_its_end_or_not_at_all(journal: Journal) -> None:
    """Promise 2: the reservation of what nobody knows stays, and a worker that lost its claim settles nothing."""
    await accept(journal, message())
    (row,) = await claim(journal)
    assert Reserved(100, "spring") == await journal.reserve(charge(row.transaction_id))
    await journal.finish(Ending(row, InboxState.UNKNOWN, doubtful=True, due_in_s=0.0))
    assert [("reserved", 100)] == kept(journal)
    (again,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.REFUSED, settlement=Settlement(row.transaction_id)))
    assert [("reserved", 100)] == kept(journal), "the claim of that worker is over"
    done = Settlement(row.transaction_id, ((f"{row.transaction_id}01", 90),))
    await journal.finish(Ending(again, InboxState.DONE, settlement=done))
    assert [("kept", 90)] == kept(journal)


@pytest.mark.parametrize(
    ("left", "state"),
    [
        ([("ended", 0)], REFUSED),
        ([("ended", 0)], EXPIRED),
        ([("ended", 0)], FAILED),
        ([("kept", 100)], ACCEPTED),
    ],
)
async def test_an_offer_of_a_gift_that_nobody_takes_can_be_had_by_others(
    journal: Journal, left: list[tuple[str, int]], state: str
) -> None:
    row = await stay(journal)
    assert Reserved(100, "spring") == await journal.reserve(charge(row.transaction_id, total=1, action="gift"))
    assert "" == await journal.confirm_gift(gift_of(row))
    settlement = Settlement(row.transaction_id, ((f"{row.transaction_id}01", None),))
    await journal.finish(Ending(row, InboxState.DONE, settlement=settlement, gifts=(presented(row),)))
    (gift,) = given(journal)
    answer = await stay(journal, OTHER, "NO")
    await journal.finish(Ending(answer, InboxState.DONE, gifts=(GiftChange(state, id=gift["id"]),)))
    assert left == kept(journal)
    # Somebody was asked, whatever came of it: that is what the limit of gifts in a month counts.
    assert 1 == Usage(journal.database).counts(NUMBER, spent_since=0, gifts_since=0).gifts
    again = await journal.reserve(charge(SECOND, total=1, action="gift"))
    assert (state != ACCEPTED) == (again is not None)


async def test_a_gift_that_nobody_was_asked_about_counts_for_no_month(journal: Journal) -> None:
    row = await stay(journal)
    await journal.reserve(charge(row.transaction_id, offer="", action="gift"))
    assert 1 == Usage(journal.database).counts(NUMBER, spent_since=0, gifts_since=0).gifts
    await journal.finish(Ending(row, InboxState.REFUSED, settlement=Settlement(row.transaction_id)))
    assert 0 == Usage(journal.database).counts(NUMBER, spent_since=0, gifts_since=0).gifts


def test_what_a_number_spent_and_gave_is_counted_since_a_moment(journal: Journal, clock: TurnedClock) -> None:
    reserved(journal.database, charge(FIRST, offer="", amount=500, action="gift"))
    clock.turn(100)
    since = clock()
    reserved(journal.database, charge(SECOND, offer="", amount=200), charge(THIRD, offer="", amount=50, action="gift"))
    reserved(journal.database, charge(THIRD, 2, OTHER, amount=1000, action="gift"))
    look = Usage(journal.database)
    assert Counts(250, 2) == look.counts(NUMBER, spent_since=since, gifts_since=0)
    assert Counts(750, 1) == look.counts(NUMBER, spent_since=0, gifts_since=since)
    assert Counts(50, 1) == look.counts(NUMBER, spent_since=since, gifts_since=since, besides=f"{SECOND}01")


async def test_what_a_number_sent_lately_is_counted_up_to_what_matters(journal: Journal, clock: TurnedClock) -> None:
    look = Usage(journal.database)
    await accept(journal, message(), message(number=OTHER))
    clock.turn(61)
    await accept(journal, *(message() for _ in range(5)))
    assert Traffic(4, None) == look.traffic(NUMBER, before=7, since=clock() - 60, at_most=10)
    assert Traffic(3, None) == look.traffic(NUMBER, before=7, since=clock() - 60, at_most=3)
    assert Traffic(5, None) == look.traffic(NUMBER, before=7, since=clock() - 62, at_most=10)
    (row, *_) = await claim(journal)
    await journal.finish(Ending(row, InboxState.REFUSED, FLOOD_TOLD))
    assert clock() - 61 == look.traffic(NUMBER, before=7, since=clock() - 62, at_most=1).told_at
    assert look.traffic(NUMBER, before=7, since=clock() - 60, at_most=1).told_at is None


@pytest.mark.parametrize("analyze", [False, True])
async def test_limits_cost_a_look_at_their_own_indexes(journal: Journal, analyze: bool) -> None:
    for no in range(30):
        reserved(journal.database, charge(number=f"86{no}", total=None, per_number=3))
    await accept(journal, message())
    for row in await claim(journal):  # an index without a row says nothing of its use
        await journal.finish(Ending(row, InboxState.REFUSED, FLOOD_TOLD))
    await fill(journal, analyze=analyze)
    look = Usage(journal.database)
    with statements(journal, "SELECT") as seen:
        look.counts(NUMBER, spent_since=1.0, gifts_since=1.0)
        look.traffic(NUMBER, before=99, since=1.0, at_most=5)
        look.used(NUMBER, ["spring"])
    plans = [plan_of(journal, *one) for one in seen]
    indexes = [("charges_number",), ("inbox_number", "inbox_flood_told"), ("offer_counts",)]
    for plan, used_there in zip(plans, indexes, strict=True):
        assert all(index in plan for index in used_there), plan
        assert not any(words in plan for words in ("SCAN inbox", "SCAN charges", "SCAN offer_counts", "Seq Scan")), plan


@pytest.mark.parametrize("analyze", [False, True])
async def test_a_settlement_finds_its_charges_by_their_transaction(journal: Journal, analyze: bool) -> None:
    for no in range(30):
        reserved(journal.database, charge(number=f"86{no}", total=None))
    await fill(journal, analyze=analyze)
    with statements(journal, "DELETE FROM charges") as seen:
        settled(journal.database, FIRST)
    plan = plan_of(journal, *seen[0])
    assert "autoindex_charges_1" in plan or "charges_pkey" in plan, plan


def _buy(url: str, first: int, count: int) -> Counter[str]:
    """Reserve for several numbers in turn, as one worker: every third is refused and given back."""
    database = Database(url)
    had: Counter[str] = Counter()
    try:
        for no in range(first, first + count):
            one = f"{no:024x}"
            number = f"861380000{no % 5:04d}"
            (held,) = reserved(database, charge(one, number=number, total=TOTAL, per_number=EACH))
            refused = no % 3 == 0
            settled(database, one, [] if refused or held is None else [(1, 100)])
            had["refused" if refused else "had" if held else "sold out"] += 1
    finally:
        database.close()
    return had


def _bought(url: str) -> None:
    with Journal(url) as journal:
        numbers = Counter[str]()
        with journal.database.read() as connection:
            rows = connection.execute(select(charges.c.number, charges.c.state)).all()
        numbers.update(row.number for row in rows)
        assert {"kept"} == {row.state for row in rows}
        assert TOTAL == len(rows), "all of it was sold, and not one more"
        assert max(numbers.values()) <= EACH
        assert {("spring", ""): TOTAL} | {("spring", number): had for number, had in numbers.items()} == {
            key: count for key, count in used(journal).items() if count
        }


def test_an_offer_is_never_oversold_by_workers_of_many_processes(journal_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        had = pool.starmap(_buy, [(journal_url, 1000 * worker, 30) for worker in range(3)])
    assert TOTAL == sum(one["had"] for one in had)
    _bought(journal_url)


def test_an_offer_is_never_oversold_by_hosts_that_share_a_journal(journal_url: str) -> None:
    on_threads(lambda host: _buy(journal_url, 1000 * int(str(host)), 15))
    _bought(journal_url)


@contextmanager
def _small_journal() -> Iterator[Journal]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'journal.db'}"
        migrate(url)
        with Journal(url) as journal:
            yield journal


class OfferMachine(RuleBasedStateMachine):
    """Workers that reserve, commit, give back, crash and come again, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self._context = _small_journal()
        self.journal = self._context.__enter__()
        self.open: dict[str, Any] = {}
        self.kept: dict[str, str] = {}

    def teardown(self) -> None:
        self._context.__exit__(*sys.exc_info())

    @rule(number=st.integers(0, 2))
    def reserve(self, number: int) -> None:
        wanted = charge(new_transaction_id(), number=f"86138000{number}", total=3, per_number=2)
        (held,) = reserved(self.journal.database, wanted)
        mine = [*self.open.values(), *self.kept.values()].count(wanted.number)
        assert (held is not None) == (len(self.open) + len(self.kept) < 3 and mine < 2)
        if held:
            self.open[wanted.transaction_id] = wanted.number

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def keep(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(sorted(self.open)))
        settled(self.journal.database, one[:-2], [(1, 90)])
        self.kept[one] = self.open.pop(one)

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(sorted(self.open)))
        settled(self.journal.database, one[:-2])
        del self.open[one]

    @precondition(lambda self: self.open or self.kept)
    @rule(data=st.data())
    def come_again_after_a_crash(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(sorted({**self.open, **self.kept})))
        number = {**self.open, **self.kept}[one]
        again = replace(charge(one[:-2], number=number), amount=150)
        (held,) = reserved(self.journal.database, again)
        assert (90 if one in self.kept else 100) == (held and held.amount)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def settle_again(self, data: st.DataObject) -> None:
        settled(self.journal.database, data.draw(st.sampled_from(sorted(self.kept)))[:-2])

    @invariant()
    def counts_are_what_is_open_and_kept(self) -> None:
        holders = Counter([*self.open.values(), *self.kept.values()])
        found = {key: count for key, count in used(self.journal).items() if count}
        assert {("spring", number): count for number, count in holders.items()} | (
            {("spring", ""): holders.total()} if holders else {}
        ) == found
        assert holders.total() <= 3


OfferMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestOfferMachine = OfferMachine.TestCase
