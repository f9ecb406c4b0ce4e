"""What a command_status means for the text it answers, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What becomes of the text; `statuses.yaml` has it of each status."""

    SENT = "sent"
    PAUSE = "pause"
    """The SMSC wants less: the whole bind rests, the text waits, no try is used up."""
    REBIND = "rebind"
    """The SMSC says we are not bound: the session ends, the text waits."""
    LATER = "later"
    """Temporary, and of this text: it is tried again after a growing delay, a bounded number of times."""
    FAILED = "failed"
    """Trying again can't help."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a row of the table says."""

    verdict: Verdict
    reason: str
    first_delay_s: float = 0.0
    longest_delay_s: float = 0.0
    tries: int = 1
    """Refusals of a text after which it has failed; like the delays it counts for LATER alone."""

    def delay_s(self, refusals: int) -> float | None:
        """Seconds to wait after so many refusals of one text, from 1; None where that was the last."""
        if refusals >= self.tries:
            return None
        return float(min(self.longest_delay_s, self.first_delay_s * 2.0 ** (refusals - 1)))


@dataclass(frozen=True, slots=True, order=True)
class Statuses:
    """The statuses that a row is for, both ends included."""

    first: int
    last: int

    def __contains__(self, status: int) -> bool:
        return self.first <= status <= self.last

    @property
    def width(self) -> int:
        """0 for a single status."""
        return self.last - self.first

    def crosses(self, other: Statuses) -> bool:
        """They share some statuses, but neither lies inside the other."""
        return self.first < other.first <= self.last < other.last or other.first < self.first <= other.last < self.last
