"""What became of an order by dial: looked at by the screen that waits for it, and kept from going by text once shown.

Promise 4: silence is never an answer.  An answer that a screen may tell is in the outbox like any other and only due
a little later; whoever shows it says so here.  If he can't, it goes by text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, literal_column, null, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.database import Database
from workers.journal.line import destinations
from workers.journal.states import OutboxState
from workers.journal.tables import inbox, outbox

_QUEUED: ColumnElement[str] = literal_column(f"'{OutboxState.QUEUED}'")


@dataclass(frozen=True, slots=True)
class Told:
    """What the number that dialled is told."""

    text: str = field(repr=False)
    on_screen: bool
    """It goes by text only if no screen shows it in time."""


class Dials:
    """Looks at the orders of dials; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_there(self, transaction_id: str) -> bool:
        """Whether an order has been kept."""
        with self._database.read() as connection:
            found = connection.execute(select(inbox.c.id).where(inbox.c.transaction_id == transaction_id)).first()
        return found is not None

    def told(self, transaction_id: str) -> Told | None:
        """What an order has come to; None while nothing is told of it yet."""
        query = (
            select(outbox.c.text, outbox.c.on_screen)
            .join(inbox, inbox.c.id == outbox.c.inbox_id)
            .where(inbox.c.transaction_id == transaction_id, outbox.c.destination == inbox.c.number)
            .order_by(outbox.c.answer_no.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            found = connection.execute(query).first()
        return Told(found.text, found.on_screen) if found else None


def shown(connection: Connection, transaction_ids: Sequence[str], now: float) -> list[bool]:
    """Take what screens have shown out of the outbox; False where it is on its way by text already."""
    orders = select(inbox.c.id).where(inbox.c.transaction_id.in_(transaction_ids))
    taken = connection.execute(
        update(outbox)
        .where(outbox.c.inbox_id.in_(orders), outbox.c.on_screen == true(), outbox.c.state == _QUEUED)
        .values(state=OutboxState.SHOWN, due_at=null(), sent_at=now)
        .returning(outbox.c.inbox_id, outbox.c.destination)
    ).all()
    destinations.promote(connection, [row.destination for row in taken])
    ids = connection.execute(
        select(inbox.c.id, inbox.c.transaction_id).where(inbox.c.id.in_([row.inbox_id for row in taken]))
    )
    done = {row.transaction_id for row in ids}
    return [transaction_id in done for transaction_id in transaction_ids]
