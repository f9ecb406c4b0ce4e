"""Statistics: each end of a message is counted once, on both databases, and taken out where it ends otherwise."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.journal.kit.messages import NUMBER, accept, claim, message, rows
from tests.journal.kit.turned_clock import TurnedClock
from workers.counting import count
from workers.dialogue import Action, Result, ToneFacts, Verdict
from workers.journal import (
    Ending,
    InboxState,
    Journal,
    tables,
)
from workers.journal.blanking import hashing
from workers.journal.statistics.counting import Counting
from workers.steps import write_results

KEY = b"k"
ZONE = ZoneInfo("Asia/Shanghai")
TONE = ToneFacts("600902000001", "Moon River", "A singer", 200, 30)
DAY_S = 86_400.0


@pytest.fixture
def counting(journal: Journal) -> Counting:
    return Counting(journal.database, count, ZONE, hashing(KEY))


def today(clock: TurnedClock) -> date:
    return datetime.fromtimestamp(clock(), ZONE).date()


def ordered(charged: int | None = 200, verdict: Verdict = Verdict.DONE, reason: str = "") -> Result:
    return Result(Action.ORDER, verdict, reason, TONE.code, TONE, charged=charged if verdict is Verdict.DONE else None)


async def ended(
    journal: Journal,
    *results: Result,
    state: InboxState = InboxState.DONE,
    outcome: str = "",
    number: str = NUMBER,
    words: str = "GET 600902000001",
    **more: Any,
) -> int:
    """One message that ended so; its id."""
    await accept(journal, message(words, number))
    (row,) = [row for row in await claim(journal) if row.number == number]
    written = write_results(dict(enumerate(results, 1))) if results else ""
    said = outcome or (results[0].reason or results[0].verdict)
    assert (await journal.finish(Ending(row, state, said, results=written, **more))).mine
    return row.id


def counted(journal: Journal, grain: str = "d") -> dict[tuple[str, ...], tuple[int, ...]]:
    """(channel, brand, language, offer, action, outcome) → messages, results, confirmed, amount, won."""
    table = tables.statistics
    with journal.database.read() as connection:
        found = connection.execute(select(table).where(table.c.grain == grain)).all()
    return {tuple(row[2:8]): tuple(row[8:]) for row in found if any(row[8:])}


def people(journal: Journal) -> dict[tuple[str, str], tuple[int, int]]:
    """(grain, scope) → users, paying."""
    table = tables.statistics_users
    found: dict[tuple[str, str], tuple[int, int]] = {}
    with journal.database.read() as connection:
        for row in connection.execute(select(table)):
            users, paying = found.get((row.grain, row.scope), (0, 0))
            found[row.grain, row.scope] = (users + row.users, paying + row.paying)
    return found


async def test_a_message_is_counted_once_however_often_it_is_looked_for(journal: Journal, counting: Counting) -> None:
    await ended(journal, ordered())
    assert 1 == counting.run()
    assert 0 == counting.run()
    for grain in "dm":
        assert {("sms", "", "", "", "order", "done"): (1, 1, 0, 200, 0)} == counted(journal, grain)
    assert {("d", ""): (1, 1), ("m", ""): (1, 1), ("y", ""): (1, 1)} == people(journal)
    (row,) = rows(journal)
    assert ("done:done", "") == (row["counted"], row["counted_as"])
