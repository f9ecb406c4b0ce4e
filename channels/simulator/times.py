"""Times as SMPP writes them: absolute with a time zone, or relative to now (SMPP 3.4 §7.1.1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_FORM = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d)(\d\d)([+\-R])")
_YEAR_DAYS, _MONTH_DAYS = 365, 30  # a relative time is short in practice: nobody counts leap days in it
_MOST_QUARTERS = 48  # quarters of an hour from UTC


def absolute(at: float) -> str:
    """Return Unix time as an absolute time in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%y%m%d%H%M%S") + f"{int(at * 10) % 10}00+"


def seconds_until(text: str, now: float) -> float:
    """Return how far from `now` (Unix time) a time is; below zero where it is past.  Raises ValueError."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time of SMPP 3.4 §7.1.1")
    year, month, day, hour, minute, second, tenth, quarters = map(int, found.groups()[:8])
    if found[9] == "R":
        days = year * _YEAR_DAYS + month * _MONTH_DAYS + day
        return timedelta(days=days, hours=hour, minutes=minute, seconds=second).total_seconds()
    if quarters > _MOST_QUARTERS:
        raise ValueError(f"{text!r} is further from UTC than half a day")
    local = datetime(2000 + year, month, day, hour, minute, second, tenth * 100_000, UTC)
    offset = timedelta(minutes=15 * quarters)
    return (local + offset if found[9] == "-" else local - offset).timestamp() - now
