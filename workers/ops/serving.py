"""Run one room's event loop as a process: until SIGINT or SIGTERM, and then as long as it takes to drain."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

import uvloop


def serve(room: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `room` with the event that tells it to stop; a second signal cuts the draining short."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_told(room))


async def _until_told(room: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    work = asyncio.ensure_future(room(stop))

    def told() -> None:
        if stop.is_set():
            work.cancel()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told)
    try:
        await work
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
