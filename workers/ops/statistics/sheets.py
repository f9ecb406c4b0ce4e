"""Reports as sheets: the columns and rows that a table, and a file for a spreadsheet, are made of alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from workers.ops.statistics.dimensions import By, Dimension, Row
from workers.ops.statistics.figures import Figure
from workers.ops.statistics.funnels import STEPS, Screens, Steps, StepsBy
from workers.ops.statistics.lists import OfferRows, Tones, Words
from workers.ops.statistics.narrowing import BY_FIRST_SIGHT
from workers.ops.statistics.overviews import Overview

Value = str | float | Figure | None
Report = Overview | By | StepsBy | Screens | Words | Tones | OfferRows

NO_OFFER = "the catalogue's price"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, or a figure that is one; minor units."""

    of: float | Figure


@dataclass(frozen=True, slots=True)
class Percent:
    """A share."""

    of: float | None


Cell = Value | Money | Percent


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is shown of a report, beside its span and what the counts hold."""

    columns: tuple[str, ...]
    """As a file has them; people read them with spaces."""
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    """What is said where there is no row."""
    figures: frozenset[str] = frozenset()
    """The columns whose cells are figures, each with its growth."""
    notes: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    """What people read for a row's first cell, where a script reads another word or none."""


FIGURES = {
    "users": "users",
    "paying": "users who paid",
    "messages": "messages",
    "orders": "orders",
    "orders_per_user": "orders per user",
    "revenue": "revenue",
    "opened": "service opened",
    "closed": "service closed",
    "net_users": "service, net",
    "tones_ordered": "tones ordered",
    "tones_deleted": "tones deleted",
    "net_tones": "tones, net",
    "bundles": "bundles taken",
    "joined": "club joined",
    "left": "club left",
    "gifts_offered": "gifts offered",
    "gifts_accepted": "gifts accepted",
    "gifts_refused": "gifts refused",
    "gifts_expired": "gifts not answered in time",
    "recipients_won": "recipients won",
    "lost_to_balance": "lost to low balance",
    "not_understood": "not understood",
}
"""Every figure of the overview, in the order and in the words in which people read them."""


def sheet_of(report: Report) -> Sheet:
    """The sheet of any report."""
    return _SHEETS[type(report)](report)


def _overview(report: Overview) -> Sheet:
    rows = ((name, _figure(report, name)) for name in FIGURES)
    return Sheet(("figure", "value"), tuple(rows), "", frozenset({"value"}), tuple(_of_people(report)), FIGURES)


def _of_people(report: Overview) -> Iterator[str]:
    if report.users is None:
        yield UNTOLD if len(report.only) > 1 or report.only.get("offer") == "" else UNKNOWN
        return
    if report.people in _PEOPLE:
        yield _PEOPLE[report.people]
    for column in BY_FIRST_SIGHT:
        if column in report.only:
            yield f"a person is a user of the {column} that he was first seen in, whatever he orders in another"


def _figure(report: Overview, name: str) -> Cell:
    figure: Figure | None = getattr(report, name)
    return Money(figure) if name == "revenue" and figure else figure


UNKNOWN = "users are not counted: set [retention] key, by which they are told apart without their numbers"
UNTOLD = "users are not told apart by two of these at once, nor by the catalogue's price"
_PEOPLE = {
    "once a month": "users and paying are sums over months: one person counts once in each",
    "once a day": "users and paying are sums over days: one person counts once in each",
}


def _by(report: By) -> Sheet:
    told = report.dimension is not Dimension.ACTION and not report.only
    columns = (report.dimension.value, "messages", "orders", *(("users", "paying") if told else ()), "revenue")
    notes = [_PEOPLE[report.people]] if report.people in _PEOPLE else []
    if told and any(row.users is None for row in report.rows if row.key or report.dimension is not Dimension.OFFER):
        notes.append(UNKNOWN)
    rows = tuple(_by_row(row, told) for row in report.rows)
    named = {"": report.none} if report.none else {}
    return Sheet(columns, rows, _EMPTY, frozenset(columns[1:]), tuple(notes), named)


def _by_row(row: Row, told: bool) -> tuple[Cell, ...]:
    people = (row.users, row.paying) if told else ()
    return (row.key, row.messages, row.orders, *people, Money(row.revenue))


def _steps(report: StepsBy) -> Sheet:
    columns = ["action", "received"]
    for step in STEPS:
        columns += (step, f"{step}_percent")
    rows = tuple(_steps_row(one) for one in (report.total, *report.actions))
    return Sheet(tuple(columns), rows, _EMPTY, named={"": "all"})


def _steps_row(steps: Steps) -> tuple[Cell, ...]:
    cells: list[Cell] = [steps.action, steps.received]
    for step in STEPS:
        cells += (getattr(steps, step), Percent(steps.share(step)))
    return tuple(cells)


def _screens(report: Screens) -> Sheet:
    columns = ("screen", "menu", "entries", "exits", "drops", "drop_percent", "wrong", "shown_s")
    rows = (
        (
            *(one.screen, one.menu, one.entries, one.exits, one.drops, Percent(one.drop_percent), one.wrong),
            None if one.shown_s is None else round(one.shown_s, 1),
        )
        for one in report.rows
    )
    return Sheet(columns, tuple(rows), "no screen was shown")


def _words(report: Words) -> Sheet:
    rows = tuple((one.word, one.language, one.messages) for one in report.rows)
    return Sheet(("word", "language", "messages"), rows, "every message was understood")


def _tones(report: Tones) -> Sheet:
    columns = ("tone", "name", "orders", "gifts", "renewals", "deleted", "revenue")
    rows = (
        (one.code, one.name, one.orders, one.gifts, one.renewals, one.deleted, Money(one.revenue))
        for one in report.rows
    )
    return Sheet(columns, tuple(rows), "no tone was ordered, given or deleted")


def _offers(report: OfferRows) -> Sheet:
    rows = ((one.offer, one.taken, one.users, one.paying, Money(one.revenue)) for one in report.rows)
    columns = ("offer", "taken", "users", "paying", "revenue")
    return Sheet(columns, tuple(rows), "nothing was bought", frozenset(columns[1:]), named={"": NO_OFFER})


_EMPTY = "no message was counted"
_SHEETS: Mapping[type[Report], Callable[..., Sheet]] = {
    Overview: _overview,
    By: _by,
    StepsBy: _steps,
    Screens: _screens,
    Words: _words,
    Tones: _tones,
    OfferRows: _offers,
}
