"""What carries one part of an answer: submit_sm, or data_sm where the bind says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from channels.smpp.addresses import Addresses
from channels.smpp.ports import OutgoingText
from channels.smpp.protocol.pdu import Value
from channels.smpp.text import Part
from workers.settings import BindSettings

RECEIPT_FOR: Mapping[str, int] = {"never": 0, "always": 1, "failure": 2}
"""registered_delivery (SMPP 3.4 §5.2.17)."""
_MOST_OCTETS = 254
"""Of short_message (SMPP 3.4 §5.2.22); more goes into message_payload."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A request to send."""

    command: str
    fields: Mapping[str, Value]
    tlvs: Mapping[str, Value]


class Submissions:
    """Makes the requests of one bind, as its settings say."""

    def __init__(self, settings: BindSettings, addresses: Addresses) -> None:
        self._settings = settings
        self._addresses = addresses

    def of(self, row: OutgoingText, part: Part, number: int, total: int, *, takes_tlvs: bool = True) -> Submission:
        """The request that carries part `number` of `total`, counted from 1; an SMSC of before 3.4 knows no TLVs."""
        settings = self._settings
        source, destination = self._addresses.source(row.source), self._addresses.destination(row.destination)
        fields: dict[str, Value] = {
            "service_type": settings.service_type,
            "source_addr_ton": source.ton,
            "source_addr_npi": source.npi,
            "source_addr": source.addr,
            "dest_addr_ton": destination.ton,
            "dest_addr_npi": destination.npi,
            "destination_addr": destination.addr,
            "esm_class": part.esm_class,
            "registered_delivery": self._registered_delivery(row, number, total),
            "data_coding": part.data_coding,
        }
        tlvs: dict[str, Value] = _ports(row) if takes_tlvs else {}
        if part.sar is not None:
            reference, segments, segment = part.sar
            tlvs["sar_msg_ref_num"] = reference
            tlvs["sar_total_segments"] = segments
            tlvs["sar_segment_seqnum"] = segment
        validity_s = row.validity_s or settings.validity_s
        if settings.submit_with == "data_sm" and takes_tlvs:
            if validity_s:
                tlvs["qos_time_to_live"] = validity_s
            return Submission("data_sm", fields, {**tlvs, "message_payload": part.octets})
        if validity_s:
            fields["validity_period"] = validity_period(validity_s)
        if row.priority == 0:
            fields["priority_flag"] = settings.urgent_priority
        if part.is_payload or len(part.octets) > _MOST_OCTETS:
            tlvs["message_payload"] = part.octets
        else:
            fields["short_message"] = part.octets
        return Submission("submit_sm", fields, tlvs)

    def _registered_delivery(self, row: OutgoingText, number: int, total: int) -> int:
        """Of several parts, only those that the setting `receipt_part` goes by are asked about."""
        part = self._settings.receipt_part
        if (part == "first" and number != 1) or (part == "last" and number != total):
            return 0
        return RECEIPT_FOR[row.registered_delivery or self._settings.registered_delivery]


def _ports(row: OutgoingText) -> dict[str, Value]:
    ports = {"source_port": row.source_port, "destination_port": row.destination_port}
    return {name: port for name, port in ports.items() if port is not None}


def validity_period(seconds: int) -> str:
    """Seconds from now in the relative form, `YYMMDDhhmmss000R` (SMPP 3.4 §7.1.1): at most 99 days here.

    Months and years are left at 0, since the standard doesn't say how long they are.
    """
    minutes, s = divmod(seconds, 60)
    hours, m = divmod(minutes, 60)
    days, h = divmod(hours, 24)
    return f"0000{min(days, 99):02d}{h:02d}{m:02d}{s:02d}000R"
