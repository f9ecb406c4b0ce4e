"""Where a channel brings what it received: acknowledged only when it is safe, and marked when that came too late."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from tests.house.until import PATIENCE_S
from tests.journal.kit.long_texts import counts, part
from tests.journal.kit.messages import NUMBER, ORDER, rows
from tests.journals import journal_url, postgresql_url  # noqa: F401 - fixtures
from tests.workers.kit.near_bell import NearBell
from tests.workers.kit.office import WORDS
from workers import moments
from workers.journal import Journal, JournalUnavailable, Queue
from workers.metrics.meters import Meters
from workers.reception import InboundText, NotSafe, Reception

TEXT = InboundText("sms", "smsc", "session-1", NUMBER, "10086", ORDER, 0.0)


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:  # noqa: F811
    with Journal(journal_url) as journal:
        yield journal


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is locked out waits for as long as the test keeps him so, however slow the machine is."""
    monkeypatch.setattr("workers.journal.database._BUSY_TIMEOUT_S", PATIENCE_S)


@pytest.fixture
def bell() -> NearBell:
    return NearBell()


@pytest.fixture
def reception(journal: Journal, bell: NearBell) -> Reception:
    return Reception(journal, bell, lambda: WORDS)  # type: ignore[arg-type]


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold the only right to write."""
    lock = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        lock.execute("ROLLBACK")
        lock.close()


async def until_kept(journal: Journal, **expected: Any) -> None:
    """Return when the first row is so; fails when it is not in time."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            kept = rows(journal)
            if kept and expected == {name: kept[0][name] for name in expected}:
                return
            await asyncio.sleep(0.002)


@pytest.mark.parametrize(
    ("text", "queue"),
    [(ORDER, Queue.ORDERS), ("STOP", Queue.INTERACTIVE), ("hello", Queue.INTERACTIVE), ("", Queue.INTERACTIVE)],
)
async def test_a_message_is_kept_in_its_queue_and_rung_for_before_it_is_acknowledged(
    journal: Journal, reception: Reception, bell: NearBell, text: str, queue: Queue
) -> None:
    await reception.accept(replace(TEXT, text=text), within_s=PATIENCE_S)
    (row,) = rows(journal)
    assert (text, queue, [queue]) == (row["text"], row["queue"], bell.rung)
    assert (24, False) == (len(row["transaction_id"]), row["ack_late"])


@pytest.mark.parametrize("text", ["GET\x00 600902000001", "GET \ud83d 600902000001", "\x00"])
async def test_a_text_with_what_no_database_keeps_is_kept_all_the_same(
    journal: Journal, reception: Reception, text: str
) -> None:
    await reception.accept(replace(TEXT, text=text), within_s=PATIENCE_S)
    assert 1 == len(rows(journal))


