"""What the last screen of a dial may tell in the place of a text: whatever charges nobody and asks nothing.

charged, or a gift presented     on the screen, and by text: the handset keeps it
a question                       on the screen, and by text: that is what is answered
anything else that is the end    on the screen; by text where no screen has shown it in time
not the end (a notice)           by text
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from workers.dialogue import Verdict
from workers.journal import ClaimedRow, Ending, InboxState
from workers.steps import CHARGED, read_results

MARGIN_S = 2.0
"""How much longer than a screen waits its answer is held back: it must be shown before that is written down."""

_ENDS = (InboxState.DONE, InboxState.REFUSED)


@dataclass(frozen=True, slots=True)
class OnScreen:
    """Stands around the work on dials' messages; holds nothing between them."""

    work: Callable[[ClaimedRow], Awaitable[Ending]]
    answer_within_s: float
    clock: Callable[[], float]

    async def run(self, row: ClaimedRow) -> Ending:
        """Return how the message's stay ends, its answer held back where a screen may tell it."""
        ending = await self.work(row)
        held_s = row.received_at + self.answer_within_s + MARGIN_S - self.clock()
        if held_s <= 0 or not may_be_shown(ending):
            return ending
        answers = (replace(one, held_s=held_s) if one.destination == row.number else one for one in ending.answers)
        return replace(ending, answers=tuple(answers))


def may_be_shown(ending: Ending) -> bool:
    """Whether a screen that shows what is answered is enough."""
    asks = ending.consent is not None and ending.consent.ask is not None
    charged = any(
        result.action in CHARGED and result.verdict is Verdict.DONE for result in read_results(ending.results).values()
    )
    return ending.state in _ENDS and not asks and not charged
