"""A worker's children end at each step of counting, and are killed at any: every sum is what the ledgers say."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.house import Handsets, House, until
from tests.journals import BOTH, postgresql_url  # noqa: F401 - fixture
from tests.reliability.programs.dies_while_counting import STEPS
from workers.journal import Database, JournalUnavailable, tables
from workers.journal.tables.messages import to_count

_DIES = Path(__file__).parent / "programs" / "dies_while_counting.py"
_TONES = [f"6009020000{n:02d}" for n in range(1, 20)]
_KILLS = 6


@pytest.fixture(params=BOTH)
def journal(request: pytest.FixtureRequest) -> dict[str, dict[str, object]]:
    """Settings of a journal on either database; the one on PostgreSQL names its key."""
    if request.param == "sqlite":
        return {"worker": {"attempts": 20}}
    url = request.getfixturevalue("postgresql_url")
    return {"worker": {"attempts": 20}, "journal": {"url": url}, "retention": {"key": "our key"}}


def text_all(handsets: Handsets, texts: int) -> None:
    """Two texts of each new number: orders, some without the money for them, and words that nobody understands."""
    for n in range(len(handsets.sent), len(handsets.sent) + texts):
        poor, words = n % 5 == 0, n % 7 == 0
        number = f"8613{'7' if poor else '8'}{n // 2:08d}"
        handsets.text(number, "Zebra" if words else f"GET {_TONES[n % len(_TONES)]}")


def all_counted(house: House) -> bool:
    """Whether everything has come to an end and is counted."""
    house.start_what_died()
    try:
        return house.finished() and not scalar(house, select(func.count()).select_from(tables.inbox).where(to_count))
    except JournalUnavailable:
        return False


def scalar(house: House, query: Any) -> int:
    return int(read(house, query)[0][0] or 0)


def read(house: House, query: Any) -> list[Any]:
    database = Database(house.settings.journal.url)
    try:
        with database.read() as connection:
            return [*connection.execute(query)]
    finally:
        database.close()


def check_the_sums(house: House) -> None:
    """Each message and each yuan once, each number one person, in days and in months."""
    messages, table = house.messages(), tables.statistics
    ends = Counter((row["state"], row["outcome"]) for row in messages)
    for grain in "dm":
        cells = read(house, select(table).where(table.c.grain == grain))
        found = Counter[str]()
        for cell in cells:
            found[cell.outcome] += cell.messages
        assert ends["done", "done"] == found["done"]
        assert ends["refused", "balance"] == found["balance"]
        assert ends["done", "not_understood"] == found["not_understood"]
        assert len(messages) == sum(found.values())
        assert sum(charge["amount"] for charge in house.core.charges()) == sum(cell.amount for cell in cells)
        words = tables.statistics_words
        wrong = Counter[str]()  # over midnight there are two days
        for row in read(house, select(words).where(words.c.grain == grain)):
            wrong[row.word] += row.messages
        assert {"zebra": ends["done", "not_understood"]} == wrong
    users = tables.statistics_users
    seen = select(func.sum(users.c.users), func.sum(users.c.paying)).where(users.c.grain == "y", users.c.scope == "")
    paying = {charge["number"] for charge in house.core.charges()}
    assert [(len({row["number"] for row in messages}), len(paying))] == [tuple(row) for row in read(house, seen)]


async def test_a_death_at_any_step_of_counting_counts_everything_once(
    tmp_path: Path, journal: dict[str, dict[str, object]], few: int, patience_s: float
) -> None:
    """kill9_at_each_line, for counts: the sums and the mark on the message are one transaction."""
    programs = {"worker": _DIES, "interactive": _DIES}
    async with Handsets() as handsets, House(tmp_path, handsets.port, journal, programs) as house:
        await until(handsets.bound, "the listener is bound")

        def all_dead() -> bool:
            """Each needs messages to die with: there are always some more."""
            house.start_what_died()
            if house.finished():
                text_all(handsets, few)
            return all((tmp_path / f"died-{step}").exists() for step in range(len(STEPS)))

        text_all(handsets, few)
        await until(all_dead, lambda: f"all dead: {house.unfinished()}", within_s=patience_s)
        await until(handsets.all_acknowledged, "all texts acknowledged", within_s=patience_s)
        await until(lambda: all_counted(house), lambda: f"all counted: {house.unfinished()}", within_s=patience_s)
        check_the_sums(house)


async def test_children_that_are_killed_while_they_count_count_everything_once(
    tmp_path: Path, journal: dict[str, dict[str, object]], texts: int, chance: random.Random, patience_s: float
) -> None:
    """kill9_everything, for counts."""
    async with Handsets() as handsets, House(tmp_path, handsets.port, journal) as house:
        await until(handsets.bound, "the listener is bound")
        text_all(handsets, texts // 2)
        for _ in range(_KILLS):
            await asyncio.sleep(chance.uniform(0.2, 1.5))  # the kills' own pace
            house.worker.kill_child(chance)
        await until(handsets.all_acknowledged, "all texts acknowledged", within_s=patience_s)
        await until(lambda: all_counted(house), lambda: f"all counted: {house.unfinished()}", within_s=patience_s)
        check_the_sums(house)
