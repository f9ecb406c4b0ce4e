"""A USSD gateway made with smpp34's server: it speaks each variant as its vendor does, and shows what was submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.smpp.peers.smpp34_server import Smpp34Smsc
from tests.smpp.peers.smsc import Submitted

OPERATION, INFO, REFERENCE, VENDOR = 0x0501, 0x1383, 0x0204, 0x1501
"""SMPP 3.4 §5.3.2.44, §5.3.2.43, §5.3.2.17, and the vendors' range."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What one variant's gateway sends, and what it waits for."""

    begin: int
    goes_on: int
    abort: int
    prompt: int
    end: int
    end_bit: bool
    """That our last screen has."""
    by: int
    """The TLV that names the session."""
    service_type: str = ""


MANNERS: Mapping[str, Manner] = {
    "generic": Manner(1, 18, 17, 2, 17, end_bit=True, by=INFO),
    "tata": Manner(1, 2, 17, 2, 2, end_bit=True, by=INFO),
    "sixdee": Manner(1, 18, 0x81, 2, 17, end_bit=True, by=INFO),
    "mica": Manner(1, 18, 0x81, 2, 17, end_bit=False, by=REFERENCE),
    "echo": Manner(1, 18, 17, 2, 17, end_bit=False, by=INFO, service_type="USSD"),
    "vendor_tlv": Manner(1, 18, 17, 2, 17, end_bit=False, by=VENDOR),
}
_SESSIONS = {INFO: 2, REFERENCE: 2, VENDOR: 4}


@dataclass
class Screen:
    """What a handset shows."""

    text: str
    ends: bool
    submitted: Submitted = field(repr=False)


class Handset:
    """One subscriber's dial at one gateway."""

    def __init__(self, smsc: Smpp34Smsc, variant: str, number: str, *, session: int = 42) -> None:
        self._smsc = smsc
        self._manner = MANNERS[variant]
        self._number = number
        self.texts: list[Submitted] = []
        """Text messages that came between screens, whoever they were for."""
        octets = (session << 1 if self._manner.by == INFO else session).to_bytes(_SESSIONS[self._manner.by], "big")
        self._session = {self._manner.by: octets}

    async def dial(self, code: str) -> Screen:
        return await self._said(self._manner.begin, code)

    async def press(self, keys: str) -> Screen:
        return await self._said(self._manner.goes_on, keys)

    async def hang_up(self) -> None:
        """Nobody answers it."""
        assert await self._deliver(self._manner.abort, "") == 0

    async def _said(self, operation: int, text: str) -> Screen:
        assert await self._deliver(operation, text) == 0
        while True:
            submitted = await self._smsc.next_submit()
            if OPERATION in submitted.tlvs:
                return self._screen(submitted)
            self.texts.append(submitted)

    async def _deliver(self, operation: int, text: str) -> int:
        tlvs = {OPERATION: bytes([operation]), **self._session}
        manner = self._manner
        return await self._smsc.deliver_dial(self._number, "123", text, tlvs, service_type=manner.service_type)

    def _screen(self, submitted: Submitted) -> Screen:
        manner, tlvs = self._manner, submitted.tlvs
        last_bit = bool(tlvs[INFO][1] & 1) if INFO in tlvs else False
        operation = tlvs[OPERATION][0]
        ends = operation == manner.end and (last_bit or not manner.end_bit)
        assert (operation, last_bit) == ((manner.end, manner.end_bit) if ends else (manner.prompt, False))
        assert {tag: _bare(tag, value) for tag, value in self._session.items()} == {
            tag: _bare(tag, tlvs[tag]) for tag in self._session
        }
        assert (self._number, "123") == (submitted.destination, submitted.source)
        assert manner.service_type == submitted.service_type
        return Screen(submitted.text, ends, submitted)


def _bare(tag: int, value: bytes) -> bytes:
    """its_session_info without its end bit."""
    return value[:1] + bytes([value[1] & 0xFE]) if tag == INFO else value
