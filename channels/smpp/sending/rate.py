"""How fast a bind may send: a leaky bucket over times handed in."""

from __future__ import annotations

_BURST_S = 0.05


class Rate:
    """Paces to `rate_per_s`.

    At most a twentieth of a second's worth (or one) goes in a burst, so that no second ever holds more than 5 %
    above the rate, and yet a sleep that lasts some milliseconds too long costs nothing.
    """

    def __init__(self, rate_per_s: float) -> None:
        self._rate_per_s = rate_per_s
        self._burst = max(1.0, rate_per_s * _BURST_S)
        self._tokens = self._burst
        self._filled_at: float | None = None

    def take(self, now: float) -> float:
        """0.0 where one may go now, and then it counts as gone; else the seconds to wait before asking again."""
        if self._filled_at is not None:
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate_per_s)
        self._filled_at = now
        if self._tokens >= 1.0 - 1e-9:
            self._tokens -= 1.0
            return 0.0
        return (1.0 - self._tokens) / self._rate_per_s

    def within(self, seconds: float) -> int:
        """About how many may go in that time; at least one."""
        return max(1, int(seconds * self._rate_per_s))
