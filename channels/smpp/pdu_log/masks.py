"""How much of each value may stand in the log.

What we say is as we made it.  What we hear may be misread, by us or by a peer that counts otherwise than the
standard, so that a text stands where a name should: of a string that was heard, no more is shown than its place allows
and its form proves.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from channels.smpp.protocol.pdu import Pdu
from workers.privacy import mask, mask_text

HIDDEN = "***"
_ADDRESSES = ("source_addr", "destination_addr", "esme_addr")
_SHORT_CODE = re.compile(r"\+?\d{1,6}", re.ASCII)
_NUMBER = re.compile(r"\+?\d{7,}", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z .&_-]{0,10}\d{0,3}", re.ASCII)
_ID = re.compile(r"[!-~]{1,64}")
_TIME = re.compile(r"\d{15}[-+R]", re.ASCII)
"""SMPP 3.4 §7.1.1."""
_SERVICE = re.compile(r"[A-Z0-9]{0,5}", re.ASCII)


def string(pdu: Pdu, name: str, value: str, *, said: bool) -> str:
    """A C-octet string by its place and its form; where both don't prove it harmless, its length."""
    if not value:
        return ""
    if name == "password":
        return HIDDEN
    if name in _ADDRESSES:
        return address(value, said=said)
    if name in ("message_id", "receipted_message_id"):
        # an SMSC doesn't ask about messages: what stands there then is anything but an id
        trusted = said or pdu.is_response or name == "receipted_message_id"
        return message_id(value, numbers(pdu)) if trusted else _length(value)
    if name in ("schedule_delivery_time", "validity_period", "final_date"):
        return value if _TIME.fullmatch(value) else _length(value)
    if name == "service_type":
        return value if _SERVICE.fullmatch(value) else _length(value)
    if name in ("system_id", "system_type", "address_range"):
        return _quoted(value) if said or pdu.is_response or pdu.command == "outbind" else _length(value)
    if name == "additional_status_info_text" and pdu.is_response:
        return _quoted(value)
    return _length(value)


def address(value: str, *, said: bool) -> str:
    """A number masked as everywhere; short codes and, where we say them, names as they are."""
    if _SHORT_CODE.fullmatch(value):
        return value
    if _NUMBER.fullmatch(value):
        return mask(value)
    return value if said and _NAME.fullmatch(value) else _length(value)


def message_id(value: str, not_these: Collection[str] = ()) -> str:
    """An SMSC's id, which support needs whole; one that holds a number of this PDU is masked like it."""
    if not _ID.fullmatch(value):
        return _length(value)
    return mask_text(value) if any(number in value for number in not_these) else value


def numbers(pdu: Pdu) -> list[str]:
    """The telephone numbers in a PDU's addresses, as digits."""
    found = (re.sub(r"\D", "", pdu.text(name)) for name in _ADDRESSES)
    return [number for number in found if len(number) > 6]


def _quoted(value: str) -> str:
    return '"' + "".join(c if c.isprintable() and c != '"' else "?" for c in mask_text(value)) + '"'


def _length(value: str) -> str:
    return f"<{len(value)} characters>"
