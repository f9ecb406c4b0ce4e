"""Counts as they stand in the journal, put there row by row: a plain reading of what its tables say they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, update

from workers.journal import Database
from workers.journal.tables import (
    statistics,
    statistics_people,
    statistics_returns,
    statistics_tones,
    statistics_turn,
    statistics_users,
    statistics_words,
)

COUNTED_AT = 1_700_000_000.0


@dataclass(frozen=True)
class End:
    """One end that messages of a day came to, with whose they were."""

    day: date
    action: str = "order"
    outcome: str = "done"
    channel: str = "sms"
    brand: str = ""
    language: str = "en"
    offer: str = ""
    messages: int = 1
    results: int = 1
    confirmed: int = 0
    amount: int = 0
    won: int = 0
    person: str = ""
    """Of a message of ours there is none."""


@dataclass(frozen=True)
class Word:
    """Messages of a day that began with a word that nobody understood."""

    day: date
    word: str
    messages: int = 1
    language: str = "en"


@dataclass(frozen=True)
class Tone:
    """What was done with a tone on a day."""

    day: date
    code: str
    action: str = "order"
    results: int = 1
    amount: int = 0
    name: str = ""


def fill(database: Database, ends: Sequence[End] = (), words: Iterable[Word] = (), tones: Iterable[Tone] = ()) -> None:
    """Put counts into a journal that has none."""
    cells, told, done, names = Counter[Any](), Counter[Any](), Counter[Any](), dict[Any, str]()
    for end in ends:
        for grain, begin in _day_and_month(end.day):
            for key in (
                (grain, begin, end.channel, end.brand, end.language, end.offer, end.action, end.outcome),
                (grain.upper(), begin, end.channel, "", "", "", end.action, end.outcome),
            ):
                for name in ("messages", "results", "confirmed", "amount", "won"):
                    cells[key, name] += getattr(end, name)
    for word in words:
        for unit in _day_and_month(word.day):
            told[(*unit, word.language, word.word), "messages"] += word.messages
    for tone in tones:
        for unit in _day_and_month(tone.day):
            key = (*unit, tone.code, tone.action)
            done[key, "results"] += tone.results
            done[key, "amount"] += tone.amount
            names[key] = tone.name

    def put(connection: Connection) -> None:
        _put(connection, statistics, cells)
        _put(connection, statistics_words, told)
        _put(connection, statistics_tones, done, lambda key: {"name": names[key]})
        _put_people(connection, [end for end in ends if end.person])
        connection.execute(update(statistics_turn).values(counted_at=COUNTED_AT))

    database.write(put)


def _day_and_month(day: date) -> tuple[tuple[str, date], tuple[str, date]]:
    return ("d", day), ("m", day.replace(day=1))


def _put(connection: Connection, table: Any, sums: Counter[Any], more: Any = lambda _: {}) -> None:
    keys = [column.name for column in table.primary_key]
    rows: dict[Any, dict[str, Any]] = {}
    for (key, name), value in sums.items():
        rows.setdefault(key, dict(zip(keys, key, strict=True)) | more(key))[name] = value
    if rows:
        connection.execute(insert(table), [*rows.values()])


def _put_people(connection: Connection, ends: Sequence[End]) -> None:
    seen, users = set[Any](), Counter[Any]()
    days = dict[Any, list[int]]()
    for end in sorted(ends, key=lambda one: one.day):
        for scope in {"", end.offer}:
            bits = days.setdefault((end.day.year, end.person, scope), [0, 0])
            bit = 1 << (end.day.timetuple().tm_yday - 1)
            bits[0] |= bit
            bits[1] |= bit if end.amount else 0
            for unit in (*_day_and_month(end.day), ("y", end.day.replace(month=1, day=1))):
                key = (*unit, scope, end.channel, end.brand, end.language)
                for name in ("users", "paying") if end.amount else ("users",):
                    once = (*unit, scope, end.person, name)
                    users[key, "users"] += 0
                    users[key, "paying"] += 0
                    users[key, name] += once not in seen
                    seen.add(once)
    _put(connection, statistics_users, users)
    _put(connection, statistics_returns, returns(ends))
    if days:
        connection.execute(insert(statistics_people), [*_written(days)])


def returns(ends: Sequence[End]) -> Counter[Any]:
    """Of each day's people, and of those who paid, how many were seen, or paid, on which day before."""
    found = Counter[Any]()
    for name, of in (("users", ends), ("paying", [end for end in ends if end.amount])):
        days: dict[Any, set[date]] = {}
        for end in of:
            for scope in {"", end.offer}:
                days.setdefault((end.person, scope), set()).add(end.day)
        for (_, scope), seen in days.items():
            for day, before in zip(sorted(seen), [date(1, 1, 1), *sorted(seen)], strict=False):
                found.update({((scope, day, before), "users"): 0, ((scope, day, before), "paying"): 0})
                found[(scope, day, before), name] += 1
    return found


def _written(days: dict[Any, list[int]]) -> Iterator[dict[str, Any]]:
    for (year, person, scope), (seen, paid) in days.items():
        yield {
            "year": year,
            "person": person,
            "scope": scope,
            "days": seen.to_bytes(46, "little"),
            "paid_days": paid.to_bytes(46, "little"),
            "brand": "",
        }
