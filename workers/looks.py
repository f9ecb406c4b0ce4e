"""What only looks: a number's library and status, what is on sale, and what of that is shown first.

Nothing is changed, so whatever is left open is simply asked again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from core_client import CoreReads, OurMistake, Refused, Setting, Subscriber, Tone
from workers import brands
from workers.club import Members
from workers.core_results import facts_of
from workers.dialogue import Action, BundleFacts, Result, SettingFacts, Verdict
from workers.dialogue.club import Level
from workers.dialogue.offers import MENU, Promotions
from workers.shelf import Shelf
from workers.steps import Step

_FOUND_AT_MOST = 10
"""Tones asked for at once: more than an answer has room for."""

_PROMOTED = (Action.TOP, Action.NEW)
_ORDERS: dict[Action, Literal["name", "top", "new"]] = {Action.FIND: "name", Action.TOP: "top", Action.NEW: "new"}


class Looks:
    """One worker's looks."""

    def __init__(
        self,
        core: CoreReads,
        shelf: Shelf,
        members: Members,
        promotions: Callable[[], Promotions],
        clock: Callable[[], float],
    ) -> None:
        """`promotions` gives marketing's lists in force, `members` those of the club and what is hidden from others."""
        self._core = core
        self._shelf = shelf
        self._members = members
        self._promotions = promotions
        self._clock = clock

    async def library(self, step: Step) -> Result:
        """LIST: the tones that a number has."""
        owned = await self._core.owned_tones(step.number)
        return step.result(Verdict.DONE, owned=tuple(facts_of(tone) for tone in owned))

    async def status(self, step: Step) -> Result:
        """STATUS: the service, its fee, the library, what plays to whom, and the membership of the club."""
        subscriber = await self.subscriber(step.number)
        if subscriber is None:
            fee = await self._core.monthly_fee(step.number)
            return step.result(Verdict.REFUSED, "no_service", monthly_fee=fee)
        owned = await self._core.owned_tones(step.number)
        level = await self._level(step)
        return step.result(
            Verdict.DONE,
            owned=tuple(facts_of(tone) for tone in owned),
            levels=(level.facts(),) if level else (),
            member_of=level.id if level else "",
            monthly_fee=subscriber.monthly_fee,
            paused=subscriber.status == "suspended",
            playing=await self._playing(step.number),
        )

    async def info(self, step: Step) -> Result:
        """INFO: one tone on sale."""
        return step.result(Verdict.DONE, tone=facts_of(await self._shelf.sold(step.tone_code)))

    async def bundles(self, step: Step) -> Result:
        """PACK alone: the bundles on sale."""
        bundles = await self._shelf.bundles()
        facts = (BundleFacts(one.code, one.name, one.price, one.validity_days, one.tones) for one in bundles)
        return step.result(Verdict.DONE, bundles=tuple(facts))

    async def find(self, step: Step) -> Result:
        """FIND, TOP and NEW: one page of the tones on sale; of the latter two, what is promoted comes first."""
        end = step.first + _FOUND_AT_MOST
        count, tones = await self._core.find_tones(step.query, order_by=_ORDERS[step.action], last=end)
        first = {}
        if step.action in _PROMOTED:
            first = await self._promoted(step)
            tones = [tone for tone in tones if not self._members.hides(step.member_of, tone.code)]
        shown = [*first.values(), *(tone for tone in tones if tone.code not in first)]
        page = shown[step.first : end]
        return step.result(
            Verdict.DONE, found=tuple(facts_of(tone) for tone in page), found_in_all=max(count, len(shown))
        )

    async def nothing(self, step: Step) -> Result:
        """MORE where there was no list to go on with, and LANGUAGE, which is kept with the answer that says so."""
        return step.result(Verdict.DONE)

    def shown_first(self, place: str, member_of: str = "") -> str:
        """The code that marketing shows first there, to members of the club or to everybody; empty: none."""
        return next(iter(self._codes(self._promotions(), (place,), member_of, None)), "")

    async def brand(self, number: str) -> str:
        """The brand of a number's service, empty where there is none."""
        if known := brands.told(number):
            return known
        subscriber = await self.subscriber(number)
        return subscriber.brand if subscriber else ""

    async def has_service(self, number: str) -> bool:
        """Whether a number has the service; no call where the work at hand has asked for its brand."""
        return bool(brands.told(number)) or await self.subscriber(number) is not None

    async def subscriber(self, number: str) -> Subscriber | None:
        """How the service of a number stands; None where there is none."""
        subscriber = await self._core.query_subscriber(number)
        if subscriber:
            brands.heard(number, subscriber.brand)
        return subscriber

    async def _promoted(self, step: Step) -> dict[str, Tone]:
        """The tones on sale that are shown first, by their codes: those of a member's lists, then those promoted."""
        promotions = self._promotions()
        places = (step.action.value, MENU) if step.on_screen else (step.action.value,)
        brand = await self.brand(step.number) if promotions.brand_matters(*places) else None
        found: dict[str, Tone] = {}
        for code in self._codes(promotions, places, step.member_of, brand or None)[:_FOUND_AT_MOST]:
            tone = await self._shelf.tone(code)
            if tone and not tone.expired:
                found[code] = tone
        return found

    def _codes(self, promotions: Promotions, places: tuple[str, ...], member_of: str, brand: str | None) -> list[str]:
        codes = (*self._members.shown(member_of, *places), *promotions.promoted(self._clock(), brand, *places))
        return [code for code in codes if not self._members.hides(member_of, code)]

    async def _level(self, step: Step) -> Level | None:
        """The level of the club that the step's number has, also one that was joined elsewhere."""
        try:
            return await self._members.level_of(step)
        except OurMistake:  # a core that can't be asked who is a member
            return None

    async def _playing(self, number: str) -> tuple[SettingFacts, ...]:
        """What a number has set; nothing where the core has no answer to that: the rest of its status has one."""
        try:
            return tuple(map(_setting, await self._core.settings(number)))
        except Refused:
            return ()


def _setting(setting: Setting) -> SettingFacts:
    begin, end = setting.hours or ("", "")
    return SettingFacts(setting.tone_code, setting.tone_name, setting.caller, begin, end)
