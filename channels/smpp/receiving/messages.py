"""What a deliver_sm or data_sm carries, apart from who sent it: octets, their coding, and what they are part of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from channels.smpp.protocol.pdu import Pdu
from channels.smpp.text import Concatenation, read_header, split_header

_PORTS_16_BIT = 0x05
"""Application port addressing, destination before source (3GPP 23.040 §9.2.3.24.4)."""
_FILLER = b"\0"
"""Too short for an element, so it says nothing: seven octets more leave packed septets where they are."""


class PartOf(NamedTuple):
    """Which part of which long text a message is."""

    kind: str
    """Whose reference it is: `udh8`, `udh16` or `sar`."""
    reference: int
    total: int
    number: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came."""

    octets: bytes = field(repr=False)
    """Behind the user data header."""
    header: bytes = field(repr=False)
    """The header's information elements; ports that came as TLVs stand among them, so that parts keep them."""
    data_coding: int
    part_of: PartOf | None
    source_port: int | None
    destination_port: int | None
    network_reference: str
    """user_message_reference, where the SMSC sent it: the same again is the same message."""


def read_message(pdu: Pdu) -> Message:
    """Read the body of a deliver_sm or data_sm; never fails: what contradicts itself is a text of its own."""
    header, octets = split_header(_body(pdu), pdu.number("esm_class"))
    header += _ports_as_element(pdu)
    read = read_header(header)
    reference = pdu.tlvs.get("user_message_reference")
    return Message(
        octets=octets,
        header=header,
        data_coding=pdu.number("data_coding"),
        part_of=_part_of(read.concatenation) or _sar(pdu),
        source_port=read.source_port,
        destination_port=read.destination_port,
        network_reference="" if reference is None else str(reference),
    )


def _body(pdu: Pdu) -> bytes:
    """short_message, or message_payload where that is empty (SMPP 3.4 §5.3.2.32)."""
    body = pdu.fields.get("short_message") or pdu.tlvs.get("message_payload", b"")
    return body if isinstance(body, bytes) else b""


def _part_of(said: Concatenation | None) -> PartOf | None:
    """A header that says 1 of 1 is no long text's."""
    if said is None or said.total < 2:
        return None
    return PartOf(said.kind, said.reference, said.total, said.number)


def _sar(pdu: Pdu) -> PartOf | None:
    """The sar TLVs, where all three are there and agree (SMPP 3.4 §5.3.2.22 to §5.3.2.24)."""
    reference, total, number = (
        _number(pdu, name) for name in ("sar_msg_ref_num", "sar_total_segments", "sar_segment_seqnum")
    )
    if reference is None or total is None or number is None or total < 2 or not 1 <= number <= total:
        return None
    return PartOf("sar", reference, total, number)


def _ports_as_element(pdu: Pdu) -> bytes:
    source, destination = _number(pdu, "source_port"), _number(pdu, "destination_port")
    if source is None and destination is None:
        return b""
    ports = (destination or 0).to_bytes(2, "big") + (source or 0).to_bytes(2, "big")
    return bytes((_PORTS_16_BIT, 4)) + ports + _FILLER


def _number(pdu: Pdu, name: str) -> int | None:
    value = pdu.tlvs.get(name)
    return value if isinstance(value, int) else None
