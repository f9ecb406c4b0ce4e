"""What is not done, or not yet, as an index finds it: `inbox_parked`, by state and in the order of arrival.

SQLite uses a partial index only where its very condition stands in the query, beside whatever narrows it further.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, literal_column
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.states import NOT_DONE
from workers.journal.tables import inbox


def literals(states: Sequence[str]) -> list[ColumnElement[str]]:
    """States as they must stand in a condition: a planner does not look into parameters."""
    return [literal_column(f"'{state}'") for state in states]


is_parked: ColumnElement[bool] = inbox.c.state.in_(literals(NOT_DONE))


def parked_as(*states: str) -> ColumnElement[bool]:
    """In one of some states, each of them in `NOT_DONE`."""
    return and_(is_parked, inbox.c.state.in_(literals(states)))
