"""What came over the wire, as values: a PDU that could be read, or why it couldn't.

Addresses and other C-octet strings are `str` in both directions (Latin-1, one character an octet), message
bodies are `bytes`, integers are `int`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Value = int | str | bytes
NOTHING: Mapping[str, Value] = MappingProxyType({})

RESPONSE_BIT = 0x80000000


@dataclass(frozen=True, slots=True, repr=False)
class Pdu:
    """One protocol data unit (SMPP 3.4 §3.2)."""

    command: str
    """smpplib's name, which is the standard's: `deliver_sm`, `submit_sm_resp`, …"""
    sequence: int
    status: int = 0
    fields: Mapping[str, Value] = field(default_factory=lambda: NOTHING)
    """The mandatory parameters by the standard's names."""
    tlvs: Mapping[str, Value] = field(default_factory=lambda: NOTHING)
    """The optional parameters we know, by the standard's names; of a repeated one the first."""
    unknown_tlvs: tuple[tuple[int, bytes], ...] = ()
    """Those we don't know, repeated, or of an odd length: tag and value, in the order they came."""

    @property
    def is_response(self) -> bool:
        return self.command.endswith("_resp") or self.command == "generic_nack"

    def text(self, name: str) -> str:
        """A C-octet string field; empty where the peer left it out."""
        return str(self.fields.get(name, ""))

    def number(self, name: str) -> int:
        """An integer field; 0 where the peer left it out."""
        value = self.fields.get(name, 0)
        return value if isinstance(value, int) else 0

    def __repr__(self) -> str:
        """Says nothing of numbers, texts and passwords, so that it may stand in a log."""
        return f"<{self.command} sequence={self.sequence} status=0x{self.status:08x}>"


@dataclass(frozen=True, slots=True)
class Malformed:
    """A framed PDU that can't be read, and what its sender is told."""

    command: str
    """Empty where the command id is unknown: then the answer is a generic_nack (SMPP 3.4 §4.3.1)."""
    sequence: int
    is_response: bool
    answer_status: int
    """The command_status of the answer, where one is due: none is to a response."""
    why: str
    status: int = 0
    """The command_status that came in."""
