"""Whether rows make progress: when the last one came to its end, and how long the core is waited for.

Messages are done and answers sent about in the order of their ids, so the newest end is found around the oldest row
that has none, however many rows there are.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.database import Database
from workers.journal.line import destinations, numbers
from workers.journal.parked import parked_as
from workers.journal.states import InboxState
from workers.journal.tables import inbox, outbox

_AROUND = 500
"""Rows on either side that are looked at."""
_FOR_CORE = "core"


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one queue's messages, or one bind's answers, while some of them have no end yet."""

    box: str
    """`inbox` or `outbox`."""
    name: str
    """The queue, or the bind that sends."""
    ended_s: float | None
    """How long ago one came to its end: seconds; None where none is found."""
    for_core_s: float = 0.0
    """How long the oldest that waits for the core has been here, seconds; 0.0 where none does."""


def progress(database: Database) -> list[Progress]:
    """Look; blocks, and raises `JournalUnavailable`."""
    now = database.now()
    with database.read() as connection:
        messages = [
            Progress("inbox", queue, _ago(now, ended), _ago(now, _for_core(connection, queue)) or 0.0)
            for queue, ended in _ends(
                connection, inbox, inbox.c.queue, inbox.c.state.in_(numbers.holding), inbox.c.finished_at
            )
        ]
        answers = [
            Progress("outbox", bind, _ago(now, ended))
            for bind, ended in _ends(
                connection, outbox, outbox.c.bind, outbox.c.state.in_(destinations.holding), outbox.c.sent_at
            )
        ]
    return messages + answers


def _ends(
    connection: Connection, table: Table, name: Column[str], unfinished: ColumnElement[bool], end: Column[float]
) -> list[tuple[str, float | None]]:
    """By queue or bind: the newest end around its oldest unfinished row."""
    oldest = select(name, func.min(table.c.id)).where(unfinished).group_by(name).order_by(name)
    found: list[tuple[str, float | None]] = []
    for one, id_ in connection.execute(oldest).all():
        before = select(table.c.id).where(table.c.id < id_).order_by(table.c.id.desc()).limit(_AROUND)
        after = select(table.c.id).where(table.c.id > id_).order_by(table.c.id).limit(_AROUND)
        near = or_(table.c.id.in_(before), table.c.id.in_(after))
        found.append((one, connection.scalar(select(func.max(end)).where(near, name == one))))
    return found


def _for_core(connection: Connection, queue: str) -> float | None:
    waiting = parked_as(InboxState.WAITING)
    oldest: float | None = connection.scalar(
        select(func.min(inbox.c.received_at)).where(waiting, inbox.c.waiting_for == _FOR_CORE, inbox.c.queue == queue)
    )
    return oldest


def _ago(now: float, at: float | None) -> float | None:
    return None if at is None else max(now - at, 0.0)
