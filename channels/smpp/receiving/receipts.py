"""What a delivery receipt says (SMPP 3.4 appendix B, §5.3.2.35, §5.3.2.12).

The TLVs count before the text, which vendors write as they like; their variations belong into the tables here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from smpplib import consts

from channels.smpp.protocol.pdu import Pdu
from channels.smpp.text.alphabets import decode_text

_MESSAGE_TYPE = 0x3C
_RECEIPT_TYPES = frozenset({0x04, 0x08, 0x10, 0x20})
"""SMSC receipt, the handset's two acknowledgements, intermediate notification (SMPP 3.4 §5.2.12)."""

DELIVERED, UNDELIVERED = "delivered", "undelivered"
_STATES: Mapping[int, str] = {
    consts.SMPP_MESSAGE_STATE_ENROUTE: "enroute",
    consts.SMPP_MESSAGE_STATE_DELIVERED: DELIVERED,
    consts.SMPP_MESSAGE_STATE_EXPIRED: UNDELIVERED,
    consts.SMPP_MESSAGE_STATE_DELETED: UNDELIVERED,
    consts.SMPP_MESSAGE_STATE_UNDELIVERABLE: UNDELIVERED,
    consts.SMPP_MESSAGE_STATE_ACCEPTED: "accepted",
    consts.SMPP_MESSAGE_STATE_UNKNOWN: "unknown",
    consts.SMPP_MESSAGE_STATE_REJECTED: UNDELIVERED,
}
_STATE_WORDS: Mapping[str, str] = {
    "DELIVRD": DELIVERED,
    "EXPIRED": UNDELIVERED,
    "DELETED": UNDELIVERED,
    "UNDELIV": UNDELIVERED,
    "REJECTD": UNDELIVERED,
    "ACCEPTD": "accepted",
    "ENROUTE": "enroute",
    "UNKNOWN": "unknown",
}
_IN_TEXT = re.compile(r"\b(id|stat|err):\s?(\S+)", re.IGNORECASE)
_ERROR_LONGEST = 16


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which message, what became of it, and the network's error code."""

    message_id: str
    """Empty where the receipt doesn't say."""
    state: str
    """`delivered`, `undelivered`, or `accepted`, `enroute`, `unknown`: not the end yet."""
    error: str


def is_receipt(pdu: Pdu) -> bool:
    """By esm_class, or by a TLV that no handset can set."""
    return pdu.number("esm_class") & _MESSAGE_TYPE in _RECEIPT_TYPES or "receipted_message_id" in pdu.tlvs


def read_receipt(pdu: Pdu, body: bytes) -> Receipt:
    """The receipt in a deliver_sm or data_sm, whose message (without header) is `body`; never fails."""
    written: dict[str, str] = {}
    for key, value in _IN_TEXT.findall(decode_text(body, pdu.number("data_coding"))):
        written.setdefault(key.lower(), value)
    state = pdu.tlvs.get("message_state")
    code = pdu.tlvs.get("network_error_code")
    return Receipt(
        str(pdu.tlvs.get("receipted_message_id") or written.get("id", "")),
        _STATES.get(state, "unknown") if isinstance(state, int) else _state(written.get("stat", "")),
        _network_error(code) if isinstance(code, bytes) else written.get("err", "")[:_ERROR_LONGEST],
    )


def _state(word: str) -> str:
    return _STATE_WORDS.get(word.upper()[:7], "unknown")


def _network_error(code: bytes) -> str:
    """Network type, then the network's own number (§5.3.2.31)."""
    return f"{code[0]}:{int.from_bytes(code[1:], 'big')}" if code else ""
