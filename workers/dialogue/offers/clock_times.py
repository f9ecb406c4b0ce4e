"""When the clock on the wall shows a time: days and hours in a time zone as moments, summer time and all.

One rule for every day: a time is reached at the first moment at which the local clock shows it or a later one.  Where
clocks go forward over it that is the jump itself; where they go back over it, the first of the two.  So each day's
end is the next one's beginning, whatever clocks do.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_MIN = 1440


def local(at: float, zone: ZoneInfo) -> datetime:
    """What the wall's clock shows at a moment (seconds since the epoch), without its zone."""
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None)


@lru_cache(maxsize=8192)
def reached(zone: ZoneInfo, day: date, minute: int = 0) -> int:
    """The first moment, in seconds since the epoch, at which it is so many minutes past a day's midnight or later.

    1440 minutes and more are on the days that follow.
    """
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    first = _moment(wall, zone, fold=0)
    if local(first, zone) == wall:
        return first
    # No clock shows it: the offset before the jump puts it behind the jump, the offset after it before.
    low, high = _moment(wall, zone, fold=1), first
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if local(middle, zone) >= wall else (middle, high)
    return high


def _moment(wall: datetime, zone: ZoneInfo, *, fold: int) -> int:
    return int(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC).timestamp())
