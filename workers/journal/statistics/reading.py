"""What messages came to in a span of days, read from what was counted: nothing here looks at messages.

A span is added up from months and the days by which it is longer or shorter, a statement a question (see `summing`).
People can't be added up: see `people`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, case, func, or_, select

from workers.journal.database import Database
from workers.journal.listed import listed
from workers.journal.statistics.adding import DAY, MONTH
from workers.journal.statistics.people import People
from workers.journal.statistics.spans import Part, Span
from workers.journal.statistics.summing import EVERYTHING, Only, parts_of, together
from workers.journal.tables import inbox, statistics, statistics_tones, statistics_turn, statistics_words
from workers.journal.tables.messages import to_count


@dataclass(frozen=True, slots=True)
class Counted:
    """What the counts hold."""

    at: float | None
    """When messages were last counted, seconds since the epoch; None: never."""
    to_count: int
    """Messages that have come to an end and are not in the counts yet."""
    first: date | None
    """The first day that anything was counted for; None where nothing was."""


@dataclass(frozen=True, slots=True)
class Ends:
    """How often messages of one channel and action came to one end."""

    channel: str
    action: str
    outcome: str
    messages: int
    results: int
    confirmed: int
    amount: int
    won: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What one brand, offer, day … came to."""

    messages: int = 0
    """What we write to ourselves is none."""
    done: int = 0
    """Results that were done, of the actions asked for."""
    amount: int = 0
    """Minor units charged, for whatever it was."""

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.messages + other.messages, self.done + other.done, self.amount + other.amount)


@dataclass(frozen=True, slots=True)
class WordCount:
    """The first word of texts that nobody understood."""

    word: str
    language: str
    messages: int


@dataclass(frozen=True, slots=True)
class ToneCount:
    """How often one thing was done with a tone."""

    code: str
    name: str
    results: dict[str, int]
    """By action."""
    amount: int


