"""Gifts at work: what is looked at before their call, and what an ending does to them.

Promise 2: a gift is in the journal before the core is called, so that the same one is never called for twice, and one
whose answer was lost has an end to come to.  Promise 4: giver and recipient both hear that end, the giver from
whatever ends it, in the same transaction.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Protocol

from core_client import Busy, Refused
from workers import leases
from workers.answering import Voice
from workers.consenting import open_questions
from workers.dialogue import Action, Command, Result, ToneFacts, Verdict, gift_offer, gift_texts
from workers.dialogue.gifts import Gift, GiftEvent, GiftState, Several, after, answer_of, meant, over
from workers.journal import (
    Answer,
    ClaimedRow,
    Ending,
    GiftChange,
    InboxState,
    Journal,
    JournalUnavailable,
    NewGift,
    PresentedGift,
    StoredGift,
)
from workers.journal.gifts import GiftBook
from workers.pushing import NO_PUSHING, Pushing
from workers.steps import Step

_UNPAID = frozenset({"balance", "charge_failed", "arrears", "spending_limit"})
"""Why the core gives no tone to a recipient who said yes, of which the giver can do something."""
_ANSWERS = (Action.ACCEPT, Action.DECLINE)


class GiftDesk(Protocol):
    """The journal, as far as gifts before their call go; raises `Refused`, and `Busy` where it can't be asked."""

    async def allow(self, step: Step) -> None:
        """Look whether the gift may be given; nothing is changed."""

    async def confirm(self, step: Step) -> None:
        """Open it for its call; the same again for the same step."""


class JournalGifts:
    """The desk that is kept in a journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._book = GiftBook(journal.database)

    async def allow(self, step: Step) -> None:
        """Look whether the gift may be given; nothing is changed."""
        await self._said(asyncio.to_thread(self._book.refusal, _new(step)))

    async def confirm(self, step: Step) -> None:
        """Open it for its call; the same again for the same step."""
        await self._said(self._journal.confirm_gift(_new(step)))
        leases.require(Busy)  # it may have taken its time

    @staticmethod
    async def _said(asked: Awaitable[str]) -> None:
        try:
            reason = await asked
        except JournalUnavailable as error:
            raise Busy("journal") from error
        if reason:
            raise Refused(reason)


@dataclass(frozen=True, slots=True)
class Gifts:
    """What follows for gifts from messages and their results; holds nothing between them."""

    clock: Callable[[], float]
    deadline_s: float = 18_000.0
    remind_before_s: float = 0.0
    """0: nobody is reminded."""
    undisturbed_until: Callable[[float], float] | None = None
    """When what was not asked for may be sent."""
    pushing: Pushing = NO_PUSHING
    """Whether its recipient is asked on a screen first."""

    def meant(self, row: ClaimedRow, said: Command, voice: Voice) -> Ending | Command | None:
        """What a YES or NO without a key means: an answer to a gift, a list, or None for the questions' own affair."""
        if said.action not in _ANSWERS or said.gift_key:
            return None
        match meant(said, gifts_of(row), open_questions(row), row.short_code, row.received_at):
            case Gift(key=key):
                return replace(said, gift_key=key)
            case Several() as several:
                answer = voice.answer(
                    row.number, gift_texts.which(several, voice.language, voice.wording), "gift_which"
                )
                return Ending(row, InboxState.DONE, "which", answers=(answer,))
            case _:
                return None

    def over(self, row: ClaimedRow, said: Command) -> Result | None:
        """The result of a YES or NO that comes too late, which the core is not asked about."""
        if said.action not in _ANSWERS or row.doubtful:
            return None
        reason = over(said, gifts_of(row), row.received_at)
        return Result(said.action, Verdict.REFUSED, reason, gift_key=said.gift_key) if reason else None

    def told(self, row: ClaimedRow, results: Sequence[Result], voice: Voice) -> Answer | None:
        """The answer to who took a gift that opens his service; None: the usual one."""
        (result, *others) = results
        gift = _answered(row, result)
        if others or gift is None or gift.fee is None or (result.action, result.verdict) != _TAKEN:
            return None
        text = gift_texts.to_recipient(gift, "accept_service_done", voice.language, voice.wording)
        return voice.answer(row.number, text, "accept_service_done")

    def offer(self, row: ClaimedRow, result: Result, theirs: Voice) -> Answer:
        """What the recipient of a presented gift is asked, in his voice."""
        text = gift_offer(
            row.number, result.tone_code, result.tone, result.gift_key, theirs.language, theirs.wording,
            within_s=self.deadline_s, fee=result.monthly_fee,
        )  # fmt: skip
        asked, tone = theirs.answer(result.other_number, text, "gift_offer"), result.tone
        return self.pushing.gift(
            asked,
            theirs.language,
            giver=row.number,
            name=tone.name if tone else result.tone_code,
            code=result.tone_code,
            key=result.gift_key,
            days=tone.validity_days if tone else 0,
        )

    def presented(self, row: ClaimedRow, no: int, result: Result, voice: Voice, theirs: Voice) -> GiftChange:
        """A gift is presented by the step `no`; the reminder is in its recipient's voice."""
        gift = Gift(
            0, GiftState.CONFIRMED, row.number, result.other_number, result.tone_code, result.tone, result.monthly_fee,
            result.gift_key, row.short_code, voice.language, self.clock(), self.clock() + self.deadline_s,
        )  # fmt: skip
        remind_in_s = self._remind_in_s()
        reminder = (
            ""
            if remind_in_s is None
            else gift_texts.to_recipient(
                gift, "gift_reminder", theirs.language, theirs.wording, self.deadline_s - remind_in_s
            )
        )
        tone = json.dumps(asdict(result.tone), ensure_ascii=False) if result.tone else ""
        made = PresentedGift(gift.key, tone, gift.fee, voice.language, self.deadline_s, remind_in_s, reminder)
        return GiftChange(after(gift.state, GiftEvent.KEY), _step(row, no), presented=made)

    def changes(self, row: ClaimedRow, results: Mapping[int, Result], voice: Voice) -> tuple[GiftChange, ...]:
        """What else the results of a message that is done do to gifts."""
        found = (self._change(row, no, result, voice) for no, result in results.items())
        return tuple(one for one in found if one)

    def _change(self, row: ClaimedRow, no: int, result: Result, voice: Voice) -> GiftChange | None:
        if result.action is Action.GIFT:
            refused = GiftChange(after(GiftState.CONFIRMED, GiftEvent.REFUSAL), _step(row, no))
            return None if is_presented(result) else refused
        gift = _answered(row, result)
        if gift is None or gift.state is not GiftState.PRESENTED:
            return None
        if result.verdict is Verdict.DONE:
            return self.ended(gift, answer_of(result.action), voice, result.charged)
        if result.action is Action.ACCEPT and result.reason in _UNPAID:
            told = _to_giver(gift, "gift_unpaid", voice)
            return GiftChange(gift.state, id=gift.id, unpaid=True, told=told)
        return None

    def ended(self, gift: Gift, event: GiftEvent, voice: Voice, charged: int | None = None) -> GiftChange:
        """The end of a presented gift, and what its giver is told."""
        state = after(gift.state, event)
        return GiftChange(
            state, id=gift.id, charged=charged, told=_to_giver(gift, gift_texts.TO_GIVER[state], voice, charged)
        )

    def _remind_in_s(self) -> float | None:
        in_s = self.deadline_s - self.remind_before_s
        at = self.clock() + in_s
        disturbs = self.undisturbed_until is not None and self.undisturbed_until(at) > at
        return None if self.remind_before_s <= 0 or in_s <= 0 or disturbs else in_s


