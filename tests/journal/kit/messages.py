"""Messages as a channel brings them, and a look at the rows they became."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import select

from workers.journal import Accepted, ClaimedRow, Journal, NewMessage, Queue, Ticket
from workers.journal.arriving import new_transaction_id
from workers.journal.tables import history, inbox, outbox

NUMBER, OTHER = "8613800138001", "8613800138002"
ORDER = "GET 600902000001"
LEASE_S = 30.0


def message(text: str = ORDER, number: str = NUMBER, **more: Any) -> NewMessage:
    """One message; `more` replaces what doesn't matter to most tests."""
    values: dict[str, Any] = {
        "transaction_id": new_transaction_id(),
        "channel": "sms",
        "bind": "smsc",
        "session": "session-1",
        "number": number,
        "short_code": "10086",
        "text": text,
        "network_reference": "",
        "queue": Queue.ORDERS,
        "stops": False,
    }
    return NewMessage(**values | more)


def stop(number: str = NUMBER) -> NewMessage:
    """A STOP."""
    return message("STOP", number, queue=Queue.INTERACTIVE, stops=True)


async def accept(journal: Journal, *messages: NewMessage) -> list[Accepted]:
    """Accept all of them in one batch, as a channel that hears in time."""
    tickets = [Ticket(one) for one in messages]
    accepted = await asyncio.gather(*(journal.accept(ticket) for ticket in tickets))
    for ticket in tickets:
        ticket.settled = True
    return list(accepted)


async def claim(journal: Journal, queue: Queue = Queue.ORDERS, limit: int = 10, **more: Any) -> list[ClaimedRow]:
    """Claim and return the rows."""
    return (await journal.claim(queue, limit, lease_s=LEASE_S, **more)).rows


def rows(journal: Journal) -> list[dict[str, Any]]:
    """The inbox, the oldest first."""
    return _all(journal, inbox)


def answers(journal: Journal) -> list[dict[str, Any]]:
    """The outbox, the oldest first."""
    return _all(journal, outbox)


def events(journal: Journal) -> list[str]:
    """What the history says, the oldest first."""
    return [row["event"] for row in _all(journal, history)]


def _all(journal: Journal, table: Any) -> list[dict[str, Any]]:
    with journal.database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table).order_by(table.c.id))]
