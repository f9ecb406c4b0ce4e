"""The figures of a span by day, month, brand, offer, channel, language or action."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workers.journal.statistics.reading import Statistics
from workers.journal.statistics.spans import Span
from workers.ops.statistics.figures import AsOf, Figure


class Dimension(StrEnum):
    """What figures are told apart by."""

    DAY = "day"
    MONTH = "month"
    BRAND = "brand"
    OFFER = "offer"
    CHANNEL = "channel"
    LANGUAGE = "language"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Row:
    """One day, brand, offer …"""

    key: str
    """2026-11-29, 2026-11, a brand …; '' where there is none: `Dimension` has a word for it in `By.none`."""
    messages: Figure
    orders: Figure
    users: Figure | None
    """None where people aren't told apart by it."""
    paying: Figure | None
    revenue: Figure
    """Minor units."""


@dataclass(frozen=True, slots=True)
class By:
    """A row each, days and months in order, everything else by messages, the most first."""

    as_of: AsOf
    span: Span
    before: Span | None
    dimension: Dimension
    rows: tuple[Row, ...]
    people: str
    """How often one person is in a row's users: `once`, `once a month`, `once a day`; '' where nobody is counted."""
    none: str
    """What the row whose key is '' stands for, such as `the catalogue's price`."""


def by(statistics: Statistics, span: Span, dimension: Dimension) -> By:
    """The figures of a span by a dimension."""
    raise NotImplementedError
