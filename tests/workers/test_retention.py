"""The key that numbers are hashed with, and the purge that a worker does by itself in the small hours."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from tests.journal.kit.messages import NUMBER, accept, claim, message, rows
from tests.journal.kit.purging import counting
from tests.journal.kit.turned_clock import TurnedClock
from tests.journals import sqlite_url  # noqa: F401 - fixture
from workers.journal import Database, Ending, InboxState, Journal
from workers.retention import DAY_S, NoKeyError, gone_before, key_of, nightly
from workers.settings import RetentionSettings, Settings


@pytest.fixture
def journal(sqlite_url: str) -> Iterator[Journal]:  # noqa: F811
    with Journal(sqlite_url, clock=TurnedClock()) as journal:
        yield journal


def settings(**retention: Any) -> Settings:
    return Settings(retention=RetentionSettings(**retention))


def test_a_key_is_made_once_beside_the_journal_for_its_owner_alone(journal: Journal) -> None:
    key = key_of(settings(), journal.database)
    assert key == key_of(settings(), journal.database)
    assert len(key) == 64
    path = journal.database.path
    assert path
    (file,) = path.parent.glob("*.retention-key*")
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)


def test_the_key_of_the_settings_comes_first(journal: Journal) -> None:
    assert b"ours" == key_of(settings(key=SecretStr("ours")), journal.database)


def test_without_a_file_a_key_must_be_set() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(NoKeyError, match=r"set \[retention\] key"):
        key_of(settings(), database)
    database.close()


def at(hour: int, day: int = 10) -> float:
    return time.mktime((2026, 3, day, hour, 30, 0, 0, 0, -1))


@pytest.mark.parametrize(
    ("purged", "days", "hour"),
    [(True, 90, 3), (False, 90, 12), (False, 0, 3)],
    ids=["in the small hours", "by day", "not set"],
)
async def test_it_purges_at_night_where_it_is_set(journal: Journal, purged: bool, days: int, hour: int) -> None:
    clock = journal.database.now
    assert isinstance(clock, TurnedClock)
    clock.now_s = at(hour) - 100 * DAY_S
    await accept(journal, message())
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, "done"))
    clock.now_s = at(hour)
    nightly(
        settings(days=days),
        journal.database,
        author="w",
        stopping=lambda: False,
        clock=clock,
        counting=counting(journal.database),
    )
    assert purged == (rows(journal)[0]["number"] != NUMBER)


@pytest.mark.parametrize(
    ("deleted", "delete_days"), [(True, 400), (False, 800), (False, 0)], ids=["as old", "younger", "never"]
)
async def test_what_was_purged_is_deleted_at_the_age_that_is_set(
    journal: Journal, deleted: bool, delete_days: int
) -> None:
    clock = journal.database.now
    assert isinstance(clock, TurnedClock)
    clock.now_s = at(3) - 500 * DAY_S
    await accept(journal, message())
    (row,) = await claim(journal)
    await journal.finish(Ending(row, InboxState.DONE, "done"))
    clock.now_s = at(3)
    await accept(journal, message(number="861"))
    wanted = settings(days=90, delete_days=delete_days)
    nightly(
        wanted, journal.database, author="w", stopping=lambda: False, clock=clock, counting=counting(journal.database)
    )
    assert (1 if deleted else 2) == len(rows(journal))


def test_nothing_is_deleted_before_it_is_purged() -> None:
    """Not even where a purge is asked for by hand that is older than the setting."""
    now = 1e9
    assert now - 900 * DAY_S == gone_before(settings(delete_days=800), now, 900)
    assert gone_before(settings(delete_days=0), now, 90) is None
