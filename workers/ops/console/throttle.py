"""Wrong passwords make the next try wait: longer each time, for that user from that address alone."""

from __future__ import annotations

from collections.abc import Callable

_FREE = 3
"""Slips of the finger that cost nothing."""
_FIRST_S, _LONGEST_S = 1.0, 300.0
_FORGOTTEN_AFTER_S = 3600.0
_MOST = 20_000
"""Pairs remembered; whoever makes up names pushes out the oldest, which are of no more use."""


class Throttle:
    """Counts wrong passwords; `clock` in seconds, monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wrong: dict[tuple[str, str], tuple[int, float]] = {}

    def wait_s(self, name: str, address: str) -> float:
        """How long the next try has to wait; 0 where it may be made now."""
        count, last = self._wrong.get((name, address), (0, 0.0))
        if count < _FREE:
            return 0.0
        pause = min(_FIRST_S * 2.0 ** min(count - _FREE, 20), _LONGEST_S)
        return max(last + pause - self._clock(), 0.0)

    def tried(self, name: str, address: str) -> None:
        """A password is being tried: wrong until it is known to be right, so that many at once are counted, too."""
        now = self._clock()
        count, last = self._wrong.pop((name, address), (0, now))
        if now - last > _FORGOTTEN_AFTER_S:
            count = 0
        while len(self._wrong) >= _MOST:
            del self._wrong[next(iter(self._wrong))]
        self._wrong[name, address] = (count + 1, now)

    def right(self, name: str, address: str) -> None:
        """It was right: the count begins anew."""
        self._wrong.pop((name, address), None)
