"""Which span is asked for: dates, a month, a year or the last days, as people write them."""

from __future__ import annotations

import re
from datetime import date

from workers.journal.statistics.spans import Span

LATELY = "30d"
"""What is shown where nothing is said."""
_EARLIEST = date(1970, 1, 1)
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LATELY = re.compile("([0-9]{1,5}) *([dm])")
_MONTH = re.compile("([0-9]{4})-([0-9]{2})")
_YEAR = re.compile("[0-9]{4}")


class BadSpan(ValueError):
    """It can't be told which days are meant: which of the words, and what would be right."""

    def __init__(self, word: str, why: str) -> None:
        super().__init__(why)
        self.word = word
        """`from`, `to`, `last`, `month` or `year`."""


def span_asked(
    today: date, *, first: str = "", last: str = "", lately: str = "", month: str = "", year: str = ""
) -> Span:
    """The span that is meant, never beyond today; raises `BadSpan`.

    `first` and `last` are dates, YYYY-MM-DD; `lately` is `30d` (30 days, today among them) or `12m` (this month and
    the 11 before it), `month` YYYY-MM, `year` YYYY.  This month and this year end today: they are held against the
    same days of the year before, not against all of it.
    """
    given = {"from": first or last, "last": lately, "month": month, "year": year}
    if len(asked := [word for word, text in given.items() if text]) > 1:
        word = asked[1]
        raise BadSpan(word, "say it in one way: --from and --to, or --last, or --month, or --year")
    span = _wanted(today, first, last, lately, month, year)
    if span.first > today:
        word = "from" if first else "month" if month else "year"
        raise BadSpan(word, f"{span.first} is yet to come: today is {today}")
    return Span(span.first, min(span.last, today))


def _wanted(today: date, first: str, last: str, lately: str, month: str, year: str) -> Span:
    if last and not first:
        raise BadSpan("from", "say from when, too: --from YYYY-MM-DD")
    if first:
        begin, end = _date("from", first), _date("to", last) if last else max(today, _date("from", first))
        if end < begin:
            raise BadSpan("to", f"{end} is before {begin}: swap them")
        return Span(begin, end)
    if month:
        return _month(month)
    if year:
        if not _YEAR.fullmatch(year) or int(year) < _EARLIEST.year:
            raise BadSpan("year", f"{year} is no year: write YYYY, such as {today.year}")
        return Span.year(int(year))
    return _last(today, lately or LATELY)


def _date(word: str, text: str) -> date:
    try:
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise BadSpan(word, f"{text} is no date: write YYYY-MM-DD")
    if found < _EARLIEST:
        raise BadSpan(word, f"{text} is before any message: take {_EARLIEST} or later")
    return found


def _month(text: str) -> Span:
    found = _MONTH.fullmatch(text)
    if not found or int(found[1]) < _EARLIEST.year or not 1 <= int(found[2]) <= 12:
        raise BadSpan("month", f"{text} is no month: write YYYY-MM, such as 2026-11")
    return Span.month(int(found[1]), int(found[2]))


def _last(today: date, text: str) -> Span:
    found = _LATELY.fullmatch(text.strip())
    if not found or not int(found[1]):
        raise BadSpan("last", f"{text} is no length of time: write 30d for days or 12m for months")
    count = int(found[1])
    if found[2] == "d":
        first = date.fromordinal(max(today.toordinal() - count + 1, _EARLIEST.toordinal()))
    else:
        months = max(today.year * 12 + today.month - count, _EARLIEST.year * 12)
        first = date(months // 12, months % 12 + 1, 1)
    return Span(first, today)
