"""When an offer is open: dates, days of the week and hours in its own time zone, each half-open.

A window that runs over midnight belongs to the day on which it begins: 22:00-06:00 on Fridays ends on Saturday at six.
Dates cut it off: nothing is sold at an offer's price from the first moment of its last date's morning on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from workers.dialogue.offers.clock_times import DAY_MIN, local, reached

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of `date.weekday`."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the day, [start, end) in minutes past midnight; an end that is not after the start is tomorrow's."""

    start_min: int
    end_min: int

    def __str__(self) -> str:
        return f"{_clock(self.start_min)}-{_clock(self.end_min)}"


ALL_DAY = Hours(0, DAY_MIN)


@dataclass(frozen=True, slots=True)
class When:
    """When something holds; what is left empty leaves it open."""

    zone: ZoneInfo
    first: datetime | None = None
    """Local time, included."""
    last: datetime | None = None
    """Local time, no longer included."""
    days: frozenset[int] = frozenset()
    """0 is Monday."""
    hours: tuple[Hours, ...] = ()

    def open_at(self, at: float) -> bool:
        """Whether it holds at a moment, in seconds since the epoch."""
        return not self.closed_at(at)

    def closed_at(self, at: float) -> str:
        """Why it doesn't hold at a moment, such as `days`; empty where it does."""
        begins, ends = self.bounds()
        if begins is not None and at < begins:
            return "not yet"
        if ends is not None and at >= ends:
            return "over"
        if not self.days and not self.hours:
            return ""
        today = local(at, self.zone).date()
        near = (today - _ONE_DAY, today, today + _ONE_DAY)  # where midnight comes twice, tomorrow has begun already
        running = [day for day in near if any(start <= at < end for start, end in self._of_day(day))]
        if any(self._on(day) for day in running):
            return ""
        return "hours" if self.hours and (not self.days or not running) else "days"

    def ends(self, at: float) -> str:
        """When the time ends that it is open in at a moment, by its own clock: `18:00` within a day, or `2027-02-28`.

        Empty where it has no end.
        """
        moments = [self.bounds()[1]] if self.last else []
        if self.days or self.hours:
            today = local(at, self.zone).date()
            moments += [end for start, end in self.intervals(today - _ONE_DAY, 2) if start <= at < end]
        ends = min((one for one in moments if one is not None), default=None)
        if ends is None:
            return ""
        wall = local(ends, self.zone)
        return f"{wall:%H:%M}" if ends - at < DAY_MIN * 60 else f"{wall:%Y-%m-%d}"

    def bounds(self) -> tuple[int | None, int | None]:
        """The dates as moments: from the first, before the last."""
        return self._moment(self.first), self._moment(self.last)

    def intervals(self, day: date, days: int) -> Iterator[tuple[int, int]]:
        """Each time it is open that begins on one of these days, as moments; those of no length are left out."""
        begins, ends = self.bounds()
        for number in range(days):
            theirs = day + number * _ONE_DAY
            if not self._on(theirs):
                continue
            for start, end in self._of_day(theirs):
                cut = max(start, begins) if begins is not None else start, min(end, ends) if ends is not None else end
                if cut[0] < cut[1]:
                    yield cut

    def _on(self, day: date) -> bool:
        return not self.days or day.weekday() in self.days

    def _of_day(self, day: date) -> Iterator[tuple[int, int]]:
        for hours in self.hours or (ALL_DAY,):
            over_midnight = 0 if hours.end_min > hours.start_min else DAY_MIN
            yield reached(self.zone, day, hours.start_min), reached(self.zone, day, hours.end_min + over_midnight)

    def _moment(self, wall: datetime | None) -> int | None:
        return None if wall is None else reached(self.zone, wall.date(), wall.hour * 60 + wall.minute)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
