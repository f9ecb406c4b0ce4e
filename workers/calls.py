"""The calls a step makes at the core: which one each action is, and what stands around all of them.

Each returns a `Result` for what is decided, refusals among them, and lets through the errors that leave it open.
What they do is in the files beside: `buying`, `library_calls`, `looks`, `club_calls` and `renewals`.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from core_client import Answer, CoreClient, OurMistake, Refused, Tone
from workers import leases
from workers.breaker import Breaker
from workers.buying import Buying
from workers.catalogue import Catalogue
from workers.club import Members, MembersOnly
from workers.club_calls import ClubCalls
from workers.core_results import facts_of, result_from
from workers.dialogue import Action, LevelFacts, Result, Verdict
from workers.dialogue.offers import Promotions
from workers.gifts import GiftDesk
from workers.library_calls import LibraryCalls
from workers.looks import Looks
from workers.pricing import Pricing
from workers.renewal_calls import RenewalCalls
from workers.renewal_desk import RenewalDesk
from workers.shelf import Shelf
from workers.steps import Step

_CLUB = (Action.CLUB, Action.JOIN, Action.LEAVE)
"""What is about no tone of the catalogue."""
_MISSING_IN_THE_LIBRARY = (Action.SET, Action.RENEW)
"""What is missing there may be on the shelf; what is not on the shelf has no name to be told."""
_UTC = ZoneInfo("UTC")

_Call = Callable[[Step], Awaitable[Result]]


class Calls:
    """One worker's calls; `breaker` stands before each."""

    def __init__(
        self,
        core: CoreClient,
        catalogue: Catalogue,
        breaker: Breaker,
        pricing: Pricing | None = None,
        *,
        promotions: Callable[[], Promotions] = Promotions,
        clock: Callable[[], float] = time.time,
        gifts: GiftDesk | None = None,
        members: Members | None = None,
        renewals: RenewalDesk | None = None,
        zone: ZoneInfo = _UTC,
    ) -> None:
        """`pricing` is the catalogue's alone by default; `promotions` gives the lists in force, none by default.

        `members` are the music club's; without them there is none.
        """
        self._core = core
        self._breaker = breaker
        self._pricing = pricing or Pricing(clock=clock)
        self._members = members or Members(core, clock=clock)
        self._shelf = Shelf(core, catalogue, self._members)
        self._looks = looks = Looks(core, self._shelf, self._members, promotions, clock)
        self._club = club = ClubCalls(core, self._members, self._pricing, looks.brand)
        self._buying = buying = Buying(core, self._shelf, self._pricing, looks, gifts)
        self._library = library = LibraryCalls(core, self._shelf, club)
        self._renewals = RenewalCalls(core, self._pricing, renewals, zone)
        self._of: dict[Action, _Call] = {
            Action.ORDER: buying.order,
            Action.GIFT: buying.gift,
            Action.COPY: buying.copy,
            Action.PACK: buying.pack,
            Action.OPEN: buying.open,
            Action.RENEW: self._renewals.make,
            Action.DELETE: library.delete,
            Action.SET: library.set,
            Action.CLEAR: library.clear,
            Action.PAUSE: library.play,
            Action.RESUME: library.play,
            Action.ACCEPT: library.affirm,
            Action.DECLINE: library.affirm,
            Action.CLOSE: library.close,
            Action.LIST: looks.library,
            Action.STATUS: looks.status,
            Action.INFO: looks.info,
            Action.FIND: looks.find,
            Action.TOP: looks.find,
            Action.NEW: looks.find,
            Action.MORE: looks.nothing,
            Action.LANGUAGE: looks.nothing,
            Action.CLUB: club.show,
            Action.JOIN: club.join,
            Action.LEAVE: club.leave,
        }
        self._quotes: dict[Action, _Call] = {
            Action.OPEN: buying.quote_service,
            Action.JOIN: club.quote,
            Action.RENEW: self._renewals.quote,
        }
        # No breaker stands before these: an error there costs a name, and decides nothing.
        self.date = self._renewals.date
        self.tone = self._shelf.tone
        self.told = buying.told
        self.shown_first = looks.shown_first

    async def make(self, step: Step) -> Result:
        """Do the step; a refusal is a result, anything that leaves it open is raised.

        Nothing is called where the message may be another host's by now (`leases`).
        """
        leases.require()
        call = self._looks.bundles if _only_lists(step) else self._of[step.action]
        try:
            async with self._breaker.call():
                return await call(step)
        except Refused as refusal:
            return await self._refused(step, refusal)

    async def quote(self, step: Step, *, afresh: bool = False) -> Result:
        """Return what the step would cost, as `ASKED`, or its end where there is nothing to be asked.

        Nothing is changed at the core.  `afresh`: not from memory, since the price is known to have changed.
        """
        own = self._looks.bundles if _only_lists(step) else self._quotes.get(step.action)
        try:
            async with self._breaker.call():
                return await (own(step) if own else self._buying.quote(step, afresh=afresh))
        except Refused as refusal:
            return await self._refused(step, refusal)

    async def result_of(self, step: Step, answer: Answer) -> Result:
        """Return what an answer means that was learned afterwards."""
        if answer.outcome == "refused":
            return await self._refused(step, Refused(answer.reason))
        if step.action is Action.JOIN:
            return await self._club.joined(step, answer)
        if step.action is Action.LEAVE:
            return await self._club.left(step)
        if step.action is Action.CLOSE:
            return await self._library.closed(step, answer)
        tone = await self.tone(answer.tone_code or step.tone_code)
        price = await self._pricing.priced(step)
        priced = tone if tone is None or price is None else replace(tone, price=price)
        return result_from(step, answer, priced, monthly_fee=step.fee)

    async def brand(self, number: str) -> str:
        """Return the brand of a number's service, empty where there is none; raises what the core's client raises."""
        try:
            async with self._breaker.call():
                return await self._looks.brand(number)
        except Refused:
            return ""

    async def owned_tone(self, number: str, tone_code: str) -> Tone | None:
        """Return a tone of a number's library, None where it is not there; raises what leaves it open."""
        async with self._breaker.call():
            return await self._renewals.owned(number, tone_code)

    async def held(self, step: Step) -> Tone | None:
        """Return the step's tone from its number's library, None where it is not there; raises what leaves it open.

        A core that can make nothing of the question has not said no: `OurMistake` comes through.
        """
        try:
            async with self._breaker.call():
                owned = await self._core.owned_tones(step.number)
        except OurMistake:
            raise
        except Refused:
            return None
        return next((tone for tone in owned if tone.code == step.tone_code), None)

    def membership(self, code: str) -> LevelFacts | None:
        """Return the level of the music club that a code is, which renews as a tone does and is told otherwise."""
        level = self._members.club().of_code(code)
        return level.facts() if level else None

    async def has_joined(self, step: Step) -> Result | None:
        """Return what became of joining the club, by the library; None where it never took effect."""
        async with self._breaker.call():
            return await self._club.has_joined(step)

    async def _refused(self, step: Step, refusal: Refused) -> Result:
        reason = refusal.reason
        if step.action in _CLUB:
            return step.result(Verdict.REFUSED, reason)
        if reason == "price_changed":
            self._shelf.forget(step.tone_code)
        known = reason != "tone_missing" or step.action in _MISSING_IN_THE_LIBRARY
        tone = await self.tone(step.tone_code) if known else None
        levels = refusal.levels if isinstance(refusal, MembersOnly) else ()
        return step.result(Verdict.REFUSED, reason, tone=tone and facts_of(tone), levels=levels)


def _only_lists(step: Step) -> bool:
    """A PACK that names no bundle asks which there are."""
    return step.action is Action.PACK and not step.tone_code
