"""What the SMSC says became of an answer (SMPP 3.4 appendix B); a receipt that names none of ours is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select, update

from workers.journal.states import OutboxState
from workers.journal.tables import outbox
from workers.journal.tables import receipts as kept_receipts


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the SMSC says became of an answer (SMPP 3.4 appendix B)."""

    bind: str
    message_id: str
    state: str
    """`delivered`, `undelivered`, or anything else: not the end yet."""
    error: str
    number: str = field(default="", repr=False)
    """Whose handset it speaks of, E.164 digits; empty where it doesn't say."""
    binds: tuple[str, ...] = ()
    """The binds with the same SMSC, whose ids are of one kind; empty for this bind alone."""
    ids: str = "auto"
    """How its id is written beside that in the response: `auto`, `same`, `hex_to_decimal`, `decimal_to_hex`."""
    part: str = "all"
    """Whose receipts say that a text of several parts is delivered: `all`, `first` or `last`."""


_EARLY_S = 60.0
"""How long before its response a receipt may come; an older one is of another message: SMSCs use ids again."""

_RECEIPT_STATES = {"delivered": OutboxState.DELIVERED, "undelivered": OutboxState.UNDELIVERED}


def receive(connection: Connection, given: Sequence[Receipt], now: float) -> list[bool]:
    """Record receipts; False for one that names no answer of ours, which is kept for operations."""
    return [_receive(connection, receipt, now) for receipt in given]


def _receive(connection: Connection, receipt: Receipt, now: float) -> bool:
    state = _RECEIPT_STATES.get(receipt.state)
    values: dict[str, object] = {"receipt_at": now, "error": receipt.error[:64]}
    if state:
        values["state"] = state
    mine = (
        update(outbox)
        .where(
            outbox.c.message_id == receipt.message_id,
            outbox.c.state.in_(("sent", "delivered", "undelivered")),
        )
        .values(values)
    )
    if receipt.message_id and connection.execute(mine).rowcount:
        return True
    connection.execute(
        insert(kept_receipts).values(
            bind=receipt.bind,
            message_id=receipt.message_id[:65],
            state=receipt.state[:16],
            error=receipt.error[:64],
            received_at=now,
        )
    )
    return False


def apply_early(connection: Connection, message_ids: Sequence[str], now: float) -> None:
    """Apply kept_receipts that overtook their submit_sm_resp, which some SMSCs send in that order."""
    if not message_ids:
        return
    early = connection.execute(
        select(kept_receipts).where(
            kept_receipts.c.message_id.in_(message_ids), kept_receipts.c.received_at > now - _EARLY_S
        )
    ).all()
    if early:
        connection.execute(delete(kept_receipts).where(kept_receipts.c.id.in_([row.id for row in early])))
        receive(connection, [Receipt(row.bind, row.message_id, row.state, row.error) for row in early], now)
