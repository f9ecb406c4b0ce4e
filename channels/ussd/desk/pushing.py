"""Dials that we begin, and the questions that they ask: what the outbox has for screens."""

from __future__ import annotations

from collections.abc import Sequence

from workers.journal import Journal
from workers.journal.pushes import Push


class JournalQuestions:
    """The journal, as far as questions for screens go."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def claim(self, binds: Sequence[str], limit: int) -> Sequence[Push]:
        """Those about the texts of some binds, each given out once; raises `JournalUnavailable`."""
        return await self._journal.claim_pushes(binds, limit)

    async def ended(self, id_: int, *, answered: bool) -> None:
        """One was answered on its screen, and is no text any more; or it was not, and goes by text now."""
        await self._journal.pushed(id_, answered=answered)
