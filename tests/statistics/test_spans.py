"""Spans of days: what one is added up from, and the same a year before."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.journal.statistics.spans import Span, day_before

DAYS = st.dates(date(1970, 1, 1), date(2100, 12, 31))


def spans(days: st.SearchStrategy[date] = DAYS) -> st.SearchStrategy[Span]:
    return st.lists(days, min_size=2, max_size=2).map(lambda two: Span(min(two), max(two)))


def day(text: str) -> date:
    return date.fromisoformat(text)


def span(first: str, last: str) -> Span:
    return Span(day(first), day(last))


@given(spans())
def test_its_parts_come_to_each_of_its_days_once_and_hold_months_that_are_whole(whole: Span) -> None:
    days = Counter[date]()
    for part in whole.parts():
        days.update(dict.fromkeys(part.span.days(), -1 if part.is_too_much else 1))
        assert part.grain == "d" or part.span.whole_months
    assert dict.fromkeys(whole.days(), 1) == {day: times for day, times in days.items() if times}


@given(spans())
def test_days_are_read_at_its_edges_alone_and_half_a_month_at_most_at_each(whole: Span) -> None:
    assert 30 >= sum(len([*part.span.days()]) for part in whole.parts() if part.grain == "d")


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (
            span("2026-03-03", "2026-11-17"),
            ["m 2026-03-01 2026-11-30", "- 2026-03-01 2026-03-02", "- 2026-11-18 2026-11-30"],
        ),
        (
            span("2026-03-20", "2026-11-10"),
            ["m 2026-04-01 2026-10-31", "d 2026-03-20 2026-03-31", "d 2026-11-01 2026-11-10"],
        ),
        (span("2026-11-01", "2026-11-29"), ["m 2026-11-01 2026-11-30", "- 2026-11-30 2026-11-30"]),
        (span("2026-11-10", "2026-11-24"), ["d 2026-11-10 2026-11-24"]),
        (span("2026-10-20", "2026-11-10"), ["d 2026-10-20 2026-11-10"]),
    ],
    ids=str,
)
def test_most_of_a_month_is_the_month_without_its_other_days(whole: Span, parts: list[str]) -> None:
    assert parts == [
        f"{'-' if one.is_too_much else one.grain} {one.span.first} {one.span.last}" for one in whole.parts()
    ]


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (span("2026-11-01", "2026-11-30"), span("2025-11-01", "2025-11-30")),
        (span("2026-11-03", "2026-11-03"), span("2025-11-03", "2025-11-03")),
        (span("2026-01-01", "2026-12-31"), span("2025-01-01", "2025-12-31")),
        (span("2025-12-31", "2026-01-01"), span("2024-12-31", "2025-01-01")),
        (span("2028-02-01", "2028-02-29"), span("2027-02-01", "2027-02-28")),
        (span("2029-02-01", "2029-02-28"), span("2028-02-01", "2028-02-29")),
        (span("2029-01-01", "2029-02-28"), span("2028-01-01", "2028-02-29")),
        (span("2029-02-28", "2029-02-28"), span("2028-02-28", "2028-02-28")),
        (span("2029-02-10", "2029-02-28"), span("2028-02-10", "2028-02-28")),
        (span("2028-02-29", "2028-03-01"), span("2027-03-01", "2027-03-01")),
        (span("2028-02-28", "2028-02-29"), span("2027-02-28", "2027-02-28")),
        (span("2028-02-29", "2028-02-29"), None),
    ],
    ids=str,
)
def test_the_year_before_has_the_same_days_as_far_as_it_had_them(now: Span, before: Span | None) -> None:
    assert before == now.year_before()


@given(spans())
def test_the_year_before_is_as_long_but_for_leap_days(now: Span) -> None:
    before = now.year_before()
    shorter = 1 if before is None else len([*now.days()]) - len([*before.days()])
    assert -1 <= shorter <= 1


def test_a_leap_day_has_no_day_before() -> None:
    assert (None, day("2027-02-28")) == (day_before(day("2028-02-29")), day_before(day("2028-02-28")))


def test_it_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="2026-01-01 is before 2026-01-02"):
        span("2026-01-02", "2026-01-01")
