"""One answer about several tones: what became of five codes sent together, and the list of one's tones."""

from __future__ import annotations

from collections.abc import Sequence

from workers.dialogue.outcomes import Result, Verdict
from workers.dialogue.phrases import NAME_CHARS, Said, of_tone, reason_words
from workers.dialogue.reply_names import reply_name
from workers.dialogue.text_size import PARTS_AT_MOST, parts_needed
from workers.dialogue.wording import Wording

_TEXTS = {
    "order_done": "many_order_done",
    "order_already": "many_order_already",
    "delete_done": "many_delete_done",
    "delete_already": "many_delete_already",
    "refused": "many_refused",
    "refused_our_side": "many_refused",
    "failed": "many_refused",
    "accepted": "many_waiting",
    "delayed": "many_waiting",
    "consent_asked": "many_waiting",
    "checking": "many_checking",
    "cancelled": "many_cancelled",
}
"""The text for one code's end → that for several with the same end, in the order they are told."""


def combined(results: Sequence[Result], language: str, wording: Wording) -> str:
    """What became of several codes, ends alike told together; at most three parts."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in sorted(results, key=_rank):
        text = first_text([result])
        reason = "our_side" if result.verdict is Verdict.FAILED else reason_words(result.reason)
        groups.setdefault((text, reason if text == "many_refused" else ""), []).append(result)
    answer = ""
    for chars in NAME_CHARS:
        sentences = [_group(text, reason, group, language, wording, chars) for (text, reason), group in groups.items()]
        answer = " ".join(sentences)
        if parts_needed(answer) <= PARTS_AT_MOST:
            break
    return answer


def first_text(results: Sequence[Result]) -> str:
    """The name of the text that is told first."""
    return _TEXTS.get(reply_name(min(results, key=_rank)), "many_refused")


def _rank(result: Result) -> int:
    name = reply_name(result)
    return list(_TEXTS).index(name) if name in _TEXTS else len(_TEXTS)


def _group(text: str, reason: str, group: list[Result], language: str, wording: Wording, chars: int) -> str:
    """One sentence about all codes that ended alike."""
    all_said = [Said(result, language, wording, chars) for result in group]
    codes = wording.items([said.code for said in all_said], language)
    variables: dict[str, object] = {"count": len(group), "codes": codes}
    if text == "many_refused":
        variables["why"] = wording.why(reason, language, code="", number=all_said[0].number(), key="")[0]
    if text in {"many_order_done", "many_delete_done"}:
        item = "order_item" if text == "many_order_done" else "delete_item"
        variables["items"] = wording.items([_item(item, said) for said in all_said], language)
    charges = [result.charged for result in group]
    known = [charge for charge in charges if charge is not None]
    variables["total"] = wording.money(sum(known), language) if len(known) == len(charges) else ""
    return wording.say(text, language, **variables)


def _item(form: str, said: Said) -> str:
    variables = said.variables(("name", "code", "charged", "validity"))
    variables["charged"] = variables["charged"] or said.price()
    return said.wording.put(form, said.language, **variables)


def listing(result: Result, language: str, wording: Wording) -> str:
    """One's tones: all with shorter names before fewer with long ones, and how many more there are."""
    said = Said(result, language, wording)
    answer = ""
    for chars in NAME_CHARS[1:-1]:
        items = [wording.put("list_item", language, **of_tone(tone, said, chars)) for tone in result.owned]
        answer = _as_many_as_fit(items, language, wording)
        if answer == _listed(items, len(items), language, wording):
            break
    return answer


def _as_many_as_fit(items: list[str], language: str, wording: Wording) -> str:
    answer = _listed(items, 1, language, wording)
    for shown in range(2, len(items) + 1):
        longer = _listed(items, shown, language, wording)
        if parts_needed(longer) > PARTS_AT_MOST:
            break
        answer = longer
    return answer


def _listed(items: list[str], shown: int, language: str, wording: Wording) -> str:
    more = len(items) - shown
    return wording.say(
        "list_tones", language, items=wording.items(items[:shown], language), count=len(items), more=more or ""
    )
