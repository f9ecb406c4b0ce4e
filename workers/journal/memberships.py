"""Who is remembered to be a member of the music club: a note of whom to ask the core about, which has the last word.

It is read with each claim of a message, so that nobody else costs a question to the core, and written whenever the
core has said how things stand.  No price is charged by it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, case, delete, func, select
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.database import Database
from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.tables import inbox, memberships

member_of: ColumnElement[str] = func.coalesce(
    select(memberships.c.level).where(memberships.c.number == inbox.c.number).correlate(inbox).scalar_subquery(), ""
)
"""Of a message's sender, within a query of the inbox; empty where there is none.  It looks at one row, by its key."""


@dataclass(frozen=True, slots=True)
class Membership:
    """What the core says of one number."""

    number: str = field(repr=False)
    level: str
    """Its id in the club's file; empty: it is a member no more, or never was."""
    code: str = ""
    """The core's, of the box."""
    valid_until: float | None = None
    """Seconds since the epoch; None where the core doesn't say."""


def remember(connection: Connection, wishes: Sequence[Membership], now: float) -> list[None]:
    """Keep each in the place of what was remembered of its number; `since` stays as long as the level does."""
    # In one order, so that two who write the same numbers don't wait for each other's rows.
    for one in sorted(wishes, key=lambda one: one.number):
        if not one.level:
            connection.execute(delete(memberships).where(memberships.c.number == one.number))
            continue
        told = {"level": one.level, "code": one.code, "valid_until": one.valid_until, "read_at": now}
        insert = INSERT_BY_DIALECT[connection.dialect.name](memberships).values(number=one.number, since=now, **told)
        since = case((memberships.c.level == insert.excluded.level, memberships.c.since), else_=insert.excluded.since)
        keep = insert.on_conflict_do_update(index_elements=[memberships.c.number], set_={**told, "since": since})
        connection.execute(keep)
    return [None for _ in wishes]


class Memberships:
    """What is remembered, for those who look; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, number: str) -> Membership | None:
        """What is remembered of a number, E.164 digits; None where that is nothing."""
        with self._database.read() as connection:
            row = connection.execute(select(memberships).where(memberships.c.number == number)).first()
        return Membership(row.number, row.level, row.code, row.valid_until) if row else None
