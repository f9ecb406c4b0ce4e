"""The rest of a whole bind after ESME_RTHROTTLED or ESME_RMSGQFUL, and the slow start after it."""

from __future__ import annotations

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
FIRST_SHARE = 0.1
"""The part of the rate that a slow start begins with."""
SLOW_START_S = 10.0
"""How long after a pause the whole rate is allowed again."""


class Throttle:
    """Doubles the pause while the SMSC goes on refusing, and forgets it with the first text it takes."""

    def __init__(self) -> None:
        self._pause_s = FIRST_PAUSE_S
        self._until = float("-inf")

    def refused(self, now: float) -> float:
        """The SMSC wants less; the seconds the bind rests.

        What comes back while it rests already was sent before, and doesn't lengthen it.
        """
        if now >= self._until:
            self._until = now + self._pause_s
            self._pause_s = min(LONGEST_PAUSE_S, self._pause_s * 2)
        return self._until - now

    def taken(self, now: float) -> None:
        """The SMSC took a text."""
        if now >= self._until:
            self._pause_s = FIRST_PAUSE_S

    def rest_s(self, now: float) -> float:
        """Seconds still to rest; 0.0 where the bind may send."""
        return max(0.0, self._until - now)

    def share(self, now: float) -> float:
        """The part of the rate allowed: a tenth when a pause ends, growing evenly to 1.0 in 10 s."""
        grown = (now - self._until) / SLOW_START_S
        return min(1.0, FIRST_SHARE + (1.0 - FIRST_SHARE) * max(0.0, grown))
