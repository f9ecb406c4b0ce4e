"""Answers, written in the transaction of what they tell, and written again for whoever asks again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from workers.journal.leaving import Answer
from workers.journal.line import destinations
from workers.journal.rows import ClaimedRow
from workers.journal.states import UNSENT, OutboxState, Queue
from workers.journal.tables import inbox, outbox

_PRIORITY = {Queue.INTERACTIVE: 0, Queue.ORDERS: 1, Queue.BULK: 2}
_URGENT = 0

_INSERT = insert(outbox).values(head=destinations.is_new_head)

ASKER = (
    *(inbox.c.id, inbox.c.number, inbox.c.channel, inbox.c.bind, inbox.c.short_code, inbox.c.answers),
    *(inbox.c.source_port, inbox.c.destination_port),
)
"""What `add_one` needs of a message."""


def add(connection: Connection, answers: Sequence[tuple[ClaimedRow, Sequence[Answer]]], now: float) -> None:
    """Queue the answers of messages, numbered on from those they have already."""
    rows = [
        _parameters(row, row.answers + offset, row.bind, answer, _PRIORITY[row.queue], now)
        for row, theirs in answers
        for offset, answer in enumerate(theirs, start=1)
    ]
    if rows:
        destinations.lock(connection, [str(row["destination"]) for row in rows])
        connection.execute(_INSERT, rows)


def add_one(connection: Connection, row: Row[*tuple[Any, ...]], answer: Answer, now: float, bind: str = "") -> None:
    """Queue one more answer for an inbox row (its `ASKER` columns) that nobody has claimed.

    `bind` sends it where that isn't the message's own.
    """
    parameters = _parameters(row, row.answers + 1, bind or row.bind, answer, _PRIORITY[Queue.BULK], now)
    destinations.lock(connection, [answer.destination])
    connection.execute(_INSERT, [parameters])
    connection.execute(update(inbox).where(inbox.c.id == row.id).values(answers=row.answers + 1))


def _parameters(
    row: ClaimedRow | Row[*tuple[Any, ...]], answer_no: int, bind: str, answer: Answer, priority: int, now: float
) -> dict[str, object]:
    to_sender = answer.destination == row.number  # whose application's port is nobody else's
    return {
        "inbox_id": row.id,
        "answer_no": answer_no,
        "bind": bind,
        "source": row.short_code,
        "destination": answer.destination,
        "line_key": answer.destination,
        "text": answer.text,
        "priority": _URGENT if answer.urgent or row.channel == "ussd" else priority,
        "state": OutboxState.QUEUED,
        "due_at": now + answer.held_s,
        "on_screen": answer.held_s > 0,
        "push": answer.push,
        "resends": 0,
        "error": "",
        "created_at": now,
        "registered_delivery": answer.registered_delivery,
        "validity_s": answer.validity_s,
        "source_port": row.destination_port if to_sender else None,
        "destination_port": row.source_port if to_sender else None,
    }


def repeat_answer(connection: Connection, inbox_id: int, number: str, bind: str, now: float) -> bool:
    """Send a finished message's last answer to its sender again; False where it is still to come.

    For a redelivery and for a replay of what is done: silence is never an answer, not even to a duplicate.
    """
    last = connection.execute(
        select(outbox.c.state, outbox.c.text, outbox.c.registered_delivery, outbox.c.validity_s, outbox.c.priority)
        .where(outbox.c.inbox_id == inbox_id, outbox.c.destination == number)
        .order_by(outbox.c.answer_no.desc())
        .limit(1)
    ).first()
    if last is None or last.state in UNSENT:
        return False
    row = connection.execute(select(*ASKER).where(inbox.c.id == inbox_id).with_for_update()).one()
    urgent = last.priority == _URGENT  # a question is waited for however often it is asked
    answer = Answer(number, last.text, last.registered_delivery, last.validity_s, urgent)
    add_one(connection, row, answer, now, bind)
    return True
