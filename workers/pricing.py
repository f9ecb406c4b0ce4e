"""What a step costs its number: the winning offer's price or the catalogue's, within the number's limits.

A price is told by `quote` and charged by `reserve`, which holds it in the journal under the step's transaction id
before the core is called.  So the price that was agreed to is the price that is charged (promise 3), and an offer's
quota is never exceeded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from typing import ParamSpec, Protocol, TypeVar

from core_client import Busy, Refused
from workers import leases
from workers.core_results import agreed
from workers.dialogue import Verdict
from workers.dialogue.club import best
from workers.dialogue.limits import NumberLimits
from workers.dialogue.offers import Facts, Offer, Offers, Quote, Thing, Used
from workers.journal import Ending, Journal, JournalUnavailable
from workers.journal.quotas import Charge, Reserved
from workers.journal.rows import Settlement
from workers.journal.usage import Counts, Traffic, Usage
from workers.steps import CHARGED, Step, read_results

P = ParamSpec("P")
T = TypeVar("T")

Brand = Callable[[str], Awaitable[str]]
"""Asks the core for a number's brand."""

_SOLD_OUT = Used(2**31, 2**31)
_NO_LIMITS = NumberLimits()


class Benefits(Protocol):
    """The music club, as far as prices go."""

    async def benefits(self, step: Step, thing: Thing, at: float) -> tuple[Offer, ...]:
        """What makes the thing cheaper for the step's number now; raises what the core's client raises."""

    @property
    def makes_prices(self) -> bool:
        """Whether it can."""


class Book(Protocol):
    """The journal, as far as charges go."""

    async def used(self, number: str, offers: Collection[str]) -> dict[str, Used]:
        """How often offers were had."""

    async def counts(self, number: str, spent_since: float, gifts_since: float, besides: str) -> Counts:
        """What a number has had since then, but for one transaction."""

    async def reserve(self, charge: Charge) -> Reserved | None:
        """Reserve a charge; None where its offer's quota is used up."""

    async def reserved(self, transaction_id: str) -> Reserved | None:
        """What is reserved or kept under a transaction id."""


