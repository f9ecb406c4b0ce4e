"""What all binds of a process share."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Protocol

from channels.smpp.clock import Clock
from channels.smpp.ports import Postbox, Reception
from channels.smpp.text import References


class PduLog(Protocol):
    """Told of every PDU, whole and as it was on the wire; it must not block."""

    def heard(self, bind: str, frame: bytes) -> None: ...
    def said(self, bind: str, frame: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The house around the binds."""

    reception: Reception
    postbox: Postbox
    clock: Clock
    random: Random
    references: References
    """One sequence for each handset, which joins parts by them without knowing which bind they came by."""
    spoken: tuple[str, ...] = ()
    """The languages of the dialogue, ISO 639-1."""
    pdu_log: PduLog | None = None
