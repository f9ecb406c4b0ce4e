"""What became of a step whose call may have taken effect: asked of the core before anything is called again.

Promise 2: no order takes effect twice.  `System.queryTransaction` is asked where the core has it.  Its "unseen" is
not believed alone for what charges: a core that forgets says so too, so the library is looked into as well.  Where
the core can't be asked, what is safe to call twice is called again, an order is looked for in the library, and a
gift, a copy or a bundle is left to operations.
"""

from __future__ import annotations

from core_client import CoreClient, NotSupported, OurMistake, Refused
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

    async def settle(self, step: Step) -> Result | None:
        """Return what became of the step, None where it never took effect and may be called.

        Raises `StillOpen`, `CannotTell`, or what the core's client raises where it can't be asked now.
        """
        if step.action in _READS:
            return None
        try:
            async with self._breaker.call():
                state = await self._core.query_transaction(step.transaction_id)
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
        if step.action is Action.ORDER and await self._owns(step):
            tone = await self._calls.tone(step.tone_code)
            return step.result(Verdict.DONE, tone=tone and facts_of(tone))
        return None

    async def _joined(self, step: Step) -> Result | None:
        try:
            return await self._calls.has_joined(step)
        except OurMistake:  # as below
            raise CannotTell from None
        except Refused:  # no service, so no membership
            return None

    async def _owns(self, step: Step) -> bool:
        try:
            return await self._calls.owns(step)
        except OurMistake:  # it has no such question, or not for this number: then nothing tells
            raise CannotTell from None
