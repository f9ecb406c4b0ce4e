"""A frame as one line: its header, its fields and TLVs by name, and of its message what kind it is and how long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from channels.smpp.pdu_log import masks, words
from channels.smpp.pdu_log.udh import header_words
from channels.smpp.protocol.codec import HEADER, HEADER_OCTETS, decode
from channels.smpp.protocol.pdu import Malformed, Pdu, Value
from channels.smpp.protocol.statuses import status_name

_SHORT_OCTETS = ("its_session_info",)
"""Octet strings of a few octets that are numbers by another name: shown in hex."""
_UDHI, _TYPE = 0x40, 0x3C
_IN_RECEIPT = re.compile(
    r"(?<![a-z])(id|sub|dlvrd|submit date|done date|stat|err)\s?[:=]\s?(\S{1,64})", re.IGNORECASE | re.ASCII
)
_ITS_TEXT = re.compile(r"(?<![a-z])te?xt\s?[:=]", re.IGNORECASE)
_VALUES = {
    "sub": re.compile(r"\d{1,4}", re.ASCII),
    "dlvrd": re.compile(r"\d{1,4}", re.ASCII),
    "submit date": re.compile(r"\d{10}|\d{12}|\d{14}", re.ASCII),
    "done date": re.compile(r"\d{10}|\d{12}|\d{14}", re.ASCII),
    "stat": re.compile(r"[A-Za-z]{1,8}", re.ASCII),
    "err": re.compile(r"[0-9A-Za-z]{1,6}", re.ASCII),
}
"""SMPP 3.4 appendix B; a value of another form is not shown."""


def line(at: float, bind: str, frame: bytes, *, said: bool) -> str:
    """`2026-03-01T12:00:00.000Z main ← deliver_sm sequence=5 ESME_ROK …`; `at` in Unix seconds.  Never raises."""
    time = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    return f"{time}Z {bind} {'→' if said else '←'} {' '.join(_words(frame, said))}"


def _words(frame: bytes, said: bool) -> Iterator[str]:
    if len(frame) < HEADER_OCTETS:
        yield f"can't be read: {len(frame)} octets are no header"
        return
    _, command_id, status, sequence = HEADER.unpack_from(frame)
    pdu = decode(frame)
    yield pdu.command or f"0x{command_id:08x}"
    yield f"sequence={sequence}"
    yield status_name(status)
    if isinstance(pdu, Malformed):
        yield f"can't be read: {pdu.why} ({len(frame)} octets)"
        return
    for name, value in (*pdu.fields.items(), *pdu.tlvs.items()):
        yield f"{name}={_value(pdu, name, value, said)}"
    for tag, octets in pdu.unknown_tlvs:
        yield f"0x{tag:04x}=<{len(octets)} octets>"


def _value(pdu: Pdu, name: str, value: Value, said: bool) -> str:
    if isinstance(value, int):
        return _integer(name, value)
    if isinstance(value, str):
        return masks.string(pdu, name, value, said=said)
    if name in ("short_message", "message_payload"):
        return _message(pdu, value) if value else ""
    if name == "network_error_code" and len(value) == 3:
        return f"{words.NETWORKS.get(value[0], value[0])}:{int.from_bytes(value[1:], 'big')}"
    if name in _SHORT_OCTETS and len(value) <= 4:
        return value.hex()
    return f"<{len(value)} octets>"


def _integer(name: str, value: int) -> str:
    if name in words.IN_HEX:
        meaning = words.IN_HEX[name](value)
        return f"0x{value:02x}({meaning})" if meaning else f"0x{value:02x}"
    meaning = words.IN_DECIMAL[name](value) if name in words.IN_DECIMAL else ""
    return f"{value}({meaning})" if meaning else str(value)


def _message(pdu: Pdu, octets: bytes) -> str:
    """Alphabet, length and header of a message; of a receipt what it says but its text."""
    coding = pdu.number("data_coding")
    said = [] if "data_coding" not in pdu.fields else [words.data_coding(coding)]  # replace_sm has none
    said.append(f"{len(octets)} octets")
    if pdu.number("esm_class") & _UDHI:
        said.append(header_words(octets))
    if pdu.number("esm_class") & _TYPE or "receipted_message_id" in pdu.tlvs:
        said.append(f"receipt: {_receipt(pdu, octets, coding)}")
    return f"<{', '.join(said)}>"


def _receipt(pdu: Pdu, octets: bytes, coding: int) -> str:
    text = octets.decode("utf-16-be" if coding == 8 else "latin-1", "ignore")
    its_text = _ITS_TEXT.search(text)
    shown: dict[str, str] = {}
    for key, value in _IN_RECEIPT.findall(text[: its_text.start()] if its_text else text):
        name = key.lower()
        if name == "id":
            shown.setdefault(name, masks.message_id(value, masks.numbers(pdu)))
        elif _VALUES[name].fullmatch(value):
            shown.setdefault(name, value)
    if its_text:
        shown["text"] = masks.HIDDEN
    return " ".join(f"{name}:{value}" for name, value in shown.items()) or "of no form we know"
