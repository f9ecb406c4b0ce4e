"""Refused log-ins in the history: each of them, but a flood of made-up names fills no journal."""

from __future__ import annotations

import threading
from collections.abc import Callable

from workers.journal.deeds import Deeds

_MOST = 30
_WITHIN_S = 60.0
_AUTHOR = "console"


class Refusals:
    """Keeps at most 30 a minute, and with the next one how many were left out; `clock` in seconds, monotonic."""

    def __init__(self, deeds: Deeds, clock: Callable[[], float]) -> None:
        self._deeds = deeds
        self._clock = clock
        self._lock = threading.Lock()
        self._since = float("-inf")
        self._kept = 0
        self.unsaid = 0
        """Left out since the last one that was kept."""

    def told(self, user: str, address: str) -> None:
        """Keep one: the name as it may be shown, and where it came from.  Raises `JournalUnavailable`."""
        with self._lock:
            now = self._clock()
            if now - self._since >= _WITHIN_S:
                self._since, self._kept = now, 0
            if self._kept >= _MOST:
                self.unsaid += 1
                return
            self._kept += 1
            unsaid, self.unsaid = self.unsaid, 0
        left_out = {"left_out_before": unsaid} if unsaid else {}
        self._deeds.note("log-in refused", _AUTHOR, user=user, address=address, **left_out)
