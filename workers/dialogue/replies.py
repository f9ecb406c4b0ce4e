"""From results to one text: the last step of parse → decide → act → tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workers.dialogue.combined import LISTS, combined, first_text, listing
from workers.dialogue.declared import ANSWERS, SOMETHING
from workers.dialogue.outcomes import Action, Command, Misunderstood, Result, ToneFacts, Verdict
from workers.dialogue.phrases import NAME_CHARS, Said
from workers.dialogue.reply_names import reply_name
from workers.dialogue.text_size import parts_needed
from workers.dialogue.wording import Wording


def reply(results: Sequence[Result], language: str, wording: Wording, example: str = "600902000001") -> str:
    """The answer to one message, from what became of each thing it asked for (one result or more).

    `example` is a tone's code that help shows; the grammar has one.
    """
    if len(results) > 1:
        return combined(results, language, wording)
    result, name = results[0], text_name(results)
    if name in LISTS:
        return listing(name, result, language, wording)
    return _fitting(name, lambda chars: Said(result, language, wording, chars, example))


def text_name(results: Sequence[Result]) -> str:
    """The name of the text that `reply` answers these results with, or begins its answer with."""
    return first_text(results) if len(results) > 1 else reply_name(results[0])


def misunderstood(text: Misunderstood, language: str, wording: Wording) -> str:
    """The help for a text that is no command."""
    variables = {name: text.variables[name] for name in ANSWERS[text.reply].variables}
    return wording.say(text.reply, language, **variables)


def gift_offer(
    giver: str,
    tone_code: str,
    tone: ToneFacts | None,
    key: str,
    language: str,
    wording: Wording,
    *,
    within_s: float = 18_000.0,
    fee: int | None = None,
) -> str:
    """What the recipient of a gift is asked; `giver` is E.164 digits.

    `fee` is the service's a month, where that is given, too.
    """
    name = "gift_offer" if fee is None else "gift_offer_service"
    offer = Result(
        Action.GIFT, Verdict.ACCEPTED, tone_code=tone_code, tone=tone, other_number=giver, gift_key=key, monthly_fee=fee
    )
    return told(name, offer, language, wording, within_s=within_s)


def told(name: str, result: Result, language: str, wording: Wording, *, within_s: float = 0.0) -> str:
    """The text of that name about a result; `within_s` is how long there is to answer."""
    return _fitting(name, lambda chars: Said(result, language, wording, chars, within_s=within_s))


def notice_delayed(command: Command, language: str, wording: Wording) -> str:
    """The core has not done it yet: it is kept and will be."""
    return _notice(command, Verdict.DELAYED, language, wording)


def notice_checking(command: Command | None, language: str, wording: Wording) -> str:
    """Nobody can say yet whether it took effect; None where it isn't known what was asked for."""
    if command is None:
        return wording.say("checking", language, deed=wording.deed(SOMETHING, language))
    return _notice(command, Verdict.CHECKING, language, wording)


def cancelled(command: Command, language: str, wording: Wording) -> str:
    """The subscriber's own STOP overtook it."""
    return _notice(command, Verdict.CANCELLED, language, wording)


def failed(command: Command, language: str, wording: Wording) -> str:
    """Given up after all attempts, and known not to have taken effect."""
    return _notice(command, Verdict.FAILED, language, wording)


def _notice(command: Command, verdict: Verdict, language: str, wording: Wording) -> str:
    return reply(
        [
            Result(
                command.action,
                verdict,
                tone_code=code,
                other_number=command.recipient,
                gift_key=command.gift_key,
                hours=command.hours,
                query=command.query,
                language=command.language,
            )
            for code in command.tone_codes or ("",)
        ],
        language,
        wording,
    )


def _fitting(name: str, said: Callable[[int], Said]) -> str:
    """The answer with names as long as its parts allow; the longest where no length helps (a language of two bytes)."""
    first = ""
    for chars in NAME_CHARS[:-1]:
        saying = said(chars)
        text = saying.answer(name)
        if parts_needed(text) <= saying.wording.parts(name, saying.language):
            return text
        first = first or text
    return first
