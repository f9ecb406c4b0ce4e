"""The rolling window: slots refill while one call hangs, and a suspect is worked on with nothing beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from tests.journal.kit.messages import LEASE_S, accept, answers, claim, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from tests.workers.kit.near_bell import NearBell
from workers.journal import Answer, ClaimedRow, Ending, InboxState, Journal, JournalUnavailable, Queue
from workers.journal.rows import Claimed
from workers.journal.sweep import Sweep
from workers.window import Window

SLOTS, WITHIN_S = 4, 240.0
CRASHED = Sweep(0.0, attempts=9, author="sweeper", text_for_dead=lambda *_: "dead")


class Hands:
    """Does the work: a text that is held waits until it is let go."""

    def __init__(self) -> None:
        self.held: dict[str, asyncio.Event] = {}
        self.in_work: set[str] = set()
        self.beside: dict[str, set[str]] = {}
        self.most = 0

    def hold(self, *texts: str) -> None:
        for text in texts:
            self.held[text] = asyncio.Event()

    def let_go(self, *texts: str) -> None:
        for text in texts:
            self.held[text].set()

    async def work(self, row: ClaimedRow) -> Ending:
        self.beside[row.text] = set(self.in_work)
        self.in_work.add(row.text)
        self.most = max(self.most, len(self.in_work))
        try:
            if row.text in self.held:
                await self.held[row.text].wait()
            if row.text == "fault":
                raise RuntimeError("a fault of ours")
        finally:
            self.in_work.discard(row.text)
        return Ending(row, InboxState.DONE, answers=(Answer(row.number, "done"),))


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
async def journal(sqlite_url: str, clock: TurnedClock) -> AsyncIterator[Journal]:
    journal = Journal(sqlite_url, clock=clock)
    yield journal
    await asyncio.to_thread(journal.close)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def bell() -> NearBell:
    return NearBell()


@pytest.fixture
async def window(journal: Journal, bell: NearBell, hands: Hands) -> AsyncIterator[Window]:
    window = Window(journal, bell, hands.work, slots=SLOTS, lease_s=LEASE_S)  # type: ignore[arg-type]
    yield window
    hands.let_go(*hands.held)
    await asyncio.wait_for(window.drain(), WITHIN_S)


async def until(condition: Callable[[], bool]) -> None:
    """Return when it holds; fails when it does not in time."""
    async with asyncio.timeout(WITHIN_S):
        while not condition():  # noqa: ASYNC110 - a row changes without telling anybody
            await asyncio.sleep(0.002)


async def fill(journal: Journal, *texts: str) -> None:
    await accept(journal, *(message(text, f"8613{no:09d}") for no, text in enumerate(texts)))


def done(journal: Journal) -> list[str]:
    return [row["text"] for row in rows(journal) if row["state"] == "done"]


async def test_all_that_is_due_is_done_with_no_more_in_work_than_slots(
    journal: Journal, window: Window, hands: Hands
) -> None:
    texts = [f"text {no}" for no in range(40)]
    await fill(journal, *texts)
    await asyncio.wait_for(window.serve(Queue.ORDERS, 60.0), WITHIN_S)
    await window.drain()
    assert texts == done(journal)
    assert hands.most <= SLOTS


async def test_slots_refill_while_one_call_hangs(journal: Journal, window: Window, hands: Hands) -> None:
    hands.hold("slow")
    await fill(journal, "slow", *(f"text {no}" for no in range(20)))
    await asyncio.wait_for(window.serve(Queue.ORDERS, 60.0), WITHIN_S)
    await until(lambda: len(done(journal)) == 20)
    assert {"slow"} == hands.in_work


async def test_a_task_ends_at_its_budget_though_every_slot_hangs_and_rings_for_what_remains(
    journal: Journal, window: Window, hands: Hands, bell: NearBell
) -> None:
    texts = [f"slow {no}" for no in range(SLOTS)]
    hands.hold(*texts)
    await fill(journal, *texts, "one more")
    await asyncio.wait_for(window.serve(Queue.ORDERS, 0.05), WITHIN_S)
    assert Queue.ORDERS in bell.rung
    hands.let_go(*texts)
    await until(lambda: not hands.in_work)
    await asyncio.wait_for(window.serve(Queue.ORDERS, 60.0), WITHIN_S)
    await until(lambda: len(done(journal)) == SLOTS + 1)


async def test_an_empty_queue_ends_a_task_at_once_and_rings_for_nobody(window: Window, bell: NearBell) -> None:
    await asyncio.wait_for(window.serve(Queue.ORDERS, 60.0), WITHIN_S)
    assert [] == bell.rung


async def test_a_task_that_got_all_that_was_due_does_not_look_again(
    journal: Journal, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 4: each look is a turn of the one writer that SQLite has, and whoever commits from now on rings."""
    asked: list[int] = []
    claim = journal.claim

    def counted(queue: Queue, limit: int, **wish: float) -> asyncio.Future[Claimed]:
        asked.append(limit)
        return claim(queue, limit, lease_s=wish["lease_s"])

    monkeypatch.setattr(journal, "claim", counted)
    await fill(journal, *(f"text {no}" for no in range(SLOTS - 1)))
    await asyncio.wait_for(window.serve(Queue.ORDERS, 60.0), WITHIN_S)
    await window.drain()
    assert ([SLOTS], SLOTS - 1) == (asked, len(done(journal)))


