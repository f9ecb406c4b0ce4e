"""Questions before a charge, and "did you mean …?": what a YES or a NO means, decided over what is open.

    order ─▶ price told, question open ──YES in time──▶ granted ─▶ charged at that price, or asked again
                       │ NO ─▶ refused        │ asked again for the same, a sixth one ─▶ replaced
                       │ silence ─▶ expired   │ STOP ─▶ withdrawn

A question is bound to its number, what is asked for, the price told and its end.  (India's regulator has the rule:
nothing is charged without a yes to a stated price, 60 minutes by SMS, and silence is no.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from workers.dialogue.consent_rules import Way
from workers.dialogue.outcomes import Action, Command, Result

OPEN_AT_MOST = 5
"""Questions one number may have open: a list of more would not fit three parts of a text."""

_HIGHEST_KEY = 999
"""Keys have 1 to 3 digits, the core's keys of gifts at least 4 characters: YES 7 can't mean a gift."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked."""

    id: int
    key: int
    way: Way
    short_code: str
    action: Action
    asked: tuple[Result, ...]
    """What it is about, one for each tone, with the tone and the price that were told."""
    recipient: str = field(repr=False)
    asked_at: float
    expires_at: float
    meant: str = field(default="", repr=False)
    """Not a price but "did you mean …?": the text that a yes stands for, as if it had been sent."""
    unsent: bool = False
    """Its text has not left yet: nobody can say yes to what it tells."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The tones' codes; none where the service itself is meant."""
        return tuple(result.tone_code for result in self.asked if result.tone_code)

    @property
    def prices(self) -> dict[str, int | None]:
        """Minor units told for each code, '' for the service; None where the core didn't say."""
        prices: dict[str, int | None] = {one.tone_code: one.tone.price for one in self.asked if one.tone}
        fees = [one.monthly_fee for one in self.asked if not one.tone or one.monthly_fee is not None]
        return prices | ({"": fees[0]} if fees else {})

    @property
    def command(self) -> Command:
        """What a yes to it asks for."""
        return Command(self.action, tone_codes=self.codes, recipient=self.recipient)

    def heard(self, at: float) -> bool:
        """Whether what arrived then can be an answer: the price had been told, and it was not too late."""
        return self.asked_at <= at <= self.expires_at


def price_of(asked: Result) -> int | None:
    """What a yes costs at once: one period of the tone, or the first month; both for a gift that opens the service."""
    return asked.tone.price + (asked.monthly_fee or 0) if asked.tone else asked.monthly_fee


def opens_first(asked: Result) -> bool:
    """Whether it asks about the service in the place of what was asked for, which needs it."""
    return asked.action is Action.OPEN and asked.reason == "no_service"


@dataclass(frozen=True, slots=True)
class Granted:
    """Yes, to this one."""

    question: Question


@dataclass(frozen=True, slots=True)
class Declined:
    """No, to these."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Which:
    """It can't be told which of these is meant: nothing happens until it is."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class NothingAsked:
    """No question is open that it could answer."""


Decision = Granted | Declined | Which | NothingAsked


def decide(said: Command, open_questions: Sequence[Question], short_code: str, received_at: float) -> Decision:
    """Return what a YES or NO without a gift's key means that arrived at `received_at` at a short code.

    A bare YES counts only where exactly one question is open, whatever short code it was asked from, and that one
    asks for no number; a bare NO is no to all, which costs nothing.  A YES to a question whose text has not left yet is
    meant for something else: what it would buy is told again with its price, to be picked by its number.
    """
    heard = tuple(one for one in open_questions if one.heard(received_at))
    if not heard:
        return NothingAsked()
    accepts = said.action is Action.ACCEPT
    if said.question_key:
        named = tuple(one for one in heard if str(one.key) == said.question_key and one.short_code == short_code)
        if not named or (accepts and named[0].unsent):
            return Which(heard)
        return Granted(named[0]) if accepts else Declined(named)
    if not accepts:
        return Declined(heard)
    (*others, last) = heard
    other_way = last.way is not Way.REPLY or last.short_code != short_code
    return Which(heard) if others or other_way or last.unsent else Granted(last)


def next_key(last: int, taken: Sequence[int]) -> int:
    """Return the next question's key: never the last one's, so that a late YES 7 can't mean a newer question."""
    for step in range(1, _HIGHEST_KEY + 1):
        key = (last + step - 1) % _HIGHEST_KEY + 1
        if key not in taken:
            return key
    raise ValueError("every key is taken")


def superseded(about: Command, open_questions: Sequence[Question]) -> tuple[Question, ...]:
    """Return the open questions that a new one takes the place of: those for the same, and the oldest of too many."""
    same = [one for one in open_questions if one.command == about]
    rest = [one for one in open_questions if one.command != about]
    too_many = rest[: max(len(rest) - OPEN_AT_MOST + 1, 0)]
    return (*same, *too_many)
