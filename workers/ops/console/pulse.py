"""The last day by the minute, kept in memory: old minutes are looked at seldom, the newest at each look.

A day at 100 texts a second is 8 million rows: they are counted once when the console starts, never for a page.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from workers.journal.lately import MINUTE_S, Lately, Minute

_T = TypeVar("_T")

HOUR_S, DAY_S = 3600, 86_400
_NEWEST_S = 180.0
_HOUR_EVERY_S = 60.0
"""What waited for the core may be done minutes after it came: the last hour is counted anew that often."""
_RATE_OVER = 5
"""Minutes: in fewer, a quiet service's rate jumps."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some minutes together, as one point of a chart."""

    begins_at: int
    received: int
    done: int
    refused: int
    parked: int
    median_s: float | None
    """Of the time from text in to answer out; None where nobody was answered."""
    p95_s: float | None


class Pulse:
    """Refreshed by one thread, read by all."""

    def __init__(self, lately: Lately, now: Callable[[], float]) -> None:
        self._lately = lately
        self._now = now
        self._minutes: Mapping[int, Minute] = {}
        self._waits: Mapping[int, Sequence[float]] = {}
        self._hour_at = float("-inf")

    def refresh(self) -> None:
        """Look at what is new; blocks, and raises `JournalUnavailable`."""
        now = self._now()
        since = now - _NEWEST_S
        if not self._minutes and self._hour_at < 0:
            since = now - DAY_S
        elif now - self._hour_at >= _HOUR_EVERY_S:
            since = now - HOUR_S
        if since < now - _NEWEST_S:
            self._hour_at = now
        oldest = now - DAY_S - MINUTE_S
        self._minutes = _merged(self._minutes, self._lately.minutes(since), oldest)
        self._waits = _merged(self._waits, self._lately.waits_s(since), oldest)

    def spans(self, length_s: int, over_s: int) -> list[Span]:
        """The last `over_s` seconds in spans of `length_s`, whole minutes both, the oldest first; the last is now's."""
        last = int(self._now()) // length_s * length_s
        return [self._span(begin, length_s) for begin in range(last - over_s + length_s, last + 1, length_s)]

    def per_minute(self) -> float:
        """How many messages a minute arrive, over the last five; the one that runs counts as if it were over."""
        now = int(self._now()) // MINUTE_S * MINUTE_S
        lately = range(now - (_RATE_OVER - 1) * MINUTE_S, now + 1, MINUTE_S)
        return sum(self._minutes[at].received for at in lately if at in self._minutes) / _RATE_OVER

    def _span(self, begins_at: int, length_s: int) -> Span:
        within = range(begins_at, begins_at + length_s, MINUTE_S)
        minutes = [self._minutes[at] for at in within if at in self._minutes]
        waits = sorted(wait for at in within for wait in self._waits.get(at, ()))
        return Span(
            begins_at,
            sum(one.received for one in minutes),
            sum(one.done for one in minutes),
            sum(one.refused for one in minutes),
            sum(one.parked for one in minutes),
            statistics.median(waits) if waits else None,
            waits[min(int(len(waits) * 0.95), len(waits) - 1)] if waits else None,
        )


def _merged(old: Mapping[int, _T], new: Mapping[int, _T], oldest: float) -> dict[int, _T]:
    return {at: one for at, one in {**old, **new}.items() if at >= oldest}
