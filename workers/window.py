"""The rolling window: messages one child has in work at once.

Slots refill as messages finish, so one slow call holds up nobody; finished rows and new claims share commits.
A task that has worked for its budget returns while calls are still in flight: they end in the background, and the
next task goes on beside them.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog

from workers import moments
from workers.bell import Bell
from workers.dials.orders import CHANNEL as DIALS
from workers.journal import ClaimedRow, Ending, InboxState, Journal, JournalUnavailable, Queue
from workers.journal.rows import Claimed
from workers.leases import Leases, boot_clock

_AGAIN_S = 0.5
"""Pause before an ending is written again to a journal that can't commit."""

Work = Callable[[ClaimedRow], Awaitable[Ending]]

log = structlog.get_logger(__name__)


class ByChannel:
    """Messages of some channels are worked on in their own way: those that we write to ourselves."""

    def __init__(self, ways: Mapping[str, Work], otherwise: Work) -> None:
        self._ways = ways
        self._otherwise = otherwise

    async def run(self, row: ClaimedRow) -> Ending:
        """Do one message and return how its stay ends."""
        return await self._ways.get(row.channel, self._otherwise)(row)


class Window:
    """`work` does one message and returns how its stay ends."""

    def __init__(
        self,
        journal: Journal,
        bell: Bell,
        work: Work,
        *,
        slots: int,
        lease_s: float,
        clock: Callable[[], float] = time.monotonic,
        lease_clock: Callable[[], float] = boot_clock,
    ) -> None:
        self._journal = journal
        self._bell = bell
        self._work = work
        self._slots = slots
        self._lease_s = lease_s
        self._clock = clock
        self._in_work: set[asyncio.Task[None]] = set()
        self._leases = Leases(lease_s, lease_clock)
        self._slot_freed = asyncio.Event()
        self._alone = False
        self.closing = False

    async def serve(self, queue: Queue, budget_s: float) -> None:
        """Work on a queue until nothing is due there or the budget, in seconds, is used up; then ring."""
        until = self._clock() + budget_s
        called_for_help = False
        while not self.closing:
            free = self._free_slots()
            if free:
                claimed = await self._claim(queue, free)
                if claimed.suspects_due:
                    await self._serve_suspect(queue)
                elif not claimed.more:
                    return  # without another look: it would hold up all writers of a SQLite journal, and find nothing
                elif not called_for_help:
                    self._bell.ring(queue)  # more is due than fits here: one bell wakes one child, so wake the next
                    called_for_help = True
            if self._clock() >= until:
                break
            if not self._free_slots():
                await self._a_slot(until - self._clock())
        self._bell.ring(queue)

    async def _claim(self, queue: Queue, limit: int, *, suspects: bool = False) -> Claimed:
        """Claim, and begin with what was claimed."""
        asked_at = self._leases.now()
        claimed = await self._journal.claim(queue, limit, lease_s=self._lease_s, suspects=suspects)
        for row in claimed.rows:
            self._leases.prolonged(row.token, asked_at)
            self._start(row)
        return claimed

    def _free_slots(self) -> int:
        """Count what a claim may fill; few free ones wait for more, since each claim is a commit."""
        free = 0 if self._alone else self._slots - len(self._in_work)
        return free if free >= self._slots // 4 or not self._in_work else 0

    async def _serve_suspect(self, queue: Queue) -> None:
        """Work on one message that was in work when a worker died, with nothing beside it.

        Should it kill this worker too, it takes nobody with it, and only its own crashes are counted.
        """
        if self._alone:
            return
        self._alone = True
        try:
            await self.drain()
            await self._claim(queue, 1, suspects=True)
            await self.drain()
        finally:
            self._alone = False
            self._slot_freed.set()  # others wait for the slots, which were free before this was over

    async def drain(self) -> None:
        """Wait until nothing is in work."""
        while self._in_work:
            await asyncio.wait(self._in_work)

    async def renew(self) -> None:
        """Prolong the leases of all that is in work."""
        await asyncio.gather(*map(self._renew, self._leases.tokens))

    async def _renew(self, token: str) -> None:
        asked_at = self._leases.now()
        if await self._journal.renew(token, self._lease_s) and token in self._leases.tokens:
            self._leases.prolonged(token, asked_at)

    def _start(self, row: ClaimedRow) -> None:
        self._leases.taken(row.token)
        task = asyncio.create_task(self._do(row))
        self._in_work.add(task)
        task.add_done_callback(lambda done: self._ended(done, row))

    def _ended(self, task: asyncio.Task[None], row: ClaimedRow) -> None:
        self._in_work.discard(task)
        self._leases.ended(row.token)
        self._slot_freed.set()

    async def _a_slot(self, within_s: float) -> None:
        self._slot_freed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):  # calls that hang keep their slots, not the task
                await self._slot_freed.wait()

    async def _do(self, row: ClaimedRow) -> None:
        with structlog.contextvars.bound_contextvars(transaction_id=row.transaction_id):
            try:
                with moments.in_work(row), self._leases.over(row.token):
                    ending = await self._work(row)
            except Exception:
                # A fault of ours, not of the core: a call may have gone out, so the row stays claimed, its lease
                # is given up and the sweeper treats it as it treats a crash.
                log.exception("message_failed")
                return
            await self._write(ending)

    async def _write(self, ending: Ending) -> None:
        while True:
            try:
                finished = await self._journal.finish(ending)
            except JournalUnavailable:
                log.warning("journal_unavailable", doing="finish")
                await asyncio.sleep(_AGAIN_S)
                continue
            if not finished.mine:
                log.warning("claim_lost")
            else:
                moments.finished(ending)
            if finished.mine and ending.answers:
                self._bell.wake_senders()
                if ending.row.channel == DIALS:
                    self._bell.tell_dial(ending.row.transaction_id)
            if ending.due_in_s == 0:  # it goes on at once: its yes is in the record now
                self._bell.ring(ending.row.queue)
            if finished.promoted:
                self._bell.ring(Queue.INTERACTIVE, Queue.ORDERS, Queue.BULK)
            if ending.state is InboxState.DEAD:
                log.error("message_dead", outcome=ending.outcome)
            return
