"""What the numbers in a PDU mean, in a word or two: tables by the standard's field names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_TON = {
    0: "unknown",
    1: "international",
    2: "national",
    3: "network specific",
    4: "subscriber",
    5: "alphanumeric",
    6: "abbreviated",
}
_NPI = {
    0: "unknown",
    1: "ISDN",
    3: "data",
    4: "telex",
    6: "land mobile",
    8: "national",
    9: "private",
    10: "ERMES",
    14: "Internet",
    18: "WAP",
}
_MODES = {1: "datagram", 2: "forward", 3: "store and forward"}
_TYPES = {
    0x04: "receipt",
    0x08: "delivery acknowledgement",
    0x10: "user acknowledgement",
    0x18: "conversation abort",
    0x20: "intermediate notification",
}
_RECEIPTS = {1: "receipt", 2: "receipt on failure", 3: "receipt on success"}
_ACKNOWLEDGEMENTS = {0x04: "delivery acknowledgement", 0x08: "user acknowledgement", 0x0C: "both acknowledgements"}
_CODINGS = {
    0: "default alphabet",
    1: "ASCII",
    2: "8-bit",
    3: "Latin-1",
    4: "8-bit",
    5: "JIS",
    6: "Cyrillic",
    7: "Hebrew",
    8: "UCS2",
    9: "pictograms",
    10: "ISO-2022-JP",
    13: "EUC-JP",
    14: "KS C 5601",
}
_ALPHABETS = ("GSM", "8-bit", "UCS2", "reserved")
_VERSIONS = {0x33: "3.3", 0x34: "3.4", 0x50: "5.0"}
_STATES = {
    0: "scheduled",
    1: "en route",
    2: "delivered",
    3: "expired",
    4: "deleted",
    5: "undeliverable",
    6: "accepted",
    7: "unknown",
    8: "rejected",
    9: "skipped",
}
_USSD = {
    0x00: "PSSD indication",
    0x01: "PSSR indication",
    0x02: "USSR request",
    0x03: "USSN request",
    0x10: "PSSD response",
    0x11: "PSSR response",
    0x12: "USSR confirm",
    0x13: "USSN confirm",
}
_FAILURES = {
    0: "destination unavailable",
    1: "destination address invalid",
    2: "permanent network error",
    3: "temporary network error",
}
NETWORKS: Mapping[int, str] = {1: "ANSI-136", 2: "IS-95", 3: "GSM", 8: "SMSC"}
"""The first octet of network_error_code (SMPP 3.4 §5.3.2.31)."""


def esm_class(value: int) -> str:
    """SMPP 3.4 §5.2.12."""
    said = [_MODES.get(value & 0x03, ""), _TYPES.get(value & 0x3C, "")]
    return _joined(*said, "UDH" if value & 0x40 else "", "reply path" if value & 0x80 else "")


def registered_delivery(value: int) -> str:
    """SMPP 3.4 §5.2.17; a receipt on success is 5.0's (§4.7.21)."""
    said = [_RECEIPTS.get(value & 0x03, ""), _ACKNOWLEDGEMENTS.get(value & 0x0C, "")]
    return _joined(*said, "intermediate notification" if value & 0x10 else "") or "none"


def data_coding(value: int) -> str:
    """SMPP 3.4 §5.2.19; above 0x0F by the groups of 3GPP 23.038 §4."""
    group = value >> 4
    if group == 0:
        return _CODINGS.get(value, "reserved")
    if group <= 7:
        compressed = "compressed" if group & 2 else ""
        return _joined(_ALPHABETS[value >> 2 & 3], compressed, f"class {value & 3}" if group & 1 else "")
    if group in (0xC, 0xD, 0xE):
        return _joined("UCS2" if group == 0xE else "GSM", "message waiting")
    if group == 0xF:
        return _joined(_ALPHABETS[value >> 2 & 1], f"class {value & 3}")
    return "reserved"


def _joined(*words: str) -> str:
    return ", ".join(word for word in words if word)


def _by(table: Mapping[int, str]) -> Callable[[int], str]:
    return lambda value: table.get(value, "")


IN_HEX: Mapping[str, Callable[[int], str]] = {
    **dict.fromkeys(("addr_ton", "source_addr_ton", "dest_addr_ton", "esme_addr_ton"), _by(_TON)),
    **dict.fromkeys(("addr_npi", "source_addr_npi", "dest_addr_npi", "esme_addr_npi"), _by(_NPI)),
    "interface_version": _by(_VERSIONS),
    "sc_interface_version": _by(_VERSIONS),
    "esm_class": esm_class,
    "registered_delivery": registered_delivery,
    "data_coding": data_coding,
    "protocol_id": _by({}),
    "ussd_service_op": _by(_USSD),
}
"""Shown as the standard writes them, in hex."""
IN_DECIMAL: Mapping[str, Callable[[int], str]] = {
    "message_state": _by(_STATES),
    "delivery_failure_reason": _by(_FAILURES),
    "ms_availability_status": _by({0: "available", 1: "denied", 2: "unavailable"}),
}
