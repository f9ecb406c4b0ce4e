"""One line for each number's messages, one for each destination's answers; only heads are worked on.

A row is born at the head where its line is empty.  Whoever ends a row calls the next one forward in the same
transaction.  Claims check the line again, so a head too many costs a look and never breaks the order; one too
few is mended by the sweeper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    Column,
    Connection,
    Table,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.states import LIVE, UNSENT
from workers.journal.tables import inbox, outbox


class Line:
    """The order of one table's rows that share a key, while they are in one of the `holding` states."""

    def __init__(self, table: Table, key: Column[str], holding: Sequence[str]) -> None:
        self._table = table
        self._key = key
        # Literals, not parameters: a planner uses a partial index only where it can see that the query's
        # condition implies the index's.
        self.holding: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in holding]
        self.is_new_head: ColumnElement[bool] = ~exists().where(
            key == bindparam("line_key"), table.c.state.in_(self.holding)
        )
        """For INSERT … VALUES: true where nobody stands in the line; takes the parameter `line_key`."""
        older = table.alias("older")
        self.has_older: ColumnElement[bool] = (
            exists()
            .where(older.c[key.name] == key, older.c.id < table.c.id, older.c.state.in_(self.holding))
            .correlate(table)
        )
        """True for a row that somebody stands before."""
        next_id = (
            select(func.min(older.c.id))
            .where(older.c[key.name] == bindparam("line_key"), older.c.state.in_(self.holding))
            .scalar_subquery()
        )
        self._promote = update(table).where(table.c.id == next_id, table.c.head == false()).values(head=true())

    def lock(self, connection: Connection, keys: Iterable[str]) -> None:
        """Hold the lines' members still until commit, so that a row born now sees whether they end.

        PostgreSQL only: SQLite has one writer at a time.
        """
        if connection.dialect.name == "postgresql":
            connection.execute(
                select(self._table.c.id)
                .where(self._key.in_(sorted(set(keys))), self._table.c.state.in_(self.holding))
                .order_by(self._table.c.id)
                .with_for_update(read=True)
            )

    def promote(self, connection: Connection, keys: Iterable[str]) -> int:
        """Bring the oldest of each line to its head; return how many came newly forward."""
        parameters = [{"line_key": key} for key in sorted(set(keys))]
        return connection.execute(self._promote, parameters).rowcount if parameters else 0

    def mend(self, connection: Connection) -> int:
        """Bring forward the heads that a race between two hosts left behind; return how many."""
        stuck = (
            update(self._table)
            .where(
                self._table.c.head == false(),
                self._table.c.state.in_(self.holding),
                self._table.c.due_at.is_not(None),
                ~self.has_older,
            )
            .values(head=true())
        )
        return connection.execute(stuck).rowcount


numbers = Line(inbox, inbox.c.number, LIVE)
destinations = Line(outbox, outbox.c.destination, UNSENT)
