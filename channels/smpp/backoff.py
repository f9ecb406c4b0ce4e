"""How long to wait before connecting again: exponential, with jitter, for ever."""

from __future__ import annotations

from collections.abc import Callable

FIRST_S = 0.5
LONGEST_S = 30.0


class Backoff:
    """0.5 s, 1 s, 2 s … 30 s, each shortened by chance by up to half, so that many binds don't call at once."""

    def __init__(self, random: Callable[[], float]) -> None:
        """`random()` gives numbers from 0.0 up to 1.0."""
        self._random = random
        self._next_s = FIRST_S

    def next_s(self) -> float:
        """Seconds to wait after one more failure."""
        delay_s = self._next_s * (0.5 + self._random() / 2)
        self._next_s = min(LONGEST_S, self._next_s * 2)
        return delay_s

    def reset(self) -> None:
        """The bind has proved itself."""
        self._next_s = FIRST_S
