"""What became of a step whose call may have taken effect: asked of the core before anything is called again.

Promise 2: no order takes effect twice.  `System.queryTransaction` is asked where the core has it.  Its "unseen" is
not believed alone for what charges: a core that forgets says so too, so the library is looked into as well.  Where
the core can't be asked, what is safe to call twice is called again, an order is looked for in the library, and a
gift, a copy or a bundle is left to operations.

What is found done need not have been done by that call: it may have been so before, or by another order of the same
number.  Where nothing shows that it was, the result says that its charge is not known, and its price counts nowhere.
"""

from __future__ import annotations

from dataclasses import replace

from core_client import CoreClient, NotSupported, OurMistake, Refused, Tone
from workers.breaker import Breaker
from workers.calls import Calls
from workers.core_results import facts_of
from workers.dialogue import Action, Result, Verdict
from workers.steps import Step

_READS = frozenset(
    {
        *(Action.LIST, Action.STATUS, Action.FIND, Action.TOP, Action.NEW, Action.MORE, Action.INFO),
        *(Action.LANGUAGE, Action.CLUB),
    }
)
_NOTHING_TELLS = frozenset({Action.GIFT, Action.ACCEPT, Action.DECLINE, Action.COPY, Action.PACK})
"""Where the core can't be asked about a transaction, nothing else shows whether it took effect."""

_LOOKED_FOR = frozenset({Action.ORDER, Action.COPY, Action.OPEN, Action.JOIN})
"""Whose price is told only where it is not there yet: what is there after a yes came with it."""

_DAY_S, _QUARTER_S, _CLOCKS_S = 86_400.0, 900.0, 300.0
"""A day; what time zones are apart, so that whole days end there; how far the core's clock may be from ours."""


class StillOpen(Exception):
    """The core has not finished it: ask again later."""


class CannotTell(Exception):
    """Nobody but operations can find out."""


class Reconciler:
    """Asks on behalf of one worker."""

    def __init__(self, core: CoreClient, calls: Calls, breaker: Breaker) -> None:
        self._core = core
        self._calls = calls
        self._breaker = breaker
        self._core_tells = False

    async def settle(self, step: Step, came_at: float = 0.0) -> Result | None:
        """Return what became of the step, None where it never took effect and may be called.

        `came_at` is when its message came, seconds since the epoch: no call of it is older.
        Raises `StillOpen`, `CannotTell`, or what the core's client raises where it can't be asked now.
        """
        if step.action in _READS:
            return None
        try:
            async with self._breaker.call():
                state = await self._core.query_transaction(step.transaction_id)
            self._core_tells = True
        except NotSupported:
            if step.action in _NOTHING_TELLS:
                raise CannotTell from None
        else:
            if state.status == "in_progress":
                raise StillOpen
            if state.answer:
                return await self._calls.result_of(step, state.answer)
        if step.action is Action.JOIN:
            return await self._joined(step)
        if step.action is Action.ORDER and (held := await self._held(step)):
            tone = await self._calls.tone(step.tone_code)
            unknown = self.charge_unknown(step, held, came_at)
            return step.result(Verdict.DONE, tone=tone and facts_of(tone), charge_unknown=unknown)
        return None

    def charge_unknown(self, step: Step, held: Tone | None = None, came_at: float = 0.0) -> bool:
        """Whether nobody can tell that the step itself was charged, though what it is for is there.

        A core that can be asked has said that it never saw the step's transaction: to settle comes first.
        """
        return self._core_tells or not brought_it(step, held, came_at)

    async def _joined(self, step: Step) -> Result | None:
        try:
            joined = await self._calls.has_joined(step)
        except OurMistake:  # as below
            raise CannotTell from None
        except Refused:  # no service, so no membership
            return None
        return joined and replace(joined, charge_unknown=self.charge_unknown(step))

    async def _held(self, step: Step) -> Tone | None:
        try:
            return await self._calls.held(step)
        except OurMistake:  # it has no such question, or not for this number: then nothing tells
            raise CannotTell from None


def brought_it(step: Step, held: Tone | None = None, came_at: float = 0.0) -> bool:
    """Tell whether what is found done came by the step's own call, as far as a core shows that can't be asked.

    A library's date tells it: what was bought at `came_at` or later is valid for a whole period from then, or until
    the day begins on which that ends.  Without a date it is the look that was taken before the price was told; a
    renewal has the date that it moves in the journal before its call.
    """
    if held and held.valid_until is not None:
        slack_s = _CLOCKS_S if held.valid_until % _QUARTER_S else _DAY_S
        return held.valid_until - held.validity_days * _DAY_S >= came_at - slack_s
    return step.action is Action.RENEW or (step.agreed and step.action in _LOOKED_FOR)
