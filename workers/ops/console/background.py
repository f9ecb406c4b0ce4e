"""What takes longer than a page may: each in a thread of its own, until it is done or the console ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeAlias

import structlog

Work: TypeAlias = Callable[[Callable[[], bool]], None]
"""Does it, and ends early once it is told that the console is stopping."""

log = structlog.get_logger(__name__)


class Background:
    """Works by their names: of one name one at a time."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}
        self._stopping = threading.Event()

    def begin(self, name: str, work: Work) -> None:
        """Begin it; does nothing where it is being done."""
        if name not in self._running:
            self._running[name] = asyncio.create_task(self._do(name, work))

    def is_running(self, name: str) -> bool:
        """Whether it is being done now."""
        return name in self._running

    def is_stopping(self) -> bool:
        """Whether the console is: what takes long and is not whole yet had better be left."""
        return self._stopping.is_set()

    def rest(self, seconds: float) -> None:
        """Sleep so long, or until the console stops."""
        self._stopping.wait(seconds)

    def stop(self) -> None:
        """Tell all to stop."""
        self._stopping.set()

    async def end(self) -> None:
        """The same, and wait until they have."""
        self.stop()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _do(self, name: str, work: Work) -> None:
        try:
            await asyncio.to_thread(work, self.is_stopping)
        except Exception:
            log.exception("console_work_interrupted", work=name)  # what is done is done: the page says what is left
        finally:
            del self._running[name]
