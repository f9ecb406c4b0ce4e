"""The overview of a span: what the service came to, beside the same days a year before."""

from __future__ import annotations

from dataclasses import dataclass

from workers.journal.statistics.reading import Statistics
from workers.journal.statistics.spans import Span
from workers.ops.statistics.figures import AsOf, Figure


@dataclass(frozen=True, slots=True)
class Overview:
    """Every figure of a span; docs/statistics.md tells each in a sentence."""

    as_of: AsOf
    span: Span
    before: Span | None
    """The same days a year before, None for a leap day."""
    messages: Figure
    users: Figure
    paying: Figure
    orders: Figure
    orders_per_user: Figure
    revenue: Figure
    """Minor units."""
    opened: Figure
    closed: Figure
    net_users: Figure
    tones_ordered: Figure
    tones_deleted: Figure
    net_tones: Figure
    bundles: Figure
    joined: Figure
    left: Figure
    gifts_offered: Figure
    gifts_accepted: Figure
    gifts_refused: Figure
    gifts_expired: Figure
    recipients_won: Figure
    lost_to_balance: Figure
    not_understood: Figure


def overview(statistics: Statistics, span: Span) -> Overview:
    """The figures of a span."""
    raise NotImplementedError
