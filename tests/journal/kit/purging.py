"""A purge as the product makes it: what it would blank is counted first."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from workers.counting import count
from workers.journal import Database
from workers.journal.blanking import hashing
from workers.journal.purging import Purge
from workers.journal.statistics.counting import Counting

KEY = b"k"


def counting(database: Database) -> Counting:
    """Counts people by the key."""
    return Counting(database, count, ZoneInfo("UTC"), hashing(KEY))


def purge_of(database: Database, **more: Any) -> Purge:
    """Purges with the key; `more` goes to it."""
    return Purge(database, KEY, counting(database), **more)
