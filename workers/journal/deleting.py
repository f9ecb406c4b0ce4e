"""What is deleted of rows that were blanked long ago, table by table: after years even who-was-it-not is of no use.

With a message go its answers with their parts, its questions, its charges, its gifts that ended and its history, each
found by an index.  Beside them: orders to SMSCs, counts of screens, who was seen in which year (how many were stays
counted), the words that nobody understood, which are what somebody wrote, and what operations did about no message.

consents       stay: the chain has no gap, or proves nothing; they are blanked
offer_counts   stay, one row for an offer and a number: quotas are held to them
do_not_disturb, bind_switches, what is not finished: hold until somebody takes them back or ends them

Of the numbered tables the last row stays, whatever its age: SQLite would give its number away again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, bindparam, delete, func, select
from sqlalchemy.sql.elements import BindParameter, ColumnElement

from workers.journal.beside import Beside, forgotten
from workers.journal.deeds import NO_MESSAGE
from workers.journal.replay_rules import PURGED
from workers.journal.tables import (
    charges,
    gifts,
    history,
    inbox,
    outbox,
    outbox_parts,
    questions,
    smsc_orders,
    statistics_people,
    statistics_words,
    ussd_funnel,
)

_DAY_S = 86_400.0
"""A year, or a month, ends at another moment in the operator's time zone."""
LAST_PURGE = "purged"
"""The event that says how far purges have come: its last one stays."""


def is_gone(before: float) -> ColumnElement[bool]:
    """Messages that are blanked, and so old that they go."""
    return and_(inbox.c.number.startswith(PURGED), inbox.c.received_at < before, ~is_last(inbox))


def messages(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> Counter[str]:
    """Delete messages (id, number, transaction_id) with whatever belongs to them; rows by table."""
    done: Counter[str] = Counter()
    parameters = [
        {
            "row": row.id,
            "its_number": row.number,
            "first": f"{row.transaction_id}00",
            "last": f"{row.transaction_id}99",
        }
        for row in rows
    ]
    for table, statement in _WITH_MESSAGE:
        wanted = statement.compile().params.keys()
        theirs = [{name: value for name, value in one.items() if name in wanted} for one in parameters]
        done[table.name] += connection.execute(statement, theirs).rowcount
    return done


def is_last(table: Table) -> ColumnElement[bool]:
    """The newest row of a numbered table."""
    return table.c.id == select(func.max(table.alias().c.id)).scalar_subquery()


_row: BindParameter[int] = bindparam("row")
_WITH_MESSAGE = (
    (
        outbox_parts,
        delete(outbox_parts).where(
            outbox_parts.c.outbox_id.in_(select(outbox.c.id).where(outbox.c.inbox_id == _row, ~is_last(outbox)))
        ),
    ),
    (outbox, delete(outbox).where(outbox.c.inbox_id == _row, ~is_last(outbox))),
    (questions, delete(questions).where(questions.c.number == bindparam("its_number"), questions.c.inbox_id == _row)),
    (charges, delete(charges).where(charges.c.transaction_id.between(bindparam("first"), bindparam("last")))),
    (
        gifts,
        delete(gifts).where(
            gifts.c.transaction_id.between(bindparam("first"), bindparam("last")), gifts.c.giver.startswith(PURGED)
        ),
    ),
    (history, delete(history).where(history.c.inbox_id == _row, ~is_last(history))),
    (inbox, delete(inbox).where(inbox.c.id == _row)),
)


def _month_of(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date().replace(day=1)


_deeds = history.alias()
_last_purge = select(func.max(_deeds.c.id)).where(_deeds.c.inbox_id == NO_MESSAGE, _deeds.c.event == LAST_PURGE)
_is_over: Sequence[tuple[Table, Callable[[float], ColumnElement[bool]]]] = (
    (smsc_orders, lambda before: and_(smsc_orders.c.done_at < before, ~is_last(smsc_orders))),
    (ussd_funnel, lambda before: ussd_funnel.c.hour < before),
    (statistics_words, lambda before: statistics_words.c.begin < _month_of(before - _DAY_S)),
    (statistics_people, lambda before: statistics_people.c.year < time.gmtime(before - _DAY_S).tm_year),
    (
        history,
        lambda before: and_(
            history.c.inbox_id == NO_MESSAGE,
            history.c.at < before,
            history.c.id != func.coalesce(_last_purge.scalar_subquery(), 0),
            ~is_last(history),
        ),
    ),
)
BESIDE: Sequence[Beside] = tuple(forgotten(table, is_over) for table, is_over in _is_over)
