"""One writer thread with group commit: all that waits goes into one transaction.

A commit costs a disk's flush however much it holds, so under load the batches form by themselves, and a lone
job does not wait for a batch.  What comes while a batch waits for its turn on SQLite goes along with it: the more
processes write, the larger their transactions.  A job's future is resolved only after the commit (promise 1: no
accepted message is lost).
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from workers.journal.database import Database, JournalUnavailable

_log = logging.getLogger(__name__)  # not structlog, which brings half of rich to whoever only looks into a journal

A = TypeVar("A")
R = TypeVar("R")

Operation = Callable[[Connection, Sequence[A], float], Sequence[R | Exception]]
"""Does one thing for many arguments in a transaction: (connection, arguments, now) → a result for each.

An exception in the place of a result is raised to that one's caller alone; the transaction commits for the others.
"""

_MAX_JOBS = 2000


@dataclass(slots=True, eq=False)
class _Job(Generic[A, R]):
    operation: Operation[A, R]
    argument: A
    future: asyncio.Future[R]
    loop: asyncio.AbstractEventLoop
    committed: Callable[[], None] | None


class Writer:
    """The thread; `submit` from any event loop, `close` waits until all that was submitted is committed."""

    def __init__(self, database: Database, *, name: str = "journal-writer") -> None:
        self._database = database
        self._jobs: list[_Job[Any, Any]] = []
        self._wake = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(
        self, operation: Operation[A, R], argument: A, *, committed: Callable[[], None] | None = None
    ) -> asyncio.Future[R]:
        """Queue a job; its future resolves after the commit, or raises what kept it from being committed.

        `committed` is called in the writer's thread after each commit that holds jobs which name it, before the
        next transaction begins: for what an operation remembers, which a rollback must not leave remembered.
        """
        loop = asyncio.get_running_loop()
        job: _Job[A, R] = _Job(operation, argument, loop.create_future(), loop, committed)
        with self._wake:
            if self._closing:
                raise JournalUnavailable("the journal is closing")
            self._jobs.append(job)
            if len(self._jobs) == 1:
                self._wake.notify()
        return job.future

    def close(self) -> None:
        """Commit what waits and end the thread."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._jobs and not self._closing:
                    self._wake.wait()
                jobs = self._taken(_MAX_JOBS)
                if not jobs:
                    return
            _deliver(self._commit(jobs, joined=True))

    def _taken(self, at_most: int) -> list[_Job[Any, Any]]:
        jobs, self._jobs = self._jobs[:at_most], self._jobs[at_most:]
        return jobs

    def _commit(
        self, jobs: list[_Job[Any, Any]], *, joined: bool = False
    ) -> list[tuple[_Job[Any, Any], Any, BaseException | None]]:
        """Do jobs in one transaction, and those that have come until it begins where it may be `joined`."""

        def work(connection: Connection) -> list[Any]:
            if joined:
                with self._wake:
                    jobs.extend(self._taken(_MAX_JOBS - len(jobs)))
            return self._work(connection, jobs)

        try:
            results = self._database.write(work)
            for committed in {job.committed for job in jobs if job.committed}:
                committed()
            return [_outcome(job, result) for job, result in zip(jobs, results, strict=True)]
        except JournalUnavailable as error:
            return [(job, None, error) for job in jobs]
        except Exception as error:
            if len(jobs) == 1:
                return [(jobs[0], None, error)]
            # One job spoils the transaction of all: alone, only the guilty one fails.  Said aloud, since a statement
            # that is wrong for many rows at once would otherwise only be slow.
            _log.error("jobs are committed one by one: %d, for a %s", len(jobs), type(error).__name__)
            return [outcome for job in jobs for outcome in self._commit([job])]

    def _work(self, connection: Connection, jobs: list[_Job[Any, Any]]) -> list[Any]:
        groups: dict[Operation[Any, Any], list[int]] = defaultdict(list)
        for index, job in enumerate(jobs):
            groups[job.operation].append(index)
        results: list[Any] = [None] * len(jobs)
        for operation, indexes in groups.items():
            done = operation(connection, [jobs[index].argument for index in indexes], self._database.now())
            for index, result in zip(indexes, done, strict=True):
                results[index] = result
        return results


def _outcome(job: _Job[Any, Any], result: Any) -> tuple[_Job[Any, Any], Any, BaseException | None]:
    return (job, None, result) if isinstance(result, Exception) else (job, result, None)


def _deliver(outcomes: list[tuple[_Job[Any, Any], Any, BaseException | None]]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Job[Any, Any], Any, BaseException | None]]] = defaultdict(list)
    for outcome in outcomes:
        by_loop[outcome[0].loop].append(outcome)
    for loop, theirs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, theirs)  # one wake-up for the whole batch
        except RuntimeError:  # that loop is closed: nobody waits there any more
            continue


def _resolve(outcomes: list[tuple[_Job[Any, Any], Any, BaseException | None]]) -> None:
    for job, result, error in outcomes:
        if job.future.done():
            continue
        if error is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(error)
