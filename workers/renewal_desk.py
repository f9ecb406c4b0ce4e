"""The journal, as far as renewals go: until when a tone was valid before its call, and what is known of its next."""

from __future__ import annotations

import asyncio
from typing import Protocol

from core_client import Busy
from workers import leases
from workers.journal import Journal, JournalUnavailable
from workers.journal.renewals import RenewalBook
from workers.journal.renewing import RenewalCall, StoredRenewal
from workers.steps import Step


class RenewalDesk(Protocol):
    """What a worker asks of it; raises `Busy` where it can't be asked."""

    async def begin(self, step: Step, valid_until: float) -> float:
        """Keep until when the step's tone is valid; return what was kept at the step's first time."""

    async def find(self, number: str, tone_code: str) -> StoredRenewal | None:
        """What is remembered of a tone's next renewal."""


class JournalRenewals:
    """The desk that is kept in a journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._book = RenewalBook(journal.database)

    async def begin(self, step: Step, valid_until: float) -> float:
        """Keep until when the step's tone is valid; return what was kept at the step's first time."""
        try:
            before = await self._journal.begin_renewal(RenewalCall(step.transaction_id, valid_until))
        except JournalUnavailable as error:
            raise Busy("journal") from error
        leases.require(Busy)  # it may have taken its time
        return before

    async def find(self, number: str, tone_code: str) -> StoredRenewal | None:
        """What is remembered of a tone's next renewal."""
        try:
            return await asyncio.to_thread(self._book.find, number, tone_code)
        except JournalUnavailable as error:
            raise Busy("journal") from error
