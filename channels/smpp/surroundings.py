"""What all binds of a process share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from channels.smpp.addresses import Addresses
from channels.smpp.clock import Clock
from channels.smpp.ports import Postbox, Reception
from channels.smpp.protocol.pdu import Pdu
from channels.smpp.session.session import Session
from channels.smpp.text import Habits, References
from workers.settings import BindSettings


class PduLog(Protocol):
    """Told of every PDU, whole and as it was on the wire; it must not block."""

    def heard(self, bind: str, frame: bytes) -> None: ...
    def said(self, bind: str, frame: bytes) -> None: ...


class Dials(Protocol):
    """Takes what is USSD and no text, over one bind."""

    async def take(self, pdu: Pdu, session: Session, otherwise: Callable[[Pdu], Awaitable[int]]) -> int:
        """The command_status of a deliver_sm's response; what is no dial is for `otherwise`."""
        ...

    async def serve(self, session: Session) -> None:
        """Begin dials of our own over a session that is bound, until cancelled; at once over where there are none."""
        ...

    async def finish(self) -> None:
        """Return when every dial that was taken is answered."""
        ...


MakeDials = Callable[[BindSettings, Addresses, Habits, Clock], Dials | None]
"""A bind's, or None for one that carries texts alone."""


def no_dials(_bind: BindSettings, _addresses: Addresses, _habits: Habits, _clock: Clock) -> None:
    """All is texts."""


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
    dials: MakeDials = no_dials
