"""Renewals in the journal: a row for a number's tone, and a message of our own when it is time to look.

A row is made in the transaction of the answer that a tone was bought or listed with, and goes on from date to date.
To look at it needs the core, so a message of ours is put into its number's line, behind whatever was sent before: it
is claimed, retried and found after a death as any other is, and its end tells the number and moves the row in one
transaction.  So a notice goes out once for a tone and a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, literal_column, null, select, update
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.database import Database
from workers.journal.line import numbers
from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.own_messages import OUR_OWN, put
from workers.journal.renewing import ExpectedRenewal, RenewalCall, RenewalChange, StoredRenewal
from workers.journal.replay_rules import PURGED
from workers.journal.rows import ClaimedRow
from workers.journal.states import InboxState
from workers.journal.tables import inbox, renewal_calls, renewals

CHANNEL = OUR_OWN[1]
"""Of our own messages; their text is the tone's code."""

SAME_DATE_S = 43_200.0
"""Dates nearer than that are one: what was reckoned at an order and what the core says are not alike to the second."""
_AGAIN_S = 3600.0
"""How long after a look that came to no end another is begun."""
_CALLS_KEPT_S = 30 * 86_400.0
"""After that, once nothing can call for them again."""
_AT_ONCE = 50
_FINAL: tuple[ColumnElement[str], ...] = tuple(
    literal_column(f"'{state}'") for state in (InboxState.DONE, InboxState.REFUSED, InboxState.DEAD)
)
_RENEWAL = [renewals.c[one.name] for one in fields(StoredRenewal)]
_THIS = and_(renewals.c.number == bindparam("its_number"), renewals.c.tone_code == bindparam("its_tone"))
_FORGET = delete(renewals).where(_THIS)
_MOVED = ("due_at", "told_for", "price", "lower_price", "rule", "tries", "failed_for")
_MOVE = update(renewals).where(_THIS).values({name: bindparam(f"new_{name}") for name in (*_MOVED, "look_at")})

_look_in_work = exists().where(inbox.c.id == renewals.c.message, inbox.c.state.not_in(_FINAL)).correlate(renewals)

_may_be_replayed = (
    exists()
    .where(
        inbox.c.transaction_id == func.substr(renewal_calls.c.transaction_id, 1, 24),
        inbox.c.state != InboxState.DONE,
        ~inbox.c.number.startswith(PURGED),
    )
    .correlate(renewal_calls)
)
"""Promise 2: what was unknown for months may be tried again, and must still know the date from before its call."""


def expect(connection: Connection, seen: Sequence[tuple[ClaimedRow, ExpectedRenewal]]) -> None:
    """Keep when tones renew; a date that is known already changes nothing."""
    if not seen:
        return
    insert = INSERT_BY_DIALECT[connection.dialect.name](renewals)
    new = insert.excluded
    moved = {"due_at": new.due_at, "look_at": new.look_at, "message": null()}
    keep = insert.on_conflict_do_update(
        index_elements=[renewals.c.number, renewals.c.tone_code],
        set_=moved | {"short_code": new.short_code, "bind": new.bind, "rule": "", "tries": 0},
        where=func.abs(renewals.c.due_at - new.due_at) > SAME_DATE_S,
    )
    # In one order, and each row once: two who write the same tones must not wait for each other.
    rows = {(row.number, one.tone_code): (row, one) for row, one in seen}
    connection.execute(keep, [_new(*rows[key]) for key in sorted(rows)])


def _new(row: ClaimedRow, one: ExpectedRenewal) -> dict[str, object]:
    return {
        "number": row.number,
        "tone_code": one.tone_code,
        "due_at": one.due_at,
        "look_at": one.look_at,
        "short_code": row.short_code,
        "bind": row.bind,
        "rule": "",
        "tries": 0,
    }


def change(connection: Connection, changes: Sequence[RenewalChange]) -> None:
    """Write what looks have found."""
    for one in changes:
        kept = one.renewal
        which = {"its_number": kept.number, "its_tone": kept.tone_code}
        if one.look_at is None:
            connection.execute(_FORGET, which)
        else:
            new = {f"new_{name}": getattr(kept, name) for name in _MOVED}
            connection.execute(_MOVE, which | new | {"new_look_at": one.look_at})


def sweep(connection: Connection, now: float) -> None:
    """Have those looked at that are due; small steps, since a promotion's worth of tones may renew in one minute."""
    due = connection.execute(
        select(*_RENEWAL[:2], renewals.c.bind, renewals.c.short_code)
        .where(renewals.c.look_at.is_not(None), renewals.c.look_at <= now, ~_look_in_work)
        .order_by(renewals.c.look_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, of=renewals)
    ).all()
    numbers.lock(connection, [one.number for one in due])
    for one in due:
        message = put(
            connection, now, channel=CHANNEL, bind=one.bind, number=one.number, short_code=one.short_code,
            text=one.tone_code,
        )  # fmt: skip
        looked = {"message": message, "look_at": now + _AGAIN_S}
        mine = and_(renewals.c.number == one.number, renewals.c.tone_code == one.tone_code)
        connection.execute(update(renewals).where(mine).values(looked))
    connection.execute(delete(renewal_calls).where(renewal_calls.c.at < now - _CALLS_KEPT_S, ~_may_be_replayed))


def begin(connection: Connection, calls: Sequence[RenewalCall], now: float) -> list[float]:
    """Keep until when tones are valid before they are renewed; return that of the first time for each step.

    Promise 2: a tone whose date is another than this was renewed, by the call whose answer was lost or by itself.
    """
    return [_begin(connection, call, now) for call in calls]


def _begin(connection: Connection, call: RenewalCall, now: float) -> float:
    row = {"transaction_id": call.transaction_id, "valid_until": call.valid_until, "at": now}
    connection.execute(INSERT_BY_DIALECT[connection.dialect.name](renewal_calls).values(row).on_conflict_do_nothing())
    mine = renewal_calls.c.transaction_id == call.transaction_id
    return float(connection.execute(select(renewal_calls.c.valid_until).where(mine)).scalar_one())


class RenewalBook:
    """Renewals, for those who look; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, number: str, tone_code: str) -> StoredRenewal | None:
        """A number's renewal of a tone; None where none is expected."""
        query = select(*_RENEWAL).where(renewals.c.number == number, renewals.c.tone_code == tone_code)
        with self._database.read() as connection:
            found = connection.execute(query).one_or_none()
        return StoredRenewal(**found._mapping) if found else None