async def test_a_stop_signal_claims_no_more_and_rings(journal: Journal, window: Window, bell: NearBell) -> None:
    await fill(journal, "text")
    window.closing = True
    await window.serve(Queue.ORDERS, 60.0)
    assert ["received"] == [row["state"] for row in rows(journal)]
    assert [Queue.ORDERS] == bell.rung


async def test_answers_wake_the_senders_and_a_number_whose_turn_comes_rings(
    journal: Journal, window: Window, bell: NearBell
) -> None:
    await accept(journal, message("first"), message("second", queue=Queue.INTERACTIVE))
    await window.serve(Queue.ORDERS, 60.0)
    await window.drain()
    assert bell.senders_woken
    assert Queue.INTERACTIVE in bell.rung
    assert 1 == len(answers(journal))


async def _crash(journal: Journal, clock: TurnedClock, *texts: str) -> None:
    await fill(journal, *texts)
    await claim(journal)
    clock.turn(LEASE_S + 1)
    await journal.sweep(CRASHED)


async def test_what_was_in_work_at_a_crash_is_worked_on_alone(
    journal: Journal, window: Window, hands: Hands, clock: TurnedClock
) -> None:
    await _crash(journal, clock, "suspect 1", "suspect 2")
    await accept(journal, *(message(f"text {no}", f"8614{no:09d}") for no in range(10)))
    await asyncio.wait_for(window.serve(Queue.ORDERS, 60.0), WITHIN_S)
    await until(lambda: len(done(journal)) == 12)
    assert (set(), set()) == (hands.beside["suspect 1"], hands.beside["suspect 2"])
    assert not any({"suspect 1", "suspect 2"} & beside for beside in hands.beside.values())


async def test_a_task_beside_a_lone_suspect_goes_on_when_that_is_done(
    journal: Journal, window: Window, hands: Hands, clock: TurnedClock
) -> None:
    hands.hold("suspect")
    await _crash(journal, clock, "suspect")
    first = asyncio.create_task(window.serve(Queue.ORDERS, 60.0))
    await until(lambda: "suspect" in hands.in_work)
    await accept(journal, message("LIST", "8615", queue=Queue.INTERACTIVE))
    second = asyncio.create_task(window.serve(Queue.INTERACTIVE, 60.0))
    await asyncio.sleep(0)
    hands.let_go("suspect")
    await asyncio.wait_for(asyncio.gather(first, second), WITHIN_S)
    await until(lambda: len(done(journal)) == 2)


async def test_a_fault_of_ours_leaves_the_message_to_its_lease_and_frees_its_slot(
    journal: Journal, window: Window
) -> None:
    await fill(journal, "fault", "text")
    await asyncio.wait_for(window.serve(Queue.ORDERS, 60.0), WITHIN_S)
    await window.drain()
    assert ["claimed", "done"] == [row["state"] for row in rows(journal)]


async def test_leases_are_prolonged_while_calls_are_in_flight(
    journal: Journal, window: Window, hands: Hands, clock: TurnedClock
) -> None:
    hands.hold("slow")
    await fill(journal, "slow")
    await window.serve(Queue.ORDERS, 60.0)
    for _ in range(3):
        clock.turn(LEASE_S * 0.9)
        await window.renew()
        await journal.sweep(CRASHED)
    hands.let_go("slow")
    await until(lambda: done(journal) == ["slow"])


async def test_an_ending_is_written_as_soon_as_the_journal_can_commit_again(
    journal: Journal, window: Window, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.window._AGAIN_S", 0.01)
    hands.hold("slow")
    await fill(journal, "slow")
    await window.serve(Queue.ORDERS, 60.0)
    tries: list[Ending] = []
    finish = journal.finish

    def unavailable(ending: Ending) -> object:
        tries.append(ending)
        if len(tries) < 3:
            raise JournalUnavailable("locked")
        return finish(ending)

    monkeypatch.setattr(journal, "finish", unavailable)
    hands.let_go("slow")
    await until(lambda: done(journal) == ["slow"])
    assert 3 == len(tries)
