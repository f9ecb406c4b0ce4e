"""The end of a gift whose time is over: refused at the core, and told to both.

It is worked on in its recipient's line, as a message of our own (`journal.gift_deadlines`), so whatever he sent in time
is done before it.  The core decides: a gift that was answered at another door is told as that.  However long the core
is away, it waits, and holds up nobody; it never ends without the gift's end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from core_client import CoreError, OurMistake
from workers.answering import Interpreter, Voice
from workers.calls import Calls
from workers.dialogue import Action, Result, Verdict, gift_texts
from workers.dialogue.gifts import Gift, GiftEvent, GiftState
from workers.events import event
from workers.gifts import Gifts, gifts_of
from workers.journal import Answer, ClaimedRow, Ending, InboxState
from workers.postponing import by_itself
from workers.reconcile import CannotTell, Reconciler, StillOpen
from workers.steps import Step, write_results

Chosen = Callable[[str], Awaitable[str]]
"""The language that a number chose, a folder under templates/; empty where it never did."""


class GiftDeadlines:
    """Ends gifts on behalf of one worker; holds nothing between them."""

    def __init__(
        self,
        calls: Calls,
        reconciler: Reconciler,
        gifts: Gifts,
        interpreter: Interpreter,
        *,
        settle_s: float,
        refuses: bool = True,
        chosen: Chosen | None = None,
    ) -> None:
        """`refuses`: the core is told that it is over; off for one whose own deadline is the same."""
        self._calls = calls
        self._reconciler = reconciler
        self._gifts = gifts
        self._interpreter = interpreter
        self._settle_s = settle_s
        self._refuses = refuses
        self._chosen = chosen

    async def run(self, row: ClaimedRow) -> Ending:
        """Return how the stay of a message of ours ends; its text is the gift's id."""
        gift = next((one for one in gifts_of(row) if str(one.id) == row.text), None)
        if gift is None or gift.state is not GiftState.PRESENTED:
            return Ending(row, InboxState.DONE, "gift_ended_before")
        step = Step(1, Action.DECLINE, gift.recipient, f"{row.transaction_id}01", gift_key=gift.key)
        try:
            result = await self._refused(step, row) if self._refuses else step.result(Verdict.DONE)
            happened = await self._happened(gift, step, result, row)
        except (CoreError, StillOpen) as error:
            return by_itself(row, error, self._settle_s)
        return self._ended(row, gift, happened, result, await self._voice(gift))

    async def _refused(self, step: Step, row: ClaimedRow) -> Result:
        if row.doubtful:
            try:
                settled = await self._reconciler.settle(step)
            except CannotTell:  # to refuse twice is to refuse
                settled = None
            if settled and settled.verdict is Verdict.ACCEPTED:
                raise StillOpen
            if settled:
                return settled
        return await self._calls.make(step)

    async def _happened(self, gift: Gift, step: Step, result: Result, row: ClaimedRow) -> GiftEvent:
        """What the core's answer means for the gift."""
        if result.verdict in (Verdict.DONE, Verdict.ALREADY) or result.reason == "gift_key":
            return gift.at_deadline
        if result.reason != "gift_answered":
            return GiftEvent.REFUSAL
        if await self._taken(gift, step, row):
            return GiftEvent.YES
        # Else by our own lost call, where there may have been one: as far as anybody knows.
        return gift.at_deadline if row.doubtful else GiftEvent.NO

    async def _taken(self, gift: Gift, step: Step, row: ClaimedRow) -> bool:
        """Whether the recipient has the tone, so that his yes was heard before us, here or at another door."""
        try:
            return bool(await self._calls.held(replace(step, action=Action.ORDER, tone_code=gift.tone_code)))
        except OurMistake:  # it shows no library: then a lost call of ours is the likelier
            if row.doubtful:
                return False
            raise

    def _ended(self, row: ClaimedRow, gift: Gift, happened: GiftEvent, result: Result, voice: Voice) -> Ending:
        change = self._gifts.ended(gift, happened, voice)
        answers: tuple[Answer, ...] = ()
        if change.state in (GiftState.EXPIRED, GiftState.FAILED):
            text = gift_texts.to_recipient(gift, "gift_missed", voice.language, voice.wording)
            answers = (voice.answer(gift.recipient, text, "gift_missed"),)
        return Ending(
            row,
            InboxState.DONE,
            f"gift_{change.state}",
            results=write_results({1: result}),
            answers=answers,
            gifts=(change,),
            events=event("reconciled") if row.doubtful else (),
        )

    async def _voice(self, gift: Gift) -> Voice:
        chosen = await self._chosen(gift.recipient) if self._chosen else ""
        return self._interpreter.to(gift.recipient, chosen)
