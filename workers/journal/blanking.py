"""What is taken away from rows whose time is over, table by table: texts blanked, numbers hashed.

inbox, outbox      text, number, network reference, the digest of both; of the results numbers and what was looked for
questions          number, recipient, words;  gifts that ended: giver, recipient, key, words
consents           number and recipient; the salt goes, so that the chain still verifies and tells nobody (`consents`)
charges            number;  offer_counts: once nothing was had for so long: an offer for each number may be had anew
smsc_orders        the words that were to replace an answer

Deleted is what is of no use any more, and else grew for ever:

subscribers        unless they texted since; memberships likewise, but not one that is valid or renews
renewals           whose day is over by a month more: the core was asked each hour since, and knows of none
receipts           that name no answer of ours;  bind_sessions that ended: their redeliveries came long ago
replay_runs        that ended, and their rows: what was done to a message is in its history

Rows that are blanked go themselves, later: see `deleting`.
"""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, and_, bindparam, delete, exists, func, select, update
from sqlalchemy.sql.elements import BindParameter, ColumnElement

from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.replay_rules import PURGED
from workers.journal.tables import (
    bind_sessions,
    charges,
    consents,
    gifts,
    inbox,
    memberships,
    offer_counts,
    outbox,
    questions,
    receipts,
    renewals,
    replay_rows,
    replay_runs,
    smsc_orders,
    subscribers,
)

_MONTH_S = 31 * 86_400.0
_HASH_CHARS = 19
"""Of 4 bits: with its mark it fits where a number stands, and two numbers of a billion are told apart."""

Hash = Callable[[str], str]
"""A number → what stands in its place."""


def hashing(key: bytes) -> Hash:
    """Return what hashes numbers with a key; what is hashed already, or empty, stays as it is."""

    def hashed(number: str) -> str:
        if not number or number.startswith(PURGED):
            return number
        return PURGED + hmac.new(key, number.encode(), "sha256").hexdigest()[:_HASH_CHARS]

    return hashed


# with its message: each statement finds its rows by an index


def messages(
    connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]], hashed: Hash, before: float
) -> Counter[str]:
    """Blank messages (id, number, transaction_id, results) with whatever belongs to them; rows by table."""
    ids, numbers = [row.id for row in rows], sorted({row.number for row in rows})
    answers = connection.execute(select(outbox.c.id, outbox.c.destination).where(outbox.c.inbox_id.in_(ids))).all()
    asked = connection.execute(
        select(questions.c.id, questions.c.number, questions.c.recipient, questions.c.asked).where(
            questions.c.number.in_(numbers), questions.c.inbox_id.in_(ids), questions.c.state != "open"
        )
    ).all()
    recorded = connection.execute(
        select(consents.c.seq, consents.c.number, consents.c.recipient).where(
            consents.c.transaction_id.in_([row.transaction_id for row in rows])
        )
    ).all()
    wanted = {
        inbox: [
            {"row": row.id, "new_number": hashed(row.number), "new_results": _without_people(row.results, hashed)}
            for row in rows
        ],
        outbox: [{"row": row.id, "new_destination": hashed(row.destination)} for row in answers],
        questions: [
            {
                "row": row.id,
                "new_number": hashed(row.number),
                "new_recipient": hashed(row.recipient),
                "new_asked": _without_words(row.asked),
            }
            for row in asked
        ],
        consents: [
            {"row": row.seq, "new_number": hashed(row.number), "new_recipient": hashed(row.recipient)}
            for row in recorded
        ],
        charges: [{"old": number, "before": before, "new_number": hashed(number)} for number in numbers],
    }
    done: Counter[str] = Counter()
    for table, parameters in wanted.items():
        if parameters:
            done[table.name] += connection.execute(_BLANK[table], parameters).rowcount
    return done


def _without_people(results: str, hashed: Hash) -> str:
    if not results:
        return results
    steps = json.loads(results)
    for step in steps.values():
        step.update({name: hashed(step[name]) for name in ("other_number",) if step.get(name)})
        step.update({name: "" for name in ("query", "gift_key") if step.get(name)})
    return json.dumps(steps, separators=(",", ":"))


def _without_words(asked: str) -> str:
    return json.dumps([one | {"meant": ""} if "meant" in one else one for one in json.loads(asked)])


_row: BindParameter[int] = bindparam("row")
_new_number: BindParameter[str] = bindparam("new_number")
_BLANK = {
    inbox: update(inbox)
    .where(inbox.c.id == _row)
    .values(number=_new_number, results=bindparam("new_results"), text="", network_reference="", digest=0),
    outbox: update(outbox)
    .where(outbox.c.id == _row)
    .values(destination=bindparam("new_destination"), text="", push=""),
    questions: update(questions)
    .where(questions.c.id == _row)
    .values(number=_new_number, recipient=bindparam("new_recipient"), asked=bindparam("new_asked"), text_if_expired=""),
    consents: update(consents)
    .where(consents.c.seq == _row)
    .values(number=_new_number, recipient=bindparam("new_recipient"), salt=""),
    charges: update(charges)
    .where(charges.c.number == bindparam("old"), charges.c.at < bindparam("before"))
    .values(number=_new_number),
}


# beside the messages: tables that are gone through by their primary key


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
    blank = update(gifts).where(gifts.c.id == _row)
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
_has_rows = exists().where(replay_rows.c.run_id == replay_runs.c.id)


BESIDE = (
    Beside(
        gifts,
        lambda before: and_(gifts.c.ended_at < before, _plain(gifts.c.giver)),
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
