"""The statement that adds a span up: a part for each lot of days and months, each summed by itself, then together.

SQLite sorts whatever it groups, and of a hundred thousand rows that is most of the work.  Cells are therefore summed
first by the key of their table as far as the columns go that are asked for, in which they lie; what is left to be
sorted is a few of each day.  Of tones and words a day has hardly one twice: nothing is gained there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, Table, func, select, union_all

from workers.journal.statistics.adding import TOGETHER
from workers.journal.statistics.spans import Part
from workers.journal.tables import statistics

Summed = Mapping[str, ColumnElement[Any]]
"""What is summed of a row, by the name that it has in what comes of it."""
Only = Mapping[str, str]
"""The one value that is meant of each column named; everything where none is."""
EVERYTHING: Only = MappingProxyType({})
_TOLD_APART_TOGETHER = {"begin", "channel", "action", "outcome"}


def parts_of(
    table: Table, parts: Iterable[Part], keys: Collection[str], sums: Summed, only: Only = EVERYTHING
) -> Subquery:
    """What each of the parts comes to by `keys`, columns of the table's key; a key may be there several times."""
    return union_all(*(_part(table, part, keys, sums, only) for part in parts)).subquery()


def together(parts: Subquery, keys: Collection[str], sums: Summed) -> Select[*tuple[Any, ...]]:
    """The keys and then the sums, of all parts; keys of which taking off leaves nothing are among them."""
    by = [parts.c[key] for key in keys]
    return select(*by, *(func.sum(parts.c[name]) for name in sums)).group_by(*by)


def _part(table: Table, part: Part, keys: Collection[str], sums: Summed, only: Only) -> Select[*tuple[Any, ...]]:
    c = table.c
    is_together = table is statistics and _TOLD_APART_TOGETHER.issuperset({*keys, *only})
    grain = TOGETHER[part.grain] if is_together else part.grain
    by = _lying_together(keys) if table is statistics else keys
    each = (func.sum(-one if part.is_too_much else one).label(name) for name, one in sums.items())
    return (
        select(*(c[key] for key in keys), *each)
        .where(c.grain == grain, c.begin.between(part.span.first, part.span.last))
        .where(*(c[name] == value for name, value in only.items()))
        .group_by(*(c[name] for name in by))
    )


def _lying_together(keys: Collection[str]) -> Collection[str]:
    _, *ordered = [column.name for column in statistics.primary_key]
    return ordered[: max(map(ordered.index, keys)) + 1]
