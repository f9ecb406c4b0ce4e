"""Replays that this console carries out: each in a thread of its own, until it is done or the console ends."""

from __future__ import annotations

import asyncio
import threading

import structlog

from workers.app import make_app, make_bell
from workers.journal import Database, Queue
from workers.ops.replaying import Replaying
from workers.settings import Settings

log = structlog.get_logger(__name__)


class Replays:
    """Begun by `go_on`; a run that is cut short stays in the journal, to be gone on with."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self.replaying = Replaying(database, act_within_s=settings.consent.act_within_s, ring=self._ring)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._stopping = threading.Event()
        self._bell = threading.Lock()

    def go_on(self, run_id: int) -> None:
        """Do what is left of a run, in the background; does nothing where that is being done."""
        if not self.is_running(run_id):
            self._running[run_id] = asyncio.create_task(self._carry_out(run_id))

    def is_running(self, run_id: int) -> bool:
        """Whether this console carries it out now."""
        return run_id in self._running

    async def end(self) -> None:
        """Begin no more and wait for the transactions that are under way."""
        self._stopping.set()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _carry_out(self, run_id: int) -> None:
        try:
            await asyncio.to_thread(self.replaying.go_on, run_id, stopping=self._stopping.is_set)
        except Exception:
            log.exception("replay_interrupted", run=run_id)  # it stands in the journal: the page says what is left
        finally:
            del self._running[run_id]

    def _ring(self) -> None:
        """A bell that isn't heard costs one sweep."""
        with self._bell:
            bell = make_bell(self._settings, make_app(self._settings))
            bell.ring(Queue.BULK)
            bell.wake_senders()
            bell.close()
