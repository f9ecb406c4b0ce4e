"""What is read of a span is what its days come to, however it is read."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Delete, delete

from tests.statistics.kit.counts import COUNTED_AT, End, Tone, Word, fill
from tests.statistics.test_spans import spans
from workers.journal import Database
from workers.journal.statistics.people import Often, Seen
from workers.journal.statistics.reading import Counted, Statistics, Sums
from workers.journal.statistics.spans import Span
from workers.journal.tables import statistics_people

FIRST, LAST = date(2027, 11, 20), date(2029, 3, 10)
"""Over two turns of the year and a leap day."""
PEOPLE = [f"#{no:02x}" for no in range(12)]
SOME_SPANS = settings(max_examples=60, deadline=None)


def some_ends() -> list[End]:
    """A fixed lot of ends: of most days some, of others none."""
    dice = random.Random(7)
    return [
        End(
            day,
            dice.choice(["order", "copy", "list", "gift"]),
            dice.choice(["done", "done", "asked", "balance"]),
            dice.choice(["sms", "ussd"]),
            dice.choice(["", "gotone"]),
            dice.choice(["en", "zh"]),
            dice.choice(["", "", "spring"]),
            messages=dice.randint(1, 3),
            results=dice.randint(1, 4),
            confirmed=dice.randint(0, 1),
            amount=dice.choice([0, 0, 200]),
            won=dice.randint(0, 1),
            person=dice.choice(PEOPLE),
        )
        for day in Span(FIRST, LAST).days()
        for _ in range(dice.choice([0, 0, 1, 2]))
    ]


ENDS = some_ends()
SPANS = spans(st.dates(FIRST - timedelta(days=40), LAST + timedelta(days=40)))


@pytest.fixture
def filled(database: Database, statistics: Statistics) -> Statistics:
    fill(database, ENDS)
    return statistics


def within(span: Span) -> list[End]:
    return [end for end in ENDS if span.first <= end.day <= span.last]


def summed(ends: list[End]) -> Sums:
    done = sum(end.results for end in ends if (end.action, end.outcome) == ("order", "done"))
    return Sums(sum(end.messages for end in ends), done, sum(end.amount for end in ends))


def seen(ends: list[End]) -> Seen:
    return Seen(len({end.person for end in ends}), len({end.person for end in ends if end.amount}))


def forget(database: Database, who: Delete) -> None:
    database.write(lambda connection: connection.execute(who).rowcount)


def grouped(ends: list[End], name: str) -> dict[Any, list[End]]:
    found: dict[Any, list[End]] = {}
    for end in ends:
        found.setdefault(getattr(end, name), []).append(end)
    return found


def test_a_span_comes_to_the_sum_of_its_days(filled: Statistics) -> None:
    @SOME_SPANS
    @given(SPANS)
    def each(span: Span) -> None:
        counts = Counter[Any]()
        for end in within(span):
            for name in ("messages", "results", "confirmed", "amount", "won"):
                counts[end.channel, end.action, end.outcome, name] += getattr(end, name)
        read = Counter[Any]()
        for one in filled.ends(span):
            for name in ("messages", "results", "confirmed", "amount", "won"):
                read[one.channel, one.action, one.outcome, name] += getattr(one, name)
        assert counts == read
        for column in ("channel", "brand", "language", "offer", "action"):
            by_value = {value: summed(ends) for value, ends in grouped(within(span), column).items()}
            assert by_value == filled.sums(span, column, ["order"])
        days = {day: summed(ends) for day, ends in grouped(within(span), "day").items()}
        assert days == filled.by_day(span, ["order"])
        months: dict[date, Sums] = {}
        for day, sums in days.items():
            months[day.replace(day=1)] = months.get(day.replace(day=1), Sums()) + sums
        assert months == filled.by_month(span, ["order"])

    each()


def test_people_of_any_span_are_counted_once_whoever_they_are(filled: Statistics) -> None:
    @SOME_SPANS
    @given(SPANS)
    def each(span: Span) -> None:
        people, ends = filled.people, within(span)
        assert seen(ends) == people.seen(span)
        takers = {offer: seen(theirs) for offer, theirs in grouped(ends, "offer").items() if offer}
        assert takers == people.by_offer(span)
        assert {day: seen(theirs) for day, theirs in grouped(ends, "day").items()} == people.by_day(span)
        found = people.by_month(span)
        for month in span.months():
            assert seen(within(month)) == found.get(month.first.replace(day=1), Seen())

    each()


@pytest.mark.parametrize("column", ["channel", "brand", "language"])
def test_told_apart_people_add_up_to_all_of_them_where_each_counts_once(filled: Statistics, column: str) -> None:
    for unit in (Span.year(2028), Span.month(2028, 2), Span(date(2028, 2, 29), date(2028, 2, 29))):
        assert Often.ONCE is filled.people.often(unit)
        found = filled.people.by(unit, column, Often.ONCE).values()
        assert seen(within(unit)) == Seen(sum(one.users for one in found), sum(one.paying for one in found))


@pytest.mark.parametrize(
    ("span", "often"),
    [
        (Span(date(2028, 2, 1), date(2028, 3, 31)), Often.MONTHLY),
        (Span(date(2028, 2, 1), date(2028, 3, 30)), Often.DAILY),
        (Span(date(2029, 3, 1), LAST), Often.ONCE),
        (Span(date(2029, 1, 1), LAST + timedelta(days=90)), Often.ONCE),
        (Span(date(2000, 1, 1), date(2027, 12, 31)), Often.ONCE),
    ],
    ids=str,
)
def test_it_is_said_how_often_one_person_may_be_in_a_sum(filled: Statistics, span: Span, often: Often) -> None:
    assert often is filled.people.often(span)
    units = {
        Often.ONCE: [span],
        Often.MONTHLY: [*span.months()],
        Often.DAILY: [Span(day, day) for day in span.days()],
    }[often]
    found = filled.people.by(span, "channel", often).values()
    assert sum(seen(within(unit)).users for unit in units) == sum(one.users for one in found)


def test_a_month_to_date_has_its_number_ready_and_looks_nobody_through(database: Database, filled: Statistics) -> None:
    forget(database, delete(statistics_people))
    month_to_date = Span(date(2029, 3, 1), LAST)
    assert seen(within(month_to_date)) == filled.people.seen(month_to_date)
    assert seen(within(Span.year(2028))) == filled.people.seen(Span.year(2028))


def test_how_many_people_there_were_is_known_when_who_they_were_is_forgotten(
    database: Database, filled: Statistics
) -> None:
    forget(database, delete(statistics_people))
    for span in (Span(date(2027, 11, 25), date(2027, 12, 24)), Span(date(2027, 12, 25), date(2028, 1, 24))):
        assert seen(within(span)) == filled.people.seen(span)
        assert filled.people.by_offer(span)


def test_without_a_key_nobody_is_counted_which_is_not_nobody(database: Database, statistics: Statistics) -> None:
    fill(database, [End(FIRST)])
    assert not statistics.people.is_known()
    assert None is statistics.people.seen(Span(FIRST, LAST))


def test_an_empty_journal_has_nothing_and_nobody(statistics: Statistics) -> None:
    span, people = Span(FIRST, LAST), statistics.people
    assert Counted(None, 0, None) == statistics.counted()
    assert ([], {}) == (statistics.ends(span), statistics.sums(span, "brand", []))
    assert ({}, {}) == (statistics.by_day(span, []), statistics.by_month(span, []))
    assert ([], []) == (statistics.words(span, 9), statistics.tones(span, ["order"], ["order"], 9))
    assert people.is_known()
    assert (Seen(), {}, {}) == (people.seen(span), people.by_offer(span), people.by_day(span))


def test_it_is_told_when_was_counted_and_since_when(filled: Statistics) -> None:
    assert Counted(COUNTED_AT, 0, min(end.day for end in ENDS)) == filled.counted()


def test_words_are_added_up_over_days_and_months_the_most_frequent_first(
    database: Database, statistics: Statistics
) -> None:
    days = (date(2028, 1, 31), date(2028, 2, 10), date(2028, 3, 1))
    fill(
        database, words=[Word(day, "hola") for day in days] + [Word(days[1], "=1+1", 2), Word(days[1], "hola", 1, "fr")]
    )
    found = statistics.words(Span(days[0], days[-1]), 2)
    assert [("hola", "en", 3), ("=1+1", "en", 2)] == [(one.word, one.language, one.messages) for one in found]
    assert [] == statistics.words(Span(date(2028, 2, 11), date(2028, 2, 29)), 2)


def test_a_tone_has_its_last_name_and_those_taken_most_come_first(database: Database, statistics: Statistics) -> None:
    days = (date(2028, 1, 31), date(2028, 2, 10), date(2028, 3, 1))
    fill(
        database,
        tones=[
            *(Tone(day, "1", amount=200, name=name) for day, name in zip(days, ("Old", "New", ""), strict=True)),
            Tone(days[0], "2", "delete", 9, name="Never bought"),
            Tone(days[0], "3", "accept", 4, 800, name="Given"),
            Tone(days[0], "4", "info", 99),
        ],
    )
    found = statistics.tones(Span(days[0], days[-1]), ["order", "accept", "delete"], ["order", "accept"], 9)
    assert [("3", "Given", 800), ("1", "New", 600), ("2", "Never bought", 0)] == [
        (one.code, one.name, one.amount) for one in found
    ]
    assert [{"order": 0, "accept": 4, "delete": 0}, {"order": 3, "accept": 0, "delete": 0}] == [
        one.results for one in found[:2]
    ]
    assert [] == statistics.tones(Span(date(2028, 2, 11), date(2028, 2, 29)), ["order"], ["order"], 9)
