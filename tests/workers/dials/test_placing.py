"""An order by dial on its way into the journal, with a real Redis: safe first, then rung for, then waited for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import redis

from tests.house import PATIENCE_S, until
from tests.journal.kit.messages import NUMBER, answers, claim, rows
from tests.workers.kit.near_bell import NearBell
from tests.workers.kit.office import WORDS
from workers.bell import DIALS_CHANNEL, Bell, redis_client
from workers.dialogue import Action, Command
from workers.dials import Caller, DialOrder, Placed
from workers.dials.doubts import Doubts
from workers.dials.orders import new_dial_id, transaction_of
from workers.dials.placing import DialOrders, Route
from workers.dials.results import Results
from workers.journal import Answer, Ending, InboxState, Journal, Queue
from workers.reception import NotSafe, Reception

CALLER = Caller(NUMBER, "en", "*123#", "hub")
PAUSE = DialOrder(Command(Action.PAUSE), "en", service_code="*123#", screen="pause")
DIAL = new_dial_id(1_800_000_000.0)
FIRST = transaction_of(DIAL, 1)
NOWHERE = "redis://127.0.0.1:1"


@pytest.fixture
async def journal(sqlite_url: str) -> AsyncIterator[Journal]:
    journal = Journal(sqlite_url)
    yield journal
    await asyncio.to_thread(journal.close)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen waits for its commit, however slow the disk is; where it is not to, the test says so."""
    monkeypatch.setattr("workers.dials.placing.KEPT_WITHIN_S", PATIENCE_S)


@asynccontextmanager
async def door(journal: Journal, url: str | None, bell: NearBell | None = None) -> AsyncIterator[DialOrders]:
    results = Results(url)
    await results.start()
    reception = Reception(journal, bell or NearBell(), lambda: WORDS)  # type: ignore[arg-type]
    doubts = Doubts(reception, url or NOWHERE)
    try:
        yield DialOrders(reception, journal, results, doubts, Route("smsc", "8888"))
    finally:
        await doubts.close()
        await results.close()


async def answered(journal: Journal, answer: Answer) -> None:
    """Be the worker, once there is something to do."""
    await until(lambda: bool(rows(journal)), "it is kept")
    (row,) = await claim(journal, Queue.INTERACTIVE)
    await journal.finish(Ending(row, InboxState.DONE, answers=(answer,)))


def placing(orders: DialOrders, within_s: float = PATIENCE_S) -> asyncio.Task[Placed]:
    return asyncio.create_task(orders.place(PAUSE, CALLER, FIRST, DIAL, within_s=within_s))


@pytest.mark.parametrize("answer", [Answer(NUMBER, "paused", held_s=6.0), Answer(NUMBER, "yours for 2.00")])
async def test_the_worker_tells_the_screen_through_redis(journal: Journal, redis_url: str, answer: Answer) -> None:
    async with door(journal, redis_url) as orders:
        await until(lambda: orders._results.listening, "it listens")
        waiting = placing(orders)
        await answered(journal, answer)
        bell = Bell(redis_client(redis_url), lambda _: None)
        bell.tell_dial(FIRST)
        assert Placed(FIRST, answer.text, by_text_too=not answer.held_s) == await waiting
        await asyncio.to_thread(bell.close)


async def test_a_result_that_nobody_tells_is_found_by_looking(journal: Journal, tmp_path: Path) -> None:
    """Redis is gone."""
    async with door(journal, f"unix://{tmp_path / 'nobody'}") as orders:
        waiting = placing(orders)
        await answered(journal, Answer(NUMBER, "paused"))
        assert "paused" == (await waiting).text


async def test_a_result_between_commit_and_look_is_not_missed(journal: Journal, redis_url: str) -> None:
    """It was there before anybody could be told of it."""
    async with door(journal, redis_url) as orders:
        first = placing(orders)
        await answered(journal, Answer(NUMBER, "paused"))
        await first
        assert "paused" == (await placing(orders, within_s=0.0)).text, "it waits for nobody to tell it"


