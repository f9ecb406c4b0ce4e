"""What statistics need from elsewhere: the brand that the core tells by the way, the language, a key for people."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.journals import sqlite_url  # noqa: F401 - fixture
from tests.workers.kit.office import FRIEND, NUMBER, Office, row_of
from tests.workers.kit.small_core import SmallCore
from workers.brands import Branded, heard
from workers.composing import counting_of
from workers.dialogue import Rule, Way
from workers.journal import ClaimedRow, Database, Ending, InboxState
from workers.ops.check.written import statistics_lines
from workers.settings import JournalSettings, RetentionSettings, Settings

POSTGRESQL = JournalSettings(url="postgresql+psycopg://nobody@127.0.0.1:1/none")


@pytest.mark.parametrize(
    ("text", "rules", "brand"),
    [
        ("600902000001", (Rule(Way.NONE, "order", brand="silver"),), "gold"),
        ("600902000001", (), ""),
        ("ON", (), "gold"),
        ("LIST", (), ""),
        ("Zebra", (), ""),
    ],
    ids=["a rule names a brand", "none does", "asked for the fee", "nobody asked", "not understood"],
)
async def test_the_brand_is_kept_where_the_core_was_asked_about_the_number(
    text: str, rules: tuple[Rule, ...], brand: str
) -> None:
    core = SmallCore()
    core.brand = "gold"
    assert brand == (await Branded(Office(core=core, way=Way.REPLY, rules=rules).run).run(row_of(text))).brand


async def test_a_brand_belongs_to_its_number_and_to_the_message_in_work() -> None:
    both_here = asyncio.Barrier(2)

    async def work(row: ClaimedRow) -> Ending:
        await both_here.wait()
        heard(row.number, f"brand of {row.id}")
        heard("8613900000000", "its friend's")
        heard(row.number, "")
        await both_here.wait()
        return Ending(row, InboxState.DONE)

    one, other = Branded(work).run(row_of("A", id=1)), Branded(work).run(row_of("B", id=2, number=FRIEND))
    assert ["brand of 1", "brand of 2"] == [ending.brand for ending in await asyncio.gather(one, other)]


def test_what_nobody_works_on_is_noted_nowhere() -> None:
    heard(NUMBER, "gold")


async def test_each_answer_says_which_language_it_is_in() -> None:
    ending = await Office().run(row_of("HELP"))
    assert ["en"] == [answer.language for answer in ending.answers]


def test_a_key_is_made_beside_a_sqlite_journal_and_none_elsewhere(sqlite_url: str, tmp_path: Path) -> None:  # noqa: F811
    for url, counts_people in ((sqlite_url, True), (POSTGRESQL.url, False)):
        database = Database(url)
        counting = counting_of(Settings(journal=JournalSettings(url=url)), database)
        assert counts_people == (counting._hashed is not None)
        database.close()
    assert [*tmp_path.glob("*.retention-key")]


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        (Settings(), 0),
        (Settings(journal=POSTGRESQL), 1),
        (Settings(journal=POSTGRESQL, retention=RetentionSettings(key=SecretStr("ours"))), 0),
    ],
    ids=["SQLite", "PostgreSQL", "PostgreSQL with a key"],
)
def test_check_says_that_people_are_not_counted_and_how_to_mend_it(settings: Settings, lines: int) -> None:
    found = statistics_lines(settings)
    assert lines == len(found)
    assert all(line.well and "not counted" in line.found and "[retention] key" in line.mend for line in found)
