"""What messages came to in a span of days, read from what was counted: nothing here looks at messages.

A span is added up from whole months and the days at its edges, a statement a question.  People can't be added up:
see `people`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, String, Subquery, Table, case, cast, func, select, union_all

from workers.journal.database import Database
from workers.journal.statistics.people import People
from workers.journal.statistics.spans import Span
from workers.journal.tables import inbox, statistics, statistics_tones, statistics_turn, statistics_words
from workers.journal.tables.messages import to_count

_DATE_CHARS = len("2026-11-29")


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

    def ends(self, span: Span) -> list[Ends]:
        """Each end that messages of a span came to, by channel and action, our own messages among them."""
        told_apart, counts = ("channel", "action", "outcome"), ("messages", "results", "confirmed", "amount", "won")
        rows = _of(statistics, span, *told_apart, *counts)
        keys = [rows.c[name] for name in told_apart]
        query = select(*keys, *(func.sum(rows.c[name]) for name in counts)).group_by(*keys)
        return [Ends(*row[:3], *map(int, row[3:])) for row in self._read(query)]

    def sums(self, span: Span, column: str, actions: Collection[str]) -> dict[str, Sums]:
        """What a span came to by `brand`, `offer`, `channel`, `language` or `action`; `done` counts those `actions`."""
        rows = _of(statistics, span, column, *_SUMMED)
        return {row[0]: _sums(row) for row in self._read(_summed(rows.c[column], rows, actions))}

    def by_day(self, span: Span, actions: Collection[str]) -> dict[date, Sums]:
        """Likewise, by day; a day of which nothing was counted is not there."""
        return self._by_begin(_grain(statistics, "d", span, "begin", *_SUMMED).subquery(), actions)

    def by_month(self, span: Span, actions: Collection[str]) -> dict[date, Sums]:
        """Likewise, by the first day of each month; of the first and the last month only what lies in the span."""
        found: dict[date, Sums] = {}
        for begin, sums in self._by_begin(_of(statistics, span, "begin", *_SUMMED), actions).items():
            month = begin.replace(day=1)
            found[month] = found.get(month, Sums()) + sums
        return found

    def words(self, span: Span, limit: int) -> list[WordCount]:
        """Words that nobody understood, the most frequent first."""
        rows = _of(statistics_words, span, "word", "language", "messages")
        many = func.sum(rows.c.messages)
        keys = (rows.c.word, rows.c.language)
        query = select(*keys, many).group_by(*keys).order_by(many.desc(), *keys).limit(limit)
        return [WordCount(row[0], row[1], int(row[2])) for row in self._read(query)]

    def tones(self, span: Span, actions: Collection[str], by: Collection[str], limit: int) -> list[ToneCount]:
        """Tones with how often each of `actions` was done with them, those first that have most of the ones in `by`."""
        rows = _of(statistics_tones, span, "begin", "tone_code", "action", "results", "amount", "name")
        each = [func.sum(case((rows.c.action == action, rows.c.results), else_=0)) for action in actions]
        most = func.sum(case((rows.c.action.in_(by), rows.c.results), else_=0))
        # A tone may be renamed: its last name is that of the latest row that has one.
        named = case((rows.c.name != "", cast(rows.c.begin, String(_DATE_CHARS)).concat(rows.c.name)), else_="")
        query = (
            select(rows.c.tone_code, func.max(named), func.sum(rows.c.amount), *each)
            .where(rows.c.action.in_(actions))
            .group_by(rows.c.tone_code)
            .order_by(most.desc(), rows.c.tone_code)
            .limit(limit)
        )
        return [
            ToneCount(row[0], row[1][_DATE_CHARS:], dict(zip(actions, map(int, row[3:]), strict=True)), int(row[2]))
            for row in self._read(query)
        ]

    def _by_begin(self, rows: Subquery, actions: Collection[str]) -> dict[date, Sums]:
        return {row[0]: _sums(row) for row in self._read(_summed(rows.c.begin, rows, actions))}

    def _read(self, query: Select[*tuple[Any, ...]]) -> list[Any]:
        with self._database.read() as connection:
            return list(connection.execute(query))


_SUMMED = ("action", "outcome", "messages", "results", "amount")


def _summed(key: ColumnElement[Any], rows: Subquery, actions: Collection[str]) -> Select[*tuple[Any, ...]]:
    is_one = (rows.c.outcome == "done") & rows.c.action.in_(actions)
    done = func.sum(case((is_one, rows.c.results), else_=0))
    return select(key, func.sum(rows.c.messages), done, func.sum(rows.c.amount)).group_by(key)


def _sums(row: Any) -> Sums:
    return Sums(*map(int, row[1:]))  # PostgreSQL sums up big integers as decimals


def _of(table: Table, span: Span, *names: str) -> Subquery:
    """The rows that a span is added up from: months where whole ones lie within, days at the edges."""
    return union_all(*(_grain(table, grain, part, *names) for grain, part in span.parts())).subquery()


def _grain(table: Table, grain: str, span: Span, *names: str) -> Select[*tuple[Any, ...]]:
    c = table.c
    columns: list[Column[Any]] = [c[name] for name in dict.fromkeys(names)]
    return select(*columns).where(c.grain == grain, c.begin.between(span.first, span.last))
