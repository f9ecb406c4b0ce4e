"""The calls a step makes at the core, and how its answer becomes a result.

Each returns a `Result` for what is decided, refusals among them, and lets through the errors that leave it open.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Literal
from zoneinfo import ZoneInfo

from core_client import Answer, CoreClient, CoreError, OurMistake, Refused, Tone
from workers.breaker import Breaker
from workers.catalogue import Catalogue
from workers.club import Members, MembersOnly
from workers.club_calls import ClubCalls
from workers.dialogue import Action, BundleFacts, Result, ToneFacts, Verdict
from workers.dialogue.offers import Promotions, Thing
from workers.gifts import GiftDesk
from workers.playing import cleared, playing
from workers.pricing import Pricing
from workers.renewals import RenewalCalls, RenewalDesk
from workers.steps import Step

_FOUND_AT_MOST = 10
"""Tones asked for at once: more than an answer has room for."""

_FOR_THE_LIBRARY = (Action.ORDER, Action.COPY)
"""What brings a single tone, which its number may have."""
_RENEWING = (*_FOR_THE_LIBRARY, Action.RENEW)
"""What leaves a tone that renews by itself."""

_PROMOTED = (Action.TOP, Action.NEW)
_CLUB = (Action.CLUB, Action.JOIN, Action.LEAVE)
"""What is about no tone of the catalogue."""
_UTC = ZoneInfo("UTC")

_ORDERS: dict[Action, Literal["name", "top", "new"]] = {Action.FIND: "name", Action.TOP: "top", Action.NEW: "new"}


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
        self._promotions = promotions
        self._gifts = gifts
        self._clock = clock
        self._core = core
        self._pricing = pricing or Pricing(clock=clock)
        self._members = members or Members(core, clock=clock)
        self._club = ClubCalls(core, self._members, self._pricing, self._brand)
        self._catalogue = catalogue
        self._breaker = breaker
        self._renewals = RenewalCalls(core, self._pricing, renewals, zone)
        self.date = self._renewals.date
        self._of: dict[Action, Callable[[Step], Awaitable[Result]]] = {
            Action.ORDER: self._order,
            Action.GIFT: self._gift,
            Action.DELETE: self._delete,
            Action.OPEN: self._open,
            Action.CLOSE: self._close,
            Action.ACCEPT: self._affirm,
            Action.DECLINE: self._affirm,
            Action.COPY: self._copy,
            Action.RENEW: self._renewals.make,
            Action.SET: self._set,
            Action.CLEAR: self._clear,
            Action.PAUSE: self._play,
            Action.RESUME: self._play,
            Action.LIST: self._list,
            Action.STATUS: self._status,
            Action.FIND: self._find,
            Action.TOP: self._find,
            Action.NEW: self._find,
            Action.MORE: self._nothing_more,
            Action.INFO: self._info,
            Action.PACK: self._pack,
            Action.LANGUAGE: self._language,
            Action.CLUB: self._club.show,
            Action.JOIN: self._club.join,
            Action.LEAVE: self._club.leave,
        }

    async def make(self, step: Step) -> Result:
        """Do the step; a refusal is a result, anything that leaves it open is raised."""
        try:
            async with self._breaker.call():
                return await self._of[step.action](step)
        except Refused as refusal:
            return await self._refused(step, refusal)

    async def quote(self, step: Step, *, afresh: bool = False) -> Result:
        """Return what the step would cost, as `ASKED`, or its end where there is nothing to be asked.

        Nothing is changed at the core.  `afresh`: not from memory, since the price is known to have changed.
        """
        try:
            async with self._breaker.call():
                if step.action is Action.OPEN:
                    return await self._fee(step)
                if step.action is Action.JOIN:
                    return await self._club.quote(step)
                if step.action is Action.PACK and not step.tone_code:
                    return await self._bundles(step)
                if step.action is Action.RENEW:
                    return await self._renewals.quote(step)
                if step.action is Action.GIFT and self._gifts:
                    await self._gifts.allow(step)
                tone = await self._wanted(step, afresh=afresh)
                if step.action in _FOR_THE_LIBRARY and await self._has(step.number, tone.code):
                    return step.result(Verdict.REFUSED, "owned", tone_code=tone.code, tone=facts_of(tone))
                fee = await self._service_fee(step) if step.action is Action.GIFT else None
                quote = await self._pricing.quote(step, _thing(step, tone), self._brand)
                priced = replace(tone, price=quote.price)
                if fee:
                    await self._pricing.fee_allowed(step, quote.price + fee)
                facts = facts_of(priced)
                return step.result(
                    Verdict.ASKED, tone_code=tone.code, tone=facts, monthly_fee=fee, offer=quote.offer_id
                )
        except Refused as refusal:
            return await self._refused(step, refusal)

    async def _has(self, number: str, code: str) -> bool:
        """Whether a tone is in a library: one more call, so that nobody is asked to pay for what he has.

        It only spares a question: where the core has no answer to it, the order itself will say so.
        """
        try:
            return any(tone.code == code for tone in await self._core.owned_tones(number))
        except CoreError:
            return False

    def shown_first(self, place: str, member_of: str = "") -> str:
        """The code that marketing shows first there, to members of the club or to everybody; empty: none."""
        promoted = self._promotions().promoted(self._clock(), None, place)
        for code in (*self._members.shown(member_of, place), *promoted):
            if not self._members.hides(member_of, code):
                return code
        return ""

    async def brand(self, number: str) -> str:
        """Return the brand of a number's service, empty where there is none; raises what the core's client raises."""
        try:
            async with self._breaker.call():
                return await self._brand(number)
        except Refused:
            return ""

    async def result_of(self, step: Step, answer: Answer) -> Result:
        """Return what an answer means that was learned afterwards."""
        if answer.outcome == "refused":
            return await self._refused(step, Refused(answer.reason))
        if step.action is Action.JOIN:
            return await self._club.joined(step, answer)
        if step.action is Action.LEAVE:
            return await self._club.left(step)
        if step.action is Action.CLOSE:
            return await self._closed(step, answer)
        tone = await self.tone(answer.tone_code or step.tone_code)
        price = await self._pricing.priced(step)
        priced = tone if tone is None or price is None else replace(tone, price=price)
        return _result(step, answer, priced, monthly_fee=step.fee)

    async def tone(self, code: str) -> Tone | None:
        """Return what the catalogue says of a tone, None also where it can't be asked now."""
        try:
            return await self._catalogue.find(code) if code else None
        except CoreError:
            return None  # it would only have named the tone: what is decided stays decided

    async def told(self, step: Step) -> Result:
        """Return what a screen told of the step, at the price that stood there, as `ASKED`.

        What it is called comes from the catalogue, and is left out where that can't be asked now.
        """
        if step.price is None or not step.tone_code:
            return step.result(Verdict.ASKED, monthly_fee=step.price)
        bundle = step.action is Action.PACK
        known = None if bundle else await self.tone(step.tone_code)
        facts = facts_of(known) if known else ToneFacts(step.tone_code, "", "", step.price, 0)
        return step.result(Verdict.ASKED, tone=replace(facts, price=step.price), monthly_fee=step.fee)

    async def owned_tone(self, number: str, tone_code: str) -> Tone | None:
        """Return a tone of a number's library, None where it is not there; raises what leaves it open."""
        async with self._breaker.call():
            return await self._renewals.owned(number, tone_code)

    async def owns(self, step: Step) -> bool:
        """Tell whether the step's tone is in its number's library; raises what leaves it open.

        A core that can make nothing of the question has not said no: `OurMistake` comes through.
        """
        try:
            async with self._breaker.call():
                owned = await self._core.owned_tones(step.number)
        except OurMistake:
            raise
        except Refused:
            return False
        return any(tone.code == step.tone_code for tone in owned)

    def is_membership(self, code: str) -> bool:
        """Tell whether a code is a level of the music club, which renews as a tone does and is told otherwise."""
        return self._members.club().of_code(code) is not None

    async def has_joined(self, step: Step) -> Result | None:
        """Return what became of joining the club, by the library; None where it never took effect."""
        async with self._breaker.call():
            return await self._club.has_joined(step)

    async def _order(self, step: Step) -> Result:
        tone, offer = await self._reserved(step)
        answer = await self._core.order_tone(
            step.number,
            step.tone_code,
            transaction_id=step.transaction_id,
            expected_price=_agreed(step, tone.price),
            offer_code=offer,
        )
        return _result(step, answer, tone)

    async def _service_fee(self, step: Step) -> int | None:
        """What the recipient's service costs its giver; None where he has it, `Refused` where it can't be given."""
        try:
            subscriber = await self._core.query_subscriber(step.recipient)
            fee = None if subscriber else await self._core.monthly_fee(step.recipient)
        except Refused:  # that is about the recipient: the core will say what it means for the gift
            return None
        if subscriber is None and (fee is None or not self._core.gift_opens_service):
            raise Refused("gift_no_service")
        return fee

    async def _gift(self, step: Step) -> Result:
        if self._gifts:
            await self._gifts.confirm(step)
        tone, offer = await self._reserved(step)
        answer = await self._core.present_tone(
            step.number,
            step.recipient,
            step.tone_code,
            transaction_id=step.transaction_id,
            expected_price=_agreed(step, tone.price),
            offer_code=offer,
            expected_fee=step.fee,
        )
        return _result(step, answer, tone, monthly_fee=step.fee)

    async def _reserved(self, step: Step) -> tuple[Tone, str]:
        """The tone at the price that is reserved for it, and the offer that the price comes from."""
        tone = await self._wanted(step, afresh=step.agreed)
        quote = await self._pricing.reserve(step, _thing(step, tone), self._brand)
        return replace(tone, price=quote.price), quote.offer_id

    async def _wanted(self, step: Step, *, afresh: bool) -> Tone:
        """The tone that the step would buy, or the bundle; raises `MembersOnly` where it is not for its number."""
        match step.action:
            case Action.PACK:
                return await self._bundle(step)
            case Action.COPY:
                tone = await self._copied(step)
            case _:
                tone = await self._sold(step, afresh=afresh)
        await self._members.allow(step, tone.code)
        return tone

    async def _brand(self, number: str) -> str:
        subscriber = await self._core.query_subscriber(number)
        return subscriber.brand if subscriber else ""

    async def _sold(self, step: Step, *, afresh: bool = False) -> Tone:
        if afresh or not self._core.expects_price:
            self._catalogue.forget(step.tone_code)
        tone = await self._catalogue.find(step.tone_code)
        if tone is None:
            raise Refused("tone_missing")
        if tone.expired:
            raise Refused("tone_expired")
        return tone

    async def _fee(self, step: Step) -> Result:
        subscriber = await self._core.query_subscriber(step.number)
        if subscriber and subscriber.status == "active":
            return step.result(Verdict.ALREADY)
        fee = subscriber.monthly_fee if subscriber else await self._core.monthly_fee(step.number)
        await self._pricing.fee_allowed(step, fee)
        return step.result(Verdict.ASKED, monthly_fee=fee)

    async def _delete(self, step: Step) -> Result:
        tone = await self.tone(step.tone_code)
        answer = await self._core.delete_tone(step.number, step.tone_code, transaction_id=step.transaction_id)
        return _result(step, answer, tone)

    async def _open(self, step: Step) -> Result:
        fee = _agreed(step, await self._core.monthly_fee(step.number))
        await self._pricing.reserve_fee(step, fee)
        answer = await self._core.subscribe(step.number, transaction_id=step.transaction_id, expected_price=fee)
        return _result(step, answer, None, monthly_fee=fee)

    async def _close(self, step: Step) -> Result:
        return await self._closed(step, await self._core.unsubscribe(step.number, transaction_id=step.transaction_id))

    async def _closed(self, step: Step, answer: Answer) -> Result:
        """The service is closed: a membership ends with it, whatever the core makes of boxes."""
        return replace(_result(step, answer, None), levels=await self._club.closed(step))

    async def _affirm(self, step: Step) -> Result:
        accept = step.action is Action.ACCEPT
        answer = await self._core.affirm_present(
            step.number, step.gift_key, accept=accept, transaction_id=step.transaction_id
        )
        return _result(step, answer, await self.tone(answer.tone_code))

    async def _list(self, step: Step) -> Result:
        owned = await self._core.owned_tones(step.number)
        return step.result(Verdict.DONE, owned=tuple(facts_of(tone) for tone in owned))

    async def _copy(self, step: Step) -> Result:
        """Return what copying came to: the tone is looked up first, so that the call names it and its price."""
        tone, offer = await self._reserved(step)
        answer = await self._core.copy_tone(
            step.number,
            step.recipient,
            tone.code,
            transaction_id=step.transaction_id,
            expected_price=_agreed(step, tone.price),
            offer_code=offer,
        )
        return replace(_result(step, answer, tone), tone_code=tone.code)

    async def _copied(self, step: Step) -> Tone:
        """The tone that is agreed to, else the one that its owner plays now."""
        if step.tone_code:
            return await self._sold(step, afresh=step.agreed)
        return await self._core.copyable_tone(step.number, step.recipient)

    async def _set(self, step: Step) -> Result:
        answer = await self._core.set_tone(
            step.number,
            step.tone_code,
            caller=step.recipient,
            hours=step.hours,
            transaction_id=step.transaction_id,
        )
        return _result(step, answer, await self.tone(step.tone_code))

    async def _clear(self, step: Step) -> Result:
        return _result(step, await cleared(self._core, step), await self.tone(step.tone_code))

    async def _play(self, step: Step) -> Result:
        plays = step.action is Action.RESUME
        return _result(step, await self._core.play(step.number, plays=plays, transaction_id=step.transaction_id), None)

    async def _status(self, step: Step) -> Result:
        subscriber = await self._core.query_subscriber(step.number)
        if subscriber is None:
            fee = await self._core.monthly_fee(step.number)
            return step.result(Verdict.REFUSED, "no_service", monthly_fee=fee)
        owned = await self._core.owned_tones(step.number)
        return step.result(
            Verdict.DONE,
            owned=tuple(facts_of(tone) for tone in owned),
            monthly_fee=subscriber.monthly_fee,
            paused=subscriber.status == "suspended",
            playing=await playing(self._core, step.number),
        )

    async def _find(self, step: Step) -> Result:
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

    async def _nothing_more(self, step: Step) -> Result:
        return step.result(Verdict.DONE)  # there was no list to go on with

    async def _promoted(self, step: Step) -> dict[str, Tone]:
        """The tones on sale that are shown first, by their codes: those of a member's lists, then those promoted."""
        promotions, place = self._promotions(), step.action.value
        brand = await self._brand(step.number) if promotions.brand_matters(place) else None
        found: dict[str, Tone] = {}
        codes = (*self._members.shown(step.member_of, place), *promotions.promoted(self._clock(), brand or None, place))
        for code in [one for one in codes if not self._members.hides(step.member_of, one)][:_FOUND_AT_MOST]:
            tone = await self.tone(code)
            if tone and not tone.expired:
                found[code] = tone
        return found

    async def _info(self, step: Step) -> Result:
        return step.result(Verdict.DONE, tone=facts_of(await self._sold(step)))

    async def _pack(self, step: Step) -> Result:
        if not step.tone_code:
            return await self._bundles(step)
        bundle, offer = await self._reserved(step)
        answer = await self._core.order_bundle(
            step.number,
            bundle.code,
            transaction_id=step.transaction_id,
            expected_price=_agreed(step, bundle.price),
            offer_code=offer,
        )
        return _result(step, answer, bundle)

    async def _bundles(self, step: Step) -> Result:
        levels = {level.code for level in self._members.club().levels}
        bundles = [one for one in await self._core.bundles() if one.code not in levels]
        facts = (BundleFacts(one.code, one.name, one.price, one.validity_days, one.tones) for one in bundles)
        return step.result(Verdict.DONE, bundles=tuple(facts))

    async def _bundle(self, step: Step) -> Tone:
        """The bundle, which is sold as a tone is: by its code, at a price, for a period."""
        bundle = next((one for one in await self._core.bundles() if one.code == step.tone_code), None)
        if bundle is None or self._members.club().of_code(bundle.code):  # a membership is joined, with all that is said
            raise Refused("bundle_missing")
        return Tone(bundle.code, bundle.name, "", bundle.price, bundle.validity_days)

    async def _language(self, step: Step) -> Result:
        return step.result(Verdict.DONE)  # kept with the answer that says so

    async def _refused(self, step: Step, refusal: Refused) -> Result:
        reason = refusal.reason
        if step.action in _CLUB:
            return step.result(Verdict.REFUSED, reason)
        if reason == "price_changed":
            self._catalogue.forget(step.tone_code)
        known = reason != "tone_missing" or step.action in _MISSING_IN_THE_LIBRARY
        tone = await self.tone(step.tone_code) if known else None
        levels = refusal.levels if isinstance(refusal, MembersOnly) else ()
        return step.result(Verdict.REFUSED, reason, tone=tone and facts_of(tone), levels=levels)


