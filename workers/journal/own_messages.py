"""Messages of our own: put into a number's line, to be claimed, retried and found after a death as any other is."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from workers.journal.arriving import new_transaction_id
from workers.journal.line import numbers
from workers.journal.states import InboxState, Queue
from workers.journal.tables import inbox

_INSERT = insert(inbox).values(head=numbers.is_new_head)
OUR_OWN = ("gift", "renewal")
"""The channels that nobody sends on but we."""
_NO_DIGEST = 0
"""Nobody sends it again."""


def put(connection: Connection, now: float, *, channel: str, bind: str, number: str, short_code: str, text: str) -> int:
    """Put a message behind whatever its number, whose line is locked, has sent before; return its id."""
    row = {
        "transaction_id": new_transaction_id(now),
        "channel": channel,
        "bind": bind,
        "session": "",
        "number": number,
        "line_key": number,
        "short_code": short_code,
        "text": text,
        "network_reference": "",
        "digest": _NO_DIGEST,
        "queue": Queue.BULK,
        "state": InboxState.RECEIVED,
        "due_at": now,
        "ack_late": False,
        "stop_requested": False,
        "doubtful": False,
        "attempts": 0,
        "crashes": 0,
        "asks": 0,
        "waiting_for": "",
        "noticed": False,
        "outcome": "",
        "results": "",
        "answers": 0,
        "received_at": now,
        "incomplete": "",
    }
    return int(connection.execute(_INSERT.returning(inbox.c.id), row).scalar_one())
