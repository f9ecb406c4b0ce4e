"""What a message comes to in the statistics: a pure reading of how it ended.

messages    each message of a subscriber once, beside the first of its results.  What we write to ourselves (the end
            of a gift's time, a look at a renewal) is no message, but its results and its money count
results     each action that came to an end; of a message that was left without one, one; of a text that was
            understood as nothing, none
confirmed   messages that the subscriber's own yes to a price stands behind: a YES to our question, on a dial's screen,
            or to the operator's consent gateway
amount      what was charged, as the core said; where it didn't, what was reserved, or the price agreed to (promise 3:
            no other is charged).  A gift is paid for when it is taken: with the message that took it, by its giver.
            Nothing where an answer was lost and what was asked for is there, perhaps since before
won         gifts that opened the service for whoever took them

outcome is one word:

done, already, cancelled    as the result says
listed                      PACK alone: bundles on sale were shown, and none was taken
asked, asked_again          a price was told, and a yes is asked for
balance, tone_missing, …    why it was refused, by the result-code table or a rule of ours
dead, unknown, buried       how the message ended: its first word counts for the message, its results for themselves
declined                    a no to a question; nothing_asked, which: a yes or a no that nothing, or too much, was asked
flood                       not looked at: too many of its number came
not_understood, …           the reply that helped, with no action

So of all messages, those with an action were understood, `asked` were quoted, `confirmed` were agreed to, and
outcome `balance` was lost to a low balance.

People are whoever texted, dialled or was charged that day; who pays is who was charged: the giver of a gift.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TypedDict

import structlog

from workers.dialogue import Action, Result, Verdict, opens_first
from workers.dialogue.clean import clean
from workers.journal.own_messages import OUR_OWN
from workers.journal.replay_rules import BURIED
from workers.journal.states import FLOOD_TOLD, InboxState
from workers.journal.statistics.values import Cell, Counted, EndedMessage, Seen, TakenGift, ToneCount
from workers.steps import CHARGED, read_results

UNKNOWN_WORDS = ("not_understood", "did_you_mean")
"""The outcomes whose texts begin with a word that no command begins with."""

_FLOOD = "flood"
_LEFT = {InboxState.DEAD: "dead", InboxState.UNKNOWN: "unknown"}
_TOLD: dict[str, tuple[str, str]] = {
    **{action: (action.value, "done") for action in (Action.HELP, Action.GIFTS_OFF, Action.GIFTS_ON)},
    "declined": (Action.DECLINE.value, "declined"),
    **{outcome: (Action.ACCEPT.value, outcome) for outcome in ("which", "nothing_asked")},
}
"""Outcomes of messages that were understood and came to no result: as action and outcome."""
_WORD_CHARS = 40
_NAME_CHARS = 120
_DIGITS = re.compile(r"\d{4,}")
"""Longer than what is chosen from a menu: perhaps a code, a number or a secret."""

log = structlog.get_logger(__name__)


def count(message: EndedMessage) -> Counted:
    """What a message comes to; a row that can't be read counts for what its outcome says."""
    try:
        results = read_results(message.results)
    except (ValueError, TypeError, KeyError, AttributeError):
        log.error("results_not_read", message=message.id)
        results = {}
    done = [_Done(message, no, results[no]) for no in sorted(results)]
    return Counted(
        tuple(_cells(message, done)),
        tuple(_tones(message, done)),
        first_word(message.text) if message.outcome in UNKNOWN_WORDS else "",
        tuple(_people(message, done)),
    )


def first_word(text: str) -> str:
    """The first word of a text as it is read, in small letters, at most 40; more than 3 digits are a star."""
    return _DIGITS.sub("*", clean(text).partition(" ")[0].lower())[:_WORD_CHARS]


class _Itself(TypedDict):
    """What a message counts for, beside its results."""

    messages: int
    confirmed: int


