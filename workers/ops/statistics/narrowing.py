"""Statistics of one brand, channel, language or offer alone, or of one of each together."""

from __future__ import annotations

from collections.abc import Mapping

from workers.journal.statistics.people import Often, People, Seen
from workers.journal.statistics.reading import Statistics
from workers.journal.statistics.spans import Span
from workers.journal.statistics.summing import Only
from workers.ops.statistics.figures import of_span

BY_FIRST_SIGHT = ("brand", "channel", "language")
"""Where each person counts in one value alone: the one that he was first seen in."""
COLUMNS = (*BY_FIRST_SIGHT, "offer")
"""What can be asked for alone."""
NONE = {
    "brand": "brand not asked for",
    "offer": "no offer",
    "language": "not answered",
    "action": "not understood",
}
"""What '' stands for in a column."""
_TOLD_MOST = 20


class NothingOfItError(ValueError):
    """Nothing was ever counted of a value that is asked for: which of `COLUMNS`, and what there is."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column = column


def require_known(statistics: Statistics, only: Only) -> None:
    """Raise `NothingOfItError` for a value that nothing was ever counted of: a slip of the pen would look a loss."""
    for column, value in only.items():
        known = statistics.known(column)
        if value not in known:
            there = ", ".join(one or f"'' ({NONE[column]})" for one in known[:_TOLD_MOST]) or "nothing yet"
            more = f" and {len(known) - _TOLD_MOST} more" if len(known) > _TOLD_MOST else ""
            raise NothingOfItError(column, f"nothing was ever counted of {value or repr('')}; there is {there}{more}")


def said(only: Only) -> str:
    """`brand gotone, channel ussd`; '' of everything."""
    return ", ".join(f"{column} {value}" if value else NONE[column] for column, value in only.items())


def often(people: People, span: Span) -> Often:
    """How often one person is in a sum of people, in both years alike, or growth would tell of the way."""
    order = list(Often)
    return max(filter(None, of_span(people.often, span)), key=order.index)


def how_often(people: People, span: Span, only: Only) -> Often | None:
    """Likewise among those of `only`; None where they can't be told."""
    if not people.is_known() or len(only) > 1 or only.get("offer") == "":
        return None
    return often(people, span) if only.keys() & {*BY_FIRST_SIGHT} else Often.ONCE


def seen(people: People, span: Span, only: Only, how: Often | None) -> Seen | None:
    """Who was seen, of one brand, channel or language those who were first seen in it; None where it can't be told."""
    if how is None:
        return None
    if not only:
        return people.seen(span)
    ((column, value),) = only.items()
    found: Mapping[str, Seen] | None
    found = people.of_offer(span, value) if column == "offer" else people.by(span, column, how)
    return None if found is None else found.get(value, Seen())
