"""A member's prices, as offers, and the rule between them and the offers that are for everybody.

The lowest price wins.  At the same price the offer for everybody does, and before it the catalogue's: so no free tone
of the month is used up for what costs a member nothing more anyway.  Among a level's own benefits the free tone comes
before the cheaper one.  They are for tones, not for bundles: a membership buys none cheaper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from workers.dialogue.offers.choosing import Judged, Quote, Used, why_not
from workers.dialogue.offers.clock_times import local
from workers.dialogue.offers.rules import Facts, Offer, Price, Quota, Thing
from workers.dialogue.offers.windows import When

FILE = "club.yaml"
PREFIX = "club:"
"""Begins the ids of benefits: no offer of a file can have such an id."""


def benefits_of(level: str, free: int, then: Price | None, zone: ZoneInfo, at: float, line: int) -> tuple[Offer, ...]:
    """A level's benefits at a moment: `club:gold:2027-02` are February's free tones, `club:gold` prices all others.

    The month is part of the id since a quota is counted by it: each month begins a new count.
    """
    month = f"{local(at, zone):%Y-%m}"
    found = []
    if free:
        quota = Quota(per_number=free)
        found.append(Offer(f"{PREFIX}{level}:{month}", Price(0), When(zone), quota=quota, file=Path(FILE), line=line))
    if then:
        found.append(Offer(f"{PREFIX}{level}", then, When(zone), file=Path(FILE), line=line))
    return tuple(found)


def best(thing: Thing, otherwise: Quote, benefits: Sequence[Offer], used: Mapping[str, Used]) -> Quote:
    """What a member pays; `otherwise` is what everybody would."""
    for benefit in benefits:
        price = benefit.price.of(thing.price)
        if price < otherwise.price and not _why_not(benefit, thing, used):
            return Quote(price, benefit.id, f"membership {benefit.id}: price {benefit.price}")
    return otherwise


def explain(
    thing: Thing,
    otherwise: Quote,
    judged: Sequence[Judged],
    benefits: Sequence[Offer],
    used: Mapping[str, Used],
    amount: Callable[[int], str] = str,
) -> list[Judged]:
    """The offers as they were judged without a membership, and its benefits before them, each with its why.

    `amount` writes minor units where a reason names a price.
    """
    winner = best(thing, otherwise, benefits, used)
    by_club = winner is not otherwise
    beaten = f"beaten by {winner.offer_id}, a member's price, which is cheaper"
    found = [_judged(benefit, thing, otherwise, winner, used, amount) for benefit in benefits]
    return found + [
        Judged(one.offer, one.price, one.fits, wins=False, why=beaten) if by_club and one.wins else one
        for one in judged
    ]


def _judged(
    benefit: Offer,
    thing: Thing,
    otherwise: Quote,
    winner: Quote,
    used: Mapping[str, Used],
    amount: Callable[[int], str],
) -> Judged:
    price = benefit.price.of(thing.price)
    if why := _why_not(benefit, thing, used, amount):
        return Judged(benefit, price, fits=False, wins=False, why=why)
    if winner.offer_id == benefit.id:
        why = f"wins: a member's price {benefit.price.written(amount)}"
        return Judged(benefit, price, fits=True, wins=True, why=why)
    if price >= otherwise.price:
        what = otherwise.offer_id or "the catalogue"
        return Judged(benefit, price, fits=True, wins=False, why=f"no cheaper than {what}, which costs everybody so")
    return Judged(benefit, price, fits=True, wins=False, why=f"beaten by {winner.offer_id}, which comes first")


def _why_not(benefit: Offer, thing: Thing, used: Mapping[str, Used], amount: Callable[[int], str] = str) -> str:
    if thing.bundle:
        return "a membership makes no bundle cheaper"
    return why_not(benefit, thing, Facts(""), 0.0, {}, used, amount)
