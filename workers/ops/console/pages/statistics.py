"""What the service came to, beside the year before: figures and charts of a span, and a table for each question.

Nobody's number is in any of it, so that whoever may look at the console may see all of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from workers.dialogue.offers.clock_times import local
from workers.journal.statistics.reading import Statistics
from workers.ops.console.asking import Asked, File, Handler, Page, Shown
from workers.ops.console.report_charts import charts_of, over
from workers.ops.console.report_table import read, table_of
from workers.ops.console.spans import Picked, choices, picked
from workers.ops.console.surroundings import Surroundings
from workers.ops.statistics import AsOf, By, Dimension, OfferRows, Overview, Screens, as_of
from workers.ops.statistics.looking import Look, money_of
from workers.ops.statistics.sheets import Money, Report
from workers.ops.statistics.showing import AsMoney, compared, counted, csv_lines, dates

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

    @property
    def path(self) -> str:
        return "/statistics" if self is _OVERVIEW else f"/statistics/{self.name}"


def _by(name: str, dimension: Dimension) -> _Kind:
    return _Kind(name, name.capitalize(), lambda look, most: look.by(dimension, most))


_OVERVIEW = _Kind("overview", "Overview", lambda look, _most: look.overview())
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
    _Kind("commands", "Funnel of commands", lambda look, _most: look.funnel()),
    _Kind("screens", "Screens left", lambda look, most: look.screens(most)),
    _Kind("words", "Words not understood", lambda look, most: look.words(most)),
)
"""In the order of the page."""


async def overview(around: Surroundings, asked: Asked) -> Shown:
    """The figures that are asked for most, charts, and all the others."""
    wished = picked(asked.query, _today(around))
    look = Look(around.database, wished.span, _zone(around))
    found = await asyncio.to_thread(look.overview)
    over_time = await asyncio.to_thread(look.by, over(wished.span), _MOST_IN_A_FILE)
    money = await _money(around)
    return _shown(
        (_OVERVIEW, found, wished, found.as_of), around, money,
        cards=_cards(found, money), charts=charts_of(over_time, money),
    )  # fmt: skip


def _table(kind: _Kind) -> Handler:
    async def table(around: Surroundings, asked: Asked) -> Shown:
        wished = picked(asked.query, _today(around))
        look = Look(around.database, wished.span, _zone(around))
        found = await asyncio.to_thread(kind.look, look, _MOST)
        counts = await asyncio.to_thread(as_of, Statistics(around.database))
        return _shown((kind, found, wished, counts), around, await _money(around))

    return table


def _file(kind: _Kind) -> Handler:
    async def as_csv(around: Surroundings, asked: Asked) -> File:
        span = picked(asked.query, _today(around)).span
        found = await asyncio.to_thread(kind.look, Look(around.database, span, _zone(around)), _MOST_IN_A_FILE)
        name = f"statistics-{kind.name}-{span.first}-{span.last}.csv"
        return File("".join(csv_lines(found)).encode(), "text/csv; charset=utf-8", name)

    return as_csv


async def _money(around: Surroundings) -> AsMoney:
    if around.money is None:
        around.money = await asyncio.to_thread(money_of, around.settings)
    return around.money


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
    table = table_of(found, money)
    return Shown(
        "statistics.html",
        {
            "kind": kind,
            "kinds": _KINDS,
            "table": table,
            "cut_at": _MOST if len(table.rows) == _MOST else 0,
            "csv": f"/statistics/{kind.name}.csv?{wished.query}",
            "picked": wished,
            "choices": [*choices(_today(around), counts.since)],
            "said": "; ".join(said),
            "cards": (),
            "charts": (),
            **values,
        },
    )


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
