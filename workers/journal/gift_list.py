"""Gifts, for those who look: the newest, those of a number, and how many wait for their recipient's yes."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, and_, func, or_, select

from workers.journal.database import Database
from workers.journal.gifts import is_confirmed, is_presented
from workers.journal.tables import gifts, inbox

_MESSAGES_OF_A_GIVER = 500


class GiftList:
    """Looks at the gifts of one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """The newest first."""
        with self._database.read() as connection:
            return [_plain(row) for row in connection.execute(select(gifts).order_by(gifts.c.id.desc()).limit(limit))]

    def of(self, number: str, limit: int) -> list[dict[str, Any]]:
        """Those that a number was given, or gave by one of its newest 500 messages, the newest first."""
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
        with self._database.read() as connection:
            ids = {*connection.scalars(given), *connection.scalars(got)}
            rows = connection.execute(
                select(gifts).where(gifts.c.id.in_(sorted(ids)[-limit:])).order_by(gifts.c.id.desc())
            )
            return [_plain(row) for row in rows]

    def open(self) -> int:
        """How many have been confirmed and have no end yet."""
        with self._database.read() as connection:
            query = select(func.count()).select_from(gifts).where(or_(is_confirmed, is_presented))
            return int(connection.scalar(query) or 0)


def _plain(row: Row[Any]) -> dict[str, Any]:
    gift = dict(row._mapping)
    return gift | {"tone": json.loads(row.tone) if row.tone else {}}
