"""Who waits for a lock on PostgreSQL: what a test goes on by, in the place of a time."""

from __future__ import annotations

from sqlalchemy import text

from tests.house.until import until
from workers.journal import Database

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def until_one_waits(database: Database, who: str) -> None:
    """Return as soon as a statement on this database waits for another's lock; `who` says whose it ought to be."""

    def waits() -> bool:
        with database.read() as connection:
            return bool(connection.scalar(_WAITING))

    await until(waits, f"{who} waits for a lock")
