"""The journal's clock: the database's, so that hosts whose clocks differ agree on leases.

SQLite lives on one host, whose clock serves.  For PostgreSQL the distance between its clock and ours is
measured once in a while and kept, which saves a round trip for each transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, text

Clock = Callable[[], float]

_MEASURE_EVERY_S = 30.0


class DatabaseClock:
    """Seconds since the epoch by the database's clock; `measure` is called inside a transaction."""

    def __init__(self, monotonic: Clock = time.monotonic) -> None:
        self._monotonic = monotonic
        self._offset_s = time.time() - monotonic()
        self._measured_at: float | None = None

    def measure(self, connection: Connection) -> None:
        """Ask PostgreSQL for its time, unless that was done a moment ago."""
        now = self._monotonic()
        if self._measured_at is not None and now - self._measured_at < _MEASURE_EVERY_S:
            return
        theirs = connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
        self._offset_s = float(theirs) - self._monotonic()
        self._measured_at = now

    def __call__(self) -> float:
        """Return now, by the database."""
        return self._monotonic() + self._offset_s