_TAKEN = (Action.ACCEPT, Verdict.DONE)


def gifts_of(row: ClaimedRow) -> tuple[Gift, ...]:
    """The gifts that a message finds presented to its number, the oldest first."""
    return tuple(_gift(one) for one in row.gifts)


def _gift(stored: StoredGift) -> Gift:
    tone = ToneFacts(**json.loads(stored.tone)) if stored.tone else None
    return Gift(
        stored.id,
        GiftState(stored.state),
        stored.giver,
        stored.recipient,
        stored.tone_code,
        tone,
        stored.fee,
        stored.key,
        stored.short_code,
        stored.language,
        stored.presented_at,
        stored.deadline_at,
        stored.ended_at,
        stored.unpaid,
    )


def _answered(row: ClaimedRow, result: Result) -> Gift | None:
    """The gift that a recipient's YES or NO was about, where it is one of ours."""
    if result.action not in _ANSWERS or not result.gift_key:
        return None
    named = [gift for gift in gifts_of(row) if gift.key == result.gift_key]
    return named[-1] if named else None


def _to_giver(gift: Gift, name: str, voice: Voice, charged: int | None = None) -> Answer:
    return voice.answer(gift.giver, gift_texts.to_giver(gift, name, voice.wording, charged), name)


def _step(row: ClaimedRow, no: int) -> str:
    return f"{row.transaction_id}{no:02d}"


def is_presented(result: Result) -> bool:
    """Whether somebody is to be asked: a key means that, whatever the core calls it."""
    return result.action is Action.GIFT and result.verdict is Verdict.DONE and bool(result.gift_key)


def _new(step: Step) -> NewGift:
    return NewGift(step.transaction_id, step.number, step.recipient, step.tone_code)
