"""What is remembered of a number: the language that it has chosen.

It is written in the transaction of the answer that promises it, and read with each claim of a message.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.database import Database
from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.own_messages import OUR_OWN
from workers.journal.states import InboxState
from workers.journal.tables import inbox, subscribers

chosen_language: ColumnElement[str] = func.coalesce(
    select(subscribers.c.language).where(subscribers.c.number == inbox.c.number).correlate(inbox).scalar_subquery(), ""
)
"""Of a message's sender, within a query of the inbox; empty where there is none.  It looks at one row, by its key."""


def remember(connection: Connection, chosen: Sequence[tuple[str, str]], now: float) -> None:
    """Keep languages (number, folder under templates/), each in the place of what its number chose before."""
    if not chosen:
        return
    insert = INSERT_BY_DIALECT[connection.dialect.name](subscribers)
    keep = insert.on_conflict_do_update(
        index_elements=[subscribers.c.number], set_={"language": insert.excluded.language, "at": insert.excluded.at}
    )
    # In one order, so that two who write the same numbers don't wait for each other's rows.
    connection.execute(
        keep, [{"number": number, "language": language, "at": now} for number, language in sorted(chosen)]
    )


def languages(connection: Connection, numbers: Collection[str]) -> dict[str, str]:
    """What these numbers have chosen; those that never did are not in it."""
    if not numbers:
        return {}
    query = select(subscribers.c.number, subscribers.c.language).where(subscribers.c.number.in_(numbers))
    return {row.number: row.language for row in connection.execute(query)}


_LANGUAGE = select(subscribers.c.language).where(subscribers.c.number == bindparam("number"))
_RESULTS = (
    select(inbox.c.results)
    .where(inbox.c.number == bindparam("number"), inbox.c.received_at > bindparam("since"), inbox.c.results != "")
    .order_by(inbox.c.received_at.desc(), inbox.c.id.desc())
    .limit(20)
)

_MOST_LATER = 1000
_RESULTS_AFTER = (
    select(inbox.c.results)
    .where(
        inbox.c.number == bindparam("number"),
        inbox.c.id > bindparam("after"),
        inbox.c.results != "",
        inbox.c.state.in_((InboxState.DONE, InboxState.REFUSED)),
        inbox.c.channel.not_in(OUR_OWN),
    )
    .order_by(inbox.c.received_at.desc(), inbox.c.id.desc())
    .limit(_MOST_LATER)
)


class Subscribers:
    """Numbers as they are remembered, for those who look; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def results(self, number: str, since: float) -> list[str]:
        """What its last messages came to, as their endings wrote it, the newest first."""
        with self._database.read() as connection:
            return list(connection.scalars(_RESULTS, {"number": number, "since": since}))

    def results_after(self, number: str, after: int) -> list[str]:
        """What its messages have come to that came after the one of that id, the newest first."""
        with self._database.read() as connection:
            return list(connection.scalars(_RESULTS_AFTER, {"number": number, "after": after}))

    def language(self, number: str) -> str:
        """The language that a number, E.164 digits, has chosen; empty where it never did."""
        with self._database.read() as connection:
            return connection.scalar(_LANGUAGE, {"number": number}) or ""
