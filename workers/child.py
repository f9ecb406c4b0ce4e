"""What lives in each child of a Celery worker: one event loop, one journal, one way to the core.

Made after the fork (worker_process_init), because neither threads nor connections survive one.  The loop runs in a
thread of its own and goes on between tasks: a task is a bell and only tells it to look.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any

import structlog
import uvloop

from workers.answering import Interpreter
from workers.bell import Bell
from workers.composing import core_side_of, counting_of, gateway_of
from workers.composing_work import work_of
from workers.dialogue import Words
from workers.journal import Journal, JournalUnavailable, Queue
from workers.journal.holds import Holds
from workers.retention import nightly
from workers.settings import Settings
from workers.spoken import languages_of, words_of
from workers.sweeper import Sweeper
from workers.window import Window

BUDGET_S = 1.0
"""How long one task works before it makes room for a task of another queue."""

_LOOK_EVERY_S = 0.5
"""How often it is looked whether operations want no call to the core."""

_RETENTION_EVERY_S = 600.0
"""How often it is looked whether it is time to purge what is long over."""

_COUNT_EVERY_S = 2.0
"""How often messages that have come to an end are counted, by one child of all that there are."""

_COUNT_PAUSE_S = 0.05
"""Between two transactions of that: what is live comes first."""

_SWEEPS_UNSERVED = 5
"""Sweeps after which a child serves a queue unasked: Redis is gone, or Celery has fallen silent."""

log = structlog.get_logger(__name__)


class Child:
    """Serves queues when told to, and sweeps; `queues` are those its worker was started for."""

    def __init__(self, settings: Settings, bell: Bell, queues: Sequence[Queue], words: Words) -> None:
        """`words` are its worker's: they go on where the files are broken just when a child is started again."""
        self._settings = settings
        self._words = words_of(settings, otherwise=words)
        self._bell = bell
        self._queues = tuple(queues)
        self._loop = uvloop.new_event_loop()
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="child-loop", daemon=True)
        self._thread.start()
        self._ready.result()

    def answer_bell(self, queue: Queue) -> None:
        """Work on a queue for at most the budget; returns when nothing is due or the budget is used up."""
        self._bell.answered(queue)
        self._call(self._serve(queue)).result()

    def close(self, within_s: float) -> None:
        """Claim no more, finish what is in work, and end; what does not finish is found by its lease."""
        try:
            self._call(self._close()).result(within_s)
        except TimeoutError:
            log.warning("calls_still_in_flight", within_s=within_s)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(within_s)
        self._bell.close()

    def _call(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._open())
        except Exception as error:
            self._ready.set_exception(error)
            return
        self._ready.set_result(None)
        self._loop.run_forever()

    async def _open(self) -> None:
        settings = self._settings
        self._journal = Journal(settings.journal.url, dedupe_s=settings.dialogue.dedupe_s)
        core = self._core = core_side_of(settings, self._journal, self._core_is_back)
        self._holds = Holds(self._journal.database)
        with contextlib.suppress(JournalUnavailable):  # then nothing can be claimed either
            await self._hold()
        interpreter = Interpreter(self._words.current, languages_of(settings))
        self._counting = counting_of(settings, self._journal.database)
        self._gateway = gateway_of(settings, self._journal.database.now)
        self._window = Window(
            self._journal,
            self._bell,
            work_of(settings, self._journal.database, core, interpreter, self._gateway),
            slots=settings.worker.concurrency,
            lease_s=settings.worker.lease_s,
        )
        self._sweeper = Sweeper(
            self._journal,
            self._bell,
            interpreter,
            settle_s=settings.core.settle_s,
            attempts=settings.worker.attempts,
        )
        self._background = [
            asyncio.create_task(self._regularly(settings.worker.lease_s / 3, self._window.renew)),
            asyncio.create_task(self._regularly(settings.worker.sweep_s, self._sweep)),
            asyncio.create_task(self._regularly(_LOOK_EVERY_S, self._hold)),
            asyncio.create_task(self._regularly(_RETENTION_EVERY_S, self._purge)),
            asyncio.create_task(self._regularly(_COUNT_EVERY_S, self._count)),
            *(
                asyncio.create_task(files.watch())
                for files in (self._words, core.offers, core.promotions, core.lower_prices, core.club)
            ),
        ]

    async def _close(self) -> None:
        self._window.closing = True
        for task in self._background[1:]:
            task.cancel()
        await self._window.drain()
        self._background[0].cancel()
        await self._core.client.close()
        if self._gateway:
            await self._gateway.close()
        await asyncio.to_thread(self._journal.close)

    async def _serve(self, queue: Queue) -> None:
        try:
            await self._window.serve(queue, BUDGET_S)
        except JournalUnavailable as error:
            log.warning("journal_unavailable", doing="claim", error=str(error))

    async def _sweep(self) -> None:
        swept = await self._sweeper.sweep()
        # A bell nobody hears: while Redis is gone, or Celery has lost its connection without noticing, the rows
        # are served all the same.  What keeps a message safe must not depend on what wakes us.
        for queue in self._queues:
            if self._sweeper.overdue_sweeps(queue, swept) >= _SWEEPS_UNSERVED:
                await self._serve(queue)

    async def _purge(self) -> None:
        database, author = self._journal.database, f"retention {self._journal.owner}"
        stopping = lambda: self._window.closing  # noqa: E731 - one look at a flag
        await asyncio.to_thread(
            nightly, self._settings, database, author=author, stopping=stopping, counting=self._counting
        )

    async def _count(self) -> None:
        if await asyncio.to_thread(self._counting.is_due, _COUNT_EVERY_S / 2):
            stopping = lambda: self._window.closing  # noqa: E731 - as above
            await asyncio.to_thread(self._counting.run, pause_s=_COUNT_PAUSE_S, stopping=stopping)

    async def _hold(self) -> None:
        self._core.breaker.hold(await asyncio.to_thread(self._holds.core_is_held))

    async def _regularly(self, every_s: float, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            await asyncio.sleep(every_s * (0.75 + random.random() / 2))  # noqa: S311 - keeps children out of step
            try:
                await work()
            except JournalUnavailable as error:
                log.warning("journal_unavailable", doing=work.__name__, error=str(error))
            except Exception:
                log.exception("background_failed", doing=work.__name__)

    def _core_is_back(self) -> None:
        self._waking = asyncio.ensure_future(self._wake())

    async def _wake(self) -> None:
        try:
            woken = await self._journal.wake_waiting_for_core()
        except JournalUnavailable:
            return  # they come due by themselves within half a minute
        if woken:
            self._bell.ring(*self._queues)
