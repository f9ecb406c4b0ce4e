"""What a receipt says (SMPP 3.4 §5.3.2.35, §5.3.2.12, §5.3.2.31, appendix B).

The TLVs count before the text, which vendors write as they like; their words for a state belong into the table here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from smpplib import consts

from channels.smpp.protocol.pdu import Pdu
from channels.smpp.receiving.receipt_text import AROUND, date_in, split_message, words_in

_MESSAGE_TYPE = 0x3C
_INTERMEDIATE = 0x20
_RECEIPT_TYPES = frozenset({0x04, 0x08, 0x10, _INTERMEDIATE, 0x04 | _INTERMEDIATE})
"""SMSC receipt, the handset's two acknowledgements, intermediate notification (SMPP 3.4 §5.2.12).

Some SMSCs set the bits of receipt and notification together.
"""

DELIVERED, UNDELIVERED, ACCEPTED, ENROUTE, UNKNOWN = "delivered", "undelivered", "accepted", "enroute", "unknown"
_STATES: Mapping[int, str] = {
    0: ENROUTE,  # SCHEDULED (SMPP 5.0 §4.7.15)
    consts.SMPP_MESSAGE_STATE_ENROUTE: ENROUTE,
    consts.SMPP_MESSAGE_STATE_DELIVERED: DELIVERED,
    consts.SMPP_MESSAGE_STATE_EXPIRED: UNDELIVERED,
    consts.SMPP_MESSAGE_STATE_DELETED: UNDELIVERED,
    consts.SMPP_MESSAGE_STATE_UNDELIVERABLE: UNDELIVERED,
    consts.SMPP_MESSAGE_STATE_ACCEPTED: ACCEPTED,
    consts.SMPP_MESSAGE_STATE_UNKNOWN: UNKNOWN,
    consts.SMPP_MESSAGE_STATE_REJECTED: UNDELIVERED,
    9: UNDELIVERED,  # SKIPPED (SMPP 5.0 §4.7.15)
}
_STATE_WORDS: Mapping[str, str] = {
    word: state
    for state, words in {
        DELIVERED: "DELIVRD DELIVERD DELIVERED DLVRD DELIVEREDTOHANDSET",
        UNDELIVERED: (
            "UNDELIV UNDELIVERED UNDELIVERABLE UNDELIVRD NOTDELIVERED NONDELIVERED DELIVERYFAILED EXPIRED DELETED"
            " CANCELED CANCELLED REJECTD REJECT REJECTED FAILED FAIL FAILURE BLOCKED SKIPPED NOROUTE"
        ),
        ACCEPTED: "ACCEPTD ACCEPTED ACKED",
        ENROUTE: "ENROUTE BUFFERED BUFFRED BUFFERD QUEUED PENDING SENT SUBMITTED SUBMITD SCHEDULED SCHEDLD RETRYING",
        UNKNOWN: "UNKNOWN UNKNOWNSTATE",
    }.items()
    for word in words.split()
}
"""By their letters alone, in capitals.  The first of each is the standard's (appendix B)."""
_STANDARD_WORD = re.compile(r"\b(DELIVRD|EXPIRED|DELETED|UNDELIV|ACCEPTD|UNKNOWN|REJECTD|ENROUTE)\b", re.IGNORECASE)
_NETWORK_REFUSAL = re.compile(r"[A-Z]{2}:[0-9A-Za-z]{1,5}")
"""In the place of a state, SMSCs that speak CMPP further on write whose error it was, and which: MK:0001."""
_NO_LETTER = re.compile(r"[^A-Z]+")
_GSM_READ_AS_ASCII = str.maketrans("¡¤ÄÖÑÜ§¿äöñü", "@$[\\]^_`{|}~")
"""Ids are ASCII, and so are most receipts, whatever data_coding they bear."""
_READ_CHARACTERS = 1_000
"""A receipt's own words are far shorter; what follows is a message, or mischief."""
_ERROR_LONGEST = 64
_NO_ERROR = b"\0\0"


@dataclass(frozen=True, slots=True)
class ReceiptContent:
    """Which message, what became of it, and the network's error code."""

    message_id: str
    """As it is written; empty where the receipt doesn't say."""
    state: str
    """`delivered`, `undelivered`, or `accepted`, `enroute`, `unknown`: not the end yet."""
    error: str
    """`type:code` as the network has them, or the text's own word."""
    done_at: str
    """ISO 8601 by the SMSC's clock, with its zone where it says one; empty where it doesn't say."""
    words: Mapping[str, str]
    """The receipt's text as it came, by its keys: `id`, `sub`, `dlvrd`, `submit_date`, `done_date`, `stat`, `err`."""


def is_receipt(pdu: Pdu) -> bool:
    """By esm_class, or by a TLV that no handset can set; a text that looks like a receipt is a text."""
    by_class = pdu.number("esm_class") & _MESSAGE_TYPE in _RECEIPT_TYPES
    return by_class or bool(pdu.tlvs.get("receipted_message_id"))


def read_receipt(pdu: Pdu, text: str) -> ReceiptContent:
    """The receipt in a deliver_sm or data_sm, whose message (without header) reads `text`; never fails."""
    text = text[:_READ_CHARACTERS]
    words = words_in(text)
    state = _state(pdu, text, words)
    if pdu.number("esm_class") & _INTERMEDIATE and state in (DELIVERED, UNDELIVERED):
        state = ENROUTE  # what it says is not the end: the SMSC goes on trying
    return ReceiptContent(
        _message_id(pdu, words), state, _error(pdu, words), date_in(words.get("done_date", "")), words
    )


def _message_id(pdu: Pdu, words: Mapping[str, str]) -> str:
    told = str(pdu.tlvs.get("receipted_message_id", "")).strip()
    written = words.get("id", "").translate(_GSM_READ_AS_ASCII).split()
    return told or (written[0].strip(AROUND) if written else "")


def _state(pdu: Pdu, text: str, words: Mapping[str, str]) -> str:
    told = pdu.tlvs.get("message_state")
    if isinstance(told, int) and told in _STATES:
        return _STATES[told]
    written = words.get("stat", "")
    if not written:  # the word may have lost its key
        word = _STANDARD_WORD.search(split_message(text)[0])
        return _STATE_WORDS[word[1].upper()] if word else UNKNOWN
    if written.isascii() and written.isdigit():
        return _STATES.get(int(written), UNKNOWN)
    for said in (written, *written.split()[:1]):
        letters = _NO_LETTER.sub("", said.upper())
        if letters in _STATE_WORDS:
            return _STATE_WORDS[letters]
    return UNDELIVERED if _NETWORK_REFUSAL.match(written) else UNKNOWN


def _error(pdu: Pdu, words: Mapping[str, str]) -> str:
    """The TLV, three octets: the network's type and its own number (§5.3.2.31); but one that says "none" is no news."""
    code = pdu.tlvs.get("network_error_code")
    written = words.get("err", "")
    if not isinstance(code, bytes) or not code:
        stat = words.get("stat", "")
        return (written or (stat if _NETWORK_REFUSAL.match(stat) else ""))[:_ERROR_LONGEST]
    if code[1:] == _NO_ERROR and written:
        return written[:_ERROR_LONGEST]
    return f"{code[0]}:{int.from_bytes(code[1:], 'big')}"
