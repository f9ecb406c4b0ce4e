"""The words of consent: the question, the list where a YES may mean several, and what became of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workers.dialogue.consent import Question, opens_first, price_of
from workers.dialogue.declared import ANSWERS
from workers.dialogue.outcomes import Action, Result
from workers.dialogue.phrases import NAME_CHARS, Said
from workers.dialogue.text_size import parts_needed
from workers.dialogue.wording import Wording

_QUESTIONS = {
    **dict.fromkeys((Action.ORDER, Action.COPY, Action.PACK), "consent_order"),
    Action.RENEW: "consent_renew",
    Action.GIFT: "consent_gift",
    Action.OPEN: "consent_open",
    Action.JOIN: "consent_join",
}


def question_name(asked: Sequence[Result]) -> str:
    """The name of the text that asks for a yes to these."""
    if len(asked) > 1:
        return "consent_many"
    (one,) = asked
    if opens_first(one):
        return "consent_open_first"
    pays_both = one.action is Action.GIFT and one.monthly_fee is not None
    return "consent_gift_both" if pays_both else _QUESTIONS[one.action]


def question(asked: Sequence[Result], reply_key: int | None, language: str, wording: Wording) -> str:
    """The question with its price; `reply_key` None where a bare YES will do."""
    name = question_name(asked)
    key = "" if reply_key is None else reply_key
    if name == "consent_many":
        return _fitting(name, lambda chars: _many(asked, key, language, wording, chars))
    return _fitting(name, lambda chars: _one(name, Said(asked[0], language, wording, chars), key))


def which(questions: Sequence[Question], language: str, wording: Wording) -> str:
    """The list of open questions with the key of each."""

    def listed(chars: int) -> str:
        items = question_items(questions, language, wording, chars)
        variables = {"items": wording.items(items, language), "count": len(items)}
        return wording.say("consent_which", language, **variables)

    return _fitting("consent_which", listed)


def question_items(questions: Sequence[Question], language: str, wording: Wording, chars: int) -> list[str]:
    """Each open question with its key, names as long as `chars`."""
    return [
        wording.put(
            "question_item",
            language,
            reply_key=one.key,
            deed=deed(one.asked, language, wording, chars),
            price=_total(one.asked, language, wording),
        )
        for one in questions
    ]


def deed(asked: Sequence[Result], language: str, wording: Wording, chars: int = NAME_CHARS[2]) -> str:
    """What was asked about, as part of a sentence; several in a row."""
    return wording.items([Said(result, language, wording, chars).deed() for result in asked], language)


def declined(questions: Sequence[Question], language: str, wording: Wording) -> str:
    """No was said to these."""
    return wording.say("consent_declined", language, deed=_deeds(questions, language, wording))


def expired(asked: Sequence[Result], language: str, wording: Wording) -> str:
    """No answer came."""
    return wording.say("consent_expired", language, deed=deed(asked, language, wording))


def nothing_asked(example_key: str, language: str, wording: Wording) -> str:
    """A yes or no, and nothing is open that it could answer."""
    return wording.say("consent_nothing", language, example_key=example_key)


def _deeds(questions: Sequence[Question], language: str, wording: Wording) -> str:
    return wording.items([deed(one.asked, language, wording) for one in questions], language)


def _one(name: str, said: Said, key: int | str) -> str:
    variables = said.variables(ANSWERS[name].variables - {"reply_key", "total"})
    total = _total((said.result,), said.language, said.wording)
    return said.wording.say(name, said.language, **variables | {"reply_key": key, "total": total})


def _many(asked: Sequence[Result], key: int | str, language: str, wording: Wording, chars: int) -> str:
    items = []
    for result in asked:
        said = Said(result, language, wording, chars)
        variables = said.variables(("name", "code", "validity")) | {"charged": said.price()}
        items.append(wording.put("order_item", language, **variables))
    return wording.say(
        "consent_many",
        language,
        items=wording.items(items, language),
        count=len(asked),
        total=_total(asked, language, wording),
        reply_key=key,
    )


def _total(asked: Sequence[Result], language: str, wording: Wording) -> str:
    prices = [price_of(result) for result in asked]
    known = [price for price in prices if price is not None]
    return wording.money(sum(known), language) if len(known) == len(prices) else ""


def _fitting(name: str, text: Callable[[int], str]) -> str:
    """The text with names as long as its parts allow."""
    texts = [text(NAME_CHARS[0])]
    for chars in NAME_CHARS[1:]:
        if parts_needed(texts[-1]) <= ANSWERS[name].parts:
            return texts[-1]
        texts.append(text(chars))
    return texts[-1] if parts_needed(texts[-1]) <= ANSWERS[name].parts else texts[0]
