"""The yes before a charge, at work: whether one is needed, the question, what a YES or NO ends in.

Promise 3: nobody is charged without having said yes to that tone at that price.  A question is opened in the
transaction of its answer and closed by the YES's own, with the record of it; only the stay after that calls the core,
at the price agreed to, under the YES's transaction id.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from workers.answering import Voice, order_of
from workers.consent_outside import Gateway, Outside
from workers.consenting import (
    agreed_by,
    asking,
    confirmed_on_screen,
    granted_outside,
    granting,
    key_for,
    open_questions,
    refusing,
    suggesting,
)
from workers.dialogue import (
    Action,
    Command,
    Declined,
    Granted,
    Misunderstood,
    NothingAsked,
    Question,
    Result,
    Rules,
    Verdict,
    Way,
    Which,
    consent_texts,
    decide,
    misunderstood,
    opens_first,
    reply,
)
from workers.dialogue.consent_rules import on_dial
from workers.dials import DialOrder
from workers.events import event
from workers.journal import ClaimedRow, Ending, InboxState
from workers.pushing import NO_PUSHING, Pushing
from workers.steps import CHARGED

_LEADS = {"price_changed": "consent_price_changed", "too_late": "consent_too_late"}
"""Why it is asked again → what is said before the question."""

_NOT_UNDERSTOOD = {"unknown": "not_understood"}  # as an outcome it would read like the state

_YES_OR_NO = (Action.ACCEPT, Action.DECLINE)

_ASKED_AS = {Action.RENEW: Action.ORDER, Action.PACK: Action.ORDER}
"""What is asked about by another action's rules: a bundle is an order of several tones, a renewal one of a tone."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What one message needs before it may charge."""

    way: Way = Way.NONE
    agreed: Question | None = field(default=None, repr=False)
    late: bool = False
    """The yes, or the order that needed none, has grown too old: what never took effect is asked again."""
    round: int = 0
    """How many yeses of the gateway grew too old before this one: each round has transaction ids of its own."""

    @property
    def asks(self) -> bool:
        """Whether its prices are told and nothing is called."""
        return self.way is not Way.NONE and self.agreed is None


