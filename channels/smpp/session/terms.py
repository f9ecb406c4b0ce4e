"""What a session is told and what it can be: its terms, its states, its two refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from channels.smpp.protocol.pdu import Pdu
from channels.smpp.session.timers import Limits
from workers.settings import BindSettings

Mode = Literal["transceiver", "receiver", "transmitter"]
Version = Literal["3.4", "5.0"]
Connect = Callable[[Callable[[], asyncio.Protocol]], Awaitable[object]]
"""Opens the TCP connection with the protocol it is given; raises OSError."""
Handle = Callable[[Pdu], Awaitable[int]]
"""Takes a deliver_sm or data_sm, returns the command_status of its response."""


class BindFailed(Exception):
    """The SMSC refused the bind, or the connection ended before it answered."""


class NotBound(Exception):
    """The request was not sent: no octet of it was written."""


class State(Enum):
    """SMPP 3.4 §2.2, and the goodbye between bound and closed."""

    OPEN = "open"
    BOUND = "bound"
    UNBINDING = "unbinding"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Terms:
    """What one bind's sessions have in common."""

    name: str
    mode: Mode = "transceiver"
    window: int = 10
    limits: Limits = field(default=Limits())
    response_s: float = 10.0
    """How long a message, or a question about one, waits for its response."""
    in_work: int = 1000
    """Messages handled at once; beyond it reading stops until a quarter of them are done."""
    interface_version: Version = "3.4"
    addr_ton: int = 0
    addr_npi: int = 0
    address_range: str = ""
    """Which addresses the SMSC is to route here (SMPP 3.4 §5.2.7); TON and NPI are those of the range."""


def terms_of(settings: BindSettings) -> Terms:
    """The terms by the settings of a bind; `response_s` holds for binds, messages and enquire_link alike."""
    response_s = settings.response_s
    return Terms(
        settings.name,
        settings.mode,
        settings.window,
        Limits(enquire_link_s=settings.enquire_link_s, answer_s=response_s, session_init_s=response_s),
        response_s,
        interface_version=settings.interface_version,
        address_range=settings.address_range,
    )
