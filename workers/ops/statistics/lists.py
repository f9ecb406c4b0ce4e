"""What there is most of: words that nobody understood, tones, offers."""

from __future__ import annotations

from dataclasses import dataclass

from workers.journal.statistics.reading import Statistics
from workers.journal.statistics.spans import Span
from workers.ops.statistics.figures import AsOf, Figure


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
    """Tones and bundles ordered, gifts and the like that were done at its price."""
    users: Figure | None
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
    raise NotImplementedError


def tones(statistics: Statistics, span: Span, *, limit: int = 50) -> Tones:
    """The tones that were taken most."""
    raise NotImplementedError


def offers(statistics: Statistics, span: Span, *, limit: int = 50) -> OfferRows:
    """The offers that were taken most."""
    raise NotImplementedError
