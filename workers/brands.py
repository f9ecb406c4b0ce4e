"""The brands that the core tells while a message is in work: noted beside it, and kept with its stay's ending.

They are for statistics, which ask nobody: a message whose work needed no brand has none.  As with `core_calls`, a
context variable tells whose message it is; what a screen or a check hears is noted nowhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import replace

from workers.journal import ClaimedRow, Ending

_heard: ContextVar[dict[str, str] | None] = ContextVar("brands", default=None)


def heard(number: str, brand: str) -> None:
    """Note what the core has just said, for the message that is in work here; an empty brand says nothing."""
    noted = _heard.get()
    if noted is not None and brand:
        noted[number] = brand


class Branded:
    """Stands around the work on messages; holds nothing between them."""

    def __init__(self, work: Callable[[ClaimedRow], Awaitable[Ending]]) -> None:
        self._work = work

    async def run(self, row: ClaimedRow) -> Ending:
        """Return how the message's stay ends, with its number's brand where that was heard."""
        brands: dict[str, str] = {}
        before = _heard.set(brands)
        try:
            ending = await self._work(row)
        finally:
            _heard.reset(before)
        brand = brands.get(row.number, "")
        return replace(ending, brand=brand) if brand else ending
