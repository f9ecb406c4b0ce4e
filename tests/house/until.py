"""Waiting for what other processes do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

PATIENCE_S = 240.0
"""How long anything may take on a machine that does much else: it costs nothing where all is well."""

_LOOK_EVERY_S = 0.05


async def until(
    holds: Callable[[], bool | Awaitable[bool]], what: str | Callable[[], object], *, within_s: float = PATIENCE_S
) -> None:
    """Return as soon as it holds; AssertionError with `what` was waited for where it doesn't in time."""
    deadline = time.monotonic() + within_s
    while True:
        held = holds()
        if held if isinstance(held, bool) else await held:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s:g} s: {what() if callable(what) else what}")
        await asyncio.sleep(_LOOK_EVERY_S)
