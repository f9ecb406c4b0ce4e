"""Spans of days, and the months and days that one is read from; pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row, in the operator's time zone."""

    first: date
    last: date
    """It belongs to the span."""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}")

    @classmethod
    def month(cls, year: int, month: int) -> Span:
        """A calendar month; raises ValueError for one that there is not."""
        return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]))

    @classmethod
    def year(cls, year: int) -> Span:
        """A calendar year; raises ValueError for one that a date can't have."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def whole_months(self) -> bool:
        """Whether it begins with the first day of a month and ends with the last of one."""
        return self.first.day == 1 and _next(self.last).day == 1

    def months(self) -> Iterator[Span]:
        """Its months in order, the first and the last cut to it."""
        first = self.first
        while first <= self.last:
            last = min(self.last, Span.month(first.year, first.month).last)
            yield Span(first, last)
            first = _next(last)

    def years(self) -> Iterator[Span]:
        """Its calendar years in order, likewise."""
        for year in range(self.first.year, self.last.year + 1):
            yield Span(max(self.first, date(year, 1, 1)), min(self.last, date(year, 12, 31)))

    def days(self) -> Iterator[date]:
        """Its days in order."""
        for ordinal in range(self.first.toordinal(), self.last.toordinal() + 1):
            yield date.fromordinal(ordinal)

    def parts(self) -> Iterator[Part]:
        """What it is added up from: whole months, and the days by which it is longer or shorter than those."""
        months = [Span.month(month.first.year, month.first.month) for month in self.months() if month._is_most_of_one]
        if not months:
            yield Part("d", self)
            return
        first, last = months[0].first, months[-1].last
        yield Part("m", Span(first, last))
        if self.first < first:
            yield Part("d", Span(self.first, first - _DAY))
        elif first < self.first:
            yield Part("d", Span(first, self.first - _DAY), is_too_much=True)
        if last < self.last:
            yield Part("d", Span(_next(last), self.last))
        elif self.last < last:
            yield Part("d", Span(_next(self.last), last), is_too_much=True)

    @property
    def _is_most_of_one(self) -> bool:
        """Whether fewer of a month's days lie outside than inside."""
        inside = self.last.day - self.first.day + 1
        return inside > monthrange(self.first.year, self.first.month)[1] - inside

    def year_before(self) -> Span | None:
        """The same days a year earlier; None for a leap day alone, which the year before had not.

        Whole months stay whole: what February has to be held against is February, however many days it had.
        """
        first = _year_before(self.first)
        if self.whole_months:
            return Span(first, Span.month(self.last.year - 1, self.last.month).last)
        last = _year_before(self.last)
        if self.first.month == 2 and self.first.day == 29:
            first = date(first.year, 3, 1)
        return Span(first, last) if first <= last else None


@dataclass(frozen=True, slots=True)
class Part:
    """Whole months, or days, that a span is added up from."""

    grain: str
    """`m` or `d`."""
    span: Span
    is_too_much: bool = False
    """Whether it is to be taken off: most of a month is the month without its other days."""


def day_before(day: date) -> date | None:
    """The same day a year earlier, None for a leap day."""
    before = _year_before(day)
    return before if before.day == day.day else None


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _next(day: date) -> date:
    return day + _DAY
