"""The variables of the texts, made from a result: only those that a text uses, since most answers use few."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workers.dialogue.declared import ANSWERS, DEEDS, REASONS
from workers.dialogue.outcomes import BundleFacts, LevelFacts, Result, SettingFacts, ToneFacts
from workers.dialogue.wording import Wording

NAME_CHARS = (60, 40, 24, 12, 0)
"""How much of a tone's and a singer's name is said, the next where the text grows too long; 0 says the code alone."""

_HOUR_S = 3600.0

_SAME_WORDS = {
    # The call itself was wrong: nothing the subscriber could have done better.
    **dict.fromkeys(("parameter", "number", "transaction_reused", "transaction_unknown", "not_supported"), "our_side"),
    "our_mistake": "our_side",
    "tone_code": "tone_missing",
}
"""Reasons that are told in another's words."""


def reason_words(reason: str) -> str:
    """The entry under `reasons` in the language's answers that tells this reason."""
    reason = _SAME_WORDS.get(reason, reason)
    return reason if reason in REASONS else "other"


@dataclass(frozen=True, slots=True)
class Said:
    """A result that is being put into words."""

    result: Result
    language: str
    wording: Wording
    name_chars: int = NAME_CHARS[0]
    example: str = ""
    """A tone's code to show in help."""
    within_s: float = 0.0
    """How long there is to answer."""

    def variables(self, names: Iterable[str]) -> dict[str, object]:
        """The values of these variables."""
        return {name: _MAKERS[name](self) for name in names}

    def answer(self, name: str) -> str:
        """The answer of that name with all it uses."""
        return self.wording.say(name, self.language, **self.variables(ANSWERS[name].variables))

    @property
    def code(self) -> str:
        """The tone's code, empty where no tone is meant."""
        return self.result.tone_code or (self.result.tone.code if self.result.tone else "")

    def name(self) -> str:
        """The tone's name, as much as there is room for."""
        return _clipped(self.result.tone.name, self.name_chars) if self.result.tone else ""

    def singer(self) -> str:
        """Likewise."""
        return _clipped(self.result.tone.singer, self.name_chars) if self.result.tone else ""

    def tone(self) -> str:
        """The tone as texts call it."""
        name = self.name()
        if name:
            return self.wording.put("tone", self.language, name=name, singer=self.singer(), code=self.code)
        if self.code:
            return self.wording.put("tone_of_code", self.language, code=self.code)
        return self.wording.put("some_tone", self.language)

    def money(self, minor_units: int | None) -> str:
        """An amount, empty where it is not known."""
        return "" if minor_units is None else self.wording.money(minor_units, self.language)

    def price(self) -> str:
        """What one validity period costs."""
        return self.money(self.result.tone.price if self.result.tone else None)

    def validity(self) -> str:
        """How long that period is."""
        tone = self.result.tone
        return self.wording.put("validity", self.language, days=tone.validity_days) if tone else ""

    def renews(self) -> str:
        """Not empty where the core has said that the tone renews by itself."""
        return "yes" if self.result.tone and self.result.tone.renews_at is not None else ""

    def date(self) -> str:
        """Until when the tone is valid; empty where that is not known."""
        if not self.result.until:
            return ""
        year, month, day = map(int, self.result.until.split("-"))
        return self.wording.put("date", self.language, year=year, month=month, day=day)

    def number(self) -> str:
        """The other person's number."""
        digits = self.result.other_number
        return self.wording.put("number", self.language, digits=digits) if digits else ""

    def deed(self) -> str:
        """What was asked for, as part of a sentence."""
        name = self.result.action.value
        return self.wording.deed(name, self.language, **self.variables(DEEDS[name].variables))

    def within(self) -> str:
        """How long there is to answer, in whole hours, or in minutes where that is less than two."""
        hours, minutes = int(self.within_s // _HOUR_S), max(int(self.within_s // 60), 1)
        form, count = ("hours", hours) if hours > 1 else ("minutes", minutes)
        return self.wording.put(form, self.language, count=count)

    def why(self) -> tuple[str, str]:
        """Why not, and what helps."""
        return self.wording.why(
            reason_words(self.result.reason),
            self.language,
            code=self.code,
            number=self.number(),
            key=self.result.gift_key,
            level=self.levels(),
        )

    def levels(self) -> str:
        """The levels of the club that are meant, in a row."""
        return self.wording.items([one.name(self.language) for one in self.result.levels], self.language)

    def level(self, no: int = 0) -> str:
        """One of them; empty where there are not so many."""
        return self.result.levels[no].name(self.language) if no < len(self.result.levels) else ""

    def benefit(self) -> str:
        """What the first of them brings."""
        return benefit(self.result.levels[0], self) if self.result.levels else ""


def _clipped(name: str, chars: int) -> str:
    return name if len(name) <= chars else name[: chars - 2].rstrip() + ".." if chars else ""


_MAKERS: dict[str, Callable[[Said], object]] = {
    "tone": Said.tone,
    "name": Said.name,
    "singer": Said.singer,
    "code": lambda said: said.code,
    "price": Said.price,
    "charged": lambda said: said.money(said.result.charged),
    "lower": lambda said: said.money(said.result.lower_price),
    "date": Said.date,
    "renews": Said.renews,
    "fee": lambda said: said.money(said.result.monthly_fee),
    "validity": Said.validity,
    "number": Said.number,
    "key": lambda said: said.result.gift_key,
    "deed": Said.deed,
    "why": lambda said: said.why()[0],
    "then": lambda said: said.why()[1],
    "example": lambda said: said.example,
    "within": Said.within,
    "query": lambda said: said.result.query,
    "begin": lambda said: said.result.hours[0],
    "end": lambda said: said.result.hours[1],
    "count": lambda said: len(said.result.owned),
    "tones": lambda said: len(said.result.owned),
    "level": Said.level,
    "old_level": lambda said: said.level(1),
    "membership": lambda said: said.level() if said.result.member_of else "",
    "benefit": Said.benefit,
}


def benefit(level: LevelFacts, said: Said) -> str:
    """What a level of the club brings its members; empty where that is none of its prices."""
    found = []
    if level.free:
        found.append(said.wording.put("club_free", said.language, count=level.free))
    if level.then_price is not None or level.then_percent is not None:
        price, percent = said.money(level.then_price), "" if level.then_percent is None else level.then_percent
        found.append(said.wording.put("club_then", said.language, price=price, percent=percent, count=level.free))
    return said.wording.items(found, said.language)


def of_item(
    item: ToneFacts | BundleFacts | LevelFacts | SettingFacts, said: Said, name_chars: int
) -> dict[str, object]:
    """The variables of a tone, a bundle, a level of the club, or of what plays to somebody, for a list."""
    if isinstance(item, SettingFacts):
        number = said.wording.put("number", said.language, digits=item.caller) if item.caller else ""
        own: dict[str, object] = {"code": item.code, "begin": item.begin, "end": item.end}
        return own | {"name": _clipped(item.name, name_chars), "number": number}
    if isinstance(item, LevelFacts):
        period = said.wording.put("validity", said.language, days=item.validity_days)
        shown = {"level": item.name(said.language), "price": said.money(item.price), "validity": period}
        return {**shown, "benefit": benefit(item, said)}
    told: dict[str, object] = {
        "name": _clipped(item.name, name_chars),
        "code": item.code,
        "price": said.money(item.price),
        "validity": said.wording.put("validity", said.language, days=item.validity_days),
    }
    return told | {"count": item.tones} if isinstance(item, BundleFacts) else told
