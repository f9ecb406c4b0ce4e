"""Waiting for what another process or socket does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], bool], within_s: float = 240.0) -> None:
    """Return once it holds; TimeoutError where it doesn't in time."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - what it waits for has no event of ours
            await asyncio.sleep(0.01)
