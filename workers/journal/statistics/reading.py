"""What messages came to in a span of days, read from what was counted: nothing here looks at messages."""

from __future__ import annotations

from workers.journal.database import Database


class Statistics:
    """Looks at the counts; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database
