"""What was taken on its way to the handset: delivered at once or after a while, expired, deleted; then its receipt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from channels.simulator.conduct import Conduct
from channels.simulator.faults import Dice
from channels.simulator.joining import read_piece
from channels.simulator.ledger import Count, Ledger
from channels.simulator.message_ids import written
from channels.simulator.messages import DELETED, DELIVERED, EXPIRED, UNDELIVERABLE, Message
from channels.simulator.receipts import Receipt, wanted
from channels.simulator.showing import Showing
from channels.simulator.times import seconds_until
from channels.smpp.protocol.pdu import Pdu

SendReceipt = Callable[[Receipt, Callable[[], None]], None]
"""Sets a receipt on its way; calls the function just before it is first sent."""


def _nothing() -> None:
    """Nobody waits for the receipt to leave."""


class Handover:
    """Brings each message to its final state."""

    def __init__(
        self,
        *,
        dice: Dice,
        ledger: Ledger,
        showing: Showing,
        conduct: Conduct,
        send_receipt: SendReceipt,
        now: Callable[[], float],
    ) -> None:
        """Hold the collaborators; `now` is Unix time in seconds."""
        self._dice = dice
        self._ledger = ledger
        self._showing = showing
        self._conduct = conduct
        self._send_receipt = send_receipt
        self._now = now
        self._waiting: set[Message] = set()

    def begin(self, message: Message, receipt_leaves: Callable[[], None] = _nothing) -> None:
        """Deliver a message when it is due; before its validity is over, or it expires then."""
        now = message.submitted_at
        due_s = max(self._dice.faults.delay_s, _time(message.pdu, "schedule_delivery_time", now) or 0.0)
        valid_s = _time(message.pdu, "validity_period", now)
        expires = valid_s is not None and valid_s < due_s
        end = self._expire if expires else self._deliver
        wait_s = valid_s if valid_s is not None and expires else due_s
        if wait_s <= 0.0:
            end(message, receipt_leaves)
            return
        self._waiting.add(message)
        message.due = asyncio.get_running_loop().call_later(wait_s, end, message, receipt_leaves)

    def delete(self, message: Message) -> None:
        """Take a waiting message back, as its sender asked."""
        self._ledger.add(Count.ANSWERS_CANCELLED)
        self._finish(message, DELETED, _nothing)

    def stop(self) -> None:
        """Leave off: what waits is never delivered."""
        for message in self._waiting:
            if message.due is not None:
                message.due.cancel()

    def _deliver(self, message: Message, receipt_leaves: Callable[[], None]) -> None:
        if self._dice.hits(self._dice.faults.undelivered):
            self._ledger.add(Count.ANSWERS_UNDELIVERED)
            self._finish(message, UNDELIVERABLE, receipt_leaves)
            return
        self._showing.show(message, self._now())
        self._finish(message, DELIVERED, receipt_leaves)

    def _expire(self, message: Message, receipt_leaves: Callable[[], None]) -> None:
        self._ledger.add(Count.ANSWERS_EXPIRED)
        self._finish(message, EXPIRED, receipt_leaves)

    def _finish(self, message: Message, state: int, receipt_leaves: Callable[[], None]) -> None:
        self._waiting.discard(message)
        if message.due is not None:
            message.due.cancel()
        message.state, message.done_at = state, self._now()
        if wanted(message.pdu.number("registered_delivery"), state) and self._speaks_for_its_text(message):
            self._ledger.add(Count.RECEIPTS_ASKED)
            self._send_receipt(self._receipt(message), receipt_leaves)

    def _speaks_for_its_text(self, message: Message) -> bool:
        """Whether this SMSC sends a receipt for this part of a long text."""
        piece = read_piece(message.pdu)
        return {"all": True, "first": piece.number == 1, "last": piece.number == piece.total}[
            self._conduct.receipt_part
        ]

    def _receipt(self, message: Message) -> Receipt:
        number = message.number
        if self._dice.hits(self._dice.faults.unknown_receipts):
            self._ledger.add(Count.RECEIPTS_UNKNOWN)
            number ^= 0x7FFF_FFFF  # the far end of this run's numbers: nobody was given it
        pdu = message.pdu
        body = pdu.fields.get("short_message", b"")
        done_at = self._now() if message.done_at is None else message.done_at
        return Receipt(
            message_id=written(number, self._conduct.receipt_id or self._conduct.response_id),
            system_id=message.system_id,
            handset=pdu.text("destination_addr"),
            handset_ton=pdu.number("dest_addr_ton"),
            handset_npi=pdu.number("dest_addr_npi"),
            service=pdu.text("source_addr"),
            service_ton=pdu.number("source_addr_ton"),
            service_npi=pdu.number("source_addr_npi"),
            message_state=message.state,
            submitted_at=message.submitted_at,
            done_at=done_at,
            text=body if isinstance(body, bytes) else b"",
        )


def _time(pdu: Pdu, name: str, now: float) -> float | None:
    """Return how far off a time is, in seconds; None where the field is empty."""
    text = pdu.text(name)
    return seconds_until(text, now) if text else None
