"""What is made of files that an operator edits: made anew when they change, kept as it was where they are broken."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Generic, TypeVar

import structlog

from workers.dialogue import TemplatesError

T = TypeVar("T")

EVERY_S = 1.0
"""A change is seen after so long at the latest: it is to be live in under two seconds."""

log = structlog.get_logger(__name__)


class Reloaded(Generic[T]):
    """Holds what `load` makes of some files; `load` raises TemplatesError where they are broken."""

    def __init__(
        self,
        load: Callable[[], T],
        files: Callable[[], Iterable[Path]],
        *,
        otherwise: T | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`files` names those that count, of which new ones may have come.

        `otherwise` is held where they are broken from the start: a process that is started again must not stay away
        for a slip in a file.  Without it raises what `load` raises.
        """
        self._load = load
        self._files = files
        self._clock = clock
        self._seen = self._prints()
        self._looked_at = clock()
        self._watched = False
        if otherwise is None:
            self._current = load()
            return
        self._current = otherwise
        self._take()

    def current(self) -> T:
        """What the files say, as of at most a second ago."""
        now = self._clock()
        if not self._watched and now - self._looked_at >= EVERY_S:
            self._looked_at = now
            self._look()
        return self._current

    async def watch(self) -> None:
        """Look for changes until cancelled, also while nobody asks what is current: a fault is in the log at once."""
        await watch(self)

    def _look(self) -> None:
        prints = self._prints()
        if prints != self._seen:
            self._seen = prints
            if self._take():
                log.info("templates_reloaded", files=len(prints))

    def _take(self) -> bool:
        try:
            self._current = self._load()
        except TemplatesError as error:
            for finding in error.findings:
                log.error("templates_refused", finding=str(finding))
            return False
        return True

    def _prints(self) -> dict[Path, tuple[int, int, int]]:
        found: dict[Path, tuple[int, int, int]] = {}
        with contextlib.suppress(OSError):  # no such folder; or one was just replaced: the next look has it
            for path in self._files():
                stat = path.stat()
                found[path] = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        return found


async def watch(*held: Reloaded[Any]) -> None:
    """Look for changes of all of them until cancelled.

    Files are read in a thread: what takes half a second must not hold up whoever answers an SMSC.  One for all, since
    to wake it costs more than to look.
    """

    def look() -> None:
        for one in held:
            one._look()

    for one in held:
        one._watched = True
    try:
        while True:
            await asyncio.to_thread(look)
            await asyncio.sleep(EVERY_S / 2)
    finally:
        for one in held:
            one._watched = False
