"""Renewals in the journal, on both databases: one row for a number's tone, one look at a time, one end of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.journal.kit.messages import NUMBER, accept, answers, claim, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from tests.journal.test_plans import plan_of, statements
from workers.journal import Answer, Ending, InboxState, Journal, Queue
from workers.journal.renewals import CHANNEL, SAME_DATE_S, RenewalBook
from workers.journal.renewing import ExpectedRenewal, RenewalCall, RenewalChange, StoredRenewal
from workers.journal.sweep import Sweep
from workers.journal.tables import renewals

TONE, DAY = "600902000001", 86_400.0
WISH = Sweep(10.0, 3, "sweeper", lambda *_: "we look into it")


async def expect(journal: Journal, *seen: ExpectedRenewal) -> None:
    """End a message that tones were bought or listed with."""
    await accept(journal, message())
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, expected=seen))


def expected(clock: TurnedClock, due_in_s: float = 2 * DAY, tone: str = TONE) -> ExpectedRenewal:
    return ExpectedRenewal(tone, clock() + due_in_s, clock() + due_in_s - DAY)


def kept(journal: Journal) -> list[dict[str, Any]]:
    with journal.database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(renewals).order_by(renewals.c.tone_code))]


async def looks(journal: Journal, clock: TurnedClock, after_s: float) -> list[dict[str, Any]]:
    """Our own messages after a sweep that comes so much later."""
    clock.turn(after_s)
    await journal.sweep(WISH)
    return [row for row in rows(journal) if row["channel"] == CHANNEL]


async def test_a_tone_is_looked_at_when_it_is_time_by_one_message_in_its_numbers_line(
    journal: Journal, clock: TurnedClock
) -> None:
    await expect(journal, expected(clock), expected(clock, 9 * DAY, "600902000002"))
    assert [] == await looks(journal, clock, DAY - 1)
    for _ in range(3):
        (look,) = await looks(journal, clock, 1)
    assert (NUMBER, TONE, "10086", "smsc") == (look["number"], look["text"], look["short_code"], look["bind"])


@pytest.mark.parametrize(("moves", "by_s"), [(False, SAME_DATE_S - 1), (True, SAME_DATE_S + 1)])
async def test_a_date_that_is_known_already_changes_nothing(
    journal: Journal, clock: TurnedClock, moves: bool, by_s: float
) -> None:
    first = expected(clock)
    await expect(journal, first)
    second = replace(first, due_at=first.due_at + by_s, look_at=first.look_at + by_s)
    await expect(journal, second)
    assert [second.due_at if moves else first.due_at] == [row["due_at"] for row in kept(journal)]


async def test_what_is_told_and_what_is_remembered_of_it_commit_together_and_once(
    journal: Journal, clock: TurnedClock
) -> None:
    """Promise 4, and no notice twice: the second ending of a look is dropped with its answer."""
    await expect(journal, expected(clock))
    await looks(journal, clock, DAY)
    (row,) = await claim(journal, Queue.BULK)
    told = StoredRenewal(NUMBER, TONE, clock() + DAY, clock() + DAY, 200, 100, "low")
    ending = Ending(
        row, InboxState.DONE, answers=(Answer(NUMBER, "it renews"),), renewal=RenewalChange(told, clock() + 2 * DAY)
    )
    assert [True, False] == [(await journal.finish(ending)).mine for _ in range(2)]
    assert [told] == [RenewalBook(journal.database).find(NUMBER, TONE)]
    assert ["it renews"] == [one["text"] for one in answers(journal)]


async def test_a_tone_that_is_forgotten_is_looked_at_no_more(journal: Journal, clock: TurnedClock) -> None:
    await expect(journal, expected(clock))
    await looks(journal, clock, DAY)
    (row,) = await claim(journal, Queue.BULK)
    await journal.finish(Ending(row, InboxState.DONE, renewal=RenewalChange(StoredRenewal(NUMBER, TONE, 0.0), None)))
    assert ([], 1) == (kept(journal), len(await looks(journal, clock, 90 * DAY)))


async def test_a_look_that_died_is_followed_by_another_an_hour_later(journal: Journal, clock: TurnedClock) -> None:
    await expect(journal, expected(clock))
    await looks(journal, clock, DAY)
    (row,) = await claim(journal, Queue.BULK)
    await journal.finish(Ending(row, InboxState.DEAD, "attempts"))
    assert [1, 2] == [len(await looks(journal, clock, after_s)) for after_s in (1, 3601)]


async def test_the_date_before_a_call_is_that_of_the_steps_first_time(journal: Journal) -> None:
    """Promise 2: by it a renewal is known that took effect unheard."""
    calls = [RenewalCall("t01", 100.0), RenewalCall("t01", 200.0), RenewalCall("t02", 200.0)]
    assert [100.0, 100.0, 200.0] == [await journal.begin_renewal(call) for call in calls]


@pytest.mark.parametrize(("state", "kept_on"), [("unknown", True), ("dead", True), ("done", False)])
async def test_the_date_is_kept_as_long_as_the_call_may_be_made_again(
    journal: Journal, clock: TurnedClock, state: str, kept_on: bool
) -> None:
    """Promise 2: operations may replay after months what was unknown; by the date it is seen to have taken effect."""
    await accept(journal, message())
    (row,) = await claim(journal)
    step = f"{row.transaction_id}01"
    await journal.begin_renewal(RenewalCall(step, 100.0))
    await journal.finish(Ending(row, InboxState(state), "timeout"))
    clock.turn(60 * DAY)
    await journal.sweep(WISH)
    assert (100.0 if kept_on else 200.0) == await journal.begin_renewal(RenewalCall(step, 200.0))


async def test_a_sweep_looks_at_what_is_due_alone(journal: Journal, clock: TurnedClock) -> None:
    for no in range(30):
        await expect(journal, expected(clock, (no + 2) * DAY, f"6009020000{no:02d}"))
    with statements(journal, "SELECT renewals.number") as seen:
        await journal.sweep(WISH)
    plan = plan_of(journal, *seen[0])
    assert ("renewals_look" in plan or not journal.database.is_sqlite, "SCAN renewals\n" in plan) == (True, False), plan
