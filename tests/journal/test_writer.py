"""One writer with group commit: many jobs, few transactions, and the guilty one fails alone."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, event

from tests.house.until import PATIENCE_S
from tests.journal.kit.messages import NUMBER, ORDER, accept, message, rows
from workers.journal import Database, Journal, JournalUnavailable, Ticket, migrate
from workers.journal.writer import Writer


async def test_many_messages_share_few_commits(journal: Journal) -> None:
    commits: list[Connection] = []
    event.listen(journal.database.engine, "commit", commits.append)
    may_end = threading.Event()

    def busy(_connection: Connection, arguments: Sequence[None], _now: float) -> list[None]:
        """What the writer does while all of them come, however slowly they do."""
        may_end.wait(PATIENCE_S)
        return list(arguments)

    journal._writer.submit(busy, None)
    accepted = [journal.accept(Ticket(message(number=f"86138{n:08d}"))) for n in range(300)]
    may_end.set()
    await asyncio.gather(*accepted)
    assert len(rows(journal)) == 300
    assert len(commits) <= 5


async def test_what_comes_while_a_batch_waits_for_its_turn_goes_along(sqlite_url: str) -> None:
    """Promise 1 at less cost: two processes that write by turns would else write a handful each time."""
    commits: list[Connection] = []
    begun, may_end = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        begun.set()
        may_end.wait(PATIENCE_S)

    with Journal(sqlite_url) as journal:
        event.listen(journal.database.engine, "commit", commits.append)
        other = Database(sqlite_url)
        holding = asyncio.create_task(asyncio.to_thread(other.write, hold))
        await asyncio.to_thread(begun.wait, PATIENCE_S)
        first = journal.accept(Ticket(message(number="8613800000000")))
        while journal._writer._jobs:  # noqa: ASYNC110 - until the writer has it in hand; nobody is told
            await asyncio.sleep(0.001)
        later = [journal.accept(Ticket(message(number=f"86138{n:08d}"))) for n in range(1, 30)]
        may_end.set()
        await asyncio.gather(first, holding, *later)
        await asyncio.to_thread(other.close)
        assert (30, 1) == (len(rows(journal)), len(commits))


async def test_a_job_that_spoils_its_transaction_fails_alone(journal: Journal) -> None:
    jobs = [
        journal.accept(Ticket(message(text, channel=channel)))
        for text, channel in (("1", "sms"), ("2", None), ("3", "sms"))
    ]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert [False, True, False] == [isinstance(outcome, Exception) for outcome in outcomes]
    assert ["1", "3"] == [row["text"] for row in rows(journal)]


async def test_closing_commits_what_waits_and_takes_no_more(journal_url: str) -> None:
    journal = Journal(journal_url)
    waiting = [journal.accept(Ticket(message())) for _ in range(20)]
    await asyncio.to_thread(journal.close)
    await asyncio.gather(*waiting)
    with pytest.raises(JournalUnavailable, match="closing"):
        journal.accept(Ticket(message()))
    with Journal(journal_url) as again:
        assert len(rows(again)) == 20


async def test_results_come_back_to_the_loop_that_asked(journal: Journal) -> None:
    def elsewhere() -> bool:
        return asyncio.run(_accepted())

    async def _accepted() -> bool:
        return (await journal.accept(Ticket(message()))).duplicate

    both = await asyncio.gather(asyncio.to_thread(elsewhere), _accepted())
    assert both == [False, False]


async def test_a_future_does_not_resolve_before_the_commit(journal: Journal) -> None:
    may_commit = threading.Event()
    working = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(_connection: Connection, arguments: Sequence[None], _now: float) -> list[str]:
        loop.call_soon_threadsafe(working.set)
        may_commit.wait(PATIENCE_S)
        return ["done" for _ in arguments]

    writer = Writer(journal.database)
    try:
        done = writer.submit(slow, None)
        await working.wait()
        assert not done.done()
        may_commit.set()
        assert await done == "done"
    finally:
        may_commit.set()
        await asyncio.to_thread(writer.close)


def _quick(url: str, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """A journal that waits for a lock for 0.2 s only."""
    monkeypatch.setattr("workers.journal.database._BUSY_TIMEOUT_S", 0.2)
    return Journal(url)


async def test_a_locked_sqlite_journal_is_unavailable_and_takes_nothing(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _quick(sqlite_url, monkeypatch) as journal:
        lock = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalUnavailable, match="locked"):
            await journal.accept(Ticket(message()))
        lock.execute("ROLLBACK")
        lock.close()
        assert [] == rows(journal)
        await accept(journal, message())
        assert len(rows(journal)) == 1


@pytest.mark.postgresql
async def test_a_locked_table_makes_the_journal_unavailable_and_takes_nothing(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.journal.database._LOCK_TIMEOUT", "200ms")
    with Journal(postgresql_url) as journal:
        with psycopg.connect(postgresql_url.replace("+psycopg", "")) as lock:
            lock.execute("LOCK TABLE inbox")
            with pytest.raises(JournalUnavailable, match="lock timeout"):
                await journal.accept(Ticket(message()))
            lock.rollback()
        assert [] == rows(journal)
        await accept(journal, message())
        assert len(rows(journal)) == 1


@pytest.mark.postgresql
async def test_a_postgresql_that_ends_our_connections_is_reconnected_to(postgresql_url: str) -> None:
    with Journal(postgresql_url) as journal:
        await accept(journal, message())
        with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as boss:
            boss.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        await accept(journal, message())
        assert len(rows(journal)) == 2


@pytest.mark.parametrize("fate", ["removed", "replaced by nothing", "replaced by another journal", "spoilt"])
async def test_a_file_gone_under_a_running_process_is_never_a_success(
    sqlite_url: str, tmp_path: Path, fate: str
) -> None:
    file = tmp_path / "journal.db"
    with Journal(sqlite_url) as journal:
        await accept(journal, message())
        for ending in ("", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
        if fate == "replaced by nothing":
            file.touch()
        elif fate == "replaced by another journal":
            migrate(sqlite_url)
        elif fate == "spoilt":
            file.write_bytes(b"this is no database" * 1000)
        with pytest.raises(JournalUnavailable):
            await journal.accept(Ticket(message()))
        if fate == "replaced by another journal":
            await accept(journal, message())  # it is the journal from now on
            assert len(rows(journal)) == 1
        else:
            with pytest.raises(JournalUnavailable):
                await journal.accept(Ticket(message()))


def test_a_reader_that_opens_the_new_file_does_not_hide_that_the_writers_is_gone(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = Database(sqlite_url)

    def work(connection: Connection) -> None:
        if (tmp_path / "journal.db-wal").exists():
            for ending in ("", "-wal", "-shm"):
                (tmp_path / f"journal.db{ending}").unlink(missing_ok=True)
            shutil.copyfile(other, tmp_path / "journal.db")
            with database.read() as reader:  # another thread's connection, opened on the new file
                reader.exec_driver_sql("SELECT count(*) FROM inbox")
        connection.exec_driver_sql("UPDATE inbox SET state = state")

    other = tmp_path / "other.db"
    migrate(f"sqlite:///{other}")
    with pytest.raises(JournalUnavailable, match="removed or replaced"):
        database.write(work)
    database.close()


async def test_an_error_of_the_database_shows_neither_number_nor_text(journal: Journal) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - each driver has its own
        await journal.accept(Ticket(message(channel=None)))
    assert NUMBER not in str(raised.value)
    assert ORDER not in str(raised.value)


def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none' / 'journal.db'}")
    with pytest.raises(JournalUnavailable):
        database.write(lambda connection: connection.exec_driver_sql("SELECT 1"))
    database.close()
