"""Answers on their way out, as a sender handles them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.journal.kit.messages import NUMBER, accept, answers, claim, message
from workers.journal import Answer, Ending, InboxState, Journal, OutboxState, OutgoingText, Queue
from workers.journal.outbox import Sent
from workers.journal.tables import outbox_parts

LEASE_S = 60.0
PLAN = "udh 7"


async def answered(
    journal: Journal, *texts: str, number: str = NUMBER, queue: Queue = Queue.ORDERS, bind: str = "smsc"
) -> None:
    """Have one message answered with these texts."""
    await accept(journal, message(number=number, queue=queue, bind=bind))
    (row,) = await claim(journal, queue)
    await journal.finish(Ending(row, InboxState.DONE, answers=tuple(Answer(number, text) for text in texts)))


async def take(journal: Journal, limit: int = 10, *binds: str) -> list[OutgoingText]:
    """Claim what is due of these binds, `smsc` where none is named."""
    return await journal.claim_answers(binds or ("smsc",), limit, LEASE_S)


async def sent(
    journal: Journal, text: OutgoingText, message_id: str = "m1", number: int = 0, via: str = "smsc"
) -> None:
    """The SMSC took a text, or one part of it."""
    await journal.tried(Sent(text.id, journal.owner, OutboxState.SENT, message_id=message_id, number=number, via=via))


async def postponed(journal: Journal, text: OutgoingText, delay_s: float = 0.0) -> None:
    """It certainly did not go out."""
    await journal.tried(Sent(text.id, journal.owner, OutboxState.QUEUED, error="throttled", due_in_s=delay_s))


async def unanswered(journal: Journal, text: OutgoingText, number: int = 0) -> None:
    """Nothing came back for a submit_sm."""
    await journal.tried(
        Sent(text.id, journal.owner, OutboxState.QUEUED, error="no response", unanswered=True, number=number)
    )


async def in_parts(journal: Journal, *ids: str, end: bool = True) -> OutgoingText:
    """Answer a message in as many parts as there are ids, and send them all."""
    await answered(journal, "a long text")
    (text,) = await take(journal)
    await journal.begin(text.id, PLAN, len(ids))
    for number, message_id in enumerate(ids, start=1):
        await sent(journal, text, message_id, number)
    if end:
        await sent(journal, text, "")
    return text


def parts(journal: Journal, *columns: str) -> list[Any]:
    """Columns of all parts, in order; the values alone where it is one column."""
    with journal.database.read() as connection:
        rows = connection.execute(
            select(*(outbox_parts.c[name] for name in columns)).order_by(
                outbox_parts.c.outbox_id, outbox_parts.c.number
            )
        ).all()
    return [row[0] if len(columns) == 1 else tuple(row) for row in rows]


def states(journal: Journal) -> list[str]:
    """The states of all answers."""
    return [row["state"] for row in answers(journal)]
