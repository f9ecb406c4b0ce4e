"""Who may send next, where the rate lets only some: the most urgent, and of these who has waited longest."""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from channels.smpp.clock import Clock
from channels.smpp.sending.pace import Pace


@dataclass(order=True, slots=True)
class _Waiting:
    priority: int
    number: int
    is_first: asyncio.Event = field(compare=False, default_factory=asyncio.Event)


class Turns:
    """One bind's.  Only who is first asks the pace; the others wait until they are."""

    def __init__(self, pace: Pace, clock: Clock) -> None:
        self._pace = pace
        self._clock = clock
        self._numbers = count()
        self._line: list[_Waiting] = []

    @property
    def waiting(self) -> int:
        """How many texts wait for their turn."""
        return len(self._line)

    async def take(self, priority: int, goes_on: Callable[[], bool]) -> None:
        """Return when one may go, or when it doesn't go on any more, which is looked at once a second."""
        if not self._line and not self._pace.take(self._clock.monotonic()):
            return
        me = _Waiting(priority, next(self._numbers))
        insort(self._line, me)
        try:
            while goes_on():
                if self._line[0] is not me:
                    me.is_first.clear()
                    await me.is_first.wait()
                    continue
                wait_s = self._pace.take(self._clock.monotonic())
                if not wait_s:
                    return
                await self._clock.sleep(wait_s)
        finally:
            self._line.remove(me)
            if self._line:
                self._line[0].is_first.set()