async def test_the_same_confirmation_again_is_one_message_with_one_result(journal: Journal, redis_url: str) -> None:
    """Promise 2."""
    async with door(journal, redis_url) as orders:
        both = [placing(orders), placing(orders)]
        await answered(journal, Answer(NUMBER, "paused"))
        assert ["paused"] * 2 == [placed.text for placed in await asyncio.gather(*both)]
        assert [(FIRST, "ussd", "smsc", "8888", DIAL)] == [
            tuple(row[name] for name in ("transaction_id", "channel", "bind", "short_code", "session"))
            for row in rows(journal)
        ]


async def test_what_takes_too_long_is_safe_and_rung_for(journal: Journal) -> None:
    """Promises 1 and 4: its answer is told by text."""
    bell = NearBell()
    async with door(journal, None, bell) as orders:
        assert Placed(FIRST) == await placing(orders, within_s=0.0)
        assert ([FIRST], [Queue.INTERACTIVE]) == ([row["transaction_id"] for row in rows(journal)], bell.rung)


async def test_what_can_not_be_committed_was_not_taken(journal: Journal, sqlite_url: str) -> None:
    """Promise 1."""
    async with door(journal, None) as orders:
        await asyncio.to_thread(journal.close)
        with pytest.raises(NotSafe):
            await placing(orders)
    with Journal(sqlite_url) as other:
        assert [] == rows(other)


async def test_a_journal_that_commits_too_late_takes_nothing(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    """He reads that nothing was taken: then nothing is, however late the journal can write again."""
    monkeypatch.setattr("workers.dials.placing.KEPT_WITHIN_S", 0.05)
    free = threading.Event()

    def slow(connection: object, wishes: list[None], _now: float) -> list[None]:
        """A disk that takes its time."""
        assert free.wait(PATIENCE_S)
        return list(wishes)

    async with door(journal, None) as orders:
        journal._writer.submit(slow, None)
        with pytest.raises(NotSafe):
            await placing(orders)
        free.set()
        await journal._writer.submit(_nothing, None)
        assert [] == rows(journal)


async def test_what_was_kept_before_is_safe_though_the_journal_is_slow_when_it_comes_again(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 4: the door died before it had shown it, and the gateway asks again: not taken would be a lie."""
    async with door(journal, None) as orders:
        await placing(orders, within_s=0.0)
        monkeypatch.setattr("workers.dials.placing.KEPT_WITHIN_S", 0.05)
        free = threading.Event()

        def slow(connection: object, wishes: list[None], _now: float) -> list[None]:
            assert free.wait(PATIENCE_S)
            return list(wishes)

        journal._writer.submit(slow, None)
        try:
            assert Placed(FIRST) == await placing(orders, within_s=0.0)
        finally:
            free.set()
        assert 1 == len(rows(journal))


def _nothing(connection: object, wishes: list[None], _now: float) -> list[None]:
    return list(wishes)


async def test_only_what_a_screen_alone_may_tell_is_kept_from_going_by_text(journal: Journal) -> None:
    async with door(journal, None) as orders:
        waiting = placing(orders)
        await answered(journal, Answer(NUMBER, "paused", held_s=6.0))
        placed = await waiting
        await orders.shown(Placed(FIRST, placed.text, by_text_too=True))
        assert ["queued"] == [row["state"] for row in answers(journal)]
        await orders.shown(placed)
        assert ["shown"] == [row["state"] for row in answers(journal)]


async def test_an_ear_that_lost_redis_hears_again_once_it_is_back(redis_url: str) -> None:
    results = Results(redis_url)
    await results.start()
    try:
        with redis.Redis.from_url(redis_url) as client:
            for _ in range(2):
                await until(lambda: results.listening, "it listens")
                with results.expect(FIRST) as waiting:
                    client.publish(DIALS_CHANNEL, FIRST)
                    await asyncio.wait_for(waiting._told.wait(), PATIENCE_S)  # not `wait`, which ends by itself
                client.client_kill_filter(_type="pubsub")
                await until(lambda: not results.listening, "it has noticed")
    finally:
        await results.close()
