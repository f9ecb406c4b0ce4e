"""The session's timers as one pure machine over times handed in (SMPP 3.4 §7.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Due(Enum):
    """What the timers ask of the session now."""

    NOTHING = ""
    ENQUIRE = "enquire_link is due"
    SESSION_INIT = "no answer to the bind in time"
    LINK_DEAD = "enquire_link was not answered in time"
    INACTIVE = "no message for longer than the inactivity time"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each silence may last, in seconds."""

    enquire_link_s: float = 30.0
    """Nothing received for so long: the link is asked."""
    answer_s: float = 10.0
    """And then for so long again: the link is dead."""
    session_init_s: float = 10.0
    """From the connection's beginning to the bind's answer."""
    inactivity_s: float | None = None
    """No message either way; None, since an idle bind is a good bind."""


class Timers:
    """Told what happens, tells what is due.  Any octet received is a sign of life, not only enquire_link_resp."""

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self._opened = now
        self._heard = now
        self._message = now
        self._asked: float | None = None
        self._bound = False

    def bound(self, now: float) -> None:
        """The bind was accepted."""
        self._bound = True
        self._heard = self._message = now

    def heard(self, now: float) -> None:
        """Something was received; or we have stopped reading, and can't tell."""
        self._heard = now
        self._asked = None

    def message(self, now: float) -> None:
        """A message went either way."""
        self._message = now

    def due(self, now: float) -> Due:
        """What is due at this time; ENQUIRE once for each silence."""
        limits = self._limits
        if not self._bound:
            return Due.SESSION_INIT if now - self._opened >= limits.session_init_s else Due.NOTHING
        if self._asked is not None:
            return Due.LINK_DEAD if now - self._asked >= limits.answer_s else Due.NOTHING
        if limits.inactivity_s is not None and now - self._message >= limits.inactivity_s:
            return Due.INACTIVE
        if now - self._heard >= limits.enquire_link_s:
            self._asked = now
            return Due.ENQUIRE
        return Due.NOTHING
