"""A yes whose commit takes too long, held by an event: told by text in either case, and never done twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import redis
from sqlalchemy import Connection

from tests.house import until
from tests.journal.kit.messages import NUMBER, rows
from tests.journals import postgresql_url  # noqa: F401 - a fixture
from tests.workers.kit.near_bell import NearBell
from tests.workers.kit.office import WORDS
from workers.dialogue import Action, Command
from workers.dials import Caller, DialOrder, Placed
from workers.dials.doubts import KEY, Doubts
from workers.dials.orders import new_dial_id, transaction_of
from workers.dials.placing import DialOrders, Route
from workers.dials.results import Results
from workers.journal import Journal, JournalUnavailable, Queue, Ticket, holds
from workers.reception import NotSafe, Reception

CODE = "600902000001"
ORDER = DialOrder(Command(Action.ORDER, tone_codes=(CODE,)), "zh", {CODE: 200}, 5.0, "*123#", "order_price")
DIAL = new_dial_id(1_800_000_000.0)
YES = transaction_of(DIAL, 3)
HELD_S = 240.0
"""How long a commit is held at most: a test that lets go of none fails by it."""


@dataclass
class Door:
    """One process that answers dials, as far as placing orders goes; its commits may be held once they have begun."""

    journal: Journal
    doubts: Doubts
    orders: DialOrders
    bell: NearBell
    free: threading.Event = field(default_factory=threading.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False
    """The commit that is held comes to nothing."""

    def holds(self) -> None:
        """From now on: what is kept is in the transaction, and that does not end before it is let go."""
        accept, loop = self.journal._accept, asyncio.get_running_loop()

        def held(connection: Connection, tickets: Sequence[Ticket], now: float) -> list[Any]:
            done = accept(connection, tickets, now)
            loop.call_soon_threadsafe(self.begun.set)
            assert self.free.wait(HELD_S)
            if self.fails:
                self.fails = False
                raise JournalUnavailable("the disk is full")
            return done

        self.journal._accept = held  # type: ignore[method-assign, assignment]

    def timeout(self, _within_s: float) -> asyncio.Timeout:
        """A time that is over as soon as the commit has begun, and not before."""
        timeout = asyncio.timeout(None)

        async def ends() -> None:
            await self.begun.wait()
            timeout.reschedule(asyncio.get_running_loop().time())

        self._ending = asyncio.create_task(ends())
        return timeout

    def place(self) -> asyncio.Task[Placed]:
        caller = Caller(NUMBER, "zh", "*123#", "hub")
        return asyncio.create_task(self.orders.place(ORDER, caller, YES, DIAL, within_s=1.0))


@asynccontextmanager
async def opened(journal_url: str, redis_url: str) -> AsyncIterator[Door]:
    journal, bell = Journal(journal_url), NearBell()
    reception = Reception(journal, bell, lambda: WORDS)  # type: ignore[arg-type]
    doubts = Doubts(reception, redis_url)
    door = Door(journal, doubts, DialOrders(reception, journal, Results(), doubts, Route("smsc", "8888")), bell)
    try:
        yield door
    finally:
        door.free.set()
        await doubts.close()
        await asyncio.to_thread(journal.close)


@pytest.fixture
async def door(sqlite_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    async with opened(sqlite_url, redis_url) as door:
        its_time(door, monkeypatch)
        yield door


def its_time(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a screen wait for what happens, and not for the clock."""
    its_own = SimpleNamespace(**{**vars(asyncio), "timeout": door.timeout})
    monkeypatch.setattr("workers.reception.asyncio", its_own)


def remembered(url: str) -> list[str]:
    with redis.Redis.from_url(url, decode_responses=True) as client:
        return sorted(client.hkeys(KEY))  # type: ignore[arg-type]


async def test_a_commit_that_takes_too_long_and_stands_is_in_doubt_and_then_one_order(
    door: Door, redis_url: str
) -> None:
    """Promises 2 and 4: the row tells its result by text, as every row does."""
    door.holds()
    assert Placed(YES, in_doubt=True) == await door.place()
    assert ([], [YES]) == (rows(door.journal), remembered(redis_url))
    door.free.set()
    await until(lambda: door.bell.rung == [Queue.ORDERS], "workers hear of it though nobody waits any more")
    await door.doubts.settle()
    assert ([YES], []) == ([row["transaction_id"] for row in rows(door.journal)], remembered(redis_url))


