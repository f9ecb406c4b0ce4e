"""One answer about several tones: what became of five codes sent together, and the list of one's tones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workers.dialogue.declared import ANSWERS
from workers.dialogue.outcomes import Result, Verdict
from workers.dialogue.phrases import NAME_CHARS, Said, of_item, reason_words
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
        variables["why"] = wording.why(
            reason, language, code="", number=all_said[0].number(), key="", level=all_said[0].levels()
        )[0]
    if text in {"many_order_done", "many_delete_done"}:
        item = "order_item" if text == "many_order_done" else "delete_item"
        variables["items"] = wording.items([_item(item, said) for said in all_said], language)
        variables["renews"] = next(filter(None, (said.renews() for said in all_said)), "")
    charges = [result.charged for result in group]
    known = [charge for charge in charges if charge is not None]
    variables["total"] = wording.money(sum(known), language) if len(known) == len(charges) else ""
    return wording.say(text, language, **variables)


def _item(form: str, said: Said) -> str:
    variables = said.variables(("name", "code", "charged", "validity"))
    variables["charged"] = variables["charged"] or said.price()
    return said.wording.put(form, said.language, **variables)


LISTS: dict[str, str] = {
    "list_tones": "list_item",
    "find_tones": "list_item",
    "top_tones": "list_item",
    "new_tones": "list_item",
    "bundles": "bundle_item",
    "club_levels": "club_item",
    "club_member": "club_item",
    "status_playing": "setting_item",
}
"""The text that shows several things → how one of them is written."""


def listing(name: str, result: Result, language: str, wording: Wording) -> str:
    """Several tones or bundles: all with shorter names before fewer with long ones, and how many more there are."""
    return _listed(name, result, language, wording)[0]


def shown_of(result: Result, language: str, wording: Wording) -> int:
    """How many things the answer to a list has room for; 0 where it is none."""
    name = reply_name(result)
    return _listed(name, result, language, wording)[1] if name in LISTS else 0


def _listed(name: str, result: Result, language: str, wording: Wording) -> tuple[str, int]:
    said = Said(result, language, wording)
    owned = result.playing or result.owned
    shown = owned or result.found or result.bundles or result.levels[bool(result.member_of) :]
    answer, room = "", 0
    for chars in NAME_CHARS[1:-1]:
        items = [wording.put(LISTS[name], language, **of_item(one, said, chars)) for one in shown]
        listed = _List(name, items, max(result.found_in_all, len(items)), said)
        answer, room = listed.as_much_as_fits()
        if room == len(items):
            break
    return answer, room


@dataclass(frozen=True, slots=True)
class _List:
    """A list that is being fitted into its parts."""

    name: str
    items: list[str]
    count: int
    said: Said

    def as_much_as_fits(self) -> tuple[str, int]:
        answer, room = self.first(1), 1
        for shown in range(2, len(self.items) + 1):
            longer = self.first(shown)
            if parts_needed(longer) > PARTS_AT_MOST:
                break
            answer, room = longer, shown
        return answer, room

    def first(self, shown: int) -> str:
        """The list with the first few items."""
        wording, language = self.said.wording, self.said.language
        values: dict[str, object] = {
            "items": wording.items(self.items[:shown], language),
            "count": self.count,
            "more": max(self.count - self.said.result.first - shown, 0) or "",
        }
        wanted = ANSWERS[self.name].variables
        used = {name: values[name] for name in values.keys() & wanted} | self.said.variables(wanted - values.keys())
        return wording.say(self.name, language, **used)
