"""What the journal knows of a number, for who does its message: read in a thread, so that no other message waits."""

from __future__ import annotations

import asyncio

from core_client import Busy
from workers.journal import JournalUnavailable
from workers.journal.subscribers import Subscribers


class Known:
    """Asked while a message is done; a journal that is away is no fault of the message's."""

    def __init__(self, subscribers: Subscribers) -> None:
        self._subscribers = subscribers

    async def chosen(self, number: str) -> str:
        """The language it has chosen; empty where it has not, or nobody can tell now."""
        try:
            return await asyncio.to_thread(self._subscribers.language, number)
        except JournalUnavailable:
            return ""  # told in his number's language, rather than not at all

    async def lately(self, number: str, since: float) -> list[str]:
        """The results of what it has sent since then, as `Subscribers.results`; raises `Busy`."""
        try:
            return await asyncio.to_thread(self._subscribers.results, number, since)
        except JournalUnavailable as error:
            raise Busy("journal") from error

    async def later(self, number: str, after: int) -> list[str]:
        """The results of what it has sent after a message, as `Subscribers.results_after`; raises `Busy`."""
        try:
            return await asyncio.to_thread(self._subscribers.results_after, number, after)
        except JournalUnavailable as error:
            raise Busy("journal") from error
