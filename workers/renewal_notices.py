"""A look at a tone that is about to renew, or was: its number is told, or a lower price is tried.

It is a message of our own in its number's line (`journal.renewals`).  The core is asked first, so a deleted tone gets
no notice; what is told and what is remembered of it commit together, so none is told twice.  A try at the lower
price is a call like any other: under its own transaction id, and asked about before it is called again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from core_client import CoreError, Tone
from workers.answering import Interpreter, Voice
from workers.calls import Calls
from workers.core_results import facts_of
from workers.dialogue import Action, Result, Verdict
from workers.dialogue.renewal_prices import LowerPrices
from workers.dialogue.renewals import DAY_S, Fail, Known, Look, RenewalRules, Seen, Tell, Try, decide
from workers.dialogue.replies import told
from workers.events import event
from workers.journal import Answer, ClaimedRow, Ending, InboxState
from workers.journal.renewing import RenewalChange, StoredRenewal
from workers.postponing import by_itself
from workers.reconcile import CannotTell, Reconciler, StillOpen
from workers.renewal_calls import at_renewal
from workers.renewal_desk import RenewalDesk
from workers.steps import Step, write_results

_UNPAID = frozenset({"balance", "charge_failed", "arrears", "spending_limit"})
_RENEWED = (Verdict.DONE, Verdict.ALREADY)

Chosen = Callable[[str], Awaitable[str]]
"""The language that a number chose, a folder under templates/; empty where it never did."""


@dataclass(frozen=True, slots=True)
class RenewalNotices:
    """Looks on behalf of one worker; holds nothing between them."""

    calls: Calls
    reconciler: Reconciler
    desk: RenewalDesk
    interpreter: Interpreter
    rules: RenewalRules
    prices: Callable[[], LowerPrices]
    """Those that are in force."""
    clock: Callable[[], float]
    settle_s: float
    chosen: Chosen | None = None

    async def run(self, row: ClaimedRow) -> Ending:
        """Return how the stay of a message of ours ends; its text is the tone's code."""
        try:
            renewal = await self.desk.find(row.number, row.text)
            if renewal is None:
                return Ending(row, InboxState.DONE, "renewal_forgotten")
            return await self._looked(row, renewal)
        except (CoreError, StillOpen) as error:
            return by_itself(row, error, self.settle_s)

    async def _looked(self, row: ClaimedRow, renewal: StoredRenewal) -> Ending:
        step = _step(row, renewal)
        if row.doubtful and (settled := await self._settled(step)):
            return await self._tried(row, renewal, settled, self.clock() + DAY_S, last=False)
        prices, tone = self.prices(), await self.calls.owned_tone(row.number, row.text)
        brand = await self.calls.brand(row.number) if tone and prices.brand_matters else ""
        decided = decide(_known(renewal), _seen(tone), self.clock(), self.rules, prices, brand)
        match decided:
            case Look(due_at, look_at):
                return _ended(row, "renewal_later", replace(renewal, due_at=due_at), look_at)
            case Tell() if tone:
                return await self._notice(row, renewal, decided, tone)
            case Try(price, rule, then_at, last):
                result = await self.calls.make(replace(step, price=price, rule=rule))
                return await self._tried(row, renewal, result, then_at, last=last)
            case Fail(look_at) if tone:
                return await self._failed(row, renewal, at_renewal(tone), look_at)
            case _:
                return _ended(row, "renewal_forgotten", renewal, None)

    async def _settled(self, step: Step) -> Result | None:
        """What became of a try whose answer was lost; None where it is to be looked at again."""
        try:
            settled = await self.reconciler.settle(step)
        except CannotTell:  # the library does, and the date that goes with the call
            return None
        if settled and settled.verdict is Verdict.ACCEPTED:
            raise StillOpen
        return settled

    async def _notice(self, row: ClaimedRow, renewal: StoredRenewal, tell: Tell, tone: Tone) -> Ending:
        told_of = replace(
            renewal, due_at=tell.due_at, told_for=tell.due_at, price=tell.price, lower_price=tell.lower_price,
            rule=tell.rule, tries=0,
        )  # fmt: skip
        said = Result(
            Action.RENEW, Verdict.DONE, tone_code=tone.code, tone=facts_of(at_renewal(tone)),
            until=self.calls.date(tell.due_at), lower_price=tell.lower_price,
        )  # fmt: skip
        return _ended(row, "renewal_told", told_of, tell.look_at, await self._answer(row, "renewal_notice", said))

    async def _tried(
        self, row: ClaimedRow, renewal: StoredRenewal, result: Result, then_at: float, *, last: bool
    ) -> Ending:
        written = write_results({1: result})
        if result.verdict in _RENEWED:
            period_s = (result.tone.validity_days if result.tone else 0) * DAY_S
            due_at = (result.tone and result.tone.renews_at) or max(renewal.due_at, self.clock()) + period_s
            look_at = self.rules.notice_at(due_at, period_s) if period_s else self.clock() + DAY_S
            # At the full price, meanwhile, by the core itself: its number has been told of that.
            answer = await self._answer(row, "renewal_lower", result) if result.verdict is Verdict.DONE else None
            moved = replace(renewal, due_at=due_at if period_s else renewal.due_at)
            return replace(_ended(row, "renewal_lower", moved, look_at, answer), results=written)
        tried = replace(renewal, tries=renewal.tries + 1)
        if result.reason in _UNPAID and not last:
            return replace(_ended(row, "renewal_unpaid", tried, then_at), results=written)
        tone = await self.calls.owned_tone(row.number, row.text)
        if tone is None or tone.renewal != "unpaid":
            return replace(_ended(row, "renewal_later", tried, self.clock() + DAY_S), results=written)
        failed = await self._failed(row, tried, at_renewal(tone), self.clock() + DAY_S)
        return replace(failed, results=written)

    async def _failed(self, row: ClaimedRow, renewal: StoredRenewal, tone: Tone, look_at: float) -> Ending:
        said = Result(Action.RENEW, Verdict.REFUSED, "balance", tone_code=tone.code, tone=facts_of(tone))
        told_of = replace(renewal, failed_for=tone.valid_until or renewal.due_at)
        return _ended(row, "renewal_failed", told_of, look_at, await self._answer(row, "renewal_failed", said))

    async def _answer(self, row: ClaimedRow, name: str, said: Result) -> Answer:
        voice = await self._voice(row.number)
        level = self.calls.membership(said.tone_code)
        if level and said.tone:  # called as in CLUB and JOIN, whatever the core's catalogue calls the box
            name, said = f"club_{name}", replace(said, tone=replace(said.tone, name=level.name(voice.language)))
        return voice.answer(row.number, told(name, said, voice.language, voice.wording), name)

    async def _voice(self, number: str) -> Voice:
        return self.interpreter.to(number, await self.chosen(number) if self.chosen else "")


def _step(row: ClaimedRow, renewal: StoredRenewal) -> Step:
    return Step(
        1, Action.RENEW, row.number, f"{row.transaction_id}01", renewal.tone_code, agreed=True,
        price=renewal.lower_price, rule=renewal.rule,
    )  # fmt: skip


def _known(renewal: StoredRenewal) -> Known:
    return Known(
        renewal.tone_code, renewal.due_at, renewal.told_for, renewal.price, renewal.lower_price, renewal.rule,
        renewal.tries, renewal.failed_for,
    )  # fmt: skip


def _seen(tone: Tone | None) -> Seen | None:
    if tone is None:
        return None
    return Seen(tone.valid_until, tone.renewal, at_renewal(tone).price, tone.validity_days)


def _ended(
    row: ClaimedRow, outcome: str, renewal: StoredRenewal, look_at: float | None, answer: Answer | None = None
) -> Ending:
    return Ending(
        row,
        InboxState.DONE,
        outcome,
        answers=(answer,) if answer else (),
        renewal=RenewalChange(renewal, look_at),
        events=event("reconciled") if row.doubtful else (),
    )
