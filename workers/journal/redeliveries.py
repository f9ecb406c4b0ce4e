"""A message that the SMSC brought again: it gets the first one's answer, once for each time that it was unheard."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, select, update

from workers.journal import answers, history
from workers.journal.arriving import NewPart, Ticket
from workers.journal.tables import bind_sessions, inbox


@dataclass(frozen=True, slots=True)
class Again:
    """How it came again."""

    bind: str
    session: str
    number: str = field(repr=False)
    late: bool = False
    """This time, too, the SMSC was told to keep it."""


def of(came: Ticket | NewPart) -> Again:
    """What counts of a message or a part that came again."""
    if isinstance(came, Ticket):
        return Again(came.message.bind, came.message.session, came.message.number, came.late)
    return Again(came.bind, came.session, came.number)


def attach(connection: Connection, inbox_id: int, again: Again, now: float) -> None:
    """Attach it to its row, and repeat an answer that has gone out already."""
    connection.execute(update(inbox).where(inbox.c.id == inbox_id).values(session=again.session, ack_late=again.late))
    history.note(connection, now, inbox_id, "redelivered", "smsc", bind=again.bind)
    answers.repeat_answer(connection, inbox_id, again.number, again.bind, now)


def attach_if_unheard(connection: Connection, transaction_id: str, again: Again, now: float) -> None:
    """Attach it where the SMSC may not have heard that we took it: too late, or its bind has ended since.

    Otherwise it was heard, or is just being told, and one answer will do.
    """
    row = connection.execute(
        select(inbox.c.id, inbox.c.ack_late, bind_sessions.c.ended_at)
        .outerjoin(bind_sessions, bind_sessions.c.id == inbox.c.session)
        .where(inbox.c.transaction_id == transaction_id)
    ).first()
    if row and (row.ack_late or row.ended_at is not None):
        attach(connection, row.id, again, now)
