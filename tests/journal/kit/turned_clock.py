"""A clock that the test turns."""

from __future__ import annotations


class TurnedClock:
    """Seconds since the epoch."""

    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.now_s += seconds
