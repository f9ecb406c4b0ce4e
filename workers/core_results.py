"""How the core's answer to a step becomes its result, and what it says of tones becomes the dialogue's facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from core_client import Answer, Refused, Tone
from workers.dialogue import Action, Result, ToneFacts, Verdict
from workers.steps import Step

Price = TypeVar("Price", bound=int | None)

_RENEWING = (Action.ORDER, Action.COPY, Action.RENEW)
"""What leaves a tone that renews by itself."""


def result_from(step: Step, answer: Answer, tone: Tone | None, *, monthly_fee: int | None = None) -> Result:
    """Return what an answer means that is no refusal; `tone` is what it is about, where that is known."""
    verdict, charged = Verdict(answer.outcome), answer.amount_charged
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


def agreed(step: Step, price: Price) -> Price:
    """Return the price a call carries: that now, which must be the one that was agreed to, else `Refused`.

    Looked at here, too, for a core that takes no expectedPrice (promise 3).
    """
    if step.agreed and price != step.price:
        raise Refused("price_changed")
    return price


def facts_of(tone: Tone) -> ToneFacts:
    """Return a tone as the dialogue knows it."""
    renews_at = tone.valid_until if tone.renewal == "renews" else None
    return ToneFacts(tone.code, tone.name, tone.singer, tone.price, tone.validity_days, renews_at)