class JournalBook:
    """The book that is kept in a journal.

    Raises `Busy` where the journal can't be asked now: nothing was called, so the message waits.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._usage = Usage(journal.database)

    async def used(self, number: str, offers: Collection[str]) -> dict[str, Used]:
        """How often offers were had."""
        found = await self._asked(self._usage.used, number, offers)
        return {offer: Used(*counts) for offer, counts in found.items()}

    async def counts(self, number: str, spent_since: float, gifts_since: float, besides: str) -> Counts:
        """What a number has had since then, but for one transaction."""
        return await self._asked(
            self._usage.counts, number, spent_since=spent_since, gifts_since=gifts_since, besides=besides
        )

    async def traffic(self, number: str, before: int, since: float, at_most: int) -> Traffic:
        """What a number sent since then, before the message of that id."""
        return await self._asked(self._usage.traffic, number, before=before, since=since, at_most=at_most)

    async def reserve(self, charge: Charge) -> Reserved | None:
        """Reserve a charge; None where its offer's quota is used up."""
        try:
            reserved = await self._journal.reserve(charge)
        except JournalUnavailable as error:
            raise Busy("journal") from error
        leases.require(Busy)  # it may have taken its time
        return reserved

    async def reserved(self, transaction_id: str) -> Reserved | None:
        """What is reserved or kept under a transaction id."""
        return await self._asked(self._usage.reserved, transaction_id)

    @staticmethod
    async def _asked(look: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await asyncio.to_thread(look, *args, **kwargs)
        except JournalUnavailable as error:
            raise Busy("journal") from error


class Pricing:
    """One worker's prices; without offers and limits it costs nothing and leaves the catalogue's price."""

    def __init__(
        self,
        offers: Callable[[], Offers] = Offers,
        limits: NumberLimits = _NO_LIMITS,
        book: Book | None = None,
        *,
        benefits: Benefits | None = None,
        clock: Callable[[], float],
    ) -> None:
        """`offers` gives those that are in force; `book` may be left out where there are neither quotas nor limits.

        `benefits` are what the music club makes cheaper for its members; without it nothing.
        """
        self._offers = offers
        self._limits = limits
        self._book = book
        self._benefits = benefits
        self._clock = clock
        self._holding: set[str] = set()

    async def quote(self, step: Step, thing: Thing, brand: Brand) -> Quote:
        """What it would cost now; nothing is reserved.

        Raises `Refused` where a limit would, so that nobody is asked about what he can't have, and what the core's
        client raises for the brand.
        """
        quote, _ = await self._quote(step, thing, brand, self._clock())
        await self._allowed(step, quote.price)
        return quote

    async def fee_allowed(self, step: Step, fee: int | None) -> None:
        """Raise `Refused` where a limit forbids the first month's fee."""
        await self._allowed(step, fee)

    async def _quote(
        self, step: Step, thing: Thing, brand: Brand, at: float, sold_out: Collection[str] = ()
    ) -> tuple[Quote, Offer | None]:
        """The price and the offer that it comes from: one that is for everybody, or a membership's."""
        offers = self._offers()
        benefits = await self._benefits.benefits(step, thing, at) if self._benefits else ()
        if not offers.offers and not benefits:
            return Quote(thing.price), None
        known = await brand(step.number) if offers.brand_matters(thing) else None
        limited = [offer.id for offer in (*offers.with_quota(thing), *benefits) if offer.quota]
        used = await self._book.used(step.number, limited) if limited and self._book else {}
        used |= dict.fromkeys(sold_out, _SOLD_OUT)
        quote = best(thing, offers.price_for(thing, Facts(step.number, known or None), at, used), benefits, used)
        member = next((benefit for benefit in benefits if benefit.id == quote.offer_id), None)
        return quote, member or (offers.offer(quote.offer_id) if quote.offer_id else None)

    async def reserve(self, step: Step, thing: Thing, brand: Brand) -> Quote:
        """Reserve what the step costs, at the price that was agreed to or not at all.

        The same again under the same transaction id.  Raises `Refused` for a price that has changed and for a limit.
        """
        before = await self._reserved(step)  # by a call that may have begun: its price holds
        if before:
            return Quote(agreed(step, before.amount - (step.fee or 0)), before.offer_id)
        at = self._clock() if step.told_at is None else step.told_at
        sold_out: list[str] = []
        while True:
            quote, offer = await self._quote(step, thing, brand, at, sold_out)
            agreed(step, quote.price)
            held = await self._held(step, thing.code, quote, offer)
            if held:
                return held
            sold_out.append(quote.offer_id)  # others were quicker

    async def reserve_fee(self, step: Step, fee: int | None, thing: str = "") -> None:
        """Reserve the first month's fee, or a membership's first period, which no offer is for.

        Raises `Refused` for a limit.
        """
        if fee:
            await self._held(step, thing, Quote(fee), None)

    async def priced(self, step: Step) -> int | None:
        """The price at which a step's call went out, where that is not simply the catalogue's."""
        reserved = await self._reserved(step)
        return reserved.amount - (step.fee or 0) if reserved else None

    def settled(self, ending: Ending) -> Ending:
        """The same ending, with what becomes of what its message has reserved.

        What took effect is kept at what was charged, the rest given back; where a call may have taken effect, all
        stays reserved until the core has said so.
        """
        row = ending.row
        held = row.transaction_id in self._holding
        self._holding.discard(row.transaction_id)
        if ending.doubtful or not (held or row.doubtful):
            return ending
        kept = tuple(
            (f"{row.transaction_id}{no:02d}", result.charged)
            for no, result in read_results(ending.results or row.results).items()
            if result.verdict is Verdict.DONE and result.action in CHARGED
        )
        return replace(ending, settlement=Settlement(row.transaction_id, kept))

    async def _allowed(self, step: Step, price: int | None) -> None:
        now, counts = self._clock(), Counts()
        if self._book and self._limits.of_charges:
            began = self._limits.day_began(now), self._limits.month_began(now)
            counts = await self._book.counts(step.number, *began, step.transaction_id)
        if reason := self._limits.refusal(step.action, price, counts.spent, counts.gifts, now):
            raise Refused(reason)

    async def _reserved(self, step: Step) -> Reserved | None:
        return await self._book.reserved(step.transaction_id) if self._book and self._keeps_book else None

    @property
    def _keeps_book(self) -> bool:
        club = self._benefits is not None and self._benefits.makes_prices
        return bool(self._offers().offers or self._limits.of_charges or club)

    async def _held(self, step: Step, thing: str, quote: Quote, offer: Offer | None) -> Quote | None:
        """The quote, reserved where it has to be with what is paid besides; None where its offer is sold out."""
        besides = step.fee or 0
        await self._allowed(step, quote.price + besides)
        if self._book is None or not (offer or self._limits.of_charges):
            return quote
        charge = Charge(
            step.transaction_id,
            step.number,
            step.action,
            thing,
            quote.price + besides,
            quote.offer_id,
            counted=bool(offer and offer.quota),
            total=offer.quota.total if offer else None,
            per_number=offer.quota.per_number if offer else None,
        )
        self._holding.add(step.transaction_id[:-2])
        reserved = await self._book.reserve(charge)
        return Quote(reserved.amount - besides, reserved.offer_id, quote.why) if reserved else None
