"""Finding messages: a page of those that fit, the newest first, and how many wait for operations and why.

ids are given in the order of arrival, so a time is a span of ids, found by halving: there is no index by time.  A
number's own messages have one, and what is not done has one by its state (`parked`); anything else is looked for
from the newest to the oldest, until the page is full or the time is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, and_, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.database import Database
from workers.journal.pages import Page, key_of
from workers.journal.parked import is_parked, literals
from workers.journal.states import NOT_DONE, InboxState
from workers.journal.tables import inbox

_SLACK_S = 60.0
"""Rows that were committed at once may stand in another order than they arrived."""
_AT_ONCE = 500
_STEP_CHARS = 26
"""Of a step's transaction id: its message's, and two digits."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages; what is empty or None doesn't count."""

    number: str = field(default="", repr=False)
    """Whole, E.164 digits; or as a purged one stands there."""
    state: str = ""
    """An `InboxState`, or several with commas between."""
    outcome: str = ""
    bind: str = ""
    channel: str = ""
    code: str = field(default="", repr=False)
    """Part of the text, a tone code for instance, in whichever case."""
    since: float | None = None
    """Received then or later, seconds since the epoch."""
    until: float | None = None
    """Received before."""
    uncaused: bool = False
    """Only those without an outcome."""

    @property
    def states_as_given(self) -> tuple[str, ...]:
        """Those asked for, whatever they are."""
        return tuple(state.strip() for state in self.state.split(",")) if self.state else ()

    @property
    def states(self) -> tuple[InboxState, ...]:
        """Those asked for; raises ValueError where one is no state."""
        return tuple(map(InboxState, self.states_as_given))


@dataclass(frozen=True, slots=True)
class Cause:
    """How many messages are in one state for one reason."""

    state: str
    outcome: str
    count: int
    oldest_at: float
    """When the one that came first was received."""
    newest_at: float


class Search:
    """Looks through one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: Filter, *, limit: int = 50, cursor: str = "") -> Page:
        """Return at most `limit` messages, from the newest or from where a cursor says; ValueError: it is none."""
        with self._database.read() as connection:
            query = _ordered(select(inbox).where(*_conditions(connection, wanted)), wanted)
            if cursor:
                query = query.where(_behind(wanted, *_read(cursor)))
            rows = [dict(row._mapping) for row in connection.execute(query.limit(limit + 1))]
        more = len(rows) > limit
        return Page(rows[:limit], _written(rows[limit - 1]) if more else "")

    def ids(self, wanted: Filter, *, limit: int) -> list[int]:
        """Return the ids of those that fit, the oldest first; of more than `limit`, the newest."""
        with self._database.read() as connection:
            query = _ordered(select(inbox.c.id).where(*_conditions(connection, wanted)), wanted)
            return sorted(connection.scalars(query.limit(limit)))

    def named(self, identities: Sequence[str]) -> dict[str, int]:
        """Return the ids of messages by id or transaction id (a step's counts too); what isn't there is left out."""
        found: dict[str, int] = {}
        with self._database.read() as connection:
            for begin in range(0, len(identities), _AT_ONCE):
                some = [one for one in identities[begin : begin + _AT_ONCE] if is_name(one)]
                numbers = {one: int(one) for one in some if one.isdecimal() and len(one) < 19}
                there = {*connection.scalars(select(inbox.c.id).where(inbox.c.id.in_({*numbers.values()})))}
                of_transaction = inbox.c.transaction_id.in_({one[:24] for one in some if len(one) <= _STEP_CHARS})
                by_transaction = {
                    row.transaction_id: row.id
                    for row in connection.execute(select(inbox.c.transaction_id, inbox.c.id).where(of_transaction))
                }
                found |= {one: id_ for one, id_ in numbers.items() if id_ in there}
                found |= {
                    one: by_transaction[one[:24]]
                    for one in some
                    if one[:24] in by_transaction and len(one) <= _STEP_CHARS
                }
        return found

    def causes(self, *states: str, since: float | None = None) -> list[Cause]:
        """Count what is in these states (of `NOT_DONE`; unknown and dead by default) by outcome, the most first."""
        wanted = states or (InboxState.UNKNOWN, InboxState.DEAD)
        with self._database.read() as connection:
            where = [is_parked, inbox.c.state.in_(literals(wanted))]
            if since is not None:
                where += [inbox.c.id >= first_since(connection, since), inbox.c.received_at >= since]
            rows = connection.execute(
                select(inbox.c.state, inbox.c.outcome, func.count(), func.min(inbox.c.id), func.max(inbox.c.id))
                .where(*where)
                .group_by(inbox.c.state, inbox.c.outcome)
            ).all()
            ends = {row[3] for row in rows} | {row[4] for row in rows}
            at = dict(connection.execute(select(inbox.c.id, inbox.c.received_at).where(inbox.c.id.in_(ends))).all())
        causes = [Cause(row[0], row[1], row[2], at[row[3]], at[row[4]]) for row in rows]
        return sorted(causes, key=lambda cause: (-cause.count, cause.state, cause.outcome))


def is_name(identity: str) -> bool:
    """Whether it may name a message at all: of what else stands in a file, databases make errors of their own."""
    return identity.isascii() and identity.isprintable()


def first_since(
    connection: Connection, since: float, table: Table = inbox, at: Column[float] = inbox.c.received_at
) -> int:
    """An id before which nothing is as new as that; one above all where nothing is."""
    low, high = 0, int(connection.scalar(select(func.max(table.c.id))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            select(table.c.id, at).where(table.c.id >= middle).order_by(table.c.id).limit(1)
        ).first()
        if row is None or row[1] >= since - _SLACK_S:
            high = middle
        else:
            low = int(row[0]) + 1
    return low


def _conditions(connection: Connection, wanted: Filter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (inbox.c.number, wanted.number),
            (inbox.c.outcome, wanted.outcome),
            (inbox.c.bind, wanted.bind),
            (inbox.c.channel, wanted.channel),
        )
        if value
    ]
    if wanted.uncaused:
        where.append(inbox.c.outcome == "")
    if states := wanted.states:
        where.append(inbox.c.state.in_(literals(states)))
        if set(states) <= set(NOT_DONE):
            where.append(is_parked)
    if wanted.code:
        where.append(inbox.c.text.icontains(wanted.code, autoescape=True))  # as dialogue reads it: in upper case
    if wanted.since is not None:
        where.append(inbox.c.received_at >= wanted.since)
        if not wanted.number:
            where.append(inbox.c.id >= first_since(connection, wanted.since))
    if wanted.until is not None:
        where.append(inbox.c.received_at < wanted.until)
        if not wanted.number:
            where.append(inbox.c.id < first_since(connection, wanted.until + 2 * _SLACK_S))
    return where


def _ordered(query: Select[Any], wanted: Filter) -> Select[Any]:
    # A number's own index is by time: ordered by id, planners walk through everybody's messages instead.
    by = (inbox.c.received_at.desc(), inbox.c.id.desc()) if wanted.number else (inbox.c.id.desc(),)
    return query.order_by(*by)


def _behind(wanted: Filter, received_at: float, id_: int) -> ColumnElement[bool]:
    if not wanted.number:
        return inbox.c.id < id_
    return and_(
        inbox.c.received_at <= received_at,
        or_(inbox.c.received_at < received_at, inbox.c.id < id_),
    )


def _written(row: dict[str, Any]) -> str:
    return f"{row['received_at']!r}-{row['id']}"


def _read(cursor: str) -> tuple[float, int]:
    received_at, _, id_ = cursor.rpartition("-")
    return float(received_at), key_of(id_)
