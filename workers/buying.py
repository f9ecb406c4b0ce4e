"""Buying at the core: tones, gifts, copies, bundles and the service itself, told at a price and charged at that price.

    GET code ─▶ quoted ─YES─▶ the price is reserved ─▶ the call carries it ─▶ told what was charged

Promise 3: no call goes out at another price than the one that was agreed to.
"""

from __future__ import annotations

from dataclasses import replace

from core_client import CoreClient, CoreError, Refused, Tone
from workers.core_results import agreed, facts_of, result_from
from workers.dialogue import Action, Result, ToneFacts, Verdict
from workers.dialogue.offers import Thing
from workers.gifts import GiftDesk
from workers.looks import Looks
from workers.pricing import Pricing
from workers.shelf import Shelf
from workers.steps import Step

_FOR_THE_LIBRARY = (Action.ORDER, Action.COPY)
"""What brings a single tone, which its number may have."""


class Buying:
    """One worker's purchases."""

    def __init__(
        self,
        core: CoreClient,
        shelf: Shelf,
        pricing: Pricing,
        looks: Looks,
        gifts: GiftDesk | None,
    ) -> None:
        """`looks` tell who has the service, and of which brand; without `gifts` none is looked at before its call."""
        self._core = core
        self._shelf = shelf
        self._pricing = pricing
        self._looks = looks
        self._brand = looks.brand
        self._gifts = gifts

    async def quote(self, step: Step, *, afresh: bool) -> Result:
        """What a tone, a gift, a copy or a bundle would cost, as `ASKED`, or that it is there already.

        `REFUSED` for "no_service" has the price, too: it is what it would cost once the service is open.
        """
        if step.action is Action.GIFT and self._gifts:
            await self._gifts.allow(step)
        tone = await self._shelf.wanted(step, afresh=afresh)
        fee = await self._service_fee(step) if step.action is Action.GIFT else None
        why_not = await self._why_not(step, tone.code)
        if why_not == "owned":
            return step.result(Verdict.REFUSED, why_not, tone_code=tone.code, tone=facts_of(tone))
        quote = await self._pricing.quote(step, _thing(step, tone), self._brand)
        priced = replace(tone, price=quote.price)
        if fee:
            await self._pricing.fee_allowed(step, quote.price + fee)
        verdict = Verdict.REFUSED if why_not else Verdict.ASKED
        facts = facts_of(priced)
        return step.result(verdict, why_not, tone_code=tone.code, tone=facts, monthly_fee=fee, offer=quote.offer_id)

    async def quote_service(self, step: Step) -> Result:
        """OPEN: the first month's fee, as `ASKED`, or that it is open already."""
        subscriber = await self._looks.subscriber(step.number)
        if subscriber and subscriber.status == "active":
            return step.result(Verdict.ALREADY)
        fee = subscriber.monthly_fee if subscriber else await self._core.monthly_fee(step.number)
        await self._pricing.fee_allowed(step, fee)
        return step.result(Verdict.ASKED, monthly_fee=fee)

    async def told(self, step: Step) -> Result:
        """Return what a screen told of the step, at the price that stood there, as `ASKED`.

        What it is called comes from the catalogue, and is left out where that can't be asked now.
        """
        if step.price is None or not step.tone_code:
            return step.result(Verdict.ASKED, monthly_fee=step.price)
        bundle = step.action is Action.PACK
        known = None if bundle else await self._shelf.tone(step.tone_code)
        facts = facts_of(known) if known else ToneFacts(step.tone_code, "", "", step.price, 0)
        return step.result(Verdict.ASKED, tone=replace(facts, price=step.price), monthly_fee=step.fee)

    async def order(self, step: Step) -> Result:
        """Order the tone."""
        tone, offer = await self._reserved(step)
        answer = await self._core.order_tone(
            step.number,
            step.tone_code,
            transaction_id=step.transaction_id,
            expected_price=agreed(step, tone.price),
            offer_code=offer,
        )
        return result_from(step, answer, tone)

    async def gift(self, step: Step) -> Result:
        """Present the tone, with the service where that was agreed to."""
        if self._gifts:
            await self._gifts.confirm(step)
        tone, offer = await self._reserved(step)
        answer = await self._core.present_tone(
            step.number,
            step.recipient,
            step.tone_code,
            transaction_id=step.transaction_id,
            expected_price=agreed(step, tone.price),
            offer_code=offer,
            expected_fee=step.fee,
        )
        return result_from(step, answer, tone, monthly_fee=step.fee)

    async def copy(self, step: Step) -> Result:
        """Copy a friend's tone: it is looked up first, so that the call names it and its price."""
        tone, offer = await self._reserved(step)
        answer = await self._core.copy_tone(
            step.number,
            step.recipient,
            tone.code,
            transaction_id=step.transaction_id,
            expected_price=agreed(step, tone.price),
            offer_code=offer,
        )
        return replace(result_from(step, answer, tone), tone_code=tone.code)

    async def pack(self, step: Step) -> Result:
        """Order the bundle."""
        bundle, offer = await self._reserved(step)
        answer = await self._core.order_bundle(
            step.number,
            bundle.code,
            transaction_id=step.transaction_id,
            expected_price=agreed(step, bundle.price),
            offer_code=offer,
        )
        return result_from(step, answer, bundle)

    async def open(self, step: Step) -> Result:
        """Open the service at its first month's fee."""
        fee = agreed(step, await self._core.monthly_fee(step.number))
        await self._pricing.reserve_fee(step, fee)
        answer = await self._core.subscribe(step.number, transaction_id=step.transaction_id, expected_price=fee)
        return result_from(step, answer, None, monthly_fee=fee)

    async def _reserved(self, step: Step) -> tuple[Tone, str]:
        """The tone at the price that is reserved for it, and the offer that the price comes from."""
        tone = await self._shelf.wanted(step, afresh=step.agreed)
        quote = await self._pricing.reserve(step, _thing(step, tone), self._brand)
        return replace(tone, price=quote.price), quote.offer_id

    async def _why_not(self, step: Step, code: str) -> str:
        """Why the core would not do it, as the library or the service tells: "owned", "no_service", or empty.

        One more call at most, so that nobody says yes to a price for what he has, or for what he can't have yet.  It
        only spares a question: where the core has no answer to it, the order itself will say so.
        """
        needed = self._core.gift_needs_service if step.action is Action.GIFT else not self._core.order_opens_service
        try:
            if step.action in _FOR_THE_LIBRARY:
                owned = await self._core.owned_tones(step.number)
                return "owned" if any(tone.code == code for tone in owned) else ""
            closed = needed and not await self._looks.has_service(step.number)
        except CoreError as error:
            closed = needed and isinstance(error, Refused) and error.reason == "no_service"
        return "no_service" if closed else ""

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


def _thing(step: Step, tone: Tone) -> Thing:
    return Thing(tone.code, tone.price, bundle=step.action is Action.PACK)
