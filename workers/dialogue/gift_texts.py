"""The words of gifts: the list where a YES may mean several, and what the giver and the recipient hear at the end."""

from __future__ import annotations

from workers.dialogue.consent_texts import question_items
from workers.dialogue.gifts import Gift, GiftState, Several
from workers.dialogue.outcomes import Action, Result, Verdict
from workers.dialogue.phrases import NAME_CHARS, Said
from workers.dialogue.replies import told
from workers.dialogue.text_size import parts_needed
from workers.dialogue.wording import Wording

TO_GIVER: dict[GiftState, str] = {
    GiftState.ACCEPTED: "gift_accepted",
    GiftState.REFUSED: "gift_turned_down",
    GiftState.EXPIRED: "gift_expired",
    GiftState.FAILED: "gift_failed",
}
"""What the giver is told at each end of what was presented."""


def which(several: Several, language: str, wording: Wording) -> str:
    """The list of what is open, with the key of each."""
    text = ""
    for chars in NAME_CHARS:
        items = question_items(several.questions, language, wording, chars)
        items += [_item(gift, language, wording, chars) for gift in several.gifts]
        text = wording.say("gift_which", language, items=wording.items(items, language), count=len(items))
        if parts_needed(text) <= wording.parts("gift_which", language):
            return text
    return text


def to_giver(gift: Gift, name: str, wording: Wording, charged: int | None = None) -> str:
    """What the giver hears, in his language."""
    return told(name, _about(gift, gift.recipient, charged), gift.language, wording)


def to_recipient(gift: Gift, name: str, language: str, wording: Wording, within_s: float = 0.0) -> str:
    """What the recipient hears; `within_s` is how long he has."""
    return told(name, _about(gift, gift.giver, None), language, wording, within_s=within_s)


def _about(gift: Gift, other: str, charged: int | None) -> Result:
    return Result(
        Action.GIFT,
        Verdict.DONE,
        tone_code=gift.tone_code,
        tone=gift.tone,
        charged=charged,
        other_number=other,
        gift_key=gift.key,
        monthly_fee=gift.fee,
    )


def _item(gift: Gift, language: str, wording: Wording, chars: int) -> str:
    said = Said(_about(gift, gift.giver, None), language, wording, chars)
    return wording.put("gift_item", language, **said.variables(("key", "tone", "number")))
