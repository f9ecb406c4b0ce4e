"""Charts of a span, each of two lines: these days, and the same a year before.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workers.journal.statistics.spans import Span
from workers.ops.console import charts
from workers.ops.console.report_table import number
from workers.ops.money import AsMoney
from workers.ops.statistics import By, Dimension, Figure, Row

_BY_DAY = 92
"""Days; a longer span is drawn by its months."""
_LABELS = 7


@dataclass(frozen=True, slots=True)
class _Unit:
    """How a day, or a month, is written: as a row's key, below a chart, and in a sentence."""

    key: str
    short: str
    long: str


@dataclass(frozen=True, slots=True)
class _Written:
    """How a value is written: in a sentence, and beside a chart, where there is little room."""

    long: Callable[[float], str]
    short: Callable[[float], str]


_UNITS = {Dimension.DAY: _Unit("%Y-%m-%d", "%d %b", "%d %B %Y"), Dimension.MONTH: _Unit("%Y-%m", "%b %Y", "%B %Y")}


def over(span: Span) -> Dimension:
    """What a span is drawn by."""
    return Dimension.DAY if (span.last - span.first).days < _BY_DAY else Dimension.MONTH


def charts_of(found: By, money: AsMoney) -> list[dict[str, Any]]:
    """Messages, orders, users and revenue by day or month, `money` writing minor units."""
    counts = _Written(number, _short)
    unit_of_money = 10 ** (sum(letter.isdigit() for letter in money(0)) - 1)
    amounts = _Written(lambda amount: money(int(amount)), lambda amount: _short(amount / unit_of_money))
    of: Iterable[tuple[str, Callable[[Row], Figure | None], _Written]] = (
        ("Messages", lambda row: row.messages, counts),
        ("Orders", lambda row: row.orders, counts),
        ("Users", lambda row: row.users, counts),
        ("Revenue", lambda row: row.revenue, amounts),
    )
    unit = _UNITS[found.dimension]
    times = _times(found)
    rows = {row.key: row for row in found.rows}
    drawn = []
    for what, figure, written in of:
        # A day that nothing was counted for had nothing.
        figures = [figure(rows[key]) if key in rows else Figure(0) for key in (f"{at:{unit.key}}" for at in times)]
        drawn.append(_chart(what, found.dimension, times, figures, written))
    return drawn


def _times(found: By) -> list[date]:
    if found.dimension is Dimension.DAY:
        return [*found.span.days()]
    return [month.first.replace(day=1) for month in found.span.months()]


def _chart(
    what: str,
    dimension: Dimension,
    times: Sequence[date],
    figures: Sequence[Figure | None],
    written: _Written,
) -> dict[str, Any]:
    unit = _UNITS[dimension]
    now: list[float | None] = [one.now if one else None for one in figures]
    before: list[float | None] = [one.before if one else None for one in figures]
    most = max(range(len(now)), key=lambda at: now[at] or 0)
    said = f"by {dimension}"
    if now[most]:
        said += f": at most {written.long(now[most] or 0)}, {times[most]:{unit.long}}"
    parts = {"these days": now, **({"a year before": before} if any(before) else {})}
    chart = charts.lines(
        f"{what} {said}",
        [at.toordinal() for at in times],
        parts,
        every=-(-len(times) // _LABELS),
        formatter=written.short,
        label=lambda ordinal: date.fromordinal(ordinal).strftime(unit.short),
    )
    return {"what": what, "said": said, "chart": chart, "legend": [*parts]}


def _short(value: float) -> str:
    for unit, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if value >= 5 * unit:
            return f"{value / unit:,g} {letter}"
    return f"{value:,g}"
