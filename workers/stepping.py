"""What one step of a message comes to: settled if its call may have begun, asked about at its price, or called.

    in doubt? ──▶ settled: done, refused, or never came
                    ▼
    overtaken? ──▶ a STOP is not done that came before what its number asked for since
                    ▼
    no yes yet? ──▶ its price is told and nothing called, unless it is free
                    ▼
    called ──▶ a result │ a price that changed, which is asked about anew │ what leaves it open is raised

Promise 3: what costs money is called with a yes to that price alone.  Promise 2: what may have been called is settled
before it is called again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from workers.calls import Calls
from workers.consent import Terms
from workers.dialogue import Action, Result, Verdict, Way, price_of
from workers.journal import ClaimedRow
from workers.overtaking import OVERTAKEN, Later, is_overtaken
from workers.reconcile import CannotTell, Reconciler, StillOpen
from workers.steps import CHARGED, LAST_ROUND, Step

_ANSWERED_ONCE = {
    Action.GIFT: {"gift_repeated", "gift_already"},
    Action.ACCEPT: {"gift_answered", "gift_key"},
    Action.DECLINE: {"gift_answered", "gift_key"},
}
"""Refusals that our own lost call may have caused."""


@dataclass(frozen=True, slots=True)
class Stepping:
    """Takes steps, one at a time or many at once; holds nothing between them."""

    calls: Calls
    reconciler: Reconciler
    later: Later | None = None
    """What its number has sent since; without it nothing is known to be overtaken."""

    async def take(self, step: Step, row: ClaimedRow, terms: Terms) -> Result:
        """Return the step's result; raises `StillOpen`, `CannotTell`, or what the core's client raises."""
        cancelled = row.stop_requested and step.action in CHARGED
        if row.doubtful:
            settled = await self.reconciler.settle(step, row.received_at)
            if settled and settled.verdict is Verdict.ACCEPTED:
                raise StillOpen
            if settled and terms.asks and settled.charged is None:  # only what is free was called before a yes
                return replace(settled, charge_unknown=True)
            if settled:
                return settled
        if cancelled:
            return step.result(Verdict.CANCELLED)
        if await is_overtaken(step, row, self.later):
            return step.result(Verdict.REFUSED, OVERTAKEN)
        if terms.late:
            _sure_of_nothing(row, step)
            return await self._ask_again(step, terms, "too_late")
        if terms.asks:
            asked = await self.calls.quote(step)
            if asked.verdict is not Verdict.ASKED or price_of(asked) != 0:
                return asked
            step = replace(step, agreed=True, price=0)  # what is free needs no yes, and is called as free
        result = await self._call(step, row)
        if terms.agreed and (result.verdict, result.reason) == (Verdict.REFUSED, "price_changed"):
            _sure_of_nothing(row, step)
            return await self._ask_again(step, terms, result.reason)
        if (step.action, result.reason, step.fee) == (Action.GIFT, "gift_no_service", None):
            both = await self._ask_again(step, terms, result.reason)
            # A core that tells nobody's fee would have it asked about at the same price, again and again.
            return result if both.verdict is Verdict.ASKED and both.monthly_fee is None else both
        return result

    async def _call(self, step: Step, row: ClaimedRow) -> Result:
        result = await self.calls.make(step)
        if result.verdict is Verdict.ACCEPTED:
            raise StillOpen
        if not row.doubtful:
            return result
        if result.verdict is Verdict.ALREADY:  # so because of our own call before
            unknown = step.action in CHARGED and self.reconciler.charge_unknown(step)
            return step.result(
                Verdict.DONE, tone=result.tone, other_number=result.other_number, levels=result.levels,
                charge_unknown=unknown,
            )  # fmt: skip
        if step.action in _ANSWERED_ONCE and result.reason in _ANSWERED_ONCE[step.action]:
            raise CannotTell  # by our own call before, or by another message: the core doesn't say
        return result

    async def _ask_again(self, step: Step, terms: Terms, reason: str) -> Result:
        """Tell the price as it is now, for a step that is known not to have taken effect."""
        asked = await self.calls.quote(step, afresh=True)
        if asked.verdict is not Verdict.ASKED:
            return asked
        # The gateway is asked once about a price: where that has changed, its number sends it again.
        once = terms.way is Way.EXTERNAL and (reason != "too_late" or terms.round >= LAST_ROUND)
        return replace(asked, verdict=Verdict.REFUSED if once else Verdict.ASKED, reason=reason)


def _sure_of_nothing(row: ClaimedRow, step: Step) -> None:
    """Raise `CannotTell` for a gift whose call may have begun, which is not asked about anew.

    A core that forgets says "unseen" of a gift that it has presented, and no library shows one: to give it up would
    leave it with the core, and with nobody to tell its recipient.  Called again, it would be known as repeated.
    """
    if row.doubtful and step.action is Action.GIFT:
        raise CannotTell
