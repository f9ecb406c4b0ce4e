"""The figures of a span by day, month, brand, offer, channel, language or action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from workers.journal.statistics.people import Often, People, Seen
from workers.journal.statistics.reading import Statistics, Sums
from workers.journal.statistics.spans import Span, day_before
from workers.journal.statistics.summing import EVERYTHING, Only
from workers.ops.statistics.figures import ORDERS, AsOf, Figure, as_of, of_span
from workers.ops.statistics.narrowing import NONE, often


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
    """2026-11-29, 2026-11, a brand …; '' where there is none, of which `By.none` says what it stands for."""
    messages: Figure
    orders: Figure
    users: Figure | None
    """None where people aren't told apart by it, or it is not known how many there were."""
    paying: Figure | None
    revenue: Figure
    """Minor units."""


@dataclass(frozen=True, slots=True)
class By:
    """A row each, days and months in order, everything else by messages, the most first.

    What there was a year before and is no more has a row, too, so that either year adds up to the overview.
    """

    as_of: AsOf
    span: Span
    before: Span | None
    only: Only
    dimension: Dimension
    rows: tuple[Row, ...]
    people: str
    """How often one person is in a row's users: `once`, `once a month`, `once a day`; '' where nobody is counted."""
    none: str
    """What the row whose key is '' stands for, such as `the catalogue's price`."""


@dataclass(frozen=True, slots=True)
class _Came:
    """What a span came to, by key."""

    sums: Mapping[Any, Sums]
    seen: Mapping[Any, Seen | None] | None
    """None where people aren't told apart by it, or it is not known; of a month likewise."""

    def sums_of(self, key: Any) -> Sums:
        return self.sums.get(key, Sums())

    def seen_of(self, key: Any) -> Seen | None:
        return None if self.seen is None else self.seen.get(key, Seen())


def by(statistics: Statistics, span: Span, dimension: Dimension, only: Only = EVERYTHING) -> By:
    """The figures of a span by a dimension; of something alone without people, who aren't told apart by both."""
    how = None if only else _how_often(statistics.people, span, dimension)

    def came(part: Span) -> _Came:
        seen = _seen(statistics.people, part, dimension, how) if how else None
        return _Came(_sums(statistics, part, dimension, only), seen)

    now, before = of_span(came, span)
    rows = tuple(_row(key, now, before, dimension) for key in _keys(span, now, before, dimension))
    return By(as_of(statistics), span, span.year_before(), only, dimension, rows, how or "", NONE.get(dimension, ""))


def _how_often(people: People, span: Span, dimension: Dimension) -> Often | None:
    if dimension is Dimension.ACTION or not people.is_known():
        return None
    return Often.ONCE if dimension in (Dimension.DAY, Dimension.MONTH, Dimension.OFFER) else often(people, span)


def _sums(statistics: Statistics, span: Span, dimension: Dimension, only: Only) -> Mapping[Any, Sums]:
    match dimension:
        case Dimension.DAY:
            return statistics.by_day(span, ORDERS, only)
        case Dimension.MONTH:
            return statistics.by_month(span, ORDERS, only)
    return statistics.sums(span, dimension, ORDERS, only)


def _seen(people: People, span: Span, dimension: Dimension, often: Often) -> Mapping[Any, Seen | None] | None:
    match dimension:
        case Dimension.DAY:
            return people.by_day(span)
        case Dimension.MONTH:
            return people.by_month(span)
        case Dimension.OFFER:
            return people.by_offer(span)
    return people.by(span, dimension, often)


def _keys(span: Span, now: _Came, before: _Came | None, dimension: Dimension) -> list[Any]:
    earlier = before.sums if before else {}
    if dimension in (Dimension.DAY, Dimension.MONTH):
        days = span.days() if dimension is Dimension.DAY else (part.first.replace(day=1) for part in span.months())
        units = [*days]
        counted = [no for no, unit in enumerate(units) if unit in now.sums or day_before(unit) in earlier]
        return units[counted[0] : counted[-1] + 1] if counted else []  # those between that had nothing, too
    return sorted({*now.sums, *earlier}, key=lambda key: (-now.sums_of(key).messages, key))


def _row(key: Any, now: _Came, before: _Came | None, dimension: Dimension) -> Row:
    then = day_before(key) if isinstance(key, date) else key
    earlier = before if then is not None else None

    def figure(count: Callable[[_Came, Any], int]) -> Figure:
        return Figure(count(now, key), None if earlier is None else count(earlier, then))

    def people(count: Callable[[Seen], int]) -> Figure | None:
        if (seen := now.seen_of(key)) is None or (dimension is Dimension.OFFER and not key):
            return None
        earlier_seen = earlier.seen_of(then) if earlier else None
        return Figure(count(seen), None if earlier_seen is None else count(earlier_seen))

    return Row(
        _written(key, dimension),
        messages=figure(lambda came, one: came.sums_of(one).messages),
        orders=figure(lambda came, one: came.sums_of(one).done),
        users=people(lambda seen: seen.users),
        paying=people(lambda seen: seen.paying),
        revenue=figure(lambda came, one: came.sums_of(one).amount),
    )


def _written(key: Any, dimension: Dimension) -> str:
    return f"{key:%Y-%m}" if dimension is Dimension.MONTH else str(key)
