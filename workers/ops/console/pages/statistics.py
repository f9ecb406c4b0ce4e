"""What the service came to, beside the year before: figures and charts of a span, and a table for each question.

Nobody's number is in any of it, so that whoever may look at the console may see all of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from workers.dialogue.offers.clock_times import local
from workers.journal.statistics.reading import Statistics
from workers.journal.statistics.summing import Only
from workers.ops.console.asking import Asked, CannotDoError, File, Handler, Page, Shown
from workers.ops.console.report_charts import charts_of, over
from workers.ops.console.report_table import read, table_of
from workers.ops.console.spans import Picked, choices, picked
from workers.ops.console.surroundings import Surroundings
from workers.ops.money import AsMoney
from workers.ops.statistics import AsOf, By, Dimension, OfferRows, Overview, Screens, StepsBy, as_of
from workers.ops.statistics.looking import Look
from workers.ops.statistics.narrowing import COLUMNS, NothingOfItError, require_known
from workers.ops.statistics.narrowing import said as said_of
from workers.ops.statistics.sheets import Money, Report
from workers.ops.statistics.showing import compared, counted, csv_lines, dates

_MOST = 400
"""Rows on a page: a year of days, and of what there is no end of; a file has more."""
_MOST_IN_A_FILE = 10_000


@dataclass(frozen=True, slots=True)
class _Kind:
    """A report that can be asked for."""

    name: str
    """In its address."""
    title: str
    look: Callable[[Look, int], Report]
    """How it is made, of at most so many rows."""
    of_one: bool = False
    """Whether it can be of one brand, channel, language or offer alone."""

    @property
    def path(self) -> str:
        return "/statistics" if self is _OVERVIEW else f"/statistics/{self.name}"


def _by(name: str, dimension: Dimension) -> _Kind:
    return _Kind(name, name.capitalize(), lambda look, most: look.by(dimension, most), of_one=True)


_OVERVIEW = _Kind("overview", "Overview", lambda look, _most: look.overview(), of_one=True)
_KINDS = (
    _OVERVIEW,
    _by("days", Dimension.DAY),
    _by("months", Dimension.MONTH),
    _by("brands", Dimension.BRAND),
    _by("channels", Dimension.CHANNEL),
    _by("languages", Dimension.LANGUAGE),
    _by("actions", Dimension.ACTION),
    _Kind("offers", "Offers", lambda look, most: look.offers(most)),
    _Kind("tones", "Top tones", lambda look, most: look.tones(most)),
    _Kind("commands", "Funnel of commands", lambda look, _most: look.funnel(), of_one=True),
    _Kind("screens", "Screens left", lambda look, most: look.screens(most)),
    _Kind("words", "Words not understood", lambda look, most: look.words(most)),
)
"""In the order of the page."""


async def overview(around: Surroundings, asked: Asked) -> Shown:
    """The figures that are asked for most, charts, and all the others."""
    wished, look = await _look(_OVERVIEW, around, asked)
    found = await asyncio.to_thread(look.overview)
    over_time = await asyncio.to_thread(look.by, over(wished.span), _MOST_IN_A_FILE)
    money = around.money
    return _shown(
        (_OVERVIEW, found, wished, found.as_of), around, money,
        cards=_cards(found, money), charts=charts_of(over_time, money),
    )  # fmt: skip


def _table(kind: _Kind) -> Handler:
    async def table(around: Surroundings, asked: Asked) -> Shown:
        wished, look = await _look(kind, around, asked)
        found = await asyncio.to_thread(kind.look, look, _MOST)
        counts = await asyncio.to_thread(as_of, Statistics(around.database))
        return _shown((kind, found, wished, counts), around, around.money)

    return table


def _file(kind: _Kind) -> Handler:
    async def as_csv(around: Surroundings, asked: Asked) -> File:
        wished, look = await _look(kind, around, asked)
        found = await asyncio.to_thread(kind.look, look, _MOST_IN_A_FILE)
        name = f"statistics-{kind.name}-{wished.span.first}-{wished.span.last}.csv"
        return File("".join(csv_lines(found)).encode(), "text/csv; charset=utf-8", name)

    return as_csv


async def _look(kind: _Kind, around: Surroundings, asked: Asked) -> tuple[Picked, Look]:
    """What is asked for; raises `CannotDoError`."""
    wished = picked(asked.query, _today(around))
    only = {name: asked.query[name] for name in COLUMNS if name in asked.query} if kind.of_one else {}
    try:
        await asyncio.to_thread(require_known, Statistics(around.database), only)
    except NothingOfItError as error:
        raise CannotDoError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    return wished, Look(around.database, wished.span, _zone(around), only)


def _zone(around: Surroundings) -> ZoneInfo:
    return ZoneInfo(around.settings.limits.time_zone)


def _today(around: Surroundings) -> date:
    return local(around.database.now(), _zone(around)).date()


def _shown(of: tuple[_Kind, Report, Picked, AsOf], around: Surroundings, money: AsMoney, **values: Any) -> Shown:
    kind, found, wished, counts = of
    said = [dates(wished.span)]
    if not isinstance(found, Screens):
        said.append(counted(counts))
    if isinstance(found, Overview | By | OfferRows):
        said.append(compared(found.before, counts))
    only: Only = found.only if isinstance(found, Overview | By | StepsBy) else {}
    table = table_of(found, money)
    return Shown(
        "statistics.html",
        {
            "kind": kind,
            "kinds": _KINDS,
            "table": table,
            "cut_at": _MOST if len(table.rows) == _MOST else 0,
            "csv": f"/statistics/{kind.name}.csv?{_query(wished, only)}",
            "only": only,
            "only_said": said_of(only),
            "addresses": {one.name: f"{one.path}?{_query(wished, only if one.of_one else {})}" for one in _KINDS},
            "ways": [f"{_OVERVIEW.path}?{_query(wished, {**only, **key})}" for key in _keys(found)],
            "picked": wished,
            "choices": [*choices(_today(around), counts.since)],
            "said": "; ".join(said),
            "cards": (),
            "charts": (),
            **values,
        },
    )


def _query(wished: Picked, only: Only) -> str:
    return "&".join(filter(None, (wished.query, urlencode(only))))


def _keys(found: Report) -> list[Mapping[str, str]]:
    """What each row of a report is of, where the overview can be of that alone."""
    match found:
        case By() if found.dimension in COLUMNS:
            return [{found.dimension.value: row.key} for row in found.rows]
        case OfferRows():
            return [{"offer": row.offer} for row in found.rows]
    return []


def _cards(found: Overview, money: AsMoney) -> list[tuple[str, Any]]:
    figures: Sequence[tuple[str, Any]] = (
        ("Users", found.users),
        ("Users who paid", found.paying),
        ("Orders", found.orders),
        ("Revenue", Money(found.revenue)),
    )
    return [(name, read(figure, money)) for name, figure in figures]


PAGES: Sequence[Page] = (
    Page("/statistics", overview, name="Statistics"),
    *(Page(f"/statistics/{kind.name}.csv", _file(kind)) for kind in _KINDS),
    *(Page(f"/statistics/{kind.name}", _table(kind)) for kind in _KINDS if kind is not _OVERVIEW),
)
