"""Operations' own changes of state: a message done again, safely, or given up.

state      replay does                                        why it is safe
done       the last answer is sent again                      nothing is called
refused    the last answer is sent again                      nothing is called
unknown    the core is asked, then called if it never came    same transaction id
dead       likewise, with its attempts given back             same transaction id
waiting    it is tried now instead of later                   it is known not to have taken effect
others     nothing: somebody has it                           -
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, null, select, update

from workers.journal import answers, history
from workers.journal.database import Database
from workers.journal.line import numbers
from workers.journal.states import InboxState, Queue
from workers.journal.tables import inbox

_BURIABLE = (InboxState.UNKNOWN, InboxState.DEAD, InboxState.WAITING, InboxState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a replay or a burial would do to one message, or did."""

    id: int
    transaction_id: str
    state: str
    outcome: str
    deed: str
    """`answer`, `ask`, `now`, `bury` or `nothing`."""
    why: str


_PLANS: dict[str, tuple[str, str]] = {
    InboxState.DONE: ("answer", "done: only its answer is sent again"),
    InboxState.REFUSED: ("answer", "refused: only its answer is sent again"),
    InboxState.UNKNOWN: ("ask", "unknown: the core is asked first, and called only if it never came"),
    InboxState.DEAD: ("ask", "dead: the core is asked first, then it is tried again"),
    InboxState.WAITING: ("now", "waiting: tried now instead of later"),
    InboxState.RECEIVED: ("nothing", "not looked at yet: its turn comes by itself"),
    InboxState.CLAIMED: ("nothing", "a worker has it"),
    InboxState.ACCEPTED: ("nothing", "the core has it and is asked by itself"),
}


class Desk:
    """Operations' door to one journal; each change is in the history with its author and reason."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(self, ids: Sequence[int]) -> list[Plan]:
        """Return what a replay of these rows would do: the dry run."""
        with self._database.read() as connection:
            return [_plan(row) for row in _rows(connection, ids)]

    def replay(self, ids: Sequence[int], *, author: str, reason: str) -> list[Plan]:
        """Do it, in one transaction; raises `JournalUnavailable`.  Ring for `bulk` afterwards."""
        return self._database.write(lambda connection: self._replay(connection, ids, author, reason))

    def bury(self, ids: Sequence[int], *, author: str, reason: str) -> list[Plan]:
        """Give up messages that wait for operations; they are refused with the outcome `buried`."""
        return self._database.write(lambda connection: self._bury(connection, ids, author, reason))

    def _replay(self, connection: Connection, ids: Sequence[int], author: str, reason: str) -> list[Plan]:
        now = self._database.now()
        plans = []
        for row in _rows(connection, ids, lock=True):
            plan = _plan(row)
            if plan.deed == "answer" and not answers.repeat_answer(connection, row.id, row.number, row.bind, now):
                plan = Plan(row.id, row.transaction_id, row.state, row.outcome, "nothing", "its answer is on its way")
            elif plan.deed == "ask":
                values = {"state": InboxState.UNKNOWN, "doubtful": True, "attempts": 0, "asks": 0, "crashes": 0}
                _make_due(connection, row.id, now, values | {"finished_at": None})
            elif plan.deed == "now":
                _make_due(connection, row.id, now, {})
            if plan.deed != "nothing":
                history.note(connection, now, row.id, "replayed", author, reason=reason, deed=plan.deed, was=row.state)
            plans.append(plan)
        return plans

    def _bury(self, connection: Connection, ids: Sequence[int], author: str, reason: str) -> list[Plan]:
        now = self._database.now()
        plans = []
        for row in _rows(connection, ids, lock=True):
            if row.state not in _BURIABLE:
                why = f"{row.state}: only what waits for operations can be buried"
                plans.append(Plan(row.id, row.transaction_id, row.state, row.outcome, "nothing", why))
                continue
            connection.execute(
                update(inbox)
                .where(inbox.c.id == row.id)
                .values(state=InboxState.REFUSED, outcome="buried", due_at=null(), finished_at=now)
            )
            numbers.promote(connection, [row.number])
            history.note(connection, now, row.id, "buried", author, reason=reason, was=row.state)
            plans.append(Plan(row.id, row.transaction_id, row.state, row.outcome, "bury", "given up"))
        return plans


def _make_due(connection: Connection, row_id: int, now: float, values: dict[str, object]) -> None:
    connection.execute(
        update(inbox).where(inbox.c.id == row_id).values(due_at=now, queue=Queue.BULK, head=True, **values)
    )


def _plan(row: Row[*tuple[Any, ...]]) -> Plan:
    deed, why = _PLANS[row.state]
    return Plan(row.id, row.transaction_id, row.state, row.outcome, deed, why)


def _rows(connection: Connection, ids: Sequence[int], *, lock: bool = False) -> list[Row[*tuple[Any, ...]]]:
    query = (
        select(inbox.c.id, inbox.c.transaction_id, inbox.c.number, inbox.c.bind, inbox.c.state, inbox.c.outcome)
        .where(inbox.c.id.in_(ids))
        .order_by(inbox.c.id)
    )
    return [*connection.execute(query.with_for_update() if lock else query)]
