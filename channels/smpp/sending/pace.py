"""When a bind may send its next submit_sm: rate, throttling and congestion in one answer, over times handed in."""

from __future__ import annotations

from channels.smpp.sending.congestion import Congestion
from channels.smpp.sending.rate import Rate
from channels.smpp.sending.throttle import Throttle

_ASK_AGAIN_S = 1.0
"""A session may end while its bind rests: who waits looks up now and then."""


class Pace:
    """One bind's; it outlives sessions, since what an SMSC refused it refuses a new session too."""

    def __init__(self, rate_per_s: float) -> None:
        self._rate = Rate(rate_per_s)
        self._throttle = Throttle()
        self._congestion = Congestion()

    def take(self, now: float) -> float:
        """0.0 where one may go now, and then it counts as gone; else the seconds, 1 at most, to ask again after.

        Nothing goes while the bind rests, not even what was claimed before.
        """
        return min(_ASK_AGAIN_S, self.rest_s(now)) or self._rate.take(now, self.share(now))

    def refused(self, now: float) -> float:
        """ESME_RTHROTTLED or ESME_RMSGQFUL came; the seconds the whole bind rests."""
        self._throttle.refused(now)
        return self.rest_s(now)

    def taken(self, now: float) -> None:
        """The SMSC took a text."""
        self._throttle.taken(now)

    def congestion(self, state: int, now: float) -> None:
        """A response bore congestion_state (SMPP 5.0 §4.8.4.18)."""
        self._congestion.told(state, now)

    def rest_s(self, now: float) -> float:
        """Seconds still to rest; 0.0 where the bind may send."""
        return max(self._throttle.rest_s(now), self._congestion.rest_s(now))

    def share(self, now: float) -> float:
        """The part of the rate allowed now: what the stricter of the two says."""
        return min(self._throttle.share(now), self._congestion.share(now))

    def within(self, seconds: float, now: float) -> int:
        """About how many may go in that time; at least one."""
        return self._rate.within(seconds, self.share(now))
