"""What a RENEW calls the core for.

Promise 2: until when a tone was valid is in the journal before the core is called, and goes with the call.  A core
that finds another date has renewed it already, and so do we where it can't be asked what became of a lost call.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from core_client import CoreClient, OurMistake, Refused, Tone
from workers.core_results import agreed, facts_of
from workers.dialogue import Result, ToneFacts, Verdict
from workers.dialogue.renewals import DAY_S
from workers.pricing import Pricing
from workers.renewal_desk import RenewalDesk
from workers.steps import Step

_SAME_S = 1.0
"""Of a date that was told twice."""


class RenewalCalls:
    """One worker's calls for renewals; raises `Refused` for what is decided, other errors for what is left open."""

    def __init__(self, core: CoreClient, pricing: Pricing, desk: RenewalDesk | None, zone: ZoneInfo) -> None:
        """Without a `desk` nothing is renewed by text; `zone` is whose dates are told."""
        self._core = core
        self._pricing = pricing
        self._desk = desk
        self._zone = zone

    async def owned(self, number: str, tone_code: str) -> Tone | None:
        """A tone of a number's library; None where it is not there, or no service."""
        try:
            tones = await self._core.owned_tones(number)
        except OurMistake:  # it can make nothing of the question, and has not said no
            raise
        except Refused:
            return None
        return await self._held(tones, number, tone_code)

    async def _held(self, tones: Sequence[Tone], number: str, code: str) -> Tone | None:
        """The tone of that code, or the membership, which renews alike."""
        found = next((tone for tone in tones if tone.code == code), None)
        with suppress(OurMistake):  # a core that knows no memberships has none
            return found or next((box for box in await self._core.owned_boxes(number) if box.code == code), None)
        return None

    async def quote(self, step: Step) -> Result:
        """What the step would cost, as `ASKED`; no offer counts, since those are for what is bought."""
        tone = await self._renewable(step)
        await self._pricing.fee_allowed(step, tone.price)
        return step.result(Verdict.ASKED, tone=_facts(tone, None))

    async def make(self, step: Step) -> Result:
        """Renew the tone for one more period, at the price agreed to."""
        tone = await self._renewable(step)
        if self._desk is None or tone.valid_until is None:
            raise Refused("no_renewal")
        if step.rule and tone.renewal != "unpaid":  # paid for since it was looked at: the lower price has no period
            return step.result(Verdict.ALREADY, tone=_facts(tone, tone.valid_until))
        before = await self._desk.begin(step, tone.valid_until)
        if abs(before - tone.valid_until) > _SAME_S:
            return step.result(Verdict.ALREADY, tone=_facts(tone, tone.valid_until))
        if step.rule:
            price = min(step.price or 0, tone.price)
        else:
            price = agreed(step, tone.price)
            await self._pricing.reserve_fee(step, price)
        answer = await self._core.renew_tone(
            step.number,
            step.tone_code,
            transaction_id=step.transaction_id,
            expected_price=price,
            offer_code=step.rule,
            expected_until=before,
        )
        until = answer.valid_until or before + tone.validity_days * DAY_S
        return step.result(
            Verdict(answer.outcome),
            tone=_facts(replace(tone, price=price), until if answer.outcome == "done" else None),
            charged=answer.amount_charged,
            until=self.date(until),
        )

    def date(self, moment: float) -> str:
        """The day of a moment, YYYY-MM-DD, by the operator's clock."""
        return datetime.fromtimestamp(moment, self._zone).date().isoformat()

    async def _renewable(self, step: Step) -> Tone:
        """The tone in its number's library, at the price of its next period."""
        if not self._core.renews:
            raise Refused("no_renewal")
        tone = await self._held(await self._core.owned_tones(step.number), step.number, step.tone_code)
        if tone is None:
            raise Refused("tone_missing")
        return at_renewal(tone)


def at_renewal(tone: Tone) -> Tone:
    """A tone of a library at the price of its next period."""
    return tone if tone.renewal_price is None else replace(tone, price=tone.renewal_price)


def _facts(tone: Tone, renews_at: float | None) -> ToneFacts:
    return replace(facts_of(tone), renews_at=renews_at if tone.renewal != "ends" else None)
