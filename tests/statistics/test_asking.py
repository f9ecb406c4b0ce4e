"""Which days are meant, and what is said where that can't be told."""

from __future__ import annotations

from datetime import date

import pytest

from workers.journal.statistics.spans import Span
from workers.ops.statistics.asking import BadSpan, span_asked

TODAY = date(2026, 11, 29)


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ({}, span("2026-10-31", "2026-11-29")),
        ({"lately": "1d"}, span("2026-11-29", "2026-11-29")),
        ({"lately": "1m"}, span("2026-11-01", "2026-11-29")),
        ({"lately": "12m"}, span("2025-12-01", "2026-11-29")),
        ({"lately": "11m"}, span("2026-01-01", "2026-11-29")),
        ({"lately": "99999m"}, span("1970-01-01", "2026-11-29")),
        ({"lately": "99999d"}, span("1970-01-01", "2026-11-29")),
        ({"month": "2026-11"}, span("2026-11-01", "2026-11-29")),
        ({"month": "2024-02"}, span("2024-02-01", "2024-02-29")),
        ({"year": "2026"}, span("2026-01-01", "2026-11-29")),
        ({"year": "2025"}, span("2025-01-01", "2025-12-31")),
        ({"first": "2026-11-28"}, span("2026-11-28", "2026-11-29")),
        ({"first": "2026-01-05", "last": "2026-02-03"}, span("2026-01-05", "2026-02-03")),
        ({"first": "2026-01-05", "last": "2027-02-03"}, span("2026-01-05", "2026-11-29")),
    ],
    ids=str,
)
def test_days_are_meant_as_they_are_written_and_end_today(asked: dict[str, str], meant: Span) -> None:
    assert meant == span_asked(TODAY, **asked)


@pytest.mark.parametrize(
    ("asked", "word", "why"),
    [
        ({"first": "2026-13-01"}, "from", "2026-13-01 is no date: write YYYY-MM-DD"),
        ({"first": "2026-02-29"}, "from", "2026-02-29 is no date: write YYYY-MM-DD"),
        ({"first": "29.11.2026"}, "from", "29.11.2026 is no date: write YYYY-MM-DD"),
        ({"first": "2026-W48-7"}, "from", "2026-W48-7 is no date: write YYYY-MM-DD"),
        ({"first": "٢٠٢٦-١١-٠١"}, "from", "٢٠٢٦-١١-٠١ is no date: write YYYY-MM-DD"),
        ({"first": "1969-12-31"}, "from", "1969-12-31 is before any message: take 1970-01-01 or later"),
        ({"first": "2026-11-30"}, "from", "2026-11-30 is yet to come: today is 2026-11-29"),
        ({"first": "2026-11-02", "last": "2026-11-01"}, "to", "2026-11-01 is before 2026-11-02"),
        ({"first": "2026-11-02", "last": "x"}, "to", "x is no date"),
        ({"last": "2026-11-02"}, "from", "say from when, too"),
        ({"month": "2026-13"}, "month", "2026-13 is no month: write YYYY-MM"),
        ({"month": "2026-1"}, "month", "2026-1 is no month: write YYYY-MM"),
        ({"month": "2026-12"}, "month", "2026-12-01 is yet to come"),
        ({"year": "26"}, "year", "26 is no year: write YYYY"),
        ({"year": "0000"}, "year", "0000 is no year: write YYYY"),
        ({"year": "2027"}, "year", "2027-01-01 is yet to come"),
        ({"lately": "30"}, "last", "30 is no length of time: write 30d for days or 12m for months"),
        ({"lately": "0d"}, "last", "0d is no length of time"),
        ({"lately": "2h"}, "last", "2h is no length of time"),
        ({"first": "2026-11-02", "year": "2026"}, "year", "say it in one way"),
        ({"last": "2026-11-02", "lately": "3d"}, "last", "say it in one way"),
    ],
    ids=str,
)
def test_what_can_t_be_meant_is_said_with_what_would_be_right(asked: dict[str, str], word: str, why: str) -> None:
    with pytest.raises(BadSpan) as told:
        span_asked(TODAY, **asked)
    assert word == told.value.word
    assert str(told.value).startswith(why)
