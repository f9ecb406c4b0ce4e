"""People, each told apart by a keyed hash: on which days of a year they were seen, and on which they paid.

A day is a bit, so that whether somebody is seen for the first time in a day, a month or a year is told by one row of
46 bytes.  Who is seen again, by a message that is counted anew, changes nothing: he did text.

How many people a span of days saw is not the sum of its days, and looking through everybody takes seconds.  But each of
them was seen in it for the first time on one day: the one that comes after a day before the span.  So it is kept, too,
how many of a day's people were seen on which day before (`statistics_returns`), and the span is added up from those.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Select, and_, bindparam, select

from workers.journal.listed import listed
from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.statistics.adding import DAY, MONTH, YEAR, Sums
from workers.journal.tables import statistics_people

ALL = ""
"""The scope of whatever somebody does; any other is an offer that he took."""
_BYTES = 46
NEVER = date(1, 1, 1)
"""The day before of who was not seen in that year nor in the one before it."""

_Key = tuple[int, str, str]
"""Year, person, scope."""


@dataclass(slots=True)
class Days:
    """The days of a year, bit n for its day n, from 0; and the brand that was heard last."""

    days: int = 0
    paid_days: int = 0
    brand: str = ""


class People:
    """The people of one batch, read at once, changed in memory and written at once."""

    def __init__(self, connection: Connection, wanted: Iterable[tuple[int, str]], this_year: int) -> None:
        """`wanted`: years and the people of whom something may be counted in them, nobody after `this_year`."""
        self._connection = connection
        self._rows: dict[_Key, Days] = {}
        self._changed: set[_Key] = set()
        years: dict[int, set[str]] = {}
        for year, person in wanted:
            years.setdefault(year, set()).add(person)
        for year, people in sorted(years.items()):
            for one in range(year - 1, min(year + 1, max(year, this_year)) + 1):
                self._rows |= {(one, row.person, row.scope): _days(row) for row in _read(connection, one, people)}

    def brand(self, year: int, person: str) -> str:
        """The brand that was heard last, in that year or the one before; empty where none was."""
        rows = (self._rows.get((one, person, ALL)) for one in (year, year - 1))
        return next((row.brand for row in rows if row and row.brand), "")

    def heard(self, year: int, person: str, brand: str) -> None:
        """Keep a brand for messages to come; somebody of whom nothing is counted is not remembered for it."""
        row = self._rows.get((year, person, ALL))
        if row and brand and row.brand != brand:
            row.brand = brand
            self._changed.add((year, person, ALL))

    def see(self, sums: Sums, day: date, person: str, scope: str, *, paid: bool, by: tuple[str, str, str]) -> None:
        """Count somebody where he is first seen, and where he first pays: by channel, brand, language."""
        key = (day.year, person, scope)
        row = self._rows.setdefault(key, Days(brand=self.brand(day.year, person) if scope == ALL else ""))
        bit = 1 << (day.timetuple().tm_yday - 1)
        if row.days & bit and not (paid and not row.paid_days & bit):
            return
        for grain, begin, mask in _spans(day):
            counts = (int(not row.days & mask), int(paid and not row.paid_days & mask))
            if any(counts):
                users = sums.users[grain, begin, scope, *by]
                users[0] += counts[0]
                users[1] += counts[1]
        if not row.days & bit:
            self._come_between(sums, day, person, scope, 0)
        if paid and not row.paid_days & bit:
            self._come_between(sums, day, person, scope, 1)
        row.days |= bit
        row.paid_days |= bit if paid else 0
        self._changed.add(key)

    def _come_between(self, sums: Sums, day: date, person: str, scope: str, no: int) -> None:
        """Count a day that somebody is seen on, or pays on, after the day before; the day after it follows on it now.

        `no` is 0 for being seen and 1 for paying, as in the sums.
        """
        years = [(year, self._rows.get((year, person, scope))) for year in (day.year - 1, day.year, day.year + 1)]
        days = [(year, (row.paid_days if no else row.days) if row else 0) for year, row in years]
        bits = days[1][1]
        at = day.timetuple().tm_yday - 1
        before = _last(day.year, bits & ((1 << at) - 1)) or _last(*days[0]) or NEVER
        after = _first(day.year, bits >> at << at) or _first(*days[2])
        sums.returns[scope, day, before][no] += 1
        if after:
            sums.returns[scope, after, before][no] -= 1
            sums.returns[scope, after, day][no] += 1

    def write(self) -> None:
        """Write what has changed, in the caller's transaction."""
        rows = [
            {
                "year": year,
                "person": person,
                "scope": scope,
                "days": row.days.to_bytes(_BYTES, "little"),
                "paid_days": row.paid_days.to_bytes(_BYTES, "little"),
                "brand": row.brand,
            }
            for (year, person, scope), row in sorted((key, self._rows[key]) for key in self._changed)
        ]
        if rows:
            self._connection.execute(_writing(self._connection.dialect.name), rows)


def _last(year: int, days: int) -> date | None:
    return date(year, 1, 1) + timedelta(days=days.bit_length() - 1) if days else None


def _first(year: int, days: int) -> date | None:
    return _last(year, days & -days)


def _days(row: Any) -> Days:
    return Days(int.from_bytes(row.days, "little"), int.from_bytes(row.paid_days, "little"), row.brand)


@cache
def _spans(day: date) -> tuple[tuple[str, date, int], ...]:
    """The day, month and year that a day is in, each with the bits of its days."""
    first = day.replace(day=1)
    last = first.replace(month=first.month + 1) if first.month < 12 else first.replace(year=first.year + 1, month=1)
    month = ((1 << (last - first).days) - 1) << (first.timetuple().tm_yday - 1)
    return (
        (DAY, day, 1 << (day.timetuple().tm_yday - 1)),
        (MONTH, first, month),
        (YEAR, day.replace(month=1, day=1), -1),
    )


def _read(connection: Connection, year: int, people: Iterable[str]) -> list[Any]:
    asked = {"year": year, "people": json.dumps(sorted(people))}
    return [row for row in connection.execute(_reading(connection.dialect.name), asked) if row.person is not None]


@cache
def _reading(dialect: str) -> Select[Any]:
    """The rows of some people, whoever is listed as `people`."""
    asked = listed(dialect, "people")
    theirs = and_(statistics_people.c.year == bindparam("year"), statistics_people.c.person == asked.c.value)
    # An outer join, so that no planner begins with the people: there are as many as there are numbers.
    return select(statistics_people).select_from(asked.outerjoin(statistics_people, theirs))


@cache
def _writing(dialect: str) -> Executable:
    insert = INSERT_BY_DIALECT[dialect](statistics_people)
    new = {name: insert.excluded[name] for name in ("days", "paid_days", "brand")}
    return insert.on_conflict_do_update(index_elements=[*statistics_people.primary_key], set_=new)
