"""Messages of our own: put into a number's line, to be claimed, retried and found after a death as any other is."""

from __future__ import annotations

from sqlalchemy import Connection

from workers.journal.arriving import NewMessage, new_transaction_id
from workers.journal.new_rows import INSERT, new_row
from workers.journal.states import Queue
from workers.journal.tables import inbox

OUR_OWN = ("gift", "renewal")
"""The channels that nobody sends on but we."""
_NO_DIGEST = 0
"""Nobody sends it again."""


def put(connection: Connection, now: float, *, channel: str, bind: str, number: str, short_code: str, text: str) -> int:
    """Put a message behind whatever its number, whose line is locked, has sent before; return its id."""
    message = NewMessage(
        transaction_id=new_transaction_id(now),
        channel=channel,
        bind=bind,
        session="",
        number=number,
        short_code=short_code,
        text=text,
        network_reference="",
        queue=Queue.BULK,
        stops=False,
    )
    return int(connection.execute(INSERT.returning(inbox.c.id), new_row(message, _NO_DIGEST, now)).scalar_one())
