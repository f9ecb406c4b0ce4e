"""`tonegate stats`: one report of a span, shown as it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from zoneinfo import ZoneInfo

from workers.dialogue.offers.clock_times import local
from workers.journal import Database
from workers.journal.funnel import Funnel
from workers.journal.statistics.reading import Statistics
from workers.journal.statistics.spans import Span
from workers.journal.statistics.summing import Only
from workers.ops.look import opened
from workers.ops.money import money_of
from workers.ops.statistics import funnels, lists
from workers.ops.statistics.asking import span_asked
from workers.ops.statistics.dimensions import By, Dimension, by
from workers.ops.statistics.narrowing import require_known
from workers.ops.statistics.overviews import Overview, overview
from workers.ops.statistics.sheets import Report
from workers.ops.statistics.showing import show_csv, show_json, show_table
from workers.settings import Settings

Form = Literal["table", "json", "csv"]


@dataclass(frozen=True, slots=True)
class Look:
    """What is reported of one span."""

    database: Database
    span: Span
    zone: ZoneInfo
    only: Only = field(default_factory=dict)

    @property
    def _statistics(self) -> Statistics:
        return Statistics(self.database)

    def overview(self) -> Overview:
        """Every figure."""
        return overview(self._statistics, self.span, self.only)

    def by(self, dimension: str, limit: int) -> By:
        """By a dimension; the first rows of it."""
        found = by(self._statistics, self.span, Dimension(dimension), self.only)
        return replace(found, rows=found.rows[:limit])

    def funnel(self) -> funnels.StepsBy:
        """The funnel of commands."""
        return funnels.commands_funnel(self._statistics, self.span, self.only)

    def screens(self, limit: int) -> funnels.Screens:
        """The funnel of screens; the first rows of it."""
        found = funnels.screens_funnel(Funnel(self.database), self.span, self.zone)
        return replace(found, rows=found.rows[:limit])

    def words(self, limit: int) -> lists.Words:
        """Words that nobody understood."""
        return lists.words(self._statistics, self.span, limit=limit)

    def tones(self, limit: int) -> lists.Tones:
        """Tones."""
        return lists.tones(self._statistics, self.span, limit=limit)

    def offers(self, limit: int) -> lists.OfferRows:
        """Offers."""
        return lists.offers(self._statistics, self.span, limit=limit)


def show(
    settings: Settings,
    asked: Mapping[str, str],
    only: Only,
    report: Callable[[Look, int], Report],
    *,
    form: Form,
    limit: int,
) -> None:
    """Show a report of the span that is asked for (see `span_asked`), of what is meant alone, its first rows.

    Raises `BadSpan` and `NothingOfItError`.
    """
    zone = ZoneInfo(settings.limits.time_zone)
    with opened(settings) as database:
        today = local(database.now(), zone).date()
        span = span_asked(today, **asked)
        require_known(Statistics(database), only)
        found, more = _cut(report(Look(database, span, zone, only), limit + 1), limit)
    match form:
        case "json":
            show_json(found)
        case "csv":
            show_csv(found)
        case "table":
            show_table(found, money_of(settings))
    if more:
        print(f"there are more than these {limit:,}: --limit says how many are shown", file=sys.stderr)


def _cut(report: Report, limit: int) -> tuple[Report, bool]:
    """The first rows of a report, and whether there are more."""
    if isinstance(report, Overview | funnels.StepsBy) or len(report.rows) <= limit:
        return report, False
    first: Any = report.rows[:limit]  # whichever rows it has
    return replace(report, rows=first), True
