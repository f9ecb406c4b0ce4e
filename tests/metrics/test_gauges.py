"""What is looked at for a scrape, from values to samples."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from pathlib import Path

import pytest

from tests.console.kit.console import settings_in
from tests.journals import sqlite_url  # noqa: F401 - a fixture
from workers.journal import Database, Depth
from workers.journal.progress import Progress
from workers.ops.health import Nurse
from workers.ops.metrics_gauges import Seen, gauges, see
from workers.ops.room import Room

SEEN = Seen(
    depths=[
        Depth("inbox", "orders", "received", 3, 12.5, "sms"),
        Depth("inbox", "orders", "dead", 2, 9000.0, "ussd"),
        Depth("outbox", "main", "queued", 4, 7.0),
    ],
    paused=frozenset({"core"}),
    binds={
        "main": {"name": "main", "status": "bound"},
        "spare": {"name": "spare", "status": "switched off"},
        "third": None,
    },
    well=True,
    room=Room(Path("/var/lib/tonegate.db"), 7, 9),
    moves=[Progress("inbox", "orders", None, overdue_s=9.5), Progress("outbox", "main", 3.0, overdue_s=2.5)],
)


def value(seen: Seen, name: str, **labels: str) -> float | None:
    samples = [sample for family in gauges(seen) for sample in family.samples]
    return next((one.value for one in samples if (one.name, one.labels) == (name, labels)), None)


@pytest.mark.parametrize(
    ("expected", "name", "labels"),
    [
        (1.0, "tonegate_journal_up", {}),
        (7.0, "tonegate_journal_disk_free_bytes", {}),
        (9.0, "tonegate_journal_disk_size_bytes", {}),
        (3.0, "tonegate_unfinished_messages", {"queue": "orders", "channel": "sms", "state": "received"}),
        (12.5, "tonegate_oldest_message_age_seconds", {"queue": "orders", "channel": "sms", "state": "received"}),
        (2.0, "tonegate_unfinished_messages", {"queue": "orders", "channel": "ussd", "state": "dead"}),
        (4.0, "tonegate_unsent_answers", {"bind": "main", "state": "queued"}),
        (7.0, "tonegate_oldest_answer_age_seconds", {"bind": "main", "state": "queued"}),
        (9.5, "tonegate_message_overdue_seconds", {"queue": "orders"}),
        (2.5, "tonegate_answer_overdue_seconds", {"bind": "main"}),
        (1.0, "tonegate_redis_up", {}),
        (1.0, "tonegate_bind_up", {"bind": "main"}),
        (0.0, "tonegate_bind_up", {"bind": "spare"}),
        (0.0, "tonegate_bind_wanted", {"bind": "spare"}),
        (0.0, "tonegate_bind_up", {"bind": "third"}),
        (1.0, "tonegate_bind_wanted", {"bind": "third"}),
        (1.0, "tonegate_paused", {"what": "core"}),
        (0.0, "tonegate_paused", {"what": "sms"}),
        (1.0, "tonegate_healthy", {}),
    ],
)
def test_each_gauge_says_what_was_seen(expected: float, name: str, labels: dict[str, str]) -> None:
    assert expected == value(SEEN, name, **labels)


def test_without_a_journal_there_are_no_depths_and_that_is_said() -> None:
    blind = Seen(None, frozenset(), {}, well=False)
    assert (0.0, 0.0) == (value(blind, "tonegate_journal_up"), value(blind, "tonegate_healthy"))
    assert not [one for one in gauges(blind) if one.name == "tonegate_unfinished_messages" and one.samples]


def test_where_no_disk_can_be_seen_none_is_said_to_be_full() -> None:
    """That of a PostgreSQL is its server's."""
    blind = Seen([], frozenset(), {}, well=True)
    assert value(blind, "tonegate_journal_disk_free_bytes") is None


async def test_a_scrape_looks_at_the_disk_of_the_journal(tmp_path: Path, sqlite_url: str) -> None:  # noqa: F811
    settings = settings_in(tmp_path, sqlite_url)
    with closing(Database(sqlite_url)) as database:
        seen = await see(settings, database, Nurse(settings, database))
    disk = os.statvfs(tmp_path)
    assert disk.f_blocks * disk.f_frsize == value(seen, "tonegate_journal_disk_size_bytes")


def test_without_redis_no_bind_is_said_to_be_down() -> None:
    """Listeners keep their binds without it, and operations are called for Redis alone."""
    blind = Seen([], frozenset(), None, well=True)
    assert 0.0 == value(blind, "tonegate_redis_up")
    assert not [one.samples for one in gauges(blind) if one.name.startswith("tonegate_bind") and one.samples]


async def test_a_journal_that_does_not_answer_holds_no_scrape_up(tmp_path: Path, sqlite_url: str) -> None:  # noqa: F811
    """Else every scrape would leave a thread that waits."""
    database, stuck = Database(sqlite_url), asyncio.get_running_loop().create_future()
    settings = settings_in(tmp_path, sqlite_url)
    nurse = Nurse(settings, database, look=lambda *_: stuck, answers_within_s=0.0)
    seen = await see(settings, database, nurse)
    database.close()
    assert (None, False) == (seen.depths, seen.well)
