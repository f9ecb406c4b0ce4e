"""Whether rows make progress: what is overdue, when the last one came to its end, how long the core is waited for.

Overdue is what could be taken up and is not, or is in hand and does not end.  What is put off to a later time (a
handset that is switched off, a core that has said "later") is not, and nor is what stands behind it in its line: one
number's trouble is not everybody's.

Messages are done and answers sent about in the order of their ids, so the newest end is found around the oldest row
that has none, around the one that is due the longest, which is where a long line is being worked off, and among the
newest rows, which is where it is where nothing waits; however many rows there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, and_, case, func, literal, select, true
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.database import Database
from workers.journal.line import destinations, numbers
from workers.journal.states import InboxState, OutboxState
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
    overdue_s: float = 0.0
    """How long one of them has been due, or in hand, at most: seconds."""


def progress(database: Database) -> list[Progress]:
    """Look; blocks, and raises `JournalUnavailable`."""
    now = database.now()
    with database.read() as connection:
        return [*_messages(connection, now), *_answers(connection, now)]


def _messages(connection: Connection, now: float) -> Iterable[Progress]:
    due = and_(inbox.c.head == true(), inbox.c.due_at <= now)
    in_hand = case((inbox.c.state == InboxState.CLAIMED, inbox.c.claimed_at))
    waits = and_(inbox.c.state == InboxState.WAITING, inbox.c.waiting_for == _FOR_CORE)
    for_core = case((waits, inbox.c.received_at))
    unfinished = inbox.c.state.in_(numbers.holding)
    for row in connection.execute(_by_name(inbox, inbox.c.queue, unfinished, due, in_hand, for_core)).all():
        ended = _newest(connection, inbox, inbox.c.queue, inbox.c.finished_at, row, unfinished & due, now)
        overdue_s = max(_ago(now, row.due_at), _ago(now, row.since))
        yield Progress("inbox", row.name, ended, _ago(now, row.for_core), overdue_s)


def _answers(connection: Connection, now: float) -> Iterable[Progress]:
    due = and_(outbox.c.head == true(), outbox.c.due_at <= now)
    let_go = case((outbox.c.state == OutboxState.SENDING, outbox.c.lease_until))  # by its sender, which is gone
    unfinished = outbox.c.state.in_(destinations.holding)
    for row in connection.execute(_by_name(outbox, outbox.c.bind, unfinished, due, let_go, literal(None))).all():
        ended = _newest(connection, outbox, outbox.c.bind, outbox.c.sent_at, row, unfinished & due, now)
        yield Progress("outbox", row.name, ended, 0.0, max(_ago(now, row.due_at), _ago(now, row.since)))


def _by_name(
    table: Table,
    name: Column[str],
    unfinished: ColumnElement[bool],
    due: ColumnElement[bool],
    since: ColumnElement[float],
    for_core: ColumnElement[float],
) -> Select[*tuple[Any, ...]]:
    return (
        select(
            name.label("name"),
            func.min(table.c.id).label("oldest"),
            func.min(case((due, table.c.due_at))).label("due_at"),
            func.min(since).label("since"),
            func.min(for_core).label("for_core"),
        )
        .where(unfinished)
        .group_by(name)
        .order_by(name)
    )


def _newest(
    connection: Connection,
    table: Table,
    name: Column[str],
    end: Column[float],
    row: Row[*tuple[Any, ...]],
    due: ColumnElement[bool],
    now: float,
) -> float | None:
    """How long ago the newest end was that is found: seconds.

    What ended after now did so before the clock was set back, and says nothing.
    """
    first = select(table.c.id).where(due, name == row.name).order_by(table.c.due_at, table.c.id).limit(1)
    middles = (row.oldest, connection.scalar(first), connection.scalar(select(func.max(table.c.id))))
    ends = [_newest_around(connection, table, name == row.name, end, middle, now) for middle in {*middles} - {None}]
    newest = max((one for one in ends if one is not None), default=None)
    return None if newest is None else now - newest


def _newest_around(
    connection: Connection, table: Table, theirs: ColumnElement[bool], end: Column[float], middle: int, now: float
) -> float | None:
    before = select(table.c.id).where(table.c.id <= middle).order_by(table.c.id.desc()).limit(_AROUND)
    after = select(table.c.id).where(table.c.id > middle).order_by(table.c.id).limit(_AROUND)
    newest: list[float | None] = [
        connection.scalar(select(func.max(end)).where(table.c.id.in_(near), theirs, end <= now))
        for near in (before, after)
    ]
    return max((one for one in newest if one is not None), default=None)


def _ago(now: float, at: float | None) -> float:
    return 0.0 if at is None else max(now - at, 0.0)
