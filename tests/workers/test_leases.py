"""Leases that ran out while a message was in work: what another host may have taken up is called for by it alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from core_client import Unreachable
from tests.journal.kit.messages import LEASE_S, NUMBER, accept, claim, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.near_bell import NearBell
from tests.workers.kit.office import Office
from tests.workers.kit.small_core import SmallCore
from workers import leases
from workers.journal import ClaimedRow, Ending, Journal, Queue
from workers.journal.sweep import Sweep
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
