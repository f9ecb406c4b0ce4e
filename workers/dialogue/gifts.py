"""Gifts as a state machine, and what a YES or NO means to one: decided over what is open, touching nothing.

    quoted ──giver's yes──▶ confirmed ──the core gives a key──▶ presented ──YES──▶ accepted
       │ no, silence            │ the core refuses                  │ NO ─▶ refused
       ▼                        ▼                                   │ deadline ─▶ expired
    refused, expired          failed                                │ deadline, and it could not be paid ─▶ failed

While it is quoted it is a question of the giver's (`consent`); from the confirmation on the journal keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from workers.dialogue.consent import Question
from workers.dialogue.outcomes import Action, Command, ToneFacts


class GiftState(StrEnum):
    """How far a gift has come."""

    QUOTED = "quoted"
    """Its price is told to the giver, whose yes is waited for."""
    CONFIRMED = "confirmed"
    """The giver said yes to the price: the core may have been called."""
    PRESENTED = "presented"
    """The core gave a key, and the recipient is asked."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    FAILED = "failed"
    """It could not be presented, or not be paid."""


class GiftEvent(StrEnum):
    """What happens to a gift."""

    YES = "yes"
    """Of whoever is asked: of the giver first, of the recipient then."""
    NO = "no"
    KEY = "key"
    """The core took it and gave its key."""
    TIME_OVER = "time_over"
    UNPAYABLE = "unpayable"
    """Its time is over, and the recipient had said yes to what the giver could not pay."""
    REFUSAL = "refusal"
    """The core, or a check of ours, said no."""


OPEN = (GiftState.QUOTED, GiftState.CONFIRMED, GiftState.PRESENTED)
ENDED = (GiftState.ACCEPTED, GiftState.REFUSED, GiftState.EXPIRED, GiftState.FAILED)

TRANSITIONS: dict[tuple[GiftState, GiftEvent], GiftState] = {
    (GiftState.QUOTED, GiftEvent.YES): GiftState.CONFIRMED,
    (GiftState.QUOTED, GiftEvent.NO): GiftState.REFUSED,
    (GiftState.QUOTED, GiftEvent.TIME_OVER): GiftState.EXPIRED,
    (GiftState.QUOTED, GiftEvent.REFUSAL): GiftState.FAILED,
    (GiftState.CONFIRMED, GiftEvent.KEY): GiftState.PRESENTED,
    (GiftState.CONFIRMED, GiftEvent.REFUSAL): GiftState.FAILED,
    (GiftState.PRESENTED, GiftEvent.YES): GiftState.ACCEPTED,
    (GiftState.PRESENTED, GiftEvent.NO): GiftState.REFUSED,
    (GiftState.PRESENTED, GiftEvent.TIME_OVER): GiftState.EXPIRED,
    (GiftState.PRESENTED, GiftEvent.UNPAYABLE): GiftState.FAILED,
    (GiftState.PRESENTED, GiftEvent.REFUSAL): GiftState.FAILED,
}


def after(state: GiftState, event: GiftEvent) -> GiftState:
    """The state after an event; one that means nothing there changes nothing, so an end stays as it is."""
    return TRANSITIONS.get((state, event), state)


@dataclass(frozen=True, slots=True)
class Gift:
    """A gift as its recipient's message finds it."""

    id: int
    state: GiftState
    giver: str = field(repr=False)
    recipient: str = field(repr=False)
    tone_code: str
    tone: ToneFacts | None
    """With the price that the giver agreed to."""
    fee: int | None
    """Minor units of the service's first month, where the giver pays for that, too."""
    key: str = field(repr=False)
    short_code: str
    """From which the recipient was asked."""
    language: str
    """The giver's."""
    presented_at: float
    deadline_at: float
    ended_at: float | None = None
    unpaid: bool = False
    """The recipient said yes once, and the giver could not pay."""

    def heard(self, at: float) -> bool:
        """Whether what arrived then can be an answer: it had been asked for, and was not over."""
        return self.presented_at <= at <= self.deadline_at and (self.ended_at is None or self.ended_at > at)

    @property
    def price(self) -> int | None:
        """What the giver pays in all if it is taken, minor units."""
        return None if self.tone is None else self.tone.price + (self.fee or 0)

    @property
    def at_deadline(self) -> GiftEvent:
        """What the end of its time is to it."""
        return GiftEvent.UNPAYABLE if self.unpaid else GiftEvent.TIME_OVER


@dataclass(frozen=True, slots=True)
class Several:
    """It can't be told which of these a bare YES or NO is meant for: nothing happens until it is."""

    questions: tuple[Question, ...]
    gifts: tuple[Gift, ...]


def meant(
    said: Command, gifts: Sequence[Gift], questions: Sequence[Question], short_code: str, at: float
) -> Gift | Several | None:
    """What a YES or NO that arrived then means, as far as gifts go; None leaves it to the questions before a charge.

    Without a key it counts only where exactly one thing is asked, of whatever kind, from the short code that is
    answered.  The answer is the same however often and however late it is decided, since only what was open when the
    message arrived counts: what a lost call may have done is done to the same gift (promise 2).
    """
    if said.question_key or said.gift_key:
        return None
    open_gifts = tuple(one for one in gifts if one.heard(at))
    if not open_gifts:
        return None
    open_questions = tuple(one for one in questions if one.heard(at))
    (first, *others) = open_gifts
    return Several(open_questions, open_gifts) if others or open_questions or first.short_code != short_code else first


def over(said: Command, gifts: Sequence[Gift], at: float) -> str:
    """The reason why a YES or NO with a gift's key comes too late, as far as is known here; empty where it doesn't.

    A gift that we know to be over is not asked of the core: its giver has been told the end.
    """
    named = [one for one in gifts if one.key == said.gift_key]
    if not named:
        return ""  # perhaps presented by another door: the core knows
    gift = named[-1]
    if gift.state in (GiftState.ACCEPTED, GiftState.REFUSED):
        return "gift_answered"
    return "gift_over" if gift.state is not GiftState.PRESENTED or at > gift.deadline_at else ""


def answer_of(action: Action) -> GiftEvent:
    """What a recipient's command is to his gift."""
    return GiftEvent.YES if action is Action.ACCEPT else GiftEvent.NO
