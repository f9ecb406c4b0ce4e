"""How it went lately, minute by minute: what arrived, what became of it, and how long its sender waited.

However many rows there are, only those of the time asked for are looked at: ids are given in the order of arrival, and
`first_since` finds where a time begins.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, cast, func, select
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.database import Database
from workers.journal.own_messages import OUR_OWN
from workers.journal.searching import first_since
from workers.journal.states import InboxState
from workers.journal.tables import inbox, outbox

MINUTE_S = 60
_MOST_ANSWERS = 5_000

_OUTCOMES: dict[str, str] = {
    InboxState.DONE: "done",
    InboxState.REFUSED: "refused",
    InboxState.UNKNOWN: "parked",
    InboxState.DEAD: "parked",
}


@dataclass(frozen=True, slots=True)
class Minute:
    """The messages that arrived in one minute, and what has become of them so far."""

    begins_at: int
    """Seconds since the epoch."""
    received: int = 0
    done: int = 0
    refused: int = 0
    parked: int = 0
    """Unknown or dead."""


class Lately:
    """Looks at the newest rows of one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def minutes(self, since: float) -> dict[int, Minute]:
        """The minutes from then on in which anything arrived, by their beginning."""
        begin = int(since) // MINUTE_S * MINUTE_S
        with self._database.read() as connection:
            minute = _whole(connection, inbox.c.received_at / MINUTE_S)
            rows = connection.execute(
                select(minute.label("minute"), inbox.c.state, func.count().label("messages"))
                .where(
                    inbox.c.id >= first_since(connection, begin),
                    inbox.c.received_at >= begin,
                    inbox.c.channel.not_in(OUR_OWN),
                )
                .group_by(minute, inbox.c.state)
            ).all()
        counts: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in rows:
            one = counts[int(row.minute) * MINUTE_S]
            one["received"] += row.messages
            if outcome := _OUTCOMES.get(row.state):
                one[outcome] += row.messages
        return {begins_at: Minute(begins_at, **one) for begins_at, one in counts.items()}

    def waits_s(self, since: float) -> dict[int, list[float]]:
        """How long senders waited from their text in to the first answer out, in seconds, by minute of arrival.

        At most the newest 5,000, in no order.
        """
        begin = int(since) // MINUTE_S * MINUTE_S
        with self._database.read() as connection:
            rows = connection.execute(
                select(inbox.c.received_at, outbox.c.sent_at)
                .join(outbox, (outbox.c.inbox_id == inbox.c.id) & (outbox.c.answer_no == 1))
                .where(
                    inbox.c.id >= first_since(connection, begin),
                    inbox.c.received_at >= begin,
                    inbox.c.channel.not_in(OUR_OWN),
                    outbox.c.sent_at.is_not(None),
                )
                .order_by(inbox.c.id.desc())
                .limit(_MOST_ANSWERS)
            ).all()
        found: defaultdict[int, list[float]] = defaultdict(list)
        for row in rows:
            found[int(row.received_at) // MINUTE_S * MINUTE_S].append(max(row.sent_at - row.received_at, 0.0))
        return dict(found)


def _whole(connection: Connection, value: ColumnElement[Any]) -> ColumnElement[int]:
    # A cast cuts in SQLite, whose floor() not every build has; in PostgreSQL it rounds.
    return cast(value if connection.dialect.name == "sqlite" else func.floor(value), Integer)