_MISSING_IN_THE_LIBRARY = (Action.SET, Action.RENEW)
"""What is not on the shelf has no name to be told."""

_VERDICTS = {"done": Verdict.DONE, "already": Verdict.ALREADY, "accepted": Verdict.ACCEPTED}


def _result(step: Step, answer: Answer, tone: Tone | None, *, monthly_fee: int | None = None) -> Result:
    verdict, charged = _VERDICTS[answer.outcome], answer.amount_charged
    if step.action is Action.GIFT and answer.key:
        # Presented: the core has nothing more to tell, its recipient has, and until then the giver pays nothing.
        verdict, charged = Verdict.DONE, answer.amount_charged or None
    facts = tone and facts_of(tone)
    if facts and step.action in _RENEWING and answer.valid_until is not None:
        facts = replace(facts, renews_at=answer.valid_until)
    return step.result(
        verdict,
        tone=facts,
        tone_code=answer.tone_code or step.tone_code,
        charged=charged,
        other_number=answer.giver or step.recipient,
        gift_key=answer.key or step.gift_key,
        monthly_fee=monthly_fee,
    )


def _agreed(step: Step, price: int | None) -> int | None:
    """The price a call carries: that now, which must be the one that was agreed to.

    Looked at here, too, for a core that takes no expectedPrice.
    """
    if step.agreed and price != step.price:
        raise Refused("price_changed")
    return price


def _thing(step: Step, tone: Tone) -> Thing:
    return Thing(tone.code, tone.price, bundle=step.action is Action.PACK)


def facts_of(tone: Tone) -> ToneFacts:
    """Return a tone as the dialogue knows it."""
    renews_at = tone.valid_until if tone.renewal == "renews" else None
    return ToneFacts(tone.code, tone.name, tone.singer, tone.price, tone.validity_days, renews_at)
