"""The timers of a link: it must bind in time, and say something now and then (SMPP 3.4 §7.2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from channels.simulator.conduct import Conduct


class Silence:
    """Watches one link; `ask` sends an enquire_link, `cut` ends the link."""

    def __init__(self, conduct: Conduct, *, ask: Callable[[], None], cut: Callable[[], None]) -> None:
        self._conduct = conduct
        self._ask = ask
        self._cut = cut
        self._loop = asyncio.get_running_loop()
        self._heard_at_s = self._loop.time()
        self._timer = self._loop.call_later(conduct.bind_within_s, cut)

    def heard(self) -> None:
        """Octets came."""
        self._heard_at_s = self._loop.time()

    def bound(self) -> None:
        """The ESME bound: from now on it is asked after each silence."""
        self._wait(self._conduct.enquire_link_s, self._look)

    def end(self) -> None:
        """The link ended."""
        self._timer.cancel()

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_later(seconds, then)

    def _look(self) -> None:
        quiet_s = self._loop.time() - self._heard_at_s
        if quiet_s < self._conduct.enquire_link_s:
            self._wait(self._conduct.enquire_link_s - quiet_s, self._look)
            return
        asked_at_s = self._heard_at_s
        self._ask()
        self._wait(
            self._conduct.enquire_answer_s, lambda: self._cut() if self._heard_at_s == asked_at_s else self._look()
        )
