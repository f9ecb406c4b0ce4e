"""Leases that ran out while a message was in work: what another host may have taken up is called for by it alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from core_client import Busy, Unreachable
from tests.journal.kit.messages import LEASE_S, NUMBER, OTHER, accept, claim, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.near_bell import NearBell
from tests.workers.kit.office import TRANSACTION, Office
from tests.workers.kit.small_core import SmallCore
from workers import leases
from workers.dialogue import Action
from workers.gifts import JournalGifts
from workers.journal import ClaimedRow, Ending, Journal, Queue
from workers.journal.quotas import Charge
from workers.journal.sweep import Sweep
from workers.pricing import JournalBook
from workers.renewal_desk import JournalRenewals
from workers.steps import Step
from workers.window import Window

ORDER = "GET 600902000001"
GONE = Sweep(0.0, attempts=9, author="sweeper", text_for_dead=lambda *_: "dead")
WITHIN_S = 240.0


@pytest.fixture
def clock() -> TurnedClock:
    """The journal's, and that of leases."""
    return TurnedClock()


@pytest.fixture
async def journal(sqlite_url: str, clock: TurnedClock) -> AsyncIterator[Journal]:
    journal = Journal(sqlite_url, clock=clock)
    yield journal
    await asyncio.to_thread(journal.close)


class Held:
    """A worker that is kept from going on with a message until the test lets it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.goes_on = asyncio.Event()

    async def work(self, row: ClaimedRow) -> Ending:
        await self.goes_on.wait()
        return await self.office.run(row)


def window_of(journal: Journal, held: Held, clock: TurnedClock) -> Window:
    return Window(journal, NearBell(), held.work, slots=4, lease_s=LEASE_S, lease_clock=clock)  # type: ignore[arg-type]


async def test_a_worker_that_slept_beyond_its_lease_calls_for_nothing_that_another_host_has_done(
    journal: Journal, clock: TurnedClock
) -> None:
    """Promise 2, against a core that forgets transaction ids: the tone is ordered once."""
    core = SmallCore(forgets=True)
    slept = Held(Office(core))
    window = window_of(journal, slept, clock)
    await accept(journal, message(ORDER, NUMBER))
    await window.serve(Queue.ORDERS, 60.0)
    clock.turn(LEASE_S)  # and nobody prolonged it
    await journal.sweep(GONE)
    (row,) = await claim(journal, suspects=True)
    assert (await journal.finish(await Office(core).run(row))).mine
    slept.goes_on.set()
    await asyncio.wait_for(window.drain(), WITHIN_S)
    assert 1 == len(core.transactions("orderTone"))
    assert ["done"] == [row["state"] for row in rows(journal)]


async def test_a_worker_whose_lease_ran_out_unnoticed_puts_its_message_off(
    journal: Journal, clock: TurnedClock
) -> None:
    """Promise 4: the journal was away for all, so nobody has taken the message up; it goes on under a new lease."""
    held = Held(Office(SmallCore()))
    window = window_of(journal, held, clock)
    await accept(journal, message(ORDER, NUMBER))
    await window.serve(Queue.ORDERS, 60.0)
    clock.turn(LEASE_S)
    held.goes_on.set()
    await asyncio.wait_for(window.drain(), WITHIN_S)
    (row,) = rows(journal)
    assert ([], "waiting", "lease_over", 0) == (
        held.office.core.transactions("orderTone"), row["state"], row["outcome"], row["attempts"],
    )  # fmt: skip


async def test_a_lease_that_is_prolonged_holds(journal: Journal, clock: TurnedClock) -> None:
    held = Held(Office(SmallCore()))
    window = window_of(journal, held, clock)
    await accept(journal, message(ORDER, NUMBER))
    await window.serve(Queue.ORDERS, 60.0)
    for _ in range(3):
        clock.turn(LEASE_S * 0.9)
        await window.renew()
    held.goes_on.set()
    await asyncio.wait_for(window.drain(), WITHIN_S)
    assert 1 == len(held.office.core.transactions("orderTone"))


def test_a_lease_counts_from_before_the_journal_was_asked_and_is_nobodys_once_it_is_ended(clock: TurnedClock) -> None:
    kept = leases.Leases(LEASE_S, clock)
    asked_at = kept.now()
    clock.turn(5.0)  # the journal takes its time
    kept.taken("t")
    kept.prolonged("t", asked_at)
    clock.turn(LEASE_S - 5.5)
    with kept.over("t"):
        leases.require()
        clock.turn(1.0)
        with pytest.raises(Unreachable, match="lease_over"):
            leases.require()
    leases.require()  # a screen's look, which is of no message
    kept.ended("t")
    assert [] == kept.tokens


WRITES: dict[str, Callable[[Journal, Step], Awaitable[object]]] = {
    "a charge is reserved": lambda journal, step: JournalBook(journal).reserve(
        Charge(step.transaction_id, step.number, "order", step.tone_code, 200)
    ),
    "a gift is opened": lambda journal, step: JournalGifts(journal).confirm(step),
    "a renewal is begun": lambda journal, step: JournalRenewals(journal).begin(step, 1.0),
}


@pytest.mark.parametrize("case", WRITES)
async def test_what_is_written_before_a_call_and_takes_longer_than_the_lease_is_followed_by_none(
    journal: Journal, clock: TurnedClock, case: str
) -> None:
    """Promise 2: the journal hung for this host alone, and has said yes to it after another took the message up."""
    step = Step(1, Action.GIFT, NUMBER, f"{TRANSACTION}01", "600902000001", OTHER)
    await accept(journal, message(ORDER, NUMBER, transaction_id=TRANSACTION))
    kept = leases.Leases(LEASE_S, clock)
    kept.taken("t")
    kept.prolonged("t", kept.now())
    with kept.over("t"):
        await WRITES[case](journal, step)
        clock.turn(LEASE_S)
        with pytest.raises(Busy, match="lease_over"):
            await WRITES[case](journal, step)
