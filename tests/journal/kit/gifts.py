"""Gifts as workers confirm, present and end them, and a look at the rows they became."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.journal.kit.messages import NUMBER, OTHER, accept, claim, message
from workers.journal import Answer, ClaimedRow, Ending, GiftChange, InboxState, Journal, NewGift, PresentedGift
from workers.journal.gifts import PRESENTED
from workers.journal.tables import gifts

TONE, KEY = "600902000001", "123456"
DEADLINE_S, GRACE_S = 3600.0, 10.0


async def stay(journal: Journal, number: str = NUMBER, text: str = f"GIFT {TONE} {OTHER}") -> ClaimedRow:
    """A message of that number in work."""
    await accept(journal, message(text, number))
    (row,) = [row for row in await claim(journal) if row.number == number]
    return row


def gift_of(row: ClaimedRow, recipient: str = OTHER, tone: str = TONE) -> NewGift:
    """The gift that a giver's message asks for."""
    return NewGift(f"{row.transaction_id}01", row.number, recipient, tone)


def presented(row: ClaimedRow, key: str = KEY, **more: Any) -> GiftChange:
    """The core has given its key; `more` replaces what doesn't matter to most tests."""
    values: dict[str, Any] = {"tone": "", "fee": None, "language": "en", "deadline_in_s": DEADLINE_S}
    return GiftChange(PRESENTED, f"{row.transaction_id}01", presented=PresentedGift(key, **values | more))


async def present(
    journal: Journal, giver: str = NUMBER, recipient: str = OTHER, key: str = KEY, **more: Any
) -> ClaimedRow:
    """Give a tone, up to the question to its recipient; the giver's message."""
    row = await stay(journal, giver, f"GIFT {TONE} {recipient}")
    assert await journal.confirm_gift(gift_of(row, recipient)) == ""
    offered = (Answer(giver, "offered"), Answer(recipient, "will you?"))
    await journal.finish(Ending(row, InboxState.DONE, answers=offered, gifts=(presented(row, key, **more),)))
    return row


def kept(journal: Journal) -> list[dict[str, Any]]:
    """The gifts, the oldest first."""
    with journal.database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(gifts).order_by(gifts.c.id))]


def states(journal: Journal) -> list[str]:
    """Their states."""
    return [row["state"] for row in kept(journal)]
