"""A report on the screen as a table, as CSV for a spreadsheet, or as JSON for a script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import chain
from typing import Any

from rich.console import Console, Group, JustifyMethod
from rich.table import Table
from rich.text import Text

from workers.journal.statistics.spans import Span
from workers.ops.money import AsMoney
from workers.ops.shown import as_json, moment, on_screen, table
from workers.ops.spreadsheet import csv_line
from workers.ops.statistics.dimensions import By
from workers.ops.statistics.figures import AsOf, Figure
from workers.ops.statistics.funnels import STEPS, Screens, Steps, StepsBy
from workers.ops.statistics.lists import OfferRows
from workers.ops.statistics.narrowing import said
from workers.ops.statistics.overviews import Overview
from workers.ops.statistics.sheets import Cell, Money, Percent, Report, Sheet, sheet_of

NONE = "—"
_ANY_WIDTH = 1000
_SHARE = "_percent"
_FILED = ("", "_before", "_growth_percent")
"""What a column of figures is in a file."""

Titles = Sequence[Sequence[str]]
Rows = Sequence[Sequence[Sequence[str]]]
"""Each cell as a figure with what stands beside it."""


def show_table(report: Report, money: AsMoney) -> None:
    """To standard output, for people: where it is too narrow for columns of its own, growth stands below its figure."""
    sheet = sheet_of(report)
    before = isinstance(report, Overview)  # the others have too many columns for it
    above = [Text(line) for line in _heading(report)]
    if not sheet.rows:
        on_screen(Group(*above, Text(sheet.empty)))
        return
    titles = [(_title(name), *_more(sheet, name, before=before)) for name in _leading(sheet)]
    sides: list[JustifyMethod] = ["left" if isinstance(sheet.rows[0][at], str) else "right" for at in _places(sheet)]
    rows = [[*_joined(sheet, row, money, before=before)] for row in _named(sheet)]
    made = _wide(titles, sides, rows)
    console = Console()
    if console.is_terminal and Console(width=_ANY_WIDTH).measure(made).maximum > console.width:
        made = _narrow(titles, sides, rows)
    on_screen(Group(*above, made, *(Text(f"note: {note}") for note in sheet.notes)))


def _wide(titles: Titles, sides: Sequence[JustifyMethod], rows: Rows) -> Table:
    each = [side for side, parts in zip(sides, titles, strict=True) for _ in parts]
    return _table([*chain(*titles)], each, ([*chain(*row)] for row in rows))


def _narrow(titles: Titles, sides: Sequence[JustifyMethod], rows: Rows) -> Table:
    return _table([parts[0] for parts in titles], sides, (["\n".join(parts) for parts in row] for row in rows))


def _table(titles: Sequence[str], sides: Sequence[JustifyMethod], rows: Iterable[Sequence[str]]) -> Table:
    made = table(titles, rows)
    for column, side in zip(made.columns, sides, strict=True):
        column.justify = side
    return made


def csv_lines(report: Report) -> Iterator[str]:
    """Its lines, the names of its columns first; money in minor units, no cell of which a spreadsheet runs."""
    sheet = sheet_of(report)
    yield csv_line(f"{name}{end}" for name in sheet.columns for end in (_FILED if name in sheet.figures else ("",)))
    for row in sheet.rows:
        cells = zip(sheet.columns, row, strict=True)
        yield csv_line(part for name, cell in cells for part in _for_programs(cell, figure=name in sheet.figures))


def show_csv(report: Report) -> None:
    """To standard output, for a spreadsheet."""
    print("".join(csv_lines(report)), end="")


def show_json(report: Report) -> None:
    """To standard output, for a script."""
    as_json(told(report))


def told(value: Any) -> Any:
    """A report as JSON has it: dates as text, money in minor units, figures with their growth, steps with shares."""
    match value:
        case Figure():
            return {"now": told(value.now), "before": told(value.before), "growth_percent": _rounded(value.growth)}
        case Span():
            return {"from": str(value.first), "to": str(value.last)}
        case tuple():
            return [told(one) for one in value]
        case Mapping():
            return dict(value)
        case date():
            return str(value)
        case float():
            return round(value, 3)
    if not is_dataclass(value):
        return value
    found = {field.name: told(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Steps):
        found["percent"] = {step: _rounded(value.share(step)) for step in STEPS}
    return found


def growth(figure: Figure) -> str:
    """`+72.9 %`, or a dash where there is none: that is not 0 %."""
    return NONE if figure.growth is None else f"{figure.growth:+.1f} %"


def counted(as_of: AsOf) -> str:
    """Up to when messages are counted, and how many are still to be, as a sentence."""
    when = "nothing was counted yet" if as_of.counted_at is None else f"counted at {moment(as_of.counted_at)}"
    waiting = as_of.to_count
    return when + (f"; {waiting:,} message{'s' if waiting > 1 else ''} still to be counted" if waiting else "")


def dates(span: Span) -> str:
    """`2026-11-01 to 2026-11-29`, or a day alone."""
    return str(span.first) if span.first == span.last else f"{span.first} to {span.last}"


def compared(before: Span | None, as_of: AsOf) -> str:
    """What growth is over, and whether anything was counted then."""
    if before is None:
        return "the year before had no such day: there is no growth"
    over = f"growth is over {dates(before)}"
    if as_of.since is None or as_of.since <= before.first:
        return over
    if as_of.since > before.last:
        return f"{over}, of which nothing was counted: counts begin on {as_of.since}"
    return f"{over}, of which the first days are missing: counts begin on {as_of.since}"


def _heading(report: Report) -> Iterator[str]:
    if isinstance(report, Screens):
        yield dates(report.span)
        return
    only = f"; only {said(report.only)}" if isinstance(report, Overview | By | StepsBy) and report.only else ""
    yield f"{dates(report.span)}{only}; {counted(report.as_of)}"
    if isinstance(report, Overview | By | OfferRows):
        yield compared(report.before, report.as_of)


def _title(name: str) -> str:
    return name.replace(_SHARE, " share").replace("_", " ")


def _more(sheet: Sheet, name: str, *, before: bool) -> tuple[str, ...]:
    """The titles of what stands beside a column's cells, or below them."""
    if name in sheet.figures:
        return ("a year before", "growth") if before else ("growth",)
    return ("share",) if f"{name}{_SHARE}" in sheet.columns else ()


