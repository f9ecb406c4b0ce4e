"""The brands that the core tells while a message is in work, or while a screen looks something up: noted beside it.

A message's is kept with its stay's ending, for statistics, which ask nobody: a message whose work needed no brand has
none.  Until the work is over the core is not asked again for what it has told.  As with `core_calls`, a context
variable tells whose work it is; what a check hears is noted nowhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from workers.journal import ClaimedRow, Ending

_heard: ContextVar[dict[str, str] | None] = ContextVar("brands", default=None)


def heard(number: str, brand: str) -> None:
    """Note what the core has just said, for the work at hand; an empty brand says nothing."""
    noted = _heard.get()
    if noted is not None and brand:
        noted[number] = brand


def told(number: str) -> str:
    """Return the brand that the core has told of a number during the work at hand; empty where it has told none.

    Who has one has the service, too.
    """
    return (_heard.get() or {}).get(number, "")


@contextmanager
def listening() -> Iterator[dict[str, str]]:
    """Begin a piece of work; its brands by number, as they are told."""
    brands: dict[str, str] = {}
    before = _heard.set(brands)
    try:
        yield brands
    finally:
        _heard.reset(before)


class Branded:
    """Stands around the work on messages; holds nothing between them."""

    def __init__(self, work: Callable[[ClaimedRow], Awaitable[Ending]]) -> None:
        self._work = work

    async def run(self, row: ClaimedRow) -> Ending:
        """Return how the message's stay ends, with its number's brand where that was heard."""
        with listening() as brands:
            ending = await self._work(row)
        brand = brands.get(row.number, "")
        return replace(ending, brand=brand) if brand else ending
