"""What an ESME may ask about what it submitted: query_sm, cancel_sm, replace_sm (SMPP 3.4 §4.8 to §4.10).

Only the account that sent a message may, and only under the source address that it was sent with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from smpplib import consts

from channels.simulator.handover import Handover
from channels.simulator.ledger import Count, Ledger
from channels.simulator.messages import UNDELIVERABLE, Message, Messages
from channels.simulator.times import absolute
from channels.smpp.protocol.pdu import NOTHING, Pdu, Value

Answer = tuple[int, Mapping[str, Value]]
_ABSENT_SUBSCRIBER = 1  # query_sm_resp error_code: the vendor's own, as our receipts' err


class Operations:
    """Answers them by the messages that are remembered."""

    def __init__(self, messages: Messages, handover: Handover, ledger: Ledger) -> None:
        self._messages = messages
        self._handover = handover
        self._ledger = ledger

    def answer(self, system_id: str, pdu: Pdu) -> Answer:
        """Return the response's status and fields."""
        self._ledger.add(Count(f"operations.{pdu.command}"))
        return _HANDLERS[pdu.command](self, system_id, pdu)

    def _query(self, system_id: str, pdu: Pdu) -> Answer:
        message = self._messages.find(system_id, pdu.text("message_id"))
        if message is None:
            return consts.SMPP_ESME_RINVMSGID, NOTHING
        if not _same_source(message, pdu):
            return consts.SMPP_ESME_RQUERYFAIL, NOTHING
        return consts.SMPP_ESME_ROK, {
            "message_id": message.message_id,
            "final_date": "" if message.done_at is None else absolute(message.done_at),
            "message_state": message.state,
            "error_code": _ABSENT_SUBSCRIBER if message.state == UNDELIVERABLE else 0,
        }

    def _cancel(self, system_id: str, pdu: Pdu) -> Answer:
        """One message by its id; without one, all from this source to this destination."""
        if not pdu.text("message_id"):
            chosen = [one for one in self._messages.waiting(system_id) if _same_way(one, pdu)]
        else:
            message = self._messages.find(system_id, pdu.text("message_id"))
            if message is None:
                return consts.SMPP_ESME_RINVMSGID, NOTHING
            chosen = [message] if message.is_waiting and _same_source(message, pdu) else []
        if not chosen:
            return consts.SMPP_ESME_RCANCELFAIL, NOTHING
        for one in chosen:
            self._handover.delete(one)
        return consts.SMPP_ESME_ROK, NOTHING

    def _replace(self, system_id: str, pdu: Pdu) -> Answer:
        message = self._messages.find(system_id, pdu.text("message_id"))
        if message is None:
            return consts.SMPP_ESME_RINVMSGID, NOTHING
        if not message.is_waiting or not _same_source(message, pdu):
            return consts.SMPP_ESME_RREPLACEFAIL, NOTHING
        message.replace_fields(**{name: pdu.fields[name] for name in _REPLACED if name in pdu.fields})
        self._ledger.add(Count.ANSWERS_REPLACED)
        return consts.SMPP_ESME_ROK, NOTHING


_REPLACED = ("short_message", "registered_delivery")
_HANDLERS: Mapping[str, Callable[[Operations, str, Pdu], Answer]] = {
    "query_sm": Operations._query,
    "cancel_sm": Operations._cancel,
    "replace_sm": Operations._replace,
}
COMMANDS = frozenset(_HANDLERS)


def _same_source(message: Message, pdu: Pdu) -> bool:
    return pdu.text("source_addr") == message.pdu.text("source_addr")


def _same_way(message: Message, pdu: Pdu) -> bool:
    return _same_source(message, pdu) and pdu.text("destination_addr") == message.pdu.text("destination_addr")
