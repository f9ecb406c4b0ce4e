"""A report's sheet as a table of a page: each cell as it is read, figures with their growth in words.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workers.ops.console.growth import growth
from workers.ops.money import AsMoney
from workers.ops.statistics import Figure
from workers.ops.statistics.sheets import Cell, Money, Percent, Report, Sheet, sheet_of

_UNKNOWN = "–"
_TITLES = {
    "drops": "Left there",
    "drop_percent": "Left there, %",
    "exits": "Went on",
    "entries": "Came",
    "wrong": "Wrong keys",
    "shown_s": "Looked at for, seconds",
}
"""What the columns' names in a file don't say to people."""
_SHARE = "_percent"


@dataclass(frozen=True, slots=True)
class Read:
    """A cell as it is read."""

    text: str
    sign: str = ""
    more: str = ""
    """Smaller, with its sign: growth, or a share."""
    is_words: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Its columns' titles, and its rows."""

    titles: Sequence[str]
    rows: Sequence[Sequence[Read]]
    empty: str
    """What is said where there is no row."""
    notes: Sequence[str]


def table_of(report: Report, money: AsMoney) -> Table:
    """Any report as a table, `money` writing minor units."""
    sheet = sheet_of(report)
    titles = [_title(name) for name in sheet.columns if not _is_share(sheet, name)]
    if _has_room(sheet):
        titles += ["A year before", "Growth"]
    return Table(titles, [[*_row(sheet, row, money)] for row in sheet.rows], sheet.empty, sheet.notes)


def read(cell: Cell, money: AsMoney) -> Read:
    """One cell."""

    def written(value: float | None) -> str:
        return _UNKNOWN if value is None else money(int(value)) if isinstance(cell, Money) else number(value)

    value = cell.of if isinstance(cell, Money) else cell
    match value:
        case str():
            return Read(value, is_words=True)
        case Figure():
            grown = growth(value, written)
            return Read(written(value.now), grown.sign, grown.words)
        case Percent(share):
            return Read(_UNKNOWN if share is None else f"{share:.1f} %")
    return Read(written(value))


def number(value: float) -> str:
    """A count in full, a quotient with two digits."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _has_room(sheet: Sheet) -> bool:
    """For the year before, and for growth, in columns of their own."""
    return len(sheet.columns) == 2 and bool(sheet.figures)


def _is_share(sheet: Sheet, name: str) -> bool:
    """Whether a column is a share that stands with its count."""
    return name.endswith(_SHARE) and name.removesuffix(_SHARE) in sheet.columns


def _row(sheet: Sheet, row: Sequence[Cell], money: AsMoney) -> Iterator[Read]:
    cells = dict(zip(sheet.columns, row, strict=True))
    for at, (name, cell) in enumerate(cells.items()):
        if _is_share(sheet, name):
            continue
        found = read(cell if at else sheet.named.get(str(cell), cell), money)
        if share := cells.get(f"{name}{_SHARE}"):
            yield replace(found, more=read(share, money).text)
        elif _has_room(sheet) and name in sheet.figures:
            yield Read(found.text)
            yield Read(_before(cell, money))
            yield Read("", found.sign, found.more)
        else:
            yield found


def _before(cell: Cell, money: AsMoney) -> str:
    figure = cell.of if isinstance(cell, Money) else cell
    if not isinstance(figure, Figure) or figure.before is None:
        return _UNKNOWN
    return read(Money(figure.before) if isinstance(cell, Money) else figure.before, money).text


def _title(name: str) -> str:
    return _TITLES.get(name) or name.replace("_", " ").capitalize()
