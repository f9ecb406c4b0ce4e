"""What there is most of: words that nobody understood, tones, offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workers.dialogue import Action
from workers.journal.statistics.people import Seen
from workers.journal.statistics.reading import Statistics, Sums
from workers.journal.statistics.spans import Span
from workers.ops.statistics.figures import TONES_ORDERED, AsOf, Figure, as_of, beside, of_span
from workers.steps import CHARGED

_TAKEN = (*sorted(CHARGED - {Action.GIFT}), Action.ACCEPT)
"""What is charged for: a gift when it is taken, not when it is offered."""

_Came = tuple[Mapping[str, Sums], Mapping[str, Seen] | None]
"""By offer; people None where that is not known."""


@dataclass(frozen=True, slots=True)
class WordRow:
    """The first word of texts that were understood as nothing, digits masked."""

    word: str
    language: str
    """That it was answered in."""
    messages: int


@dataclass(frozen=True, slots=True)
class Words:
    """The most frequent first."""

    as_of: AsOf
    span: Span
    rows: tuple[WordRow, ...]


@dataclass(frozen=True, slots=True)
class ToneRow:
    """A tone and what was done with it."""

    code: str
    name: str
    """As the catalogue had it last."""
    orders: int
    """Ordered and copied."""
    gifts: int
    """Given and accepted."""
    renewals: int
    """Asked for, or tried by us at a lower price: the core tells nobody of its own."""
    deleted: int
    revenue: int
    """Minor units."""


@dataclass(frozen=True, slots=True)
class Tones:
    """By orders and gifts, the most first."""

    as_of: AsOf
    span: Span
    rows: tuple[ToneRow, ...]


@dataclass(frozen=True, slots=True)
class OfferRow:
    """What an offer brought."""

    offer: str
    """'' is the catalogue's price."""
    taken: Figure
    """Whatever costs something and was done at its price: tones, bundles, the service, the club; gifts when taken."""
    users: Figure | None
    """None for the catalogue's price, and where it is not known how many there were."""
    paying: Figure | None
    revenue: Figure
    """Minor units."""


@dataclass(frozen=True, slots=True)
class OfferRows:
    """By how often they were taken, the most first."""

    as_of: AsOf
    span: Span
    before: Span | None
    rows: tuple[OfferRow, ...]


def words(statistics: Statistics, span: Span, *, limit: int = 50) -> Words:
    """The words that nobody understood."""
    rows = (WordRow(one.word, one.language, one.messages) for one in statistics.words(span, limit))
    return Words(as_of(statistics), span, tuple(rows))


def tones(statistics: Statistics, span: Span, *, limit: int = 50) -> Tones:
    """The tones that were taken most."""
    taken = (*TONES_ORDERED, Action.ACCEPT)
    rows = (
        ToneRow(
            one.code,
            one.name,
            orders=sum(one.results[action] for action in TONES_ORDERED),
            gifts=one.results[Action.ACCEPT],
            renewals=one.results[Action.RENEW],
            deleted=one.results[Action.DELETE],
            revenue=one.amount,
        )
        for one in statistics.tones(span, (*taken, Action.RENEW, Action.DELETE), taken, limit)
    )
    return Tones(as_of(statistics), span, tuple(rows))


def offers(statistics: Statistics, span: Span, *, limit: int = 50) -> OfferRows:
    """The offers that were taken most."""

    def came(part: Span) -> _Came:
        return statistics.sums(part, "offer", _TAKEN), statistics.people.by_offer(part)

    now, before = of_span(came, span)
    # Those that were on sale a year before and are no more have their loss shown.
    sold = {
        offer for sums in (now[0], before[0] if before else {}) for offer, one in sums.items() if one.done or one.amount
    }
    found = sorted(sold, key=lambda offer: (-now[0].get(offer, Sums()).done, offer))
    rows = tuple(_offer(offer, now, before) for offer in found[:limit])
    return OfferRows(as_of(statistics), span, span.year_before(), rows)


def _offer(offer: str, now: _Came, before: _Came | None) -> OfferRow:
    def sums(count: Callable[[Sums], int]) -> Figure:
        return beside(now, before, lambda came: count(came[0].get(offer, Sums())))

    def seen(count: Callable[[Seen], int]) -> Figure | None:
        if now[1] is None or not offer:
            return None
        earlier = before[1] if before else None
        return Figure(count(now[1].get(offer, Seen())), None if earlier is None else count(earlier.get(offer, Seen())))

    return OfferRow(
        offer,
        taken=sums(lambda one: one.done),
        users=seen(lambda one: one.users),
        paying=seen(lambda one: one.paying),
        revenue=sums(lambda one: one.amount),
    )
