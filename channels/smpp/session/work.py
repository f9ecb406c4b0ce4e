"""The messages a session has in work: many at once, but no more than fit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine


class Work:
    """Calls `on_full` at `limit` tasks, and `on_room` when a quarter of them are done again."""

    def __init__(self, limit: int, on_full: Callable[[], None], on_room: Callable[[], None]) -> None:
        self._limit = limit
        self._on_full = on_full
        self._on_room = on_room
        self._tasks: set[asyncio.Task[None]] = set()
        self._full = False

    def begin(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        if not self._full and len(self._tasks) >= self._limit:
            self._full = True
            self._on_full()

    async def finish(self) -> None:
        """Return when nothing is in work."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._full and len(self._tasks) <= self._limit * 3 // 4:
            self._full = False
            self._on_room()
