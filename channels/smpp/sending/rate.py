"""How fast a bind may send: a leaky bucket and a look back over the last second, over times handed in."""

from __future__ import annotations

from collections import deque
from math import ceil, floor

_MADE_UP_S = 0.05
"""A sleep that lasts so long too long costs nothing: what it kept back goes at once."""
_SECOND_S = 1.0
_LONGEST_WAIT_S = 1.0
"""The share may have grown by then."""
_SHORTEST_WAIT_S = 1e-6
"""Less is lost in a clock's rounding."""
_ALMOST_ONE = 1.0 - 1e-9
_SMALLEST_SHARE = 0.01


class Rate:
    """Paces to `rate_per_s`.

    The bucket spreads what goes; the look back sees to it that no second, wherever it begins, holds more than 5 %
    above the rate, or than the whole number next above it where that is more: 7.5 a second are 8 in some seconds.
    """

    def __init__(self, rate_per_s: float) -> None:
        self._rate_per_s = rate_per_s
        self._fullest = 1.0 + rate_per_s * _MADE_UP_S
        self._tokens = self._fullest
        self._filled_at: float | None = None
        self._went: deque[float] = deque(maxlen=max(ceil(rate_per_s), floor(rate_per_s * 1.05)))
        """When the last went, as many as a second may hold, the oldest first."""

    def take(self, now: float, share: float = 1.0) -> float:
        """0.0 where one may go now, and then it counts as gone; else the seconds to wait before asking again.

        `share` is the part of the rate that is allowed at present, up to 1.0; below 0.01 it counts as that.
        """
        per_s = self._rate_per_s * min(1.0, max(_SMALLEST_SHARE, share))
        if self._filled_at is not None:
            self._tokens = min(self._fullest, self._tokens + (now - self._filled_at) * per_s)
        self._filled_at = now
        wait_s = 0.0 if self._tokens >= _ALMOST_ONE else (1.0 - self._tokens) / per_s
        if len(self._went) == self._went.maxlen:
            wait_s = max(wait_s, self._went[0] + _SECOND_S - now)
        if wait_s > 0.0:
            return min(_LONGEST_WAIT_S, max(_SHORTEST_WAIT_S, wait_s))
        self._tokens -= 1.0
        self._went.append(now)
        return 0.0

    def within(self, seconds: float, share: float = 1.0) -> int:
        """About how many may go in that time; at least one."""
        return max(1, int(seconds * self._rate_per_s * share))
