"""Answers: submit_sm and data_sm from an ESME, shown on the handset they go to, with a receipt where asked."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from smpplib import consts

from channels.simulator.bubbles import Bubble, Bubbles, State
from channels.simulator.faults import Dice
from channels.simulator.joining import Joiner, read_piece
from channels.simulator.ledger import Count, Ledger
from channels.simulator.receipts import Receipt, wanted
from channels.smpp.protocol.pdu import Pdu


class Answers:
    """Takes answers, or refuses them as the faults in force want."""

    def __init__(
        self,
        run: str,
        *,
        dice: Dice,
        ledger: Ledger,
        bubbles: Bubbles,
        send_receipt: Callable[[Receipt], None],
        now: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        """Hold the collaborators; `now` is Unix time, `monotonic` runs the rate limit, both in seconds."""
        self._run = run
        self._dice = dice
        self._ledger = ledger
        self._bubbles = bubbles
        self._send_receipt = send_receipt
        self._now = now
        self._monotonic = monotonic
        self._joiner = Joiner()
        self._numbers = itertools.count(1)

    def take(self, system_id: str, pdu: Pdu) -> tuple[int, str | None]:
        """Return the response's status and message id; the id is None where no response is to go out."""
        self._ledger.add(Count.ANSWERS_SUBMITS)
        refused = self._refusal(pdu)
        if refused is not None:
            count, status = refused
            self._ledger.add(count)
            return status, ""
        self._ledger.add(Count.ANSWERS_ACCEPTED)
        message_id = f"{self._run}{next(self._numbers):08x}"
        delivered = not self._dice.hits(self._dice.faults.undelivered)
        if delivered:
            self._show(pdu, message_id)
        else:
            self._ledger.add(Count.ANSWERS_UNDELIVERED)
        if wanted(pdu.number("registered_delivery"), delivered=delivered):
            self._ledger.add(Count.RECEIPTS_ASKED)
            self._send_receipt(self._receipt(system_id, pdu, message_id, delivered=delivered))
        if self._dice.hits(self._dice.faults.no_resp):
            self._ledger.add(Count.ANSWERS_UNANSWERED)
            return consts.SMPP_ESME_ROK, None
        return consts.SMPP_ESME_ROK, message_id

    def _refusal(self, pdu: Pdu) -> tuple[Count, int] | None:
        faults = self._dice.faults
        if not pdu.text("destination_addr"):
            return Count.ANSWERS_INVALID, consts.SMPP_ESME_RINVDSTADR
        if self._dice.hits(faults.throttle) or self._dice.over_rate(self._monotonic()):
            return Count.ANSWERS_THROTTLED, consts.SMPP_ESME_RTHROTTLED
        if self._dice.hits(faults.queue_full):
            return Count.ANSWERS_QUEUE_FULL, consts.SMPP_ESME_RMSGQFUL
        return None

    def _show(self, pdu: Pdu, message_id: str) -> None:
        piece = read_piece(pdu)
        source, destination = pdu.text("source_addr"), pdu.text("destination_addr")
        at_ms = int(self._now() * 1000)
        bubble_id, text, is_whole = f"{self._run}-a{message_id[len(self._run) :]}", piece.text, True
        if piece.total > 1:
            joined, again = self._joiner.add(source, destination, piece, bubble_id)
            if again:
                return
            bubble_id, text, is_whole = joined.bubble_id, joined.text, joined.is_whole
        begun = self._bubbles.get(bubble_id)
        self._bubbles.put(
            Bubble(
                id=bubble_id,
                number=destination.removeprefix("+"),
                short_code=source,
                side="service",
                text=text,
                state=State.RECEIVED if is_whole else State.PARTIAL,
                at_ms=begun.at_ms if begun else at_ms,
                done_at_ms=at_ms if is_whole else None,
                parts=piece.total,
            )
        )
        if is_whole:
            self._ledger.add(Count.ANSWERS_SHOWN)

    def _receipt(self, system_id: str, pdu: Pdu, message_id: str, *, delivered: bool) -> Receipt:
        now = self._now()
        body = pdu.fields.get("short_message", b"")
        return Receipt(
            message_id=message_id,
            system_id=system_id,
            handset=pdu.text("destination_addr"),
            handset_ton=pdu.number("dest_addr_ton"),
            handset_npi=pdu.number("dest_addr_npi"),
            service=pdu.text("source_addr"),
            service_ton=pdu.number("source_addr_ton"),
            service_npi=pdu.number("source_addr_npi"),
            delivered=delivered,
            submitted_at=now,
            done_at=now,
            text=body if isinstance(body, bytes) else b"",
        )
