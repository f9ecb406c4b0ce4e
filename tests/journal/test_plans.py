"""What a claim costs: the databases use the partial indexes, so rows that are blocked or done are never visited."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from tests.journal.kit.answers import PLAN, answered, sent, take
from tests.journal.kit.long_texts import hand_on, keep
from tests.journal.kit.messages import accept, claim, message
from workers.journal import Answer, Ending, InboxState, Journal, Queue
from workers.journal.due import queues_due
from workers.journal.receipts import Receipt
from workers.journal.sweep import Sweep


@contextmanager
def statements(journal: Journal, beginning: str) -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that begin so, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def before(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.startswith(beginning):
            seen.append((statement, parameters))

    event.listen(journal.database.engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        event.remove(journal.database.engine, "before_cursor_execute", before)


def plan_of(journal: Journal, statement: str, parameters: Any) -> str:
    """Return how the database means to run it."""
    explain = "EXPLAIN QUERY PLAN " if journal.database.is_sqlite else "EXPLAIN "

    def work(connection: Connection) -> str:
        if not journal.database.is_sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))  # small tables are read through otherwise
        return "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))

    return journal.database.write(work)


async def fill(journal: Journal, *, analyze: bool = False) -> None:
    """Leave rows of each kind, and a flood of one number; `analyze` lets the planner count them."""
    await accept(journal, *(message(number=f"86{no}") for no in range(20)), *(message() for _ in range(60)))
    for row in await claim(journal, limit=15):
        await journal.finish(Ending(row, InboxState.DONE, answers=(Answer(row.number, "done"),)))
    if analyze or not journal.database.is_sqlite:  # PostgreSQL counts by itself before long, SQLite never does
        journal.database.write(lambda connection: connection.exec_driver_sql("ANALYZE").close())


@pytest.mark.parametrize("analyze", [False, True])
async def test_a_claim_of_messages_reads_due_heads_and_nothing_else(journal: Journal, analyze: bool) -> None:
    await fill(journal, analyze=analyze)
    with statements(journal, "SELECT inbox.id, inbox.number") as seen:
        await claim(journal)
    plan = plan_of(journal, *seen[0])
    assert "inbox_due" in plan
    assert "inbox_line" in plan
    assert "SCAN inbox" not in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("analyze", [False, True])
async def test_a_claim_of_answers_reads_due_heads_and_nothing_else(journal: Journal, analyze: bool) -> None:
    await fill(journal, analyze=analyze)
    with statements(journal, "SELECT outbox.id") as seen:
        await journal.claim_answers(["smsc"], 5, 60.0)
    plan = plan_of(journal, *seen[0])
    assert "outbox_due" in plan
    assert "outbox_line" in plan
    assert "SCAN outbox" not in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("beginning", "index"),
    [
        ("SELECT inbox.id, inbox.owner", ("inbox_lease", "inbox_one_claimed")),
        ("SELECT outbox.id, outbox.owner", ("outbox_lease",)),
        ("SELECT inbox.id \nFROM inbox \nWHERE inbox.queue", ("inbox_due",)),
        ("SELECT long_texts.id", ("long_texts_done",)),
    ],
    ids=["leases of messages", "leases of answers", "queues that are due", "long texts to be forgotten"],
)
async def test_a_sweep_reads_no_row_it_need_not(journal: Journal, beginning: str, index: tuple[str, ...]) -> None:
    await fill(journal)
    with statements(journal, beginning) as seen:
        await journal.sweep(Sweep(10.0, 3, "sweeper", lambda *_: "dead"))
    plan = plan_of(journal, *seen[0])
    assert any(name in plan for name in index), plan
    assert "SCAN inbox\n" not in plan


@pytest.mark.parametrize("analyze", [False, True])
async def test_what_is_done_with_long_texts_costs_no_more_as_they_add_up(journal: Journal, analyze: bool) -> None:
    for reference in range(40):
        await hand_on(journal, await keep(journal, 1, total=1, reference=reference))
        await keep(journal, 1, number=f"86{reference}")
    await fill(journal, analyze=analyze)
    with statements(journal, "SELECT long_texts") as seen:
        await journal.long_texts_due(["smsc"])
        await keep(journal, 2)
    due, like = (plan_of(journal, *one) for one in seen)
    assert "long_texts_due" in due, due
    assert "long_texts_key" in like, like
    assert not any(words in due + like for words in ("SCAN", "Seq Scan"))


@pytest.mark.parametrize("analyze", [False, True])
async def test_a_receipt_is_matched_by_the_indexes_of_ids(journal: Journal, analyze: bool) -> None:
    await _gone_out(journal)
    await fill(journal, analyze=analyze)
    with statements(journal, "SELECT outbox") as seen:
        await journal.receive(Receipt("smsc", "77", "delivered", "000"))
    of_answers, of_parts = (plan_of(journal, *one) for one in seen)
    assert "outbox_message_key" in of_answers, of_answers
    assert "outbox_parts_message_key" in of_parts, of_parts
    assert not any(words in of_answers + of_parts for words in ("SCAN", "Seq Scan"))


async def _gone_out(journal: Journal) -> None:
    for no in range(20):  # an empty table, or a column without a value, is read by any index
        await answered(journal, "a text", number=f"87{no}")
    for no, answer in enumerate(await take(journal, 20)):
        if no % 2:
            await sent(journal, answer, f"{no:x}")
        else:
            await journal.begin(answer.id, PLAN, 20)
            for number in range(1, 21):
                await sent(journal, answer, f"{no:x}{number:02x}", number)


async def test_a_handset_that_is_there_again_costs_a_look_at_its_own_line(journal: Journal) -> None:
    await fill(journal)
    with statements(journal, "UPDATE outbox SET due_at") as seen:
        await journal.reachable("861")
    plan = plan_of(journal, *seen[0])
    assert "outbox_line" in plan, plan


async def test_renewing_a_claim_reads_only_what_is_claimed(journal: Journal) -> None:
    await fill(journal)
    (row,) = await claim(journal, limit=1)
    with statements(journal, "UPDATE inbox SET lease_until") as seen:
        await journal.renew(row.token, 30.0)
    plan = plan_of(journal, *seen[0])
    assert "inbox_lease" in plan or "inbox_one_claimed" in plan, plan


async def test_rows_that_wait_behind_their_number_stand_in_no_index_that_claims_read(journal: Journal) -> None:
    await asyncio.gather(*(accept(journal, message()) for _ in range(100)))

    def heads(connection: Connection) -> int:
        return int(connection.scalar(text("SELECT count(*) FROM inbox WHERE head AND due_at IS NOT NULL")) or 0)

    for _ in range(3):
        assert 1 == journal.database.write(heads)
        (row,) = await claim(journal, limit=50)
        assert 0 == journal.database.write(heads)
        await journal.finish(Ending(row, InboxState.DONE))
    assert [Queue.ORDERS] == journal.database.write(lambda c: queues_due(c, journal.database.now()))
