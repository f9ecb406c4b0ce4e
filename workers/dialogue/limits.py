"""What one number may do: texts in a minute, money in a day, gifts in a month, and when nobody disturbs it.

Pure decisions over counts that the journal has.  A limit of 0 is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from workers.dialogue.offers.clock_times import local, reached
from workers.dialogue.offers.windows import Hours, When
from workers.dialogue.outcomes import Action

MINUTE_S = 60.0
_NEVER_LIMITED = frozenset({Action.CLOSE, Action.DECLINE, Action.GIFTS_OFF})
"""Whoever wants to stop paying, not to begin, or to be left alone, is always heard."""
_UTC = ZoneInfo("UTC")


class Flood(Enum):
    """What becomes of a text, by how many came before it."""

    DONE = "done"
    """It is done."""
    TOLD = "told"
    """It isn't, and its answer says so of every text of the next minute, too."""
    COVERED = "covered"
    """It isn't, as the answer to an earlier one has said it would be."""


@dataclass(frozen=True, slots=True)
class NumberLimits:
    """The limits of each number."""

    messages_per_minute: int = 0
    spending_per_day: int = 0
    """Minor units."""
    gifts_per_month: int = 0
    zone: ZoneInfo = _UTC
    """Whose midnight begins a day and a month."""
    quiet: Hours | None = None
    """When nothing is sent that was not asked for."""

    @property
    def of_charges(self) -> bool:
        """Whether what a number has been charged must be known."""
        return bool(self.spending_per_day or self.gifts_per_month)

    def flood(self, action: Action | None, received_at: float, messages: int, told_at: float | None) -> Flood:
        """What becomes of a text; `messages` came in the minute before it, `told_at` is when one was told to wait.

        Promise 4: silence is never an answer.  The first text over the limit is answered for all of the minute that
        follows, and none of these is done after all, whatever their number: what was told stays true.
        """
        if not self.messages_per_minute or action in _NEVER_LIMITED:
            return Flood.DONE
        if told_at is not None and told_at <= received_at < told_at + MINUTE_S:
            return Flood.COVERED
        return Flood.TOLD if messages >= self.messages_per_minute else Flood.DONE

    def refusal(self, action: Action, price: int | None, spent: int, gifts: int, at: float) -> str:
        """The reason why not, by today's spending, this month's gifts and the hour; empty where nothing speaks against.

        A gift asks somebody who did not ask for it, and its key lives for hours only: it is no use to hold it back.
        """
        if action is Action.GIFT and self.quiet_until(at) > at:
            return "quiet_hours"
        if action is Action.GIFT and self.gifts_per_month and gifts >= self.gifts_per_month:
            return "gift_limit"
        if price and self.spending_per_day and spent + price > self.spending_per_day:
            return "spending_limit"
        return ""

    def day_began(self, at: float) -> float:
        """The midnight before a moment."""
        return float(reached(self.zone, local(at, self.zone).date()))

    def month_began(self, at: float) -> float:
        """The first midnight of a moment's month."""
        return float(reached(self.zone, local(at, self.zone).date().replace(day=1)))

    def quiet_until(self, at: float) -> float:
        """When what was not asked for may be sent: the moment itself, or the end of the quiet hours it lies in."""
        if self.quiet is None:
            return at
        yesterday = local(at, self.zone).date() - timedelta(days=1)
        nights = When(self.zone, hours=(self.quiet,)).intervals(yesterday, 3)
        return next((float(end) for start, end in nights if start <= at < end), at)
