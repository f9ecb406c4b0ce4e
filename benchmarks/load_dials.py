"""Subscribers who dial and press keys, at so many screens a second, whether or not the last one was answered in time.

Latency counts from when a key was due: a door that falls behind can't hide it by keeping its callers waiting.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

KEYS = ("", "2", "0", "9", "0", "98", "0", "4", "00", "1")
"""A walk through the menu that asks the core for nothing: what is measured is the screen itself."""
_AT_ONCE = 100
"""Subscribers on the way; each presses a key every half second at 200 screens a second."""


@dataclass
class Slice:
    """What came of one stretch of load."""

    latency_s: list[float] = field(default_factory=list)
    wrong: int = 0
    """Answers that were no screen: another status, no text, or an end in the middle of a walk."""
    elapsed_s: float = 0.0

    def add(self, other: Slice) -> None:
        """Take another stretch of the same door in."""
        self.latency_s += other.latency_s
        self.wrong += other.wrong
        self.elapsed_s += other.elapsed_s

    def percentile(self, percent: float) -> float:
        """Seconds."""
        ordered = sorted(self.latency_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


def request(walk: int, step: int) -> dict[str, str]:
    """The key of one subscriber at one step, in the dialect `plain`."""
    session = f"bench-{walk}"
    return {
        "session": session,
        "msisdn": f"86138{walk:08}",
        "code": "*123#",
        "input": KEYS[step],
        "request": f"{session}-{step}",
    }


async def load(port: int, screens: int, rate_per_s: float, first_walk: int) -> Slice:
    """Send so many requests at that rate; walks are counted from `first_walk`, which must be new to the door."""
    found = Slice()
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(connector=connector) as session:
        url = f"http://127.0.0.1:{port}/ussd"
        began = time.perf_counter() + 0.05
        waiting: set[asyncio.Task[None]] = set()
        for index in range(screens):
            due = began + index / rate_per_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            turn, subscriber = divmod(index, _AT_ONCE)
            walk, step = divmod(turn, len(KEYS))
            body = request(first_walk + walk * _AT_ONCE + subscriber, step)
            task = asyncio.create_task(_press(session, url, body, due, found))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
        if waiting:
            await asyncio.wait(waiting)
        found.elapsed_s = time.perf_counter() - began
    return found


async def _press(session: aiohttp.ClientSession, url: str, body: dict[str, str], due: float, found: Slice) -> None:
    try:
        async with session.post(url, json=body) as answer:
            told: dict[str, Any] = json.loads(await answer.read())
            good = answer.status == 200 and bool(told["text"]) and told["end"] is False
    except (aiohttp.ClientError, OSError, ValueError, KeyError):
        good = False
    found.latency_s.append(time.perf_counter() - due)
    found.wrong += not good
