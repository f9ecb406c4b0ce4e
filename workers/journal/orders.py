"""query_sm, cancel_sm and replace_sm that operations ask for: an order is a row, done by a listener that has the bind.

It is taken under an owner, so that no two hosts do it.  The one that never heard the SMSC's answer is asked again
where asking is harmless, and told as failed where it isn't.  Author, reason and result go into the message's history;
the new text of a replacement never does, and is blanked once the order is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from workers.journal import history
from workers.journal.database import Database
from workers.journal.owner import is_dead
from workers.journal.states import OutboxState
from workers.journal.tables import outbox, outbox_parts, smsc_orders

_ANSWER_S = 60.0
"""Longer than an SMSC's answer may take: what was taken longer ago, its listener has lost."""
_STALE_S = 600.0
"""Nobody waits for an order so old any more; done now, it would surprise."""
_AT_ONCE = 50
_NOBODY = "no listener that has this bind bound took it in time"


class Kind(StrEnum):
    """What the SMSC is asked (SMPP 3.4 §4.8 to §4.10)."""

    QUERY = "query"
    CANCEL = "cancel"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A wish about an answer, or one part of it, that was sent."""

    kind: Kind
    bind: str
    """The bind it was sent by: others' SMSCs don't know its id."""
    outbox_id: int
    number: int
    """The part, from 1; 0 for an answer in one."""
    text: str = field(default="", repr=False)
    """What replaces it."""


@dataclass(frozen=True, slots=True)
class SmscOrder:
    """An order in a listener's hands, with what it needs to know of the answer."""

    id: int
    kind: Kind
    bind: str
    message_id: str
    source: str
    destination: str = field(repr=False)
    sent_text: str = field(repr=False)
    plan: str
    registered_delivery: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OrderState:
    """How far an order is."""

    id: int
    number: int
    taken: bool
    succeeded: bool | None
    """None until it is done."""
    result: str


