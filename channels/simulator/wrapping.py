"""The parts of a handset's text as the PDUs that carry them to an ESME: deliver_sm or data_sm, by SAR or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from channels.simulator.conduct import TextCommand
from channels.smpp.protocol.pdu import Value
from channels.smpp.text import Part

INTERNATIONAL, UNKNOWN, ISDN = 1, 0, 1  # TON, TON, NPI (SMPP 3.4 §5.2.5, §5.2.6)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One request to an ESME; sent again it is the same to the octet, as an SMSC's redelivery is."""

    command: TextCommand
    fields: Mapping[str, Value]
    tlvs: Mapping[str, Value]


def wrap(number: str, short_code: str, part: Part, command: TextCommand, reference: int | None) -> Parcel:
    """Return the request for one part; `reference` becomes its user_message_reference."""
    fields: dict[str, Value] = {
        "source_addr_ton": INTERNATIONAL,
        "source_addr_npi": ISDN,
        "source_addr": number,
        "dest_addr_ton": UNKNOWN,
        "dest_addr_npi": ISDN,
        "destination_addr": short_code,
        "esm_class": part.esm_class,
        "data_coding": part.data_coding,
    }
    tlvs: dict[str, Value] = {} if reference is None else {"user_message_reference": reference}
    if part.sar is not None:
        names = ("sar_msg_ref_num", "sar_total_segments", "sar_segment_seqnum")
        tlvs |= dict(zip(names, part.sar, strict=True))
    if part.is_payload or command == "data_sm":  # data_sm has no short_message (SMPP 3.4 §4.7)
        tlvs["message_payload"] = part.octets
    else:
        fields["short_message"] = part.octets
    return Parcel(command, fields, tlvs)
