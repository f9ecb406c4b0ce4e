"""Replays that this console carries out; one that is cut short stays in the journal, to be gone on with."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import structlog

from workers import moments
from workers.app import make_app, make_bell
from workers.journal import Database, Queue
from workers.ops.console.background import Background
from workers.ops.replaying import Replaying, ReplayPlan
from workers.settings import Settings

_PATIENCE_S = 3.0
"""How long a page waits until a run is kept.  A hundred thousand messages take longer than anybody looks at a page that
does not come; and whoever sends the form again would have them replayed twice."""

log = structlog.get_logger(__name__)


class Replays:
    """Begun by `begin`, gone on with by `go_on`, in the background."""

    def __init__(self, settings: Settings, database: Database, background: Background) -> None:
        self._settings = settings
        self._background = background
        within_s = settings.consent.act_within_s
        self.replaying = Replaying(
            database, act_within_s=within_s, ring=self._ring, counted=moments.replayed, sleep=background.rest
        )
        self._bell = threading.Lock()
        self._beginning: set[asyncio.Task[int]] = set()

    async def begin(self, plan: ReplayPlan, *, author: str, reason: str, rate_per_s: float) -> int | None:
        """Keep a run, go on with it, and return its id; None where it is still being kept, and goes on by itself then.

        Raises `JournalUnavailable`, and `CutShortError` where the console stops meanwhile; once it has returned None
        that is in the log.
        """
        beginning = asyncio.create_task(self._begin(plan, author, reason, rate_per_s))
        self._beginning.add(beginning)
        beginning.add_done_callback(self._begun)
        await asyncio.wait({beginning}, timeout=_PATIENCE_S)
        return beginning.result() if beginning.done() else None

    async def _begin(self, plan: ReplayPlan, author: str, reason: str, rate_per_s: float) -> int:
        run_id = await asyncio.to_thread(
            self.replaying.begin,
            plan,
            author=author,
            reason=reason,
            rate_per_s=rate_per_s,
            stopping=self._background.is_stopping,
        )
        if not self._background.is_stopping():  # else it waits in the journal for whoever goes on with it
            self.go_on(run_id)
        return run_id

    def _begun(self, beginning: asyncio.Task[int]) -> None:
        self._beginning.discard(beginning)
        if not beginning.cancelled() and (error := beginning.exception()):
            log.error("console_replay_not_begun", error=str(error))  # nothing of it is done

    async def end(self) -> None:
        """Wait until nothing is being kept any more, once the background is told to stop: a thread that is still at it
        would keep the process, and its journal is about to be closed."""
        await asyncio.gather(*self._beginning, return_exceptions=True)

    def go_on(self, run_id: int) -> None:
        """Do what is left of a run; does nothing where that is being done."""

        def work(stopping: Callable[[], bool]) -> None:
            self.replaying.go_on(run_id, stopping=stopping)

        self._background.begin(_name(run_id), work)

    def is_running(self, run_id: int) -> bool:
        """Whether this console carries it out now."""
        return self._background.is_running(_name(run_id))

    def _ring(self) -> None:
        self.ring(Queue.BULK)

    def ring(self, *queues: Queue) -> None:
        """Let workers and senders know; blocks for Redis.  A bell that isn't heard costs one sweep."""
        with self._bell:
            bell = make_bell(self._settings, make_app(self._settings))
            bell.ring(*queues)
            bell.wake_senders()
            bell.close()


def _name(run_id: int) -> str:
    return f"replay {run_id}"