class _Done:
    """One of a message's results, with the money and the offer behind it."""

    def __init__(self, message: EndedMessage, no: int, result: Result) -> None:
        self.result = result
        self.charge = message.charges.get(f"{no:02d}")
        self.is_done = result.verdict is Verdict.DONE
        self.taken = message.gift if self.is_done and result.action is Action.ACCEPT else None
        self.offer = _offer(self)
        self.amount = _amount(self) if self.is_done else 0

    @property
    def outcome(self) -> str:
        if self.result.verdict is Verdict.ASKED and self.result.reason and not opens_first(self.result):
            return "asked_again"
        if self.is_done and self.result.action is Action.PACK and not self.result.tone_code:
            return "listed"
        refused = self.result.verdict is Verdict.REFUSED
        return ((refused and self.result.reason) or self.result.verdict)[:32]

    @property
    def cell(self) -> Cell:
        won = int(self.taken is not None and self.taken.fee is not None)
        return Cell(self.offer, self.result.action, self.outcome, results=1, amount=self.amount, won=won)


def _offer(done: _Done) -> str:
    if done.taken:
        return done.taken.offer_id
    if done.charge and done.is_done:
        return done.charge.offer_id
    return done.result.offer[:64]


def _amount(done: _Done) -> int:
    result = done.result
    if done.taken:
        return result.charged if result.charged is not None else _price(done.taken)
    if result.charged is not None or result.action not in CHARGED or result.gift_key or result.charge_unknown:
        return result.charged or 0  # a gift is paid for when it is taken
    if done.charge:
        return done.charge.amount
    if result.action is Action.OPEN:
        return result.monthly_fee or 0
    return (result.tone.price if result.tone else 0) + (result.monthly_fee or 0)


def _price(gift: TakenGift) -> int:
    if gift.charged is not None:
        return gift.charged
    return int((json.loads(gift.tone)["price"] if gift.tone else 0) + (gift.fee or 0))


def _cells(message: EndedMessage, done: list[_Done]) -> Iterator[Cell]:
    own = message.channel in OUR_OWN
    itself = _Itself(messages=0 if own else 1, confirmed=int(bool(message.agreed_to)))
    if left := _LEFT.get(InboxState(message.state)) or (BURIED if message.outcome == BURIED else ""):
        action = done[0].result.action if done else message.agreed_to
        yield Cell("", action, left, results=1, **itself)
        yield from (one.cell for one in done)
    elif elsewhere := _taken_elsewhere(message):
        yield elsewhere
    elif done:
        yield replace(done[0].cell, **itself)
        yield from (one.cell for one in done[1:])
    elif message.outcome in (_FLOOD, FLOOD_TOLD):
        yield Cell("", "", _FLOOD, **itself)
    elif not own:
        action, outcome = _TOLD.get(message.outcome, (message.agreed_to, message.outcome))
        yield Cell("", action, outcome, results=int(bool(action)), **itself)


def _taken_elsewhere(message: EndedMessage) -> Cell | None:
    """The gift that a look at the end of its time found taken at another door of the core."""
    gift = message.gift
    if gift is None or message.channel not in OUR_OWN:
        return None
    won = int(gift.fee is not None)
    return Cell(gift.offer_id, Action.ACCEPT, "done", results=1, amount=_price(gift), won=won)


def _tones(message: EndedMessage, done: list[_Done]) -> Iterator[ToneCount]:
    if (elsewhere := _taken_elsewhere(message)) and message.gift:
        yield ToneCount(message.gift.tone_code, Action.ACCEPT, 1, elsewhere.amount)
        return
    for one in done:
        result = one.result
        if one.is_done and result.tone_code:
            name = result.tone.name if result.tone and result.tone.code == result.tone_code else ""
            yield ToneCount(result.tone_code[:20], result.action, 1, one.amount, name[:_NAME_CHARS])


def _people(message: EndedMessage, done: list[_Done]) -> Iterator[Seen]:
    """Whose message it is, and who paid for the gift that it took."""
    offers: dict[str, bool] = {}
    for one in done:
        if one.is_done and one.offer and not one.taken:
            offers[one.offer] = offers.get(one.offer, False) or one.amount > 0
    paid = any(one.amount > 0 and not one.taken for one in done)
    if paid or message.channel not in OUR_OWN:
        yield Seen(message.number, paid, offers)
    taken = next((one.cell for one in done if one.taken), None) or _taken_elsewhere(message)
    if message.gift and taken and taken.amount > 0:
        yield Seen(message.gift.giver, True, {taken.offer: True} if taken.offer else {})
