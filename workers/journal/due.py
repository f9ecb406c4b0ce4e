"""What comes due without a stay's ending: taken back from workers that are gone, or woken as the core is back.

And the queues in which something is due, for whoever rings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, Row, and_, case, literal_column, null, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from workers.journal import answers, history
from workers.journal.line import numbers
from workers.journal.owner import is_dead
from workers.journal.parked import is_parked
from workers.journal.states import InboxState, Queue
from workers.journal.tables import inbox

_CLAIMED: ColumnElement[str] = literal_column(f"'{InboxState.CLAIMED}'")


def wake_waiting_for_core(connection: Connection, delays_s: Sequence[float], now: float) -> list[int]:
    """Make due what waits for the core, now that it answers again; return how many rows.

    They come due spread over the delay, in seconds, and in the order of their arrival.
    """
    waiting = and_(
        is_parked,
        inbox.c.state == literal_column(f"'{InboxState.WAITING}'"),
        inbox.c.waiting_for == "core",
        inbox.c.due_at > now,
    )
    return [
        connection.execute(update(inbox).where(waiting).values(due_at=now + delay_s)).rowcount for delay_s in delays_s
    ]


def expire(
    connection: Connection, now: float, *, settle_s: float, attempts: int, author: str
) -> list[Row[tuple[object, ...]]]:
    """Take rows back from workers that are gone: a call may have begun, so they are unknown, or dead at last.

    Returns the rows that ended dead (`answers.ASKER`), which want an answer.
    """
    claimed = connection.execute(
        select(inbox.c.id, inbox.c.owner, inbox.c.lease_until)
        .where(inbox.c.state == _CLAIMED)
        .with_for_update(skip_locked=True)
    ).all()
    dead_owners = {owner for owner in {row.owner for row in claimed if row.owner} if is_dead(owner)}
    gone = [row.id for row in claimed if row.lease_until <= now or row.owner in dead_owners]
    if not gone:
        return []
    used_up = inbox.c.attempts + 1 >= attempts
    rows = connection.execute(
        update(inbox)
        .where(inbox.c.id.in_(gone))
        .values(
            state=case((used_up, InboxState.DEAD), else_=InboxState.UNKNOWN),
            due_at=case((used_up, null()), else_=now + settle_s),
            doubtful=True,
            attempts=inbox.c.attempts + 1,
            crashes=inbox.c.crashes + 1,
            claim_token=null(),
            owner=null(),
            lease_until=null(),
            outcome=case((used_up, "attempts"), else_="worker_lost"),
        )
        .returning(*answers.ASKER, inbox.c.state)
    ).all()
    detail = json.dumps({"settle_s": settle_s})
    history.append(connection, now, [(row.id, "worker_lost", author, detail) for row in rows])
    numbers.promote(connection, [row.number for row in rows])
    return [row for row in rows if row.state == InboxState.DEAD]


def queues_due(connection: Connection, now: float) -> list[Queue]:
    """Return the queues in which rows are due."""
    return [
        queue
        for queue in Queue
        if connection.execute(
            select(inbox.c.id)
            .where(
                inbox.c.queue == queue,
                inbox.c.head == true(),
                inbox.c.due_at.is_not(None),
                inbox.c.due_at <= now,
            )
            .limit(1)
        ).first()
    ]
