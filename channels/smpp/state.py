"""What the outside is told of a bind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Status = Literal["connecting", "bound", "unbinding", "waiting", "stopped"]
"""`waiting`: not connected, the next try is to come."""


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


OnState = Callable[[BindState], None]
"""Called on the loop at every change and every few seconds; it must not block."""
