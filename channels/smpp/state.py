"""What the outside is told of a bind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Status = Literal["connecting", "bound", "unbinding", "waiting", "stopped", "switched off"]
"""`waiting`: not connected, the next try is to come; `switched off`: operations said so."""


@dataclass(frozen=True, slots=True)
class BindState:
    """One bind at one moment."""

    name: str
    mode: str
    status: Status
    since: float
    """Unix seconds since the status is so."""
    at: float
    """Unix seconds of this snapshot: an old one says that the listener is gone."""
    window_used: int
    window: int
    received: int
    """Messages taken since the process began: progress, which is what health means."""
    sent: int
    """Texts sent since the process began."""
    last_error: str
    smsc: str = ""
    """HOST:PORT of the SMSC."""
    peer_version: str = ""
    """The SMPP version that the SMSC says it speaks; empty where it doesn't say."""
    paused_s: float = 0.0
    """For how long the SMSC has refused more for the moment; 0.0 where it takes what it is sent."""
    claims: tuple[str, ...] = ()
    """Whose answers it sends now."""
    switched_by: str = ""
    """Who switched it off; empty where nobody did."""
    switched_why: str = ""
    switched_at: float | None = None
    switch: int = 0
    """The last switch that it has come up to (`workers.journal.switches`)."""
    settings: int = 0
    """The last re-reading of the settings that it has come up to."""
    settings_error: str = ""
    """Why the last re-reading was refused and the settings before it still hold; empty where it wasn't."""


OnState = Callable[[BindState], None]
"""Called on the loop at every change and every few seconds; it must not block."""