def _places(sheet: Sheet) -> list[int]:
    """Where the columns stand that are no share of the one before."""
    shares = {f"{name}{_SHARE}" for name in sheet.columns}
    return [at for at, name in enumerate(sheet.columns) if name not in shares]


def _leading(sheet: Sheet) -> list[str]:
    return [sheet.columns[at] for at in _places(sheet)]


def _named(sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    for first, *others in sheet.rows:
        yield (sheet.named.get(str(first), first), *others)


def _joined(sheet: Sheet, row: Sequence[Cell], money: AsMoney, *, before: bool) -> Iterator[tuple[str, ...]]:
    """The cells of a row as people read them, each with what stands beside it."""
    cells = dict(zip(sheet.columns, row, strict=True))
    for name in _leading(sheet):
        share = cells.get(f"{name}{_SHARE}")
        parts = _for_people(cells[name], money, figure=name in sheet.figures, before=before)
        yield parts if share is None else (*parts, *_for_people(share, money, figure=False, before=before))


def _for_people(cell: Cell, money: AsMoney, *, figure: bool, before: bool) -> tuple[str, ...]:
    match cell:
        case Money():
            amount = cell.of
            return _figure(amount, money, before) if isinstance(amount, Figure) else (money(int(amount)),)
        case Figure():
            return _figure(cell, _number, before)
        case Percent():
            return (NONE if cell.of is None else f"{cell.of:.1f} %",)
        case None:
            return (NONE,) * (1 + figure + (figure and before))
        case str():
            return (cell,)
    return (_number(cell),)


def _figure(figure: Figure, written: Callable[[Any], str], before: bool) -> tuple[str, ...]:
    then = NONE if figure.before is None else written(figure.before)
    return (written(figure.now), then, growth(figure)) if before else (written(figure.now), growth(figure))


def _for_programs(cell: Cell, *, figure: bool) -> tuple[object, ...]:
    match cell:
        case Money():
            return _for_programs(cell.of, figure=figure)
        case Figure():
            return told(cell.now), told(cell.before), _rounded(cell.growth)
        case Percent():
            return (_rounded(cell.of),)
        case None:
            return (None,) * (len(_FILED) if figure else 1)
    return (cell,)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 1)
