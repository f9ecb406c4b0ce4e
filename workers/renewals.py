"""Renewals at work: what a RENEW calls the core for, and which renewals are to be expected by what was seen.

Promise 2: until when a tone was valid is in the journal before the core is called, and goes with the call.  A core
that finds another date has renewed it already, and so do we where it can't be asked what became of a lost call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from core_client import Busy, CoreClient, OurMistake, Refused, Tone
from workers.core_results import agreed, facts_of
from workers.dialogue import Action, Result, ToneFacts, Verdict
from workers.dialogue.renewals import RenewalRules
from workers.journal import Journal, JournalUnavailable
from workers.journal.renewals import RenewalBook
from workers.journal.renewing import ExpectedRenewal, RenewalCall, StoredRenewal
from workers.pricing import Pricing
from workers.steps import Step

DAY_S = 86_400.0
_SAME_S = 1.0
"""Of a date that was told twice."""
_BOUGHT = (Action.ORDER, Action.COPY, Action.JOIN)


class RenewalDesk(Protocol):
    """The journal, as far as renewals go; raises `Busy` where it can't be asked."""

    async def begin(self, step: Step, valid_until: float) -> float:
        """Keep until when the step's tone is valid; return what was kept at the step's first time."""

    async def find(self, number: str, tone_code: str) -> StoredRenewal | None:
        """What is remembered of a tone's next renewal."""


class JournalRenewals:
    """The desk that is kept in a journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._book = RenewalBook(journal.database)

    async def begin(self, step: Step, valid_until: float) -> float:
        """Keep until when the step's tone is valid; return what was kept at the step's first time."""
        try:
            return await self._journal.begin_renewal(RenewalCall(step.transaction_id, valid_until))
        except JournalUnavailable as error:
            raise Busy("journal") from error

    async def find(self, number: str, tone_code: str) -> StoredRenewal | None:
        """What is remembered of a tone's next renewal."""
        try:
            return await asyncio.to_thread(self._book.find, number, tone_code)
        except JournalUnavailable as error:
            raise Busy("journal") from error


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


@dataclass(frozen=True, slots=True)
class Expecting:
    """Which renewals are to be expected after a message; without notices none are."""

    rules: RenewalRules
    clock: Callable[[], float]

    def of(self, results: Sequence[Result]) -> tuple[ExpectedRenewal, ...]:
        """By what was bought, renewed or listed."""
        if self.rules.notice_before_s <= 0:
            return ()
        return tuple(
            ExpectedRenewal(tone.code, at, self.rules.notice_at(at, tone.validity_days * DAY_S))
            for result in results
            if result.verdict is Verdict.DONE
            for tone, at in self._renewing(result)
        )

    def _renewing(self, result: Result) -> Iterator[tuple[ToneFacts, float]]:
        tones = (result.tone, *result.owned) if result.action is not Action.INFO else ()
        for tone in tones:
            if tone is None:
                continue
            if tone.renews_at is not None:
                yield tone, tone.renews_at
            elif result.action in _BOUGHT:  # the core doesn't say: it is asked before anybody is told
                yield tone, self.clock() + tone.validity_days * DAY_S
