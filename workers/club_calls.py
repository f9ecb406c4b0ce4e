"""Joining, changing and leaving the music club at the core, and what the club is.

    JOIN gold ─▶ asked at its price ─YES─▶ the box is ordered ─▶ the one of another level is taken out ─▶ told
    LEAVE     ─▶ every box of the club is taken out ─▶ told
    STOP      ─▶ the service is closed ─▶ the box that is remembered is taken out ─▶ told with it

What is ordered is ordered under the step's own transaction id.  What is taken out besides has ids of its own, and
an error there leaves the whole step open: it is settled again from the core's own answer, until nothing is charged
that was left (promises 2 and 3).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from core_client import Answer, CoreClient, CoreError, Doubtful, OurMistake, Refused
from workers.club import Members
from workers.core_results import agreed
from workers.dialogue import LevelFacts, Result, ToneFacts, Verdict
from workers.dialogue.club import Club, Level
from workers.pricing import Pricing
from workers.steps import Step

T = TypeVar("T")

_BESIDES = 50
"""Numbers of calls that are no steps of their own begin here: a message has five steps, a club nine levels at most."""

_NOT_THERE = ("no_service", "tone_missing")


class ClubCalls:
    """One worker's calls about the club."""

    def __init__(
        self, core: CoreClient, members: Members, pricing: Pricing, brand: Callable[[str], Awaitable[str]]
    ) -> None:
        """`brand` asks the core for a number's brand."""
        self._core = core
        self._members = members
        self._pricing = pricing
        self._brand = brand

    async def show(self, step: Step) -> Result:
        """CLUB: the levels that are open to a number, and the one it has."""
        club = self._members.club()
        if not club.levels:
            return step.result(Verdict.DONE)
        current = await self._members.level_of(step)
        open_ones = await self._open_to(step, club)
        prices = await self._prices()
        told = tuple(_facts(level, prices) for level in open_ones if current is None or level.id != current.id)
        if current is None:
            return step.result(Verdict.DONE, levels=told)
        own = _facts(current, prices)
        return step.result(Verdict.DONE, levels=(own, *told), member_of=current.id, tone=_sold(current, own))

    async def quote(self, step: Step) -> Result:
        """JOIN: what it would cost, as `ASKED`, or its end where there is nothing to be asked."""
        wanted = await self._wanted(step)
        if isinstance(wanted, Result):
            return wanted
        current, facts = await self._current(step, wanted)
        if current == wanted:
            return step.result(Verdict.ALREADY, tone_code=wanted.code, levels=(facts,))
        await self._pricing.fee_allowed(step, facts.price)
        return step.result(
            Verdict.ASKED,
            tone_code=wanted.code,
            tone=_sold(wanted, facts),
            levels=(facts, *((current.facts(),) if current else ())),
        )

    async def join(self, step: Step) -> Result:
        """Order the level's box at the price agreed to, and take out the one that it takes the place of."""
        wanted = await self._wanted(step)
        if isinstance(wanted, Result):
            return wanted
        current, facts = await self._current(step, wanted)
        if current == wanted:
            return step.result(Verdict.ALREADY, tone_code=wanted.code, levels=(facts,))
        price = agreed(step, facts.price)
        await self._pricing.reserve_fee(step, price, wanted.code)
        answer = await self._core.order_bundle(
            step.number, wanted.code, transaction_id=step.transaction_id, expected_price=price
        )
        return await self.joined(step, answer, facts)

    async def joined(self, step: Step, answer: Answer | None, facts: LevelFacts | None = None) -> Result:
        """What is left to do once the box is ordered: safe to do again, as often as it takes."""
        club = self._members.club()
        level = club.of_code(step.tone_code) or club.named(step.query)
        others = await self._finished(self._without(step, keep=level))
        await self._finished(self._members.remember(step, level, answer.valid_until if answer else None))
        told = facts or (level.facts(step.price) if level else None)
        levels = (*((told,) if told else ()), *(other.facts() for other in others[-1:]))
        return step.result(
            Verdict.ALREADY if answer and answer.outcome == "already" else Verdict.DONE,
            tone_code=level.code if level else step.tone_code,
            tone=replace(_sold(level, told), renews_at=answer.valid_until if answer else None)
            if level and told
            else None,
            charged=answer.amount_charged if answer else None,
            levels=levels,
        )

    async def has_joined(self, step: Step) -> Result | None:
        """What became of a JOIN that nobody knows the end of, by the library; None where it never took effect."""
        level = await self._wanted(step)
        if isinstance(level, Result):
            return None
        held = [one.level for one in await self._members.held(step.number) if one.valid]
        return await self.joined(step, None) if level in held else None

    async def leave(self, step: Step) -> Result:
        """Take every box of the club out of the number's library; the highest level's goes under the step's own id."""
        held = await self._others(step, keep=None)
        if not held:
            await self._members.remember(step, None)
            return step.result(Verdict.ALREADY)
        *others, highest = held
        for level in others:
            await self._taken_out(step, level)
        await self._core.delete_box(step.number, highest.code, transaction_id=step.transaction_id)
        await self._finished(self._members.remember(step, None))
        return step.result(Verdict.DONE, levels=(highest.facts(),))

    async def left(self, step: Step) -> Result:
        """Likewise, where the core has said that the highest was taken out before."""
        others = await self._finished(self._without(step, keep=None))
        level = self._members.club().level(step.member_of) or (others[-1] if others else None)
        await self._finished(self._members.remember(step, None))
        return step.result(Verdict.DONE, levels=(level.facts(),) if level else ())

    async def closed(self, step: Step) -> tuple[LevelFacts, ...]:
        """End the membership with the service: the level that was left, none where none is remembered."""
        level = self._members.club().level(step.member_of)
        if level is None:
            return ()
        await self._finished(self._taken_out(step, level))
        await self._finished(self._members.remember(step, None))
        return (level.facts(),)

    async def _wanted(self, step: Step) -> Level | Result:
        """The level that is meant, or what is answered where none is."""
        club = self._members.club()
        if step.tone_code:  # agreed to by its box
            level = club.of_code(step.tone_code)
            return level or step.result(Verdict.REFUSED, "bundle_missing")
        open_ones = await self._open_to(step, club)
        if not step.query:
            if len(open_ones) == 1:
                return open_ones[0]
            prices = await self._prices() if open_ones else {}
            return step.result(Verdict.DONE, levels=tuple(_facts(level, prices) for level in open_ones))
        named = club.named(step.query)
        if named in open_ones:
            return named
        nearest = replace(club, levels=tuple(open_ones)).nearest(step.query)
        if nearest is None:
            return step.result(Verdict.DONE)
        return step.result(Verdict.REFUSED, "level_missing", levels=(nearest.facts(),))

    async def _open_to(self, step: Step, club: Club) -> list[Level]:
        brand = await self._brand(step.number) if any(level.brands for level in club.levels) else None
        now = self._members.clock()
        return [level for level in club.levels if level.open_to(brand, now)]

    async def _current(self, step: Step, wanted: Level) -> tuple[Level | None, LevelFacts]:
        """What the number has, and what is told of the level that it wants."""
        try:
            held = [one.level for one in await self._members.held(step.number) if one.valid]
        except Refused as refusal:
            if refusal.reason != "no_service" or not self._core.order_opens_service:
                raise
            held = []
        current = wanted if wanted in held else held[-1] if held else None
        return current, _facts(wanted, await self._prices())

    async def _prices(self) -> dict[str, tuple[int, int]]:
        """The core's own price and period of each box that it sells."""
        return {one.code: (one.price, one.validity_days) for one in await self._core.bundles()}

    async def _without(self, step: Step, *, keep: Level | None) -> list[Level]:
        """Take out the boxes of all other levels; which these were, the lowest first."""
        others = await self._others(step, keep=keep)
        for level in others:
            await self._taken_out(step, level)
        return others

    async def _others(self, step: Step, *, keep: Level | None) -> list[Level]:
        try:
            held = await self._members.held(step.number)
        except OurMistake:
            raise
        except Refused:  # no service any more, so nothing is left to be charged
            return []
        return [one.level for one in held if keep is None or one.level.code != keep.code]

    async def _taken_out(self, step: Step, level: Level) -> None:
        """Take out one box besides the step's own change; that a closed service has none is as good.

        The id is the level's own among the message's, so that it is the same on every retry.
        """
        no = [one.code for one in self._members.club().levels].index(level.code)
        transaction_id = f"{step.transaction_id[:-2]}{_BESIDES + no:02d}"
        try:
            await self._core.delete_box(step.number, level.code, transaction_id=transaction_id)
        except Refused as refusal:  # any other leaves it there, to be charged again
            if refusal.reason not in _NOT_THERE:
                raise

    @staticmethod
    async def _finished(work: Awaitable[T]) -> T:
        """What must follow a change that has taken effect: where it can't now, the step's end is not known yet."""
        try:
            return await work
        except Doubtful:
            raise
        except CoreError as error:
            raise Doubtful(error.reason, code=error.code, operation=error.operation, attempt=True) from error


def _facts(level: Level, prices: dict[str, tuple[int, int]]) -> LevelFacts:
    price, days = prices.get(level.code, (level.price, level.validity_days))
    return replace(level.facts(price), validity_days=days)


def _sold(level: Level, facts: LevelFacts) -> ToneFacts:
    """The level as a thing that is sold: by its box's code, at a price, for a period."""
    return ToneFacts(level.code, facts.name(""), "", facts.price, facts.validity_days)
