"""What gifts cost a claim and a sweep: the databases use the partial indexes, and never visit those that are over."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from tests.journal.kit.gifts import present
from tests.journal.kit.messages import OTHER, accept, claim, message
from tests.journal.test_plans import plan_of, statements
from workers.journal import Ending, GiftChange, InboxState, Journal
from workers.journal.gifts import REFUSED
from workers.journal.sweep import Sweep


async def fill(journal: Journal, *, analyze: bool) -> None:
    """Leave gifts that are over and gifts that are open."""
    for no in range(30):
        await present(journal, recipient=f"86138002000{no:02d}", key=f"{no:06d}")
        if no % 3:
            await accept(journal, message("NO", f"86138002000{no:02d}"))
            (row,) = await claim(journal)
            change = GiftChange(REFUSED, id=row.gifts[0].id)
            await journal.finish(Ending(row, InboxState.DONE, gifts=(change,)))
    if analyze or not journal.database.is_sqlite:
        journal.database.write(_analyze)


def _analyze(connection: Connection) -> None:
    connection.exec_driver_sql("ANALYZE").close()


@pytest.mark.parametrize("analyze", [False, True])
async def test_a_claim_looks_for_gifts_of_its_numbers_alone(journal: Journal, analyze: bool) -> None:
    await fill(journal, analyze=analyze)
    await accept(journal, message("YES", OTHER))
    with statements(journal, "SELECT gifts.id") as seen:
        await claim(journal)
    plan = plan_of(journal, *seen[0])
    assert "gifts_recipient" in plan, plan
    assert not any(words in plan for words in ("SCAN gifts", "Seq Scan"))


@pytest.mark.parametrize("analyze", [False, True])
async def test_a_sweep_looks_at_open_gifts_alone(journal: Journal, analyze: bool) -> None:
    await fill(journal, analyze=analyze)
    with statements(journal, "SELECT gifts.id") as seen, statements(journal, "UPDATE gifts") as left:
        await journal.sweep(Sweep(10.0, 3, "sweeper", lambda *_: "dead"))
    ends, reminders, confirmed = (plan_of(journal, *one) for one in (*seen, *left))
    assert ("gifts_deadline" in ends, "gifts_remind" in reminders or "gifts_deadline" in reminders) == (True, True)
    assert "gifts_confirmed" in confirmed or "gifts_open" in confirmed, confirmed
    assert not any(words in ends + reminders + confirmed for words in ("SCAN gifts\n", "Seq Scan on gifts"))
