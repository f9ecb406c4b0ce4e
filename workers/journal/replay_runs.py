"""Many messages done again on one wish: a run, which outlives whoever carries it out.

A row of the run and its message change in the same transaction: a run that was interrupted goes on where it was, and
never does one row twice.  What is done is decided anew at that moment, since its message may have moved on; one that
has ended since the run was begun is left alone.

A long one is kept in several transactions, closed until the last one opens it: one that was cut short there never was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, or_, select, update

from workers.journal.database import Database
from workers.journal.replays import Desk, Plan
from workers.journal.tables import inbox, replay_rows, replay_runs

_WHY_CHARS = 120


@dataclass(frozen=True, slots=True)
class Run:
    """How far a run is."""

    id: int
    author: str
    reason: str
    rate_per_s: float
    """0: as fast as it goes."""
    begun_at: float
    ended_at: float | None
    """None: something is left to do."""
    total: int
    left: int


class Runs:
    """The runs of one journal; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def begin(
        self, plans: Sequence[Plan], *, author: str, reason: str, rate_per_s: float = 0.0, whole: bool = True
    ) -> int:
        """Keep what is to be done, in one transaction, and return the run's id.  Nothing is done yet.

        One that is not `whole` is closed, and nobody sees it: `add` the rest to it.
        """
        values = {"author": author[:96], "reason": reason, "rate_per_s": rate_per_s}
        return self._database.write(lambda connection: self._begin(connection, plans, values, whole))

    def add(self, run_id: int, plans: Sequence[Plan], *, last: bool) -> None:
        """Keep more of what is to be done, in one transaction; the `last` one opens the run."""
        self._database.write(lambda connection: self._add(connection, run_id, plans, last))

    def step(self, run_id: int, limit: int) -> int:
        """Do at most so many of the rows that are left, in one transaction; returns how many, 0 once all are done.

        They are looked at before, since they may lie years back: what has to come from the disk comes while others
        still write.
        """
        with self._database.read() as connection:
            self._desk.look(connection, connection.scalars(_LEFT, {"of_run": run_id, "at_most": limit}).all())
        return self._database.write(lambda connection: self._step(connection, run_id, limit))

    def state(self, run_id: int) -> Run | None:
        """How far it is; None: no such run."""
        found = self._read(replay_runs.c.id == run_id, 1)
        return found[0] if found else None

    def newest(self, limit: int = 20) -> list[Run]:
        """The last runs, the newest first."""
        return self._read(replay_runs.c.id > 0, limit)

    def unkept(self, *, since: float) -> list[tuple[Run, float]]:
        """Those begun since then that nobody has opened yet, the newest first, each with when a part was last kept."""
        query = (
            select(replay_runs, func.count().label("total"), func.count().label("left"))
            .join(replay_rows, and_(replay_rows.c.run_id == replay_runs.c.id, replay_rows.c.at.is_(None)))
            .where(replay_runs.c.begun_at >= since, replay_runs.c.ended_at.is_not(None))
            .group_by(*replay_runs.c)
            .order_by(replay_runs.c.id.desc())
        )
        with self._database.read() as connection:
            return [(_run(row), row.ended_at) for row in connection.execute(query)]

    def rows(self, run_id: int, limit: int | None = None) -> list[dict[str, Any]]:
        """What became of each message, the oldest first: what was planned, done and why, and how it stands now.

        Of at most `limit`, all by default.
        """
        query = (
            select(
                replay_rows.c.inbox_id.label("id"),
                inbox.c.transaction_id,
                replay_rows.c.planned,
                replay_rows.c.deed,
                replay_rows.c.why,
                replay_rows.c.at,
                inbox.c.state,
                inbox.c.outcome,
            )
            .outerjoin(inbox, inbox.c.id == replay_rows.c.inbox_id)
            .where(replay_rows.c.run_id == run_id)
            .order_by(replay_rows.c.inbox_id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]

    def latest(self, run_id: int) -> float | None:
        """When its last message was done, seconds since the epoch; None where none is."""
        with self._database.read() as connection:
            at: float | None = connection.scalar(
                select(func.max(replay_rows.c.at)).where(replay_rows.c.run_id == run_id)
            )
            return at

    def counts(self, run_id: int) -> list[tuple[str, str, int]]:
        """What was done so far, why, and how often, the most first: a page asks for it each second."""
        deed, why, count = replay_rows.c.deed, replay_rows.c.why, func.count()
        query = (
            select(deed, why, count)
            .where(replay_rows.c.run_id == run_id, replay_rows.c.at.is_not(None))
            .group_by(deed, why)
            .order_by(count.desc(), deed, why)
        )
        with self._database.read() as connection:
            return [(str(row[0]), str(row[1]), int(row[2])) for row in connection.execute(query)]

    def _begin(self, connection: Connection, plans: Sequence[Plan], values: Mapping[str, object], whole: bool) -> int:
        now = self._database.now()
        ended_at = None if whole and plans else now
        begun = insert(replay_runs).values(**values, begun_at=now, ended_at=ended_at).returning(replay_runs.c.id)
        run_id = int(connection.execute(begun).scalar_one())
        _keep(connection, run_id, plans)
        return run_id

    def _add(self, connection: Connection, run_id: int, plans: Sequence[Plan], last: bool) -> None:
        _keep(connection, run_id, plans)
        _end(connection, run_id, None if last else self._database.now())  # when somebody was last at it

    def _step(self, connection: Connection, run_id: int, limit: int) -> int:
        run = connection.execute(_RUN, {"of_run": run_id}).one()
        ids = connection.scalars(_LEFT, {"of_run": run_id, "at_most": limit}).all()
        now = self._database.now()
        if not ids:
            if run.ended_at is None:
                _end(connection, run_id, now)
            return 0
        done = self._desk.do(connection, ids, author=run.author, reason=run.reason, run=run_id, begun_at=run.begun_at)
        by_id = {plan.id: plan for plan in done}
        connection.execute(_DONE, [_parameters(run_id, id_, by_id.get(id_), now) for id_ in ids])
        return len(ids)

    def _read(self, which: Any, limit: int) -> list[Run]:
        count, done = func.count(replay_rows.c.inbox_id), func.count(replay_rows.c.at)
        query = (
            select(replay_runs, count.label("total"), (count - done).label("left"))
            .outerjoin(replay_rows, replay_rows.c.run_id == replay_runs.c.id)
            .where(which)
            .group_by(*replay_runs.c)
            .having(or_(replay_runs.c.ended_at.is_(None), count == done))
            .order_by(replay_runs.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [_run(row) for row in connection.execute(query)]


_RUN = select(replay_runs).where(replay_runs.c.id == bindparam("of_run")).with_for_update()
"""Two who go on with a run take turns."""
_LEFT = (
    select(replay_rows.c.inbox_id)
    .where(replay_rows.c.run_id == bindparam("of_run"), replay_rows.c.at.is_(None))
    .order_by(replay_rows.c.inbox_id)
    .limit(bindparam("at_most"))
)
_DONE = (
    update(replay_rows)
    .where(replay_rows.c.run_id == bindparam("of_run"), replay_rows.c.inbox_id == bindparam("of_message"))
    .values(deed=bindparam("new_deed"), why=bindparam("new_why"), at=bindparam("new_at"))
)


def _parameters(run_id: int, id_: int, plan: Plan | None, now: float) -> dict[str, object]:
    deed, why = (plan.deed, plan.why) if plan else ("nothing", "it is not there any more")
    return {"of_run": run_id, "of_message": id_, "new_deed": deed, "new_why": why[:_WHY_CHARS], "new_at": now}


def _keep(connection: Connection, run_id: int, plans: Sequence[Plan]) -> None:
    if plans:
        rows = [{"run_id": run_id, "inbox_id": one.id, "planned": one.deed, "deed": "", "why": ""} for one in plans]
        connection.execute(insert(replay_rows), rows)


def _end(connection: Connection, run_id: int, at: float | None) -> None:
    connection.execute(update(replay_runs).where(replay_runs.c.id == run_id).values(ended_at=at))


def _run(row: Row[Any]) -> Run:
    return Run(
        row.id, row.author, row.reason, row.rate_per_s, row.begun_at, row.ended_at, int(row.total), int(row.left)
    )
