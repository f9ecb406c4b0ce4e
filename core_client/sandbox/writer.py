"""One thread that owns the database, and commits together whatever waits together.

An answer goes out after its commit: a killed sandbox has lost nothing that it answered.  Batches form by themselves:
while one is being written to the disk, the next one gathers.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

_BATCH = 128
_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None

    def deliver(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """Runs functions of a connection, each as if in a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="sandbox-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns, once it is committed. Raises what it raises, with nothing of it written."""
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future())
        self._jobs.put(job)
        result: T = await job.future
        return result

    def close(self) -> None:
        """Finish what waits and end the thread."""
        self._jobs.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while (job := self._jobs.get()) is not None:
                batch = [job]
                last = False
                while len(batch) < _BATCH and not self._jobs.empty():
                    following = self._jobs.get()
                    if following is None:
                        last = True
                        break
                    batch.append(following)
                self._commit(connection, batch)
                if last:
                    return

    def _commit(self, connection: Connection, batch: list[_Job]) -> None:
        try:
            for job in batch:
                job.result = job.work(connection)
            connection.commit()
        except Exception as error:  # whatever one of them did wrong is its own answer
            connection.rollback()
            if len(batch) > 1:  # one of them must not take the others down: each by itself
                for job in batch:
                    self._commit(connection, [job])
                return
            batch[0].error = error
            _log.warning("a procedure failed: %s", type(error).__name__)
        for loop in {job.loop for job in batch}:
            try:
                loop.call_soon_threadsafe(_deliver, [job for job in batch if job.loop is loop])
            except RuntimeError:  # that loop has ended: nobody waits there any more
                _log.debug("an answer found its event loop closed")


def _deliver(batch: list[_Job]) -> None:
    for job in batch:
        job.deliver()
