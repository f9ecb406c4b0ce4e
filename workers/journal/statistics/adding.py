"""Sums added to what was counted before: one statement for each table, its rows in one order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table, case

from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.statistics.values import Counted
from workers.journal.tables import (
    statistics,
    statistics_returns,
    statistics_tones,
    statistics_users,
    statistics_words,
)

DAY, MONTH, YEAR = "d", "m", "y"
TOGETHER = {DAY: "D", MONTH: "M"}
"""The grains in which cells are kept again, of all brands, languages and offers together: a thirtieth of the rows."""

_Key = tuple[Any, ...]


def begins(day: date) -> tuple[tuple[str, date], tuple[str, date]]:
    """The day and the month that a day is counted in."""
    return (DAY, day), (MONTH, day.replace(day=1))


@dataclass(slots=True)
class Sums:
    """What a batch comes to, by the keys of the tables."""

    cells: defaultdict[_Key, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 5))
    tones: defaultdict[_Key, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 2))
    names: dict[str, str] = field(default_factory=dict)
    """Of tones, by code."""
    words: Counter[_Key] = field(default_factory=Counter)
    users: defaultdict[_Key, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 2))

    returns: defaultdict[_Key, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 2))
    """People by scope, day and the day before that they were seen on, and likewise those who paid."""

    def add(self, day: date, channel: str, brand: str, language: str, counted: Counted, sign: int = 1) -> None:
        """Add a message, or take it out with a `sign` of -1; its people are added by who knows them."""
        for grain, begin in begins(day):
            for cell in counted.cells:
                for key in (
                    (grain, begin, channel, brand, language, cell.offer, cell.action, cell.outcome),
                    (TOGETHER[grain], begin, channel, "", "", "", cell.action, cell.outcome),
                ):
                    _add(self.cells[key], sign, cell.messages, cell.results, cell.confirmed, cell.amount, cell.won)
            for tone in counted.tones:
                _add(self.tones[grain, begin, tone.tone_code, tone.action], sign, tone.results, tone.amount)
            if counted.word:
                self.words[grain, begin, language, counted.word] += sign
        self.names.update({tone.tone_code: tone.name for tone in counted.tones if tone.name})

    def write(self, connection: Connection) -> None:
        """Add all of it to the tables, in the caller's transaction."""
        _write(connection, statistics, {key: tuple(sums) for key, sums in self.cells.items()})
        tones = {key: (*sums, self.names.get(key[2], "")) for key, sums in self.tones.items()}
        _write(connection, statistics_tones, tones)
        _write(connection, statistics_words, {key: (count,) for key, count in self.words.items()})
        _write(connection, statistics_users, {key: tuple(sums) for key, sums in self.users.items()})
        _write(connection, statistics_returns, {key: tuple(sums) for key, sums in self.returns.items()})


def _add(sums: list[int], sign: int, *more: int) -> None:
    for no, one in enumerate(more):
        sums[no] += sign * one


def _write(connection: Connection, table: Table, rows: Mapping[_Key, _Key]) -> None:
    names = [column.name for column in table.columns]
    changed = [dict(zip(names, (*key, *sums), strict=True)) for key, sums in sorted(rows.items()) if any(sums)]
    if changed:
        connection.execute(_adding(connection.dialect.name, table), changed)


@cache
def _adding(dialect: str, table: Table) -> Executable:
    """The statement that adds to a row or makes it; made once, since making it is what is dear."""
    insert = INSERT_BY_DIALECT[dialect](table)
    values = [column for column in table.columns if not column.primary_key]
    more = {
        column.name: case((insert.excluded[column.name] == "", column), else_=insert.excluded[column.name])
        if column.name == "name"
        else column + insert.excluded[column.name]
        for column in values
    }
    return insert.on_conflict_do_update(index_elements=[*table.primary_key], set_=more)
