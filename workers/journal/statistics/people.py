"""How many people were seen in a span: each once, whoever they are, which nothing can be added up to.

A day, a month and a year have their number ready.  So has a span that is all of one that anybody was seen in: this
month until today.  Any other span's is added up from how long whoever was seen on a day had not been: everybody counts
on the first day that he was seen in the span, the one whose day before lies before it (see `sightings`).  That is
exact; only who was not seen for a whole calendar year counts as somebody new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from workers.journal.database import Database
from workers.journal.statistics.spans import Span
from workers.journal.tables import statistics, statistics_returns, statistics_users

ALL = ""
"""The scope of whatever somebody does; any other is an offer that he took."""


class Often(StrEnum):
    """How often one person may be in a sum of people, the rarest first."""

    ONCE = "once"
    MONTHLY = "once a month"
    DAILY = "once a day"


@dataclass(frozen=True, slots=True)
class Seen:
    """How many people were seen, and how many of them were charged something."""

    users: int = 0
    paying: int = 0


class People:
    """Counts people; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_known(self) -> bool:
        """Whether people are counted: not without a key to hash their numbers with, though messages are."""
        with self._database.read() as connection:
            if connection.execute(select(statistics_users.c.begin).limit(1)).first():
                return True
            return connection.execute(select(statistics.c.begin).limit(1)).first() is None

    def seen(self, span: Span) -> Seen | None:
        """Whoever was seen in a span, each once; None where that is not known."""
        found = self._by_scope(span, [ALL])
        return None if found is None else found.get(ALL, Seen())

    def by_offer(self, span: Span) -> dict[str, Seen] | None:
        """Whoever took each offer in a span, each once for each; None where that is not known."""
        return self._by_scope(span, self._offers(span))

    def of_offer(self, span: Span, offer: str) -> dict[str, Seen] | None:
        """Likewise, of one offer."""
        return self._by_scope(span, [offer])

    def by_day(self, span: Span) -> dict[date, Seen]:
        """Whoever was seen on each day, each once; a day without anybody is not there."""
        return self._summed("d", span, statistics_users.c.begin)

    def by_month(self, span: Span) -> dict[date, Seen | None]:
        """Whoever was seen in each month, by its first day, each once; of the first and last, what lies in the span.

        None where that is not known.
        """
        whole = [part for part in span.months() if part.whole_months]
        found: dict[date, Seen | None] = {}
        if whole:
            found |= self._summed("m", Span(whole[0].first, whole[-1].last), statistics_users.c.begin)
        for part in span.months():
            if not part.whole_months:
                found[part.first.replace(day=1)] = self.seen(part)
        return found

    def often(self, span: Span) -> Often:
        """How often one person may be in `by` of a span, at best."""
        if self._ready(span):
            return Often.ONCE
        return Often.MONTHLY if span.whole_months else Often.DAILY

    def by(self, span: Span, column: str, often: Often) -> dict[str, Seen]:
        """Whoever was seen in a span by `channel`, `brand` or `language`: by what he was first seen in each unit."""
        ready = self._ready(span) if often is Often.ONCE else None
        grain, part = ready or ("m" if often is Often.MONTHLY else "d", span)
        return self._summed(grain, part, statistics_users.c[column])

    def _summed(self, grain: str, span: Span, key: ColumnElement[Any]) -> dict[Any, Seen]:
        c = statistics_users.c
        query = select(key, func.sum(c.users), func.sum(c.paying)).group_by(key)
        return self._read(query.where(c.grain == grain, c.begin.between(span.first, span.last), c.scope == ALL))

    def _by_scope(self, span: Span, scopes: Sequence[str]) -> dict[str, Seen] | None:
        ready = self._ready(span)
        if ready is None:
            return self._first_seen(span, scopes) if self.is_known() else None
        grain, unit = ready
        c = statistics_users.c
        query = select(c.scope, func.sum(c.users), func.sum(c.paying)).group_by(c.scope)
        found = self._read(query.where(c.grain == grain, c.begin == unit.first))
        return {scope: found[scope] for scope in scopes if scope in found}

    def _offers(self, span: Span) -> list[str]:
        """Those that anybody took in the months of a span."""
        c = statistics_users.c
        months = (c.grain == "m", c.begin.between(span.first.replace(day=1), span.last))
        with self._database.read() as connection:
            return sorted(connection.scalars(select(c.scope).where(*months, c.scope != ALL).distinct()))

    def _ready(self, span: Span) -> tuple[str, Span] | None:
        """The day, month or year whose number is the span's; None where there is none."""
        counted = self._counted()
        if counted is None:
            return None
        first, last = max(span.first, counted.first), min(span.last, counted.last)
        if first > last:
            return "d", span
        units = (("d", Span(first, first)), ("m", Span.month(first.year, first.month)), ("y", Span.year(first.year)))
        for grain, unit in units:
            if (max(unit.first, counted.first), min(unit.last, counted.last)) == (first, last):
                return grain, unit
        return None

    def _counted(self) -> Span | None:
        """The days from the first to the last that anybody was seen on."""
        c = statistics_users.c
        with self._database.read() as connection:
            # One by one: a look at one end of the index each.
            first = connection.execute(select(func.min(c.begin)).where(c.grain == "d")).scalar_one()
            last = connection.execute(select(func.max(c.begin)).where(c.grain == "d")).scalar_one()
        return Span(first, last) if first else None

    def _first_seen(self, span: Span, scopes: Sequence[str]) -> dict[str, Seen]:
        """Whoever was seen on a day of the span, and on none of its days before."""
        c, found = statistics_returns.c, dict[str, Seen]()
        query = select(c.scope, func.sum(c.users), func.sum(c.paying)).group_by(c.scope)
        for scope in scopes:  # a range of the key each: of all of them together there is none
            found |= self._read(
                query.where(c.scope == scope, c.day.between(span.first, span.last), c.before < span.first)
            )
        return found

    def _read(self, query: Select[*tuple[Any, ...]]) -> dict[Any, Seen]:
        with self._database.read() as connection:
            rows: Sequence[Any] = connection.execute(query).all()
        # Whoever was not seen in the span leaves a scope of nobody; PostgreSQL sums up big integers as decimals.
        return {key: Seen(int(users or 0), int(paying or 0)) for key, users, paying in rows if users or paying}