@dataclass(frozen=True, slots=True)
class Consent:
    """The rules of consent, and what follows from them; holds nothing between messages."""

    rules: Rules
    clock: Callable[[], float]
    expires_s: float = 3600.0
    act_within_s: float = 86400.0
    tells_silence: bool = False
    gateway: Gateway | None = None
    pushing: Pushing = NO_PUSHING
    """Whether who texted is asked on a screen first."""

    def agreed(self, row: ClaimedRow) -> Terms | None:
        """The terms of a message that has said yes, or that a gateway said yes to."""
        question = agreed_by(row)
        if question is None:
            return None
        # Of a screen, too, what could be kept only long afterwards is no younger for that.
        said_at = row.received_at if question.way not in (Way.EXTERNAL, Way.DIAL) else question.asked_at
        late = self.clock() - said_at > self.act_within_s
        return Terms(question.way, question, late=late, round=max(granted_outside(row) - 1, 0))

    async def terms(self, row: ClaimedRow, command: Command, brand: Callable[[str], Awaitable[str]]) -> Terms:
        """The terms of any other message; `brand` tells a number's brand where a rule needs it."""
        if command.action not in CHARGED:
            return Terms()
        action = _ASKED_AS.get(command.action, command.action)
        known = await brand(row.number) if self.rules.needs_brand(action, row.channel) else None
        way, order = self.rules.way(action, row.channel, known), order_of(row)
        if way is Way.NONE and order is None and self.clock() - row.received_at > self.act_within_s:
            return Terms(Way.REPLY, late=True)  # the order itself was the yes, and is no better than one said long ago
        return Terms(on_dial(way, told=order.agreed is not None) if order else way)

    def way_to_open(self, row: ClaimedRow) -> Way:
        """How somebody is asked whether to open the service who asked for something that needs it.

        By a text also where ON itself would be the yes: it is not what was asked for.  EXTERNAL: not at all, since
        the operator's gateway is asked about what a message wants; the answer tells how to open it.  Who has no
        service has no brand that a rule could name.
        """
        way = self.rules.way(Action.OPEN, row.channel)
        return Way.REPLY if way is Way.NONE else way

    def confirmed(self, row: ClaimedRow, asked: Sequence[Result], order: DialOrder) -> Ending:
        """How the stay ends of a message that a screen's yes stands in: kept for the record, then it goes on.

        Promise 3: the record is committed before the core is called.
        """
        change = confirmed_on_screen(row, asked, order, good_for_s=self.act_within_s)
        return Ending(row, InboxState.WAITING, "agreed", due_in_s=0.0, consent=change)

    def answered(self, row: ClaimedRow, said: Command, voice: Voice) -> Ending:
        """How a YES or NO to a question of ours ends its stay."""
        decision = decide(said, open_questions(row), row.short_code, row.received_at)
        match decision:
            case Granted(question):
                outcome = "meant" if question.meant else "agreed"
                return Ending(row, InboxState.WAITING, outcome, due_in_s=0.0, consent=granting(row, question))
            case Declined(questions):
                text, name = consent_texts.declined(questions, voice.language, voice.wording), "consent_declined"
                done = Ending(row, InboxState.DONE, "declined", consent=refusing(row, questions))
            case Which(questions):
                text, name = consent_texts.which(questions, voice.language, voice.wording), "consent_which"
                done = Ending(row, InboxState.DONE, "which")
            case NothingAsked():
                text, name = (
                    consent_texts.nothing_asked(voice.words.grammar.gift_key_example, voice.language, voice.wording),
                    "consent_nothing",
                )
                done = Ending(row, InboxState.DONE, "nothing_asked")
        return voice.ends(done, text, name)

    def misunderstood(self, row: ClaimedRow, text: Misunderstood, voice: Voice) -> Ending:
        """How a message ends that is no command; where it nearly was one, a yes does what was meant."""
        words = misunderstood(text, voice.language, voice.wording)
        outcome = _NOT_UNDERSTOOD.get(text.reply, text.reply)[:32]
        change = None
        if text.meant and text.meant.action not in _YES_OR_NO:
            suggestion = str(text.variables["suggestion"])
            change = suggesting(row, suggestion, text.meant, language=voice.language, expires_in_s=self.expires_s)
        return voice.ends(Ending(row, InboxState.DONE, outcome, consent=change), words, text.reply)

    async def asked(self, row: ClaimedRow, results: Sequence[Result], written: str, way: Way, voice: Voice) -> Ending:
        """How a message ends some of whose results wait for a yes; `written` are its results for the row."""
        asked = [result for result in results if result.verdict is Verdict.ASKED]
        if way is Way.EXTERNAL:
            outside = Outside(self.gateway, self.clock, self.expires_s, self.act_within_s)
            return await outside.asked(row, asked, voice)
        told = "no_service" if any(map(opens_first, asked)) else None  # by the question itself
        others = [one for one in results if one.verdict is not Verdict.ASKED and one.reason != told]
        lead = next((_LEADS[result.reason] for result in asked if result.reason in _LEADS), "")
        words = [
            reply(others, voice.language, voice.wording) if others else "",
            voice.wording.say(lead, voice.language) if lead else "",
            consent_texts.question(
                asked, key_for(row) if _needs_key(row, asked, way) else None, voice.language, voice.wording
            ),
        ]
        silence = consent_texts.expired(asked, voice.language, voice.wording) if self.tells_silence else ""
        change = asking(row, asked, way, language=voice.language, expires_in_s=self.expires_s, text_if_expired=silence)
        ending = Ending(
            row,
            InboxState.DONE,
            "asked_again" if lead else "asked",
            results=written,
            consent=change,
            events=event("asked_again", reason=asked[0].reason) if lead else (),
        )
        answer = voice.answer(row.number, " ".join(filter(None, words)), consent_texts.question_name(asked))
        return replace(ending, answers=(self.pushing.question(answer, voice.language, key_for(row), row.channel),))


def _needs_key(row: ClaimedRow, asked: Sequence[Result], way: Way) -> bool:
    """Whether the question must show its number: where it is set so, or where it will not be the only one open."""
    about = Command(
        asked[0].action, tuple(one.tone_code for one in asked if one.tone_code), recipient=asked[0].other_number
    )
    return way is Way.NUMBERED or any(one.command != about for one in open_questions(row))
