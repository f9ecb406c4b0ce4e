"""What becomes of rows beside the messages once their time is over: gone through by their primary key, table by table.

gifts              that ended, their giver's message too: giver, recipient, key, words
smsc_orders        the words that were to replace an answer
offer_counts       once nothing was had for so long: an offer for each number may be had anew

Deleted is what is of no use any more, and else grew for ever:

subscribers        unless they texted since; memberships likewise, but not one that is valid or renews
renewals           whose day is over by a month more: the core was asked each hour since, and knows of none
receipts           that name no answer of ours;  bind_sessions that ended: their redeliveries came long ago
replay_runs        that ended, and their rows: what was done to a message is in its history
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, and_, bindparam, delete, exists, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.blanking import Hash
from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.replay_rules import PURGED
from workers.journal.states import InboxState
from workers.journal.tables import (
    bind_sessions,
    charges,
    gifts,
    inbox,
    memberships,
    offer_counts,
    receipts,
    renewals,
    replay_rows,
    replay_runs,
    smsc_orders,
    subscribers,
)

_MONTH_S = 31 * 86_400.0
_FINISHED = (InboxState.DONE, InboxState.REFUSED)


@dataclass(frozen=True, slots=True)
class Beside:
    """A table of its own, or of what outlives a message."""

    table: Table
    is_over: Callable[[float], ColumnElement[bool]]
    """By the moment before which its rows are over."""
    blank: Callable[[Connection, Sequence[Row[Any]], Hash], None]


def _plain(column: Column[str]) -> ColumnElement[bool]:
    return ~column.startswith(PURGED)


def _silent_since(number: Column[str], before: float) -> ColumnElement[bool]:
    return ~exists().where(inbox.c.number == number, inbox.c.received_at >= before)


def _gifts(connection: Connection, rows: Sequence[Row[Any]], hashed: Hash) -> None:
    blank = update(gifts).where(gifts.c.id == bindparam("row"))
    values = {"giver": bindparam("by"), "recipient": bindparam("to"), "key": "", "text_of_reminder": ""}
    connection.execute(
        blank.values(values), [{"row": r.id, "by": hashed(r.giver), "to": hashed(r.recipient)} for r in rows]
    )


def _smsc_orders(connection: Connection, rows: Sequence[Row[Any]], _: Hash) -> None:
    connection.execute(update(smsc_orders).where(smsc_orders.c.id.in_([row.id for row in rows])).values(text=""))


def _offer_counts(connection: Connection, rows: Sequence[Row[Any]], hashed: Hash) -> None:
    insert = INSERT_BY_DIALECT[connection.dialect.name](offer_counts)
    for row in rows:  # he may have had it long ago, too: then that is hashed already
        again = insert.values(offer_id=row.offer_id, number=hashed(row.number), used=row.used)
        key = [offer_counts.c.offer_id, offer_counts.c.number]
        connection.execute(
            again.on_conflict_do_update(index_elements=key, set_={"used": offer_counts.c.used + row.used})
        )
        gone = and_(offer_counts.c.offer_id == row.offer_id, offer_counts.c.number == row.number)
        connection.execute(delete(offer_counts).where(gone))


def _forget(connection: Connection, rows: Sequence[Row[Any]], _: Hash, *, table: Table) -> None:
    key = [*table.primary_key]
    these = delete(table).where(*(column == bindparam(f"its_{column.name}") for column in key))
    connection.execute(these, [{f"its_{column.name}": row._mapping[column.name] for column in key} for row in rows])


def forgotten(table: Table, is_over: Callable[[float], ColumnElement[bool]]) -> Beside:
    """A table whose rows are deleted once they are over."""
    return Beside(table, is_over, partial(_forget, table=table))


_renews = exists().where(renewals.c.number == memberships.c.number, renewals.c.tone_code == memberships.c.code)
_may_be_presented = exists().where(inbox.c.id == gifts.c.inbox_id, inbox.c.state.not_in(_FINISHED)).correlate(gifts)
"""Given up while nobody knew, and found at the core once operations have its message done again."""
_has_rows = exists().where(replay_rows.c.run_id == replay_runs.c.id)


BESIDE = (
    Beside(
        gifts,
        lambda before: and_(gifts.c.ended_at < before, _plain(gifts.c.giver), ~_may_be_presented),
        _gifts,
    ),
    Beside(
        smsc_orders,
        lambda before: and_(smsc_orders.c.done_at < before, smsc_orders.c.text != ""),
        _smsc_orders,
    ),
    Beside(
        offer_counts,
        lambda before: and_(
            offer_counts.c.number != "",
            _plain(offer_counts.c.number),
            ~exists().where(
                charges.c.number == offer_counts.c.number,
                charges.c.offer_id == offer_counts.c.offer_id,
                charges.c.at >= before,
            ),
        ),
        _offer_counts,
    ),
    forgotten(
        subscribers,
        lambda before: and_(subscribers.c.at < before, _silent_since(subscribers.c.number, before)),
    ),
    forgotten(
        renewals,
        lambda before: renewals.c.due_at < before - _MONTH_S,
    ),
    forgotten(  # whoever is taken for no member pays the full price: not while it may be valid
        memberships,
        lambda before: and_(
            memberships.c.read_at < before,
            func.coalesce(memberships.c.valid_until, 0.0) < before,
            ~_renews.correlate(memberships),
            _silent_since(memberships.c.number, before),
        ),
    ),
    forgotten(receipts, lambda before: receipts.c.received_at < before),
    forgotten(bind_sessions, lambda before: bind_sessions.c.ended_at < before),
    forgotten(
        replay_rows,
        lambda before: replay_rows.c.run_id.in_(select(replay_runs.c.id).where(replay_runs.c.ended_at < before)),
    ),
    forgotten(
        replay_runs,
        lambda before: and_(replay_runs.c.ended_at < before, ~_has_rows.correlate(replay_runs)),
    ),
)
"""In this order: what one row hangs by goes after it."""
