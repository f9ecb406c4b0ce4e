"""A report on the screen as a table, as CSV for a spreadsheet, or as JSON for a script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, TypeVar

from rich.console import Group
from rich.text import Text

from workers.journal.statistics.spans import Span
from workers.ops.shown import as_json, moment, on_screen, table
from workers.ops.spreadsheet import csv_line
from workers.ops.statistics.dimensions import By
from workers.ops.statistics.figures import AsOf, Figure
from workers.ops.statistics.funnels import STEPS, Screens, Steps
from workers.ops.statistics.lists import OfferRows
from workers.ops.statistics.overviews import Overview
from workers.ops.statistics.sheets import Cell, Money, Percent, Report, Sheet, sheet_of

T = TypeVar("T")
V = TypeVar("V")

NONE = "—"

AsMoney = Callable[[int], str]
"""Minor units as people read them."""


def show_table(report: Report, money: AsMoney) -> None:
    """To standard output, for people."""
    sheet = sheet_of(report)
    lines = [Text(line) for line in _heading(report)]
    if not sheet.rows:
        on_screen(Group(*lines, Text(sheet.empty)))
        return
    before = isinstance(report, Overview)  # the others have too many columns for it
    titles = _spread(sheet, sheet.columns, lambda name: (_title(name), "a year before", "growth"), before=before)
    rows = (_spread(sheet, row, lambda cell: _for_people(cell, money), before=before) for row in _named(sheet))
    made = table([*titles], [[*row] for row in rows])
    words = (isinstance(cell, str) for cell in sheet.rows[0])
    for column, of_words in zip(
        made.columns, _spread(sheet, words, lambda one: (one, False, False), before=before), strict=True
    ):
        column.justify = "left" if of_words else "right"
    on_screen(Group(*lines, made, *(Text(f"note: {note}") for note in sheet.notes)))


def csv_lines(report: Report) -> Iterator[str]:
    """Its lines, the names of its columns first; money in minor units, no cell of which a spreadsheet runs."""
    sheet = sheet_of(report)
    yield csv_line(_spread(sheet, sheet.columns, lambda name: (name, f"{name}_before", f"{name}_growth_percent")))
    for row in sheet.rows:
        yield csv_line(_spread(sheet, row, _for_programs))


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
    said = f"growth is over {dates(before)}"
    if as_of.since is None or as_of.since <= before.first:
        return said
    if as_of.since > before.last:
        return f"{said}, of which nothing was counted: counts begin on {as_of.since}"
    return f"{said}, of which the first days are missing: counts begin on {as_of.since}"


def _heading(report: Report) -> Iterator[str]:
    if isinstance(report, Screens):
        yield dates(report.span)
        return
    yield f"{dates(report.span)}; {counted(report.as_of)}"
    if isinstance(report, Overview | By | OfferRows):
        yield compared(report.before, report.as_of)


def _title(column: str) -> str:
    return column.replace("_percent", " %").replace("_", " ")


def _named(sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    for first, *others in sheet.rows:
        yield (sheet.named.get(str(first), first), *others)


def _spread(
    sheet: Sheet, cells: Iterable[T], three: Callable[[T], tuple[V, ...]], *, before: bool = True
) -> Iterator[V]:
    """Each column's cell; where that column has figures, also the year before, if it is wanted, and the growth."""
    for name, cell in zip(sheet.columns, cells, strict=True):
        value, *others = three(cell)
        yield value
        if name in sheet.figures:
            yield from others if before else others[1:]


def _for_people(cell: Cell, money: AsMoney) -> tuple[str, ...]:
    match cell:
        case Money():
            amount = cell.of
            if isinstance(amount, Figure):
                return _money(amount.now, money), _money(amount.before, money), growth(amount)
            return (_money(amount, money),)
        case Figure():
            return _number(cell.now), _number(cell.before), growth(cell)
        case Percent(share):
            return (NONE if share is None else f"{share:.1f}",)
        case None:
            return NONE, NONE, NONE
        case str():
            return (cell,)
    return (_number(cell),)


def _for_programs(cell: Cell) -> tuple[object, ...]:
    match cell:
        case Money(amount):
            return _for_programs(amount)
        case Figure():
            return told(cell.now), told(cell.before), _rounded(cell.growth)
        case Percent(share):
            return (_rounded(share),)
        case None:
            return None, None, None
    return (cell,)


def _money(amount: float | None, money: AsMoney) -> str:
    return NONE if amount is None else money(int(amount))


def _number(value: float | None) -> str:
    if value is None:
        return NONE
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 1)