class Statistics:
    """Looks at the counts; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.people = People(database)

    def counted(self) -> Counted:
        """What the counts hold now."""
        turn = select(statistics_turn.c.counted_at)
        waiting = select(func.count()).select_from(inbox).where(to_count)
        first = select(func.min(statistics.c.begin)).where(statistics.c.grain == "d")
        with self._database.read() as connection:
            at = connection.execute(turn).scalar_one_or_none()
            return Counted(at, connection.execute(waiting).scalar_one(), connection.execute(first).scalar_one_or_none())

    def known(self, column: str) -> list[str]:
        """Each `brand`, `channel`, `language` or `offer` that anything was ever counted of."""
        of = statistics.c[column]
        return [row[0] for row in self._read(select(of).where(statistics.c.grain == MONTH).distinct().order_by(of))]

    def ends(self, span: Span, only: Only = EVERYTHING) -> list[Ends]:
        """Each end that messages of a span came to, by channel and action, our own messages among them."""
        told_apart, c = ("channel", "action", "outcome"), statistics.c
        sums = {name: c[name] for name in ("messages", "results", "confirmed", "amount", "won")}
        query = together(parts_of(statistics, span.parts(), told_apart, sums, only), told_apart, sums)
        return [Ends(*row[:3], *map(int, row[3:])) for row in self._read(query) if any(row[3:])]

    def sums(self, span: Span, column: str, actions: Collection[str], only: Only = EVERYTHING) -> dict[str, Sums]:
        """What a span came to by `brand`, `offer`, `channel`, `language` or `action`; `done` counts those `actions`."""
        return self._summed(span.parts(), column, actions, only)

    def by_day(self, span: Span, actions: Collection[str], only: Only = EVERYTHING) -> dict[date, Sums]:
        """Likewise, by day; a day of which nothing was counted is not there."""
        return self._summed([Part(DAY, span)], "begin", actions, only)

    def by_month(self, span: Span, actions: Collection[str], only: Only = EVERYTHING) -> dict[date, Sums]:
        """Likewise, by the first day of each month; of the first and the last month only what lies in the span."""
        found: dict[date, Sums] = {}
        for begin, sums in self._summed(span.parts(), "begin", actions, only).items():
            month = begin.replace(day=1)
            found[month] = found.get(month, Sums()) + sums
        return {month: sums for month, sums in found.items() if sums != Sums()}

    def words(self, span: Span, limit: int) -> list[WordCount]:
        """Words that nobody understood, the most frequent first."""
        keys, sums = ("word", "language"), {"messages": statistics_words.c.messages}
        rows = parts_of(statistics_words, span.parts(), keys, sums)
        many = func.sum(rows.c.messages)
        order = (many.desc(), rows.c.word, rows.c.language)
        query = together(rows, keys, sums).having(many > 0).order_by(*order).limit(limit)
        return [WordCount(row[0], row[1], int(row[2])) for row in self._read(query)]

    def tones(self, span: Span, actions: Collection[str], by: Collection[str], limit: int) -> list[ToneCount]:
        """Tones with how often each of `actions` was done with them, those first that have most of the ones in `by`."""
        sums = {name: statistics_tones.c[name] for name in ("results", "amount")}
        rows = parts_of(statistics_tones, span.parts(), ("tone_code", "action"), sums)
        each = [func.sum(case((rows.c.action == action, rows.c.results), else_=0)) for action in actions]
        most = func.sum(case((rows.c.action.in_(by), rows.c.results), else_=0))
        amount = func.sum(rows.c.amount)
        found = self._read(
            select(rows.c.tone_code, amount, *each)
            .where(rows.c.action.in_(actions))
            .group_by(rows.c.tone_code)
            .having(or_(amount != 0, *(one != 0 for one in each)))
            .order_by(most.desc(), rows.c.tone_code)
            .limit(limit)
        )
        names = self._names(span, [row[0] for row in found])
        return [
            ToneCount(row[0], names.get(row[0], ""), dict(zip(actions, map(int, row[2:]), strict=True)), int(row[1]))
            for row in found
        ]

    def _names(self, span: Span, codes: Collection[str]) -> dict[str, str]:
        """The last name of each tone: it may be renamed, and rows may be without one.

        Looked for from the last month on, most are found at once; beside the sums, names would be sorted with them.
        """
        names: dict[str, str] = {}
        with self._database.read() as connection:
            first = connection.scalar(_FIRST_MONTH) or span.last
            dialect = connection.dialect.name
            for month in reversed([*span.months()]):
                nameless = [code for code in codes if code not in names]
                if not nameless or month.last < first:
                    break
                asked = {"codes": json.dumps(nameless), "month": month.first.replace(day=1)}
                names |= {code: name for code, name in connection.execute(_naming(dialect), asked) if name}
        return names

    def _summed(self, parts: Iterable[Part], column: str, actions: Collection[str], only: Only) -> dict[Any, Sums]:
        c = statistics.c
        is_one = (c.outcome == "done") & c.action.in_(actions)
        sums = {"messages": c.messages, "done": case((is_one, c.results), else_=0), "amount": c.amount}
        found = self._read(together(parts_of(statistics, parts, (column,), sums, only), (column,), sums))
        # PostgreSQL sums up big integers as decimals.
        return {row[0]: Sums(*map(int, row[1:])) for row in found if any(row[1:])}

    def _read(self, query: Select[*tuple[Any, ...]]) -> list[Any]:
        with self._database.read() as connection:
            return list(connection.execute(query))


_FIRST_MONTH = select(func.min(statistics_tones.c.begin)).where(statistics_tones.c.grain == MONTH)


@cache
def _naming(dialect: str) -> Select[*tuple[Any, ...]]:
    """The names in a `month` of tones, whichever are listed as `codes`."""
    c, asked = statistics_tones.c, listed(dialect, "codes")
    theirs = and_(c.grain == MONTH, c.begin == bindparam("month", type_=Date()), c.tone_code == asked.c.value)
    # An outer join, so that no planner begins with the tones: a month has each of them.
    return (
        select(c.tone_code, func.max(c.name))
        .select_from(asked.outerjoin(statistics_tones, theirs))
        .group_by(c.tone_code)
    )
