"""What becomes of those who see a screen: counts by hour, menu version and screen; nobody's number is in it.

Doors count in memory and add what they have counted every few seconds: a door that dies takes the last of them along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from workers.journal.database import Database
from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.tables import ussd_funnel

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class ScreenCount:
    """What happened on one screen within one hour, or what came to that."""

    hour: int
    """Its beginning, seconds since the epoch."""
    menu: str
    """The version that the session began with."""
    screen: str
    entries: int = 0
    exits: int = 0
    drops: int = 0
    wrong: int = 0
    shown_ms: int = 0
    """Until it was left, of all exits and drops together."""


_COUNTS = ("entries", "exits", "drops", "wrong", "shown_ms")


def add(connection: Connection, batches: Sequence[Sequence[ScreenCount]], _now: float) -> list[None]:
    """Add what doors have counted to what is there."""
    counts = sorted((one for batch in batches for one in batch), key=lambda one: (one.hour, one.menu, one.screen))
    if counts:
        insert = INSERT_BY_DIALECT[connection.dialect.name](ussd_funnel)
        more = {name: ussd_funnel.c[name] + insert.excluded[name] for name in _COUNTS}
        keys = [ussd_funnel.c.hour, ussd_funnel.c.menu, ussd_funnel.c.screen]
        # In one order, so that two doors that add at once don't wait for each other's rows.
        connection.execute(
            insert.on_conflict_do_update(index_elements=keys, set_=more), [asdict(one) for one in counts]
        )
    return [None] * len(batches)


class Funnel:
    """Looks at the counts; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def screens(self, since: float = 0.0, until: float | None = None, menu: str = "") -> list[ScreenCount]:
        """Each screen's counts in all, by menu version, those that most came to first; `hour` is the first of them.

        `since` and `until` are seconds since the epoch: hours that begin in between count whole.
        """
        c = ussd_funnel.c
        entries = func.sum(c.entries)
        sums = [func.sum(c[name]).label(name) for name in _COUNTS]
        query = select(func.min(c.hour).label("hour"), c.menu, c.screen, *sums).where(c.hour >= since)
        if until is not None:
            query = query.where(c.hour < until)
        if menu:
            query = query.where(c.menu == menu)
        query = query.group_by(c.menu, c.screen).order_by(c.menu, entries.desc(), c.screen)
        return self._read(query)

    def hours(self, screen: str, since: float = 0.0) -> list[ScreenCount]:
        """One screen's counts by the hour, the oldest first."""
        c = ussd_funnel.c
        return self._read(select(ussd_funnel).where(c.screen == screen, c.hour >= since).order_by(c.hour, c.menu))

    def _read(self, query: Select[*tuple[Any, ...]]) -> list[ScreenCount]:
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [ScreenCount(row.hour, row.menu, row.screen, **_counts(row)) for row in rows]


def _counts(row: Row[Any]) -> dict[str, int]:
    return {name: int(row._mapping[name]) for name in _COUNTS}  # PostgreSQL sums up big integers as decimals
