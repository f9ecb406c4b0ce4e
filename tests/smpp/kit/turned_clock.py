"""A clock whose hands the test turns."""

from __future__ import annotations

import asyncio


async def settled(turns: int = 30) -> None:
    """Let the loop do all that is ready, and what comes of it."""
    for _ in range(turns):
        await asyncio.sleep(0)


class TurnedClock:
    """Sleepers wake in the order of their times, and what they do is done before the next one wakes."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self._now = now
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        return self._now

    def time(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        wakes = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + seconds, wakes))
        await wakes

    async def turn(self, seconds: float) -> None:
        """Let so much time pass."""
        end = self._now + seconds
        await settled()
        while True:
            self._sleepers = [(at, wakes) for at, wakes in self._sleepers if not wakes.done()]
            due = [at for at, _ in self._sleepers if at <= end]
            if not due:
                break
            self._now = max(self._now, min(due))
            for at, wakes in self._sleepers:
                if at <= self._now and not wakes.done():
                    wakes.set_result(None)
            await settled()
        self._now = end
        await settled()
