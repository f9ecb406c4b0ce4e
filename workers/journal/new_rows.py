"""A message's row as it is born: behind whoever stands in its number's line, due at once, with nothing done yet."""

from __future__ import annotations

from sqlalchemy import insert

from workers.journal.arriving import NewMessage
from workers.journal.line import numbers
from workers.journal.states import InboxState
from workers.journal.tables import inbox

INSERT = insert(inbox).values(head=numbers.is_new_head)


def new_row(message: NewMessage, digest: int, now: float, *, ack_late: bool = False) -> dict[str, object]:
    """Return the parameters of `INSERT`; `ack_late` where the SMSC was told to keep the message."""
    return {
        "transaction_id": message.transaction_id,
        "channel": message.channel,
        "bind": message.bind,
        "session": message.session,
        "number": message.number,
        "line_key": message.number,
        "short_code": message.short_code,
        "text": message.text,
        "network_reference": message.network_reference,
        "digest": digest,
        "queue": message.queue,
        "state": InboxState.RECEIVED,
        "due_at": now,
        "ack_late": ack_late,
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
        "incomplete": message.incomplete,
        "source_port": message.source_port,
        "destination_port": message.destination_port,
    }
