"""The sweeper: once in a while it takes back what the dead had in hand and rings for whatever is due.

Every child of every worker sweeps, so no one process is needed for it; a sweep too many finds nothing.
"""

from __future__ import annotations

import structlog

from workers.answering import Interpreter
from workers.bell import Bell
from workers.dialogue import notice_checking
from workers.journal import Journal, Queue
from workers.journal.sweep import Sweep, Swept

log = structlog.get_logger(__name__)


class Sweeper:
    """Sweeps one journal on behalf of one process."""

    def __init__(
        self, journal: Journal, bell: Bell, interpreter: Interpreter, *, settle_s: float, attempts: int
    ) -> None:
        self._journal = journal
        self._bell = bell

        def text_for(number: str, chosen: str) -> str:
            voice = interpreter.to(number, chosen)
            return notice_checking(None, voice.language, voice.wording)

        self._wish = Sweep(settle_s, attempts, f"sweeper {journal.owner}", text_for)
        self._overdue: dict[Queue, int] = {}

    async def sweep(self) -> Swept:
        """Do it once; raises `JournalUnavailable`."""
        swept = await self._journal.sweep(self._wish)
        if swept.died:
            log.error("messages_dead", count=swept.died)
        if swept.due:
            self._bell.ring(*swept.due)
        if swept.answers_freed or swept.died:
            self._bell.wake_senders()
        return swept

    def overdue_sweeps(self, queue: Queue, swept: Swept) -> int:
        """Count the sweeps in a row that found rows of this queue due, whoever was rung for."""
        self._overdue[queue] = self._overdue.get(queue, 0) + 1 if queue in swept.due else 0
        return self._overdue[queue]
