"""An answer's way out: written with what it tells, sent at most once again for want of a response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    insert,
    literal,
    literal_column,
    null,
    select,
    true,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from workers.journal import receipts
from workers.journal.line import destinations
from workers.journal.owner import is_dead
from workers.journal.rows import Answer, ClaimedRow, OutgoingText
from workers.journal.states import OutboxState, Queue
from workers.journal.tables import inbox, outbox

_PRIORITY = {Queue.INTERACTIVE: 0, Queue.ORDERS: 1, Queue.BULK: 2}
_RESENDS = 1

_INSERT = insert(outbox).values(head=destinations.is_new_head)
_SENDING: ColumnElement[str] = literal_column(f"'{OutboxState.SENDING}'")


def add(connection: Connection, answers: Sequence[tuple[ClaimedRow, Sequence[Answer]]], now: float) -> None:
    """Queue the answers of messages, numbered on from those they have already."""
    rows = [
        _parameters(row.id, row.answers + offset, row.bind, row.short_code, answer, _PRIORITY[row.queue], now)
        for row, theirs in answers
        for offset, answer in enumerate(theirs, start=1)
    ]
    if rows:
        destinations.lock(connection, [str(row["destination"]) for row in rows])
        connection.execute(_INSERT, rows)


def add_one(connection: Connection, row: Row[tuple[object, ...]], answer: Answer, now: float) -> None:
    """Queue one more answer for an inbox row (id, bind, short_code, answers) that nobody has claimed."""
    parameters = _parameters(row.id, row.answers + 1, row.bind, row.short_code, answer, 2, now)
    destinations.lock(connection, [answer.destination])
    connection.execute(_INSERT, [parameters])
    connection.execute(update(inbox).where(inbox.c.id == row.id).values(answers=row.answers + 1))


def _parameters(
    inbox_id: int, answer_no: int, bind: str, source: str, answer: Answer, priority: int, now: float
) -> dict[str, object]:
    return {
        "inbox_id": inbox_id,
        "answer_no": answer_no,
        "bind": bind,
        "source": source,
        "destination": answer.destination,
        "line_key": answer.destination,
        "text": answer.text,
        "priority": priority,
        "state": OutboxState.QUEUED,
        "due_at": now,
        "resends": 0,
        "error": "",
        "created_at": now,
    }


def repeat_answer(connection: Connection, inbox_id: int, number: str, bind: str, now: float) -> bool:
    """Send a finished message's last answer to its sender again; False where it is still to come.

    For a redelivery and for a replay of what is done: silence is never an answer, not even to a duplicate.
    """
    last = connection.execute(
        select(outbox.c.state, outbox.c.text)
        .where(outbox.c.inbox_id == inbox_id, outbox.c.destination == number)
        .order_by(outbox.c.answer_no.desc())
        .limit(1)
    ).first()
    if last is None or last.state in (OutboxState.QUEUED, OutboxState.SENDING):
        return False
    row = connection.execute(
        select(inbox.c.id, literal(bind).label("bind"), inbox.c.short_code, inbox.c.answers)
        .where(inbox.c.id == inbox_id)
        .with_for_update()
    ).one()
    add_one(connection, row, Answer(number, last.text), now)
    return True


@dataclass(frozen=True, slots=True)
class Sending:
    """A sender's wish for answers to send: at most `limit` of one bind."""

    bind: str
    limit: int
    owner: str
    lease_s: float


def claim(connection: Connection, wishes: Sequence[Sending], now: float) -> list[list[OutgoingText]]:
    """Take due answers, the most urgent first, one in flight for each destination."""
    return [_claim(connection, wish, now) for wish in wishes]


