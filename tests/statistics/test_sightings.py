"""In whatever order people come to be counted, late ones and a new year between them, it comes to the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.statistics.kit.counts import End, returns
from workers.journal import Database
from workers.journal.statistics.adding import Sums
from workers.journal.statistics.people import Seen
from workers.journal.statistics.reading import Statistics
from workers.journal.statistics.sightings import ALL, NEVER, People
from workers.journal.statistics.spans import Span
from workers.journal.tables import statistics_returns

NEW_YEAR = date(2028, 1, 1)
BY = ("sms", "gotone", "en")


def see(database: Database, ends: Iterable[End], this_year: int = 2029) -> None:
    """Count the people of one batch."""
    ends = [*ends]

    def work(connection: Any) -> None:
        people, sums = People(connection, {(end.day.year, end.person) for end in ends}, this_year), Sums()
        for end in ends:
            for scope in dict.fromkeys((ALL, end.offer)):
                people.see(sums, end.day, end.person, scope, paid=end.amount > 0, by=BY)
        sums.write(connection)
        people.write()

    database.write(work)


def kept(database: Database) -> Counter[Any]:
    """How many of whom were seen on a day were seen on which day before."""
    with database.read() as connection:
        found = Counter[Any]()
        for scope, day, before, users, paying in connection.execute(select(statistics_returns)):
            found[(scope, day, before), "users"], found[(scope, day, before), "paying"] = users, paying
        return +found


@pytest.mark.parametrize("seed", range(4))
def test_any_order_and_any_batches_come_to_the_same(database: Database, statistics: Statistics, seed: int) -> None:
    dice = random.Random(seed)
    ends = [
        End(
            date.fromordinal(NEW_YEAR.toordinal() + dice.randint(-40, 40)),
            person=dice.choice("abcde"),
            offer=dice.choice(["", "spring"]),
            amount=dice.choice([0, 200]),
        )
        for _ in range(120)
    ]
    for begin in range(0, len(ends), 30):
        see(database, ends[begin : begin + 30])
    assert +returns(ends) == kept(database)
    for _ in range(20):
        first, last = sorted(dice.choice(ends).day for _ in range(2))
        within = [end for end in ends if first <= end.day <= last]
        everybody = {end.person for end in within}, {end.person for end in within if end.amount}
        assert Seen(*map(len, everybody)) == statistics.people.seen(Span(first, last))


def test_who_is_seen_again_on_a_day_changes_nothing_but_that_he_pays(database: Database) -> None:
    see(database, [End(NEW_YEAR, person="a")])
    see(database, [End(NEW_YEAR, person="a")])
    assert {((ALL, NEW_YEAR, NEVER), "users"): 1} == kept(database)
    see(database, [End(NEW_YEAR, person="a", amount=200)])
    assert {((ALL, NEW_YEAR, NEVER), "users"): 1, ((ALL, NEW_YEAR, NEVER), "paying"): 1} == kept(database)


def test_what_is_counted_late_comes_between_the_days_that_were_there_before(database: Database) -> None:
    late, old = date(2027, 12, 31), date(2027, 3, 1)
    see(database, [End(NEW_YEAR, person="a"), End(old, person="a")])
    assert {((ALL, old, NEVER), "users"): 1, ((ALL, NEW_YEAR, old), "users"): 1} == kept(database)
    see(database, [End(late, person="a")])
    assert {
        ((ALL, old, NEVER), "users"): 1,
        ((ALL, late, old), "users"): 1,
        ((ALL, NEW_YEAR, late), "users"): 1,
    } == kept(database)
