"""What an SMSC of 5.0 says of its load, and how much of the rate is left then (SMPP 5.0 §4.8.4.18).

congestion_state goes from 0, idle, to 100, congested; 80 to 89 is the load an SMSC runs best at.  So the share falls
by a factor and rises by steps, as TCP's window does: many senders that do so end with even shares.
"""

from __future__ import annotations

NEAR, CONGESTED, BELOW_OPTIMUM = 90, 100, 80
REST_S = 1.0
"""How long the bind rests once the SMSC is congested."""
FORGOTTEN_S = 10.0
"""After so long without news the whole rate is tried again: an SMSC may say its load only when it is high."""
_CUT, _CUT_CONGESTED = 0.8, 0.5
_CUT_EVERY_S = 0.5
"""Many responses tell of one and the same load: it is answered once, and what that does is waited for."""
_RISE_PER_S = 0.1
_SMALLEST_SHARE = 0.05


class Congestion:
    """Cuts the share while the SMSC is near its limit, and lets it grow again below its optimum."""

    def __init__(self) -> None:
        self._share = 1.0
        self._told_at = float("-inf")
        self._cut_at = float("-inf")
        self._until = float("-inf")

    def told(self, state: int, now: float) -> None:
        """The congestion_state in a response; values above 100 are reserved and say nothing."""
        if not 0 <= state <= CONGESTED:
            return
        if now - self._told_at >= FORGOTTEN_S:
            self._share, self._told_at = 1.0, now
        if state >= NEAR and now - self._cut_at >= _CUT_EVERY_S:
            self._cut_at = now
            self._share = max(_SMALLEST_SHARE, self._share * (_CUT_CONGESTED if state == CONGESTED else _CUT))
        elif state < BELOW_OPTIMUM:
            self._share = min(1.0, self._share + _RISE_PER_S * min(1.0, now - self._told_at))
        if state == CONGESTED and now >= self._until:
            self._until = now + REST_S
        self._told_at = now

    def rest_s(self, now: float) -> float:
        """Seconds still to rest; 0.0 where the bind may send."""
        return max(0.0, self._until - now)

    def share(self, now: float) -> float:
        """The part of the rate allowed, 0.05 to 1.0."""
        return self._share if now - self._told_at < FORGOTTEN_S else 1.0
