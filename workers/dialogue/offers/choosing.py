"""Which offer a price comes from: of those that fit, the highest priority, then the lowest price, then the one that
asks for most, then the first by its id.  So there is one winner or none, whatever the order of rules and files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from workers.dialogue.offers.rules import Facts, Offer, Segment, Thing


@dataclass(frozen=True, slots=True)
class Used:
    """How often an offer has been had, or is being had right now."""

    total: int = 0
    by_number: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """What something costs a number at a moment."""

    price: int
    """Minor units."""
    offer_id: str = ""
    """The offer it comes from; empty for the catalogue's price."""
    why: str = ""
    """For operations, in English."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One offer, held against one question."""

    offer: Offer
    price: int
    fits: bool
    wins: bool
    why: str


def price_for(
    thing: Thing,
    facts: Facts,
    at: float,
    offers: Iterable[Offer],
    segments: Mapping[str, Segment],
    used: Mapping[str, Used],
) -> Quote:
    """What it costs, by the winning offer or the catalogue; `at` in seconds since the epoch."""
    best: Offer | None = None
    for offer in offers:
        if why_not(offer, thing, facts, at, segments, used):
            continue
        if best is None or _rank(offer, thing) < _rank(best, thing):
            best = offer
    if best is None:
        return Quote(thing.price, why="no offer fits: the catalogue's price")
    return Quote(best.price.of(thing.price), best.id, f"offer {best.id}: {_merit(best)}")


def explain(
    thing: Thing,
    facts: Facts,
    at: float,
    offers: Iterable[Offer],
    segments: Mapping[str, Segment],
    used: Mapping[str, Used],
    amount: Callable[[int], str] = str,
) -> list[Judged]:
    """Each offer with why it wins, loses or doesn't fit: those that fit first, in the order of their merit.

    `amount` writes minor units where a reason names a price.
    """
    against = [(why_not(offer, thing, facts, at, segments, used, amount), offer) for offer in offers]
    fitting = sorted((offer for why, offer in against if not why), key=lambda offer: _rank(offer, thing))
    judged = [
        Judged(
            offer,
            offer.price.of(thing.price),
            fits=True,
            wins=number == 0,
            why=f"wins: {_merit(offer, amount)}" if number == 0 else _beaten(fitting[0], offer, thing),
        )
        for number, offer in enumerate(fitting)
    ]
    rest = sorted(((why, offer) for why, offer in against if why), key=lambda one: one[1].id)
    return judged + [Judged(offer, offer.price.of(thing.price), fits=False, wins=False, why=why) for why, offer in rest]


def why_not(
    offer: Offer,
    thing: Thing,
    facts: Facts,
    at: float,
    segments: Mapping[str, Segment],
    used: Mapping[str, Used],
    amount: Callable[[int], str] = str,
) -> str:
    """Why an offer doesn't fit, with `amount` to write minor units; empty where it does."""
    if not offer.sells(thing):
        return f"not for {'bundle' if thing.bundle else 'tone'} {thing.code}"
    if offer.brands and (facts.brand is None or facts.brand.casefold() not in offer.brands):
        return f"not for brand {facts.brand or 'unknown'}: for {', '.join(sorted(offer.brands))}"
    if offer.segments and not any(segments[name].holds(facts.number) for name in offer.segments):
        return f"the number is not of segment {', '.join(sorted(offer.segments))}"
    if closed := offer.when.closed_at(at):
        return _CLOSED[closed]
    if offer.price.of(thing.price) > thing.price:
        return f"{amount(offer.price.of(thing.price))} is dearer than the catalogue's {amount(thing.price)}"
    so_far = used.get(offer.id, _NONE)
    if offer.quota.per_number is not None and so_far.by_number >= offer.quota.per_number:
        return f"the number has had it {so_far.by_number} times of {offer.quota.per_number}"
    if offer.quota.total is not None and so_far.total >= offer.quota.total:
        return f"sold out: {so_far.total} of {offer.quota.total}"
    return ""


_NONE = Used()
_CLOSED = {
    "not yet": "its dates have not begun",
    "over": "its dates are over",
    "days": "closed on this day of the week",
    "hours": "closed at this hour",
}


def _rank(offer: Offer, thing: Thing) -> tuple[int, int, int, str]:
    return -offer.priority, offer.price.of(thing.price), -offer.specificity(thing), offer.id


def _merit(offer: Offer, amount: Callable[[int], str] = str) -> str:
    return f"price {offer.price.written(amount)}, priority {offer.priority}"


def _beaten(winner: Offer, offer: Offer, thing: Thing) -> str:
    """Why an offer that fits doesn't win."""
    ahead = zip(_rank(winner, thing), _rank(offer, thing), _BY, strict=True)
    return next(f"beaten by {winner.id}, {why}" for theirs, ours, why in ahead if theirs != ours)


_BY = ("which has the higher priority", "which is cheaper", "which asks for more", "which comes first by its id")