class Orders:
    """The orders of one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database, owner: str = "") -> None:
        """`owner` is the process that takes orders; operations take none."""
        self._database = database
        self._owner = owner

    # operations' side

    def ask(self, orders: Sequence[NewOrder], *, author: str, reason: str) -> list[int]:
        """Keep the orders about one answer, noted in its message's history; returns their ids."""
        return self._database.write(lambda connection: self._ask(connection, orders, author, reason))

    def states(self, ids: Sequence[int]) -> list[OrderState]:
        """How far they are, in the order they were made."""
        query = select(smsc_orders).where(smsc_orders.c.id.in_(ids)).order_by(smsc_orders.c.id)
        with self._database.read() as connection:
            return [
                OrderState(row.id, row.number, row.taken_at is not None, row.succeeded, row.result)
                for row in connection.execute(query)
            ]

    def withdraw(self, ids: Sequence[int]) -> None:
        """End those that no listener has taken: nobody waits for them any more."""
        untaken = (smsc_orders.c.id.in_(ids), smsc_orders.c.taken_at.is_(None))
        self._database.write(lambda connection: self._end(connection, untaken, False, _NOBODY))

    # a listener's side

    def take(self, binds: Sequence[str]) -> list[SmscOrder]:
        """Take the open orders of these binds, after those were settled that somebody has lost."""
        with self._database.read() as connection:  # nearly always there is none, and then nothing is written
            if connection.execute(select(smsc_orders.c.id).where(_undone).limit(1)).first() is None:
                return []
        return self._database.write(lambda connection: self._take(connection, binds))

    def done(self, id: int, *, succeeded: bool, result: str) -> None:  # noqa: A002 - the row's own word
        """Record what the SMSC said; a cancelled answer is undelivered from now on."""
        mine = (smsc_orders.c.id == id, smsc_orders.c.owner == self._owner)
        self._database.write(lambda connection: self._end(connection, mine, succeeded, result))

    def _ask(self, connection: Connection, orders: Sequence[NewOrder], author: str, reason: str) -> list[int]:
        now, ids = self._database.now(), []
        for order in orders:
            row = {"bind": order.bind, "kind": order.kind, "outbox_id": order.outbox_id, "number": order.number}
            new = insert(smsc_orders).values(**row, text=order.text, author=author[:96], asked_at=now, result="")
            ids.append(int(connection.execute(new.returning(smsc_orders.c.id)).scalar_one()))
        if orders:
            inbox_id, answer_no = _answer(connection, orders[0].outbox_id)
            event = f"{orders[0].kind}_asked"
            history.note(connection, now, inbox_id, event, author[:96], answer=answer_no, reason=reason)
        return ids

    def _end(self, connection: Connection, which: Sequence[ColumnElement[bool]], succeeded: bool, result: str) -> None:
        for row in _open(connection, *which):
            _end(connection, row, self._database.now(), succeeded, result)

    def _take(self, connection: Connection, binds: Sequence[str]) -> list[SmscOrder]:
        now = self._database.now()
        for row in _open(connection):
            _settle(connection, row, now)
        taken = connection.scalars(
            select(smsc_orders.c.id)
            .where(_undone, smsc_orders.c.taken_at.is_(None), smsc_orders.c.bind.in_(binds))
            .order_by(smsc_orders.c.id)
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        if not taken:
            return []
        mine = update(smsc_orders).where(smsc_orders.c.id.in_(taken)).values(taken_at=now, owner=self._owner)
        connection.execute(mine)
        return [_order(row) for row in connection.execute(_WITH_ANSWER.where(smsc_orders.c.id.in_(taken)))]


_undone = smsc_orders.c.done_at.is_(None)
_WITH_ANSWER = (
    select(
        smsc_orders,
        outbox.c.source,
        outbox.c.destination,
        outbox.c.text.label("sent_text"),
        outbox.c.plan,
        outbox.c.registered_delivery,
        outbox.c.message_id.label("whole_id"),
        outbox_parts.c.message_id.label("part_id"),
    )
    .join(outbox, outbox.c.id == smsc_orders.c.outbox_id)
    .outerjoin(
        outbox_parts,
        and_(outbox_parts.c.outbox_id == smsc_orders.c.outbox_id, outbox_parts.c.number == smsc_orders.c.number),
    )
    .order_by(smsc_orders.c.id)
)


def _order(row: Row[Any]) -> SmscOrder:
    message_id = (row.part_id if row.number else row.whole_id) or ""
    return SmscOrder(
        row.id,
        Kind(row.kind),
        row.bind,
        message_id,
        row.source,
        row.destination,
        row.sent_text,
        row.plan,
        row.registered_delivery,
        row.text,
    )


def _open(connection: Connection, *which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Orders that are not done, under lock; waits for who has them under theirs, or a result would be lost."""
    return connection.execute(
        select(smsc_orders).where(_undone, *which).order_by(smsc_orders.c.id).with_for_update()
    ).all()


def _settle(connection: Connection, row: Row[Any], now: float) -> None:
    """See to an order whose taker is gone, or that nobody has taken for long."""
    if row.taken_at is None:
        if row.asked_at <= now - _STALE_S:
            _end(connection, row, now, False, _NOBODY)
    elif row.taken_at <= now - _ANSWER_S or is_dead(row.owner):
        if row.kind == Kind.QUERY:
            free = update(smsc_orders).where(smsc_orders.c.id == row.id).values(taken_at=None, owner=None)
            connection.execute(free)
        else:
            _end(connection, row, now, False, "its listener ended before the SMSC's answer came: a query tells")


def _end(connection: Connection, row: Row[Any], now: float, succeeded: bool, result: str) -> None:
    connection.execute(
        update(smsc_orders)
        .where(smsc_orders.c.id == row.id)
        .values(done_at=now, succeeded=succeeded, result=result, text="")
    )
    inbox_id, answer_no = _answer(connection, row.outbox_id)
    detail = {"answer": answer_no, "part": row.number, "succeeded": succeeded, "result": result}
    history.note(connection, now, inbox_id, row.kind, row.author, **detail)
    if succeeded and row.kind == Kind.CANCEL:
        _undeliver(connection, row)


def _undeliver(connection: Connection, row: Row[Any]) -> None:
    """A cancelled answer is undelivered, as its SMSC's receipt may say once more; one that arrived stays so."""
    gone = {"state": OutboxState.UNDELIVERED, "error": f"cancelled by {row.author}"[:64]}
    if row.number:
        connection.execute(
            update(outbox_parts)
            .where(
                outbox_parts.c.outbox_id == row.outbox_id,
                outbox_parts.c.number == row.number,
                outbox_parts.c.state == OutboxState.SENT,
            )
            .values(gone)
        )
    connection.execute(
        update(outbox).where(outbox.c.id == row.outbox_id, outbox.c.state == OutboxState.SENT).values(gone)
    )


def _answer(connection: Connection, outbox_id: int) -> tuple[int, int]:
    """The message an answer is of, and which of its answers it is."""
    row = connection.execute(select(outbox.c.inbox_id, outbox.c.answer_no).where(outbox.c.id == outbox_id)).one()
    return row.inbox_id, row.answer_no
