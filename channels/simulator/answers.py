"""Answers: submit_sm and data_sm from an ESME, taken or refused as the faults in force want."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from smpplib import consts

from channels.simulator.conduct import Conduct
from channels.simulator.faults import Dice
from channels.simulator.handover import Handover
from channels.simulator.ledger import Count, Ledger
from channels.simulator.messages import Message, Messages
from channels.simulator.times import seconds_until
from channels.smpp.protocol.pdu import Pdu


class Respond(Protocol):
    """Sends the response: its status, its message id, and what to do when it has left."""

    def __call__(self, status: int, message_id: str = "", then: Callable[[], None] | None = None) -> None:
        """Respond; called once at most."""


class Answers:
    """Takes answers."""

    def __init__(
        self,
        *,
        dice: Dice,
        ledger: Ledger,
        messages: Messages,
        handover: Handover,
        conduct: Conduct,
        now: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        """Hold the collaborators; `now` is Unix time, `monotonic` runs the rate limit, both in seconds."""
        self._dice = dice
        self._ledger = ledger
        self._messages = messages
        self._handover = handover
        self._conduct = conduct
        self._now = now
        self._monotonic = monotonic

    def take(self, system_id: str, pdu: Pdu, respond: Respond) -> None:
        """Take an answer or refuse it; the handset gets it when the response has left."""
        self._ledger.add(Count.ANSWERS_SUBMITS)
        refused = self._refusal(pdu)
        if refused is not None:
            count, status = refused
            self._ledger.add(count)
            respond(status)
            return
        self._ledger.add(Count.ANSWERS_ACCEPTED)
        message = self._messages.add(system_id, pdu, self._now())
        if self._dice.hits(self._dice.faults.no_resp):
            self._ledger.add(Count.ANSWERS_UNANSWERED)
            self._handover.begin(message)
        elif self._conduct.receipt_first:
            self._respond_after_receipt(message, respond)
        else:
            respond(consts.SMPP_ESME_ROK, message.message_id, lambda: self._handover.begin(message))

    def _respond_after_receipt(self, message: Message, respond: Respond) -> None:
        """Let the receipt leave first; where none leaves, the response doesn't wait for long."""
        loop = asyncio.get_running_loop()
        to_come = [message.message_id]

        def respond_once() -> None:
            if to_come:
                respond(consts.SMPP_ESME_ROK, to_come.pop())

        def leaves() -> None:
            loop.call_soon(respond_once)  # the receipt is written in this turn of the loop

        loop.call_later(self._conduct.receipt_first_s, respond_once)
        self._handover.begin(message, leaves)

    def _refusal(self, pdu: Pdu) -> tuple[Count, int] | None:
        faults = self._dice.faults
        if not pdu.text("destination_addr"):
            return Count.ANSWERS_INVALID, consts.SMPP_ESME_RINVDSTADR
        for name, status in _TIMES.items():
            try:
                if pdu.text(name):
                    seconds_until(pdu.text(name), self._now())
            except ValueError:
                return Count.ANSWERS_INVALID, status
        if self._dice.hits(faults.throttle) or self._dice.over_rate(self._monotonic()):
            return Count.ANSWERS_THROTTLED, consts.SMPP_ESME_RTHROTTLED
        if self._dice.hits(faults.queue_full):
            return Count.ANSWERS_QUEUE_FULL, consts.SMPP_ESME_RMSGQFUL
        return None


_TIMES = {
    "schedule_delivery_time": consts.SMPP_ESME_RINVSCHED,
    "validity_period": consts.SMPP_ESME_RINVEXPIRY,
}
