"""Gifts, for those who look: all, those of a number, and how many wait for their recipient's yes."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from workers.journal.database import Database
from workers.journal.gifts import is_confirmed, is_presented
from workers.journal.pages import Page, key_of, page_by
from workers.journal.tables import gifts, inbox

_MESSAGES_OF_A_GIVER = 5_000


class GiftList:
    """Looks at the gifts of one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, number: str = "", *, limit: int = 50, cursor: str = "") -> Page:
        """All gifts, or those of a number, the newest first; ValueError for a cursor that is none.

        A number's are those that it was given, and that it gave by one of its newest 5,000 messages.
        """
        query = select(gifts)
        with self._database.read() as connection:
            if number:  # the ids first: a planner would rather look through everybody's gifts in their order
                query = query.where(gifts.c.id.in_(_ids(connection, number, limit, cursor)))
            rows, more = page_by(gifts.c.id, connection, query, limit, cursor)
        return Page([_plain(row) for row in rows], more)

    def open(self) -> int:
        """How many have been confirmed and have no end yet."""
        with self._database.read() as connection:
            query = select(func.count()).select_from(gifts).where(or_(is_confirmed, is_presented))
            return int(connection.scalar(query) or 0)


def _ids(connection: Connection, number: str, limit: int, cursor: str) -> list[int]:
    """Of a number's gifts: those of one page, and one more where there are more."""
    # A giver has no index: a gift's transaction id begins with that of the message that made it.
    sent = (
        select(inbox.c.transaction_id)
        .where(inbox.c.number == number)
        .order_by(inbox.c.received_at.desc())
        .limit(_MESSAGES_OF_A_GIVER)
        .subquery()
    )
    given = select(gifts.c.id).join(
        sent,
        and_(gifts.c.transaction_id > sent.c.transaction_id, gifts.c.transaction_id < sent.c.transaction_id + ":"),
    )
    got = select(gifts.c.id).where(gifts.c.recipient == number)
    ids = {*connection.scalars(given), *connection.scalars(got)}
    behind = [id_ for id_ in ids if not cursor or id_ < key_of(cursor)]
    return sorted(behind, reverse=True)[: limit + 1]


def _plain(row: Row[Any]) -> dict[str, Any]:
    gift = dict(row._mapping)
    return gift | {"tone": json.loads(row.tone) if row.tone else {}}
