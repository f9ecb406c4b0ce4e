"""A figure, the same a year before, and how much it grew; up to when messages are counted; what counts as what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from workers.dialogue import Action
from workers.journal.statistics.reading import Statistics
from workers.journal.statistics.spans import Span

T = TypeVar("T")

DONE, ANSWERED = "done", "gift_answered"
NOT_READ = ("flood", "dead", "unknown", "buried")
"""Outcomes of messages of which it isn't known whether anybody would understand them."""
TONES_ORDERED = (Action.ORDER, Action.COPY)
ORDERS = (*TONES_ORDERED, Action.PACK)
"""Tones and bundles for whoever asks."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a span, beside that of the same span a year before."""

    now: float
    before: float | None = None
    """None where there is no such span: a leap day had none."""

    @property
    def growth(self) -> float | None:
        """In per cent, 100 for twice as much; None where the year before has nothing to grow from, or less than that.

        A net figure may be negative: from there to anywhere is no growth that a percentage tells.
        """
        if self.before is None or self.before <= 0:
            return None
        return (self.now - self.before) / self.before * 100


@dataclass(frozen=True, slots=True)
class AsOf:
    """What the counts hold: a report says it beside its figures."""

    counted_at: float | None
    """When messages were last counted, seconds since the epoch; None: never."""
    to_count: int
    """Messages that have come to an end and are not in the figures yet."""
    since: date | None
    """The first day that anything was counted for; None where nothing was: growth over less than that tells little."""


def as_of(statistics: Statistics) -> AsOf:
    """What the counts hold now."""
    counted = statistics.counted()
    return AsOf(counted.at, counted.to_count, counted.first)


def beside(now: T, before: T | None, figure: Callable[[T], float]) -> Figure:
    """One figure of what a span came to, and of what the span a year before did."""
    return Figure(figure(now), None if before is None else figure(before))


def of_span(look: Callable[[Span], T], span: Span) -> tuple[T, T | None]:
    """What a look at a span finds, and at the same a year before, if there is such a span."""
    before = span.year_before()
    return look(span), look(before) if before else None