def _claim(connection: Connection, wish: Sending, now: float) -> list[OutgoingText]:
    ids = connection.scalars(
        select(outbox.c.id)
        .where(
            outbox.c.bind == wish.bind,
            outbox.c.head == true(),
            outbox.c.due_at.is_not(None),
            outbox.c.due_at <= now,
            ~destinations.has_older,
        )
        .order_by(outbox.c.priority, outbox.c.due_at, outbox.c.id)
        .limit(wish.limit)
        .with_for_update(skip_locked=True, of=outbox)
    ).all()
    if not ids:
        return []
    rows = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(state=OutboxState.SENDING, due_at=null(), owner=wish.owner, lease_until=now + wish.lease_s)
        .returning(
            outbox.c.id,
            outbox.c.bind,
            outbox.c.source,
            outbox.c.destination,
            outbox.c.text,
            outbox.c.priority,
            outbox.c.resends,
        )
    ).all()
    return sorted((OutgoingText(*row) for row in rows), key=lambda text: (text.priority, text.id))


@dataclass(frozen=True, slots=True)
class Sent:
    """How one try to send ended."""

    id: int
    owner: str
    state: OutboxState
    message_id: str | None = None
    error: str = ""
    due_in_s: float | None = None
    unanswered: bool = False
    """submit_sm had no response in time: it may have been sent."""


_TRY_ENDED = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), outbox.c.owner == bindparam("by"), outbox.c.state == _SENDING)
    .values(
        state=bindparam("new_state"),
        message_id=bindparam("new_message_id"),
        error=bindparam("new_error"),
        due_at=bindparam("new_due_at"),
        sent_at=bindparam("new_sent_at"),
        resends=outbox.c.resends + bindparam("more_resends"),
        owner=null(),
        lease_until=null(),
    )
)


def tried(connection: Connection, tries: Sequence[Sent], now: float) -> list[None]:
    """Write how tries to send ended; those that nobody owns any more are dropped."""
    resends = _resends_of(connection, [one.id for one in tries if one.unanswered])
    connection.execute(_TRY_ENDED, [_try_parameters(one, resends, now) for one in tries])
    receipts.apply_early(connection, [one.message_id for one in tries if one.message_id], now)
    ended = [one.id for one in tries if one.state is not OutboxState.QUEUED or one.unanswered]
    keys = connection.scalars(select(outbox.c.destination).where(outbox.c.id.in_(ended))).all() if ended else []
    destinations.promote(connection, keys)
    return [None] * len(tries)


def _resends_of(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    if not ids:
        return {}
    rows = connection.execute(select(outbox.c.id, outbox.c.resends).where(outbox.c.id.in_(ids)))
    return {row.id: row.resends for row in rows}


def _try_parameters(one: Sent, resends: dict[int, int], now: float) -> dict[str, object]:
    state, due_in_s = one.state, one.due_in_s
    if one.unanswered:  # once more, then never again: the handset may have it twice already
        again = resends.get(one.id, 0) < _RESENDS
        state, due_in_s = (OutboxState.QUEUED, 0.0) if again else (OutboxState.FAILED, None)
    return {
        "row_id": one.id,
        "by": one.owner,
        "new_state": state,
        "new_message_id": one.message_id,
        "new_error": one.error[:64],
        "new_due_at": None if due_in_s is None else now + due_in_s,
        "new_sent_at": now if state == OutboxState.SENT else None,
        "more_resends": int(one.unanswered),
    }


def expire(connection: Connection, now: float) -> int:
    """Queue again what a sender that is gone had in hand: the text may go out twice, never the order."""
    sending = connection.execute(
        select(outbox.c.id, outbox.c.owner, outbox.c.lease_until).where(outbox.c.state == _SENDING)
    ).all()
    dead_owners = {owner for owner in {row.owner for row in sending if row.owner} if is_dead(owner)}
    gone = [row.id for row in sending if row.lease_until <= now or row.owner in dead_owners]
    if not gone:
        return 0
    return connection.execute(
        update(outbox)
        .where(and_(outbox.c.id.in_(gone), outbox.c.state == _SENDING))
        .values(state=OutboxState.QUEUED, due_at=now, owner=null(), lease_until=null())
    ).rowcount