async def test_a_commit_that_takes_too_long_and_comes_to_nothing_is_brought_again(door: Door, redis_url: str) -> None:
    """Promises 2 and 4: he was told that a text follows, so there must be a row to follow from."""
    door.holds()
    door.fails = True
    assert Placed(YES, in_doubt=True) == await door.place()
    door.free.set()
    await until(lambda: not door.fails, "the commit has come to nothing")
    assert [] == rows(door.journal)
    await door.doubts.settle()
    (row,) = rows(door.journal)
    assert (YES, NUMBER, ORDER.written()) == (row["transaction_id"], row["number"], row["text"])
    assert ([Queue.ORDERS], []) == (door.bell.rung, remembered(redis_url))


async def test_the_same_confirmation_again_while_in_doubt_is_the_same_order(door: Door, redis_url: str) -> None:
    """Promise 2: a gateway that repeats itself, another of our processes, and whoever finds out, all at once."""
    door.holds()
    assert [Placed(YES, in_doubt=True)] == [await door.place()]
    finding_out = [asyncio.create_task(door.doubts.settle()) for _ in range(3)]
    assert Placed(YES, in_doubt=True) == await door.place()  # which was withdrawn in time, and that is not the point
    door.free.set()
    await asyncio.gather(*finding_out)
    await door.doubts.settle()
    assert ([YES], []) == ([row["transaction_id"] for row in rows(door.journal)], remembered(redis_url))


async def test_what_a_door_that_died_left_in_doubt_is_found_out_by_another(
    door: Door, sqlite_url: str, redis_url: str
) -> None:
    """Promises 1 and 4: kill -9 between the screen and the commit's end."""
    door.holds()
    door.fails = True
    await door.place()
    door.free.set()
    await until(lambda: not door.fails, "the commit has come to nothing")
    async with opened(sqlite_url, redis_url) as other:
        await asyncio.gather(other.doubts.settle(), other.doubts.settle())
        assert [YES] == [row["transaction_id"] for row in rows(other.journal)]
    assert [] == remembered(redis_url)


async def test_without_redis_the_door_itself_finds_out(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(sqlite_url, "redis://127.0.0.1:1") as door:
        its_time(door, monkeypatch)
        door.holds()
        door.fails = True
        assert Placed(YES, in_doubt=True) == await door.place()
        door.free.set()
        await until(lambda: not door.fails, "the commit has come to nothing")
        await door.doubts.settle()
        assert [YES] == [row["transaction_id"] for row in rows(door.journal)]


async def test_a_journal_that_is_still_away_leaves_it_in_doubt(door: Door, redis_url: str) -> None:
    door.holds()
    door.fails = True
    await door.place()
    door.free.set()
    await until(lambda: not door.fails, "the commit has come to nothing")
    door.fails = True
    await door.doubts.settle()
    assert ([], [YES]) == (rows(door.journal), remembered(redis_url))
    await door.doubts.settle()
    assert ([YES], []) == ([row["transaction_id"] for row in rows(door.journal)], remembered(redis_url))


async def test_what_a_newer_version_wrote_is_left_for_it_and_holds_up_nobody(door: Door, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.hset(KEY, "0123", '{"another": "shape"}')
    door.holds()
    await door.place()
    door.free.set()
    await door.doubts.settle()
    assert ([YES], ["0123"]) == ([row["transaction_id"] for row in rows(door.journal)], remembered(redis_url))


async def test_a_paused_channel_is_a_certain_no(door: Door, redis_url: str) -> None:
    """Nothing is in doubt: it was looked at, and not taken."""
    pauses = holds.Holds(door.journal.database)
    await asyncio.to_thread(pauses.turn, ["ussd"], on=False, author="anna", reason="test")
    with pytest.raises(NotSafe, match="paused"):
        await door.place()
    assert ([], []) == (rows(door.journal), remembered(redis_url))


@pytest.mark.postgresql
async def test_a_server_that_is_lost_while_it_commits_leaves_it_in_doubt(
    postgresql_url: str,  # noqa: F811
    redis_url: str,
) -> None:
    """Promise 2: PostgreSQL may have committed, and said so to nobody."""
    async with opened(postgresql_url, redis_url) as door:
        accept = door.journal._accept

        def cut(connection: Connection, tickets: Sequence[Ticket], now: float) -> list[Any]:
            done = accept(connection, tickets, now)
            door.journal._accept = accept  # type: ignore[method-assign]
            with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as boss:
                boss.execute(
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            return done

        door.journal._accept = cut  # type: ignore[method-assign, assignment]
        assert Placed(YES, in_doubt=True) == await door.place()
        await door.doubts.settle()
        assert ([YES], []) == ([row["transaction_id"] for row in rows(door.journal)], remembered(redis_url))
