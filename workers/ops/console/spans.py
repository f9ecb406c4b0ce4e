"""Which days statistics are asked for: the last thirty, a month, a year, or from one day to another.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from workers.journal.statistics.spans import Span
from workers.ops.console.asking import CannotDoError
from workers.ops.statistics.asking import LATELY, BadSpan, span_asked
from workers.ops.statistics.showing import dates

_MONTHS = 24
"""That can be picked, at most."""
_WAYS = {"lately": re.compile(r"\d+[dm]"), "month": re.compile(r"\d{4}-.*"), "year": re.compile(r"\d+")}
"""How a span's word is written, by what `span_asked` calls it."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A span, what it is called, and how it is asked for again."""

    span: Span
    words: str
    query: str
    """The same span as a query of an address."""
    value: str
    """Which of the choices it is; '' where its days were given."""


def picked(given: Mapping[str, str], today: date) -> Picked:
    """What `span`, or `from` and `to`, ask for, the last thirty days where nothing is; raises `CannotDoError`."""
    value, first, last = (given.get(name, "").strip() for name in ("span", "from", "to"))
    if bool(first) != bool(last):
        raise CannotDoError("Say both days, the first and the last.")
    try:
        if first:
            span = span_asked(today, first=first, last=last)
            return Picked(span, dates(span), urlencode({"from": first, "to": last}), "")
        value = value or LATELY
        way = next((way for way, written in _WAYS.items() if written.fullmatch(value)), "month")
        span = span_asked(today, **{way: value})
    except BadSpan as error:
        told = str(error)[:200]
        raise CannotDoError(f"{told[0].upper()}{told[1:]}.") from None
    return Picked(span, _title(way, value, span), urlencode({"span": value}), value)


def choices(today: date, since: date | None) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Groups of values with their words, the newest first, as far back as anything was counted."""
    yield "Days", [(LATELY, "the last 30 days"), ("90d", "the last 90 days")]
    since = since or today
    months = [_before(today, back) for back in range(_MONTHS)]
    yield "Months", [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months if month >= since.replace(day=1)]
    yield "Years", [(str(year), str(year)) for year in range(today.year, min(since.year, today.year) - 1, -1)]


def _before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _title(way: str, value: str, span: Span) -> str:
    if way == "lately":
        return f"the last {value[:-1]} {'days' if value.endswith('d') else 'months'}, today among them"
    return f"{span.first:%B %Y}" if way == "month" else value