async def test_a_journal_that_can_not_commit_is_not_safe(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.journal.database._BUSY_TIMEOUT_S", 0.05)
    bell = NearBell()
    with Journal(sqlite_url) as journal:
        reception = Reception(journal, bell, lambda: WORDS)  # type: ignore[arg-type]
        with locked(sqlite_url), pytest.raises(NotSafe, match="locked"):
            await reception.accept(TEXT, within_s=PATIENCE_S)
        assert ([], []) == (rows(journal), bell.rung)
        await reception.accept(TEXT, within_s=PATIENCE_S)
        assert 1 == len(rows(journal))


async def test_a_commit_that_comes_too_late_is_not_safe_and_its_redelivery_attaches(sqlite_url: str) -> None:
    bell = NearBell()
    with Journal(sqlite_url) as journal:
        reception = Reception(journal, bell, lambda: WORDS)  # type: ignore[arg-type]
        with locked(sqlite_url), pytest.raises(NotSafe, match="within"):
            await reception.accept(TEXT, within_s=0.05)
        await until_kept(journal, ack_late=True)
        async with asyncio.timeout(PATIENCE_S):
            while bell.rung != [Queue.ORDERS]:  # noqa: ASYNC110 - it is kept, so it is done
                await asyncio.sleep(0.002)
        await reception.accept(TEXT, within_s=PATIENCE_S)
        assert 1 == len(rows(journal))
        await reception.accept(TEXT, within_s=PATIENCE_S)  # and this one is meant
        assert 2 == len(rows(journal))


async def test_a_commit_whose_server_was_lost_before_it_said_so_is_known_again_when_it_is_redelivered(
    journal: Journal, reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 2: the SMSC keeps it and brings it again, and it is in the journal already."""
    write = journal.database.write

    def lost(work: Any) -> Any:
        write(work)
        raise JournalUnavailable("the server closed the connection", in_doubt=True)

    def away(_: Any) -> Any:
        raise JournalUnavailable("the server is not there")

    for fate in (lost, away, away):
        monkeypatch.setattr(journal.database, "write", fate)
        with pytest.raises(NotSafe):
            await reception.accept(TEXT, within_s=PATIENCE_S)
    monkeypatch.undo()
    await reception.accept(TEXT, within_s=PATIENCE_S)
    assert 1 == len(rows(journal))
    await reception.accept(TEXT, within_s=PATIENCE_S)  # and this one is meant
    assert 2 == len(rows(journal))


async def test_a_commit_whose_server_was_lost_is_known_again_at_another_listener_though_nothing_more_comes_to_this_one(
    journal: Journal,
    journal_url: str,  # noqa: F811
    reception: Reception,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Promise 2: the SMSC keeps it and brings it to whom it likes, once the journal is back."""
    monkeypatch.setattr("workers.reception._MARK_AGAIN_S", 0.01)
    write, asked = journal.database.write, asyncio.Event()
    loop = asyncio.get_running_loop()

    def lost(work: Any) -> Any:
        write(work)
        monkeypatch.setattr(journal.database, "write", away)
        raise JournalUnavailable("the server closed the connection", in_doubt=True)

    def away(_: Any) -> Any:
        loop.call_soon_threadsafe(asked.set)
        raise JournalUnavailable("the server is not there")

    monkeypatch.setattr(journal.database, "write", lost)
    with pytest.raises(NotSafe):
        await reception.accept(TEXT, within_s=PATIENCE_S)
    await asyncio.wait_for(asked.wait(), PATIENCE_S)
    monkeypatch.setattr(journal.database, "write", write)
    await until_kept(journal, ack_late=True)
    with Journal(journal_url) as theirs:
        other = Reception(theirs, NearBell(), lambda: WORDS)  # type: ignore[arg-type]
        await other.accept(TEXT, within_s=PATIENCE_S)
    assert 1 == len(rows(journal))


async def test_a_commit_that_was_too_late_and_whose_server_was_lost_then_is_known_again(
    journal: Journal, reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 2: a server that hangs before it is gone may have committed what its SMSC was told to keep."""
    write, given_up = journal.database.write, threading.Event()

    def lost(work: Any) -> Any:
        write(work)
        given_up.wait(PATIENCE_S)
        monkeypatch.setattr(journal.database, "write", write)
        raise JournalUnavailable("the server closed the connection", in_doubt=True)

    monkeypatch.setattr(journal.database, "write", lost)
    waiting = asyncio.create_task(reception.accept(TEXT, within_s=PATIENCE_S))
    await until_kept(journal, ack_late=False)
    waiting.cancel()  # as its time being over does: it was told as not taken
    with pytest.raises(asyncio.CancelledError):
        await waiting
    given_up.set()
    await until_kept(journal, ack_late=True)
    await reception.accept(TEXT, within_s=PATIENCE_S)
    assert 1 == len(rows(journal))


async def test_a_bind_that_ends_while_its_message_is_committed_leaves_it_marked(sqlite_url: str) -> None:
    with Journal(sqlite_url) as journal:
        reception = Reception(journal, NearBell(), lambda: WORDS)  # type: ignore[arg-type]
        with locked(sqlite_url):
            waiting = asyncio.create_task(reception.accept(TEXT, within_s=PATIENCE_S))
            await asyncio.sleep(0.02)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        await until_kept(journal, ack_late=True)
        await reception.accept(TEXT, within_s=PATIENCE_S)
        assert 1 == len(rows(journal))


async def test_a_journal_that_is_closing_is_not_safe(sqlite_url: str) -> None:
    journal = Journal(sqlite_url)
    reception = Reception(journal, NearBell(), lambda: WORDS)  # type: ignore[arg-type]
    journal.close()
    with pytest.raises(NotSafe, match="closing"):
        await reception.accept(TEXT, within_s=PATIENCE_S)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ((Queue.INTERACTIVE, False), ORDER),  # only its answer is left to be given
        ((Queue.INTERACTIVE, True), "STOP sending me this"),  # stopping never waits
        ((Queue.INTERACTIVE, False), "CANCEL"),  # what, nobody knows
    ],
)
async def test_of_an_incomplete_text_only_a_stop_counts(
    journal: Journal, reception: Reception, expected: tuple[Queue, bool], text: str
) -> None:
    await reception.accept(replace(TEXT, text=ORDER), within_s=PATIENCE_S)
    await reception.accept(replace(TEXT, text=text, incomplete="2 of 3"), within_s=PATIENCE_S)
    first, second = rows(journal)
    assert (expected, "2 of 3") == ((second["queue"], first["stop_requested"]), second["incomplete"])


@contextmanager
def counted() -> Iterator[Callable[[], float | None]]:
    """How many texts are said to have been left with their SMSC."""
    meters = Meters()
    before = moments.watch(meters)
    try:
        yield lambda: meters.registry.get_sample_value("tonegate_messages_not_taken_total", {"channel": "sms"})
    finally:
        moments.watch(before)


async def test_a_long_text_is_kept_part_by_part_and_becomes_one_message(
    journal: Journal, reception: Reception, bell: NearBell
) -> None:
    assert await reception.keep_part(part(2, 2), within_s=PATIENCE_S) is None
    whole = await reception.keep_part(part(1, 2), within_s=PATIENCE_S)
    assert whole
    text = replace(TEXT, long_text=whole.id, source_port=5001, destination_port=9200)
    for _ in range(2):
        await reception.accept(text, within_s=PATIENCE_S)
    (row,) = rows(journal)
    assert (ORDER, 5001, 9200) == (row["text"], row["source_port"], row["destination_port"])
    assert [] == await reception.long_texts_due(["smsc"])


async def test_a_part_that_is_committed_too_late_is_not_safe_and_its_redelivery_is_the_same(sqlite_url: str) -> None:
    """Promise 1: the SMSC keeps what we could not, and what we could keep all the same is not doubled."""
    with Journal(sqlite_url) as journal:
        reception = Reception(journal, NearBell(), lambda: WORDS)  # type: ignore[arg-type]
        with locked(sqlite_url), counted() as not_taken, pytest.raises(NotSafe, match="within"):
            await reception.keep_part(part(1, 2), within_s=0.05)
        assert 1.0 == not_taken()
        assert await reception.keep_part(part(1, 2), within_s=PATIENCE_S) is None
        assert (1, 1) == counts(journal)


async def test_a_part_that_can_not_be_committed_is_not_safe(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.journal.database._BUSY_TIMEOUT_S", 0.05)
    journal = Journal(sqlite_url)
    reception = Reception(journal, NearBell(), lambda: WORDS)  # type: ignore[arg-type]
    with locked(sqlite_url), counted() as not_taken, pytest.raises(NotSafe, match="locked"):
        await reception.keep_part(part(), within_s=PATIENCE_S)
    assert 1.0 == not_taken()
    assert (0, 0) == counts(journal)
    journal.close()
    with pytest.raises(NotSafe, match="closing"):
        await reception.keep_part(part(), within_s=PATIENCE_S)


async def test_neither_a_number_nor_a_text_shows_where_a_message_is_printed() -> None:
    assert NUMBER not in repr(TEXT)
    assert ORDER not in repr(TEXT)


async def test_a_session_that_ended_makes_the_same_text_a_redelivery(journal: Journal, reception: Reception) -> None:
    session = await reception.session_opened("smsc")
    await reception.accept(replace(TEXT, session=session), within_s=PATIENCE_S)
    await reception.session_closed(session)
    await reception.accept(replace(TEXT, session=await reception.session_opened("smsc")), within_s=PATIENCE_S)
    assert 1 == len(rows(journal))
