"""Hosts that wait for each other's rows on PostgreSQL: what a statement saw before it waited may be so no more.

Under READ COMMITTED only the row that was locked is looked at again, in its own columns; whatever else a condition
asks is answered as it was when the statement began.  Each test holds a lock in one connection until another waits.
"""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from tests.journal.conftest import DEDUPE_S
from tests.journal.kit.lock_waits import until_one_waits
from tests.journal.kit.messages import NUMBER, OTHER, accept, message, rows
from workers.journal import Journal, Ticket
from workers.journal.tables import inbox

pytestmark = pytest.mark.postgresql


async def test_what_goes_in_late_after_another_host_took_it_is_no_second_order(postgresql_url: str) -> None:
    """Promise 2: a batch waits behind a line that is held; the SMSC, told to keep a text, goes to another host."""
    with Journal(postgresql_url, dedupe_s=DEDUPE_S) as one, Journal(postgresql_url, dedupe_s=DEDUPE_S) as two:
        await accept(one, message(number=OTHER))
        late = Ticket(message())
        with one.database.engine.begin() as held:
            held.execute(select(inbox.c.id).with_for_update())
            batch = [one.accept(late), one.accept(Ticket(message("second", OTHER)))]
            await until_one_waits(two.database, "the batch")
            late.late = True  # its channel has said so, and the SMSC comes again
            (again,) = await accept(two, message())
        first, _ = await asyncio.gather(*batch)
        assert (False, again.transaction_id, True) == (again.duplicate, first.transaction_id, first.duplicate)
        assert 1 == [row["number"] for row in rows(one)].count(NUMBER)


async def test_an_order_by_dial_that_comes_to_two_hosts_at_once_is_one_and_neither_hears_an_error(
    postgresql_url: str,
) -> None:
    """Promise 2: a gateway repeats itself to another listener while the first is just committing."""
    order = message(channel="ussd", once=True)
    with Journal(postgresql_url) as one, Journal(postgresql_url) as two:
        with one.database.engine.begin() as first:
            one._intake.accept(first, [Ticket(order)], one.database.now())
            again = two.accept(Ticket(order))
            await until_one_waits(one.database, "the second host")
        accepted = await again
        assert (order.transaction_id, True) == (accepted.transaction_id, accepted.duplicate)
        assert 1 == len(rows(one))
