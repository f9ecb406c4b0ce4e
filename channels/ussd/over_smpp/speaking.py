"""A screen as the submit_sm that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from channels.smpp.protocol.pdu import Value
from channels.smpp.text import gsm, packing
from channels.ussd.over_smpp.hearing import Thread
from channels.ussd.over_smpp.variants import Variant

_UCS2 = 72
"""3GPP 23.038 §5: UCS2, of no message class."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The fields and TLVs of one submit_sm."""

    fields: Mapping[str, Value]
    tlvs: Mapping[str, Value]


def spoken(
    text: str, thread: Thread, variant: Variant, *, ends: bool, data_coding: Literal[0, 15] = 15, packed: bool = False
) -> Screen:
    """The request that shows `text` in the session of `thread`; `data_coding` is that of seven-bit text."""
    octets, coding = _written(text, data_coding, packed)
    fields: dict[str, Value] = {
        "service_type": thread.service_type,
        "source_addr_ton": thread.service.ton,
        "source_addr_npi": thread.service.npi,
        "source_addr": thread.service.addr,
        "dest_addr_ton": thread.subscriber.ton,
        "dest_addr_npi": thread.subscriber.npi,
        "destination_addr": thread.subscriber.addr,
        "data_coding": coding,
        "short_message": octets,
    }
    tlvs: dict[str, Value] = {"ussd_service_op": variant.end if ends else variant.prompt}
    if thread.info is not None:
        info = thread.info | (ends and variant.end_bit)
        tlvs["its_session_info"] = info.to_bytes(2, "big")
    if thread.reference is not None:
        tlvs["user_message_reference"] = thread.reference
    if thread.vendor is not None:
        tlvs["ussd_vendor_session"] = thread.vendor
    return Screen(fields, tlvs)


def _written(text: str, data_coding: int, packed: bool) -> tuple[bytes, int]:
    if gsm.can_encode(text):
        septets = gsm.encode(text)
        return (packing.pack(septets) if packed else septets), data_coding
    return text.encode("utf-16-be", "replace"), _UCS2
