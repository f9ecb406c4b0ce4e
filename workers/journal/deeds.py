"""What operations did that is about no single message: it stands in the history, too, under the message 0."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select

from workers.journal import history
from workers.journal.database import Database
from workers.journal.pages import Page, page_by
from workers.journal.tables import history as events

NO_MESSAGE = 0
"""Ids of messages begin with 1."""


def note(connection: Connection, now: float, event: str, author: str, **detail: object) -> None:
    """Append one deed in the caller's transaction; `detail` holds neither numbers nor texts."""
    history.note(connection, now, NO_MESSAGE, event, author[:96], **detail)


class Deeds:
    """The deeds of one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, event: str, author: str, **detail: object) -> None:
        """Append one deed, in a transaction of its own."""
        self._database.write(lambda connection: note(connection, self._database.now(), event, author, **detail))

    def page(self, *, limit: int = 50, cursor: str = "", since: float | None = None) -> Page:
        """The newest first, with the detail laid open; ValueError for a cursor that is none."""
        query = select(events).where(events.c.inbox_id == NO_MESSAGE)
        if since is not None:
            query = query.where(events.c.at >= since)
        with self._database.read() as connection:
            rows, more = page_by(events.c.id, connection, query, limit, cursor)
        opened = [dict(row._mapping) | {"detail": json.loads(row.detail) if row.detail else {}} for row in rows]
        return Page(opened, more)
