"""Operations' own changes of state: a message done again, safely, or given up.  `replay_rules` says what and why."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Update,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    null,
    select,
    true,
    update,
)

from workers.journal import answers, history
from workers.journal.database import Database
from workers.journal.due import queues_due
from workers.journal.leaving import Answer
from workers.journal.line import numbers
from workers.journal.questions import EXPIRED, GRANTED, OPEN, with_questions
from workers.journal.replay_rules import BURIED, PURGED, Decision, Deed, Facts, decide, without_refusals
from workers.journal.rows import ClaimedRow
from workers.journal.states import InboxState, Queue
from workers.journal.subscribers import languages
from workers.journal.tables import inbox, questions

_BURIABLE = (InboxState.UNKNOWN, InboxState.DEAD, InboxState.WAITING, InboxState.ACCEPTED)
_MAY_BE_CALLED = (InboxState.REFUSED, InboxState.UNKNOWN, InboxState.DEAD)
_AT_ONCE = 500
"""Rows asked for in one statement: databases allow only so many parameters."""
_BURIED_AT_ONCE = 50
"""Messages given up in one transaction."""
ACT_WITHIN_S = 86400.0
"""How long a yes is acted upon, where nobody says otherwise."""
_ENDED_SINCE = Decision(Deed.NOTHING, "it has come to an end since this replay was begun")

Farewell = Callable[[ClaimedRow], Answer | None]
"""What the subscriber of a message is told that is given up."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a replay or a burial would do to one message, or did."""

    id: int
    transaction_id: str
    state: str
    outcome: str
    deed: str
    """A `Deed`."""
    why: str

    @property
    def is_given_up(self) -> bool:
        """Whether the message is given up: by this, or before."""
        return self.deed == Deed.BURY or (self.state, self.outcome) == (InboxState.REFUSED, BURIED)


class Desk:
    """Operations' door to one journal; each change is in the history with its author and reason.

    `act_within_s` is how long a yes is acted upon.
    """

    def __init__(self, database: Database, *, act_within_s: float = ACT_WITHIN_S) -> None:
        self._database = database
        self._act_within_s = act_within_s

    def plan(self, ids: Sequence[int]) -> list[Plan]:
        """Return what a replay of these rows would do: the dry run."""
        with self._database.read() as connection:
            return self.look(connection, ids)

    def look(self, connection: Connection, ids: Sequence[int]) -> list[Plan]:
        """The same, over a connection that the caller has."""
        return [plan for _, plan, _ in self._plans(connection, ids)]

    def replay(self, ids: Sequence[int], *, author: str, reason: str) -> list[Plan]:
        """Do it, in one transaction; raises `JournalUnavailable`.  Ring for `bulk` afterwards."""
        return self._database.write(lambda connection: self.do(connection, ids, author=author, reason=reason))

    def do(
        self,
        connection: Connection,
        ids: Sequence[int],
        *,
        author: str,
        reason: str,
        run: int = 0,
        begun_at: float | None = None,
    ) -> list[Plan]:
        """Do it in the caller's transaction, as a part of a `run`; 0 is none.

        What has ended after `begun_at` is left alone: it has its answer, be it another replay's, and what was given
        up meanwhile was told so.
        """
        now, of_run = self._database.now(), {"run": run} if run else {}
        done, due, events = [], defaultdict[str, list[dict[str, object]]](list), []
        for row, planned, facts in self._plans(connection, ids, lock=True):
            ended_since = begun_at is not None and row.finished_at is not None and row.finished_at > begun_at
            plan = _plan(row, _ENDED_SINCE) if ended_since else planned
            done.append(_answered(connection, row, plan, now) if plan.deed == Deed.ANSWER else plan)
            if done[-1].deed in _DUE:
                due[plan.deed].append(_parameters(row, plan.deed, facts.stopped, now))
            if done[-1].deed != Deed.NOTHING:
                detail = json.dumps({"reason": reason, "deed": plan.deed, "was": row.state, **of_run})
                events.append((row.id, "replayed", author[:96], detail))
        for deed, parameters in due.items():  # many rows in one statement each: on SQLite all that is live waits
            connection.execute(_DUE[deed], parameters)
        history.append(connection, now, events)
        return done

    def bury(self, ids: Sequence[int], *, author: str, reason: str, farewell: Farewell | None = None) -> list[Plan]:
        """Give up messages that wait for operations; they are refused with the outcome `buried`.

        Promise 4: whose message waits, or who has heard nothing of it yet, is told by `farewell`.  Many are
        given up some at once: what is live goes between, and who is cut short says the same again.
        """
        plans = []
        for begin in range(0, len(ids), _BURIED_AT_ONCE):
            work = partial(self._bury, ids=ids[begin : begin + _BURIED_AT_ONCE], author=author, reason=reason)
            plans += self._database.write(partial(work, farewell=farewell))
        return plans

    def due(self) -> list[Queue]:
        """The queues in which something is due, what stood behind a message that is given up too: ring for them."""
        with self._database.read() as connection:
            return queues_due(connection, self._database.now())

    def _plans(
        self, connection: Connection, ids: Sequence[int], *, lock: bool = False
    ) -> list[tuple[Row[*tuple[Any, ...]], Plan, Facts]]:
        now = self._database.now()
        found = []
        for begin in range(0, len(ids), _AT_ONCE):
            rows = _rows(connection, ids[begin : begin + _AT_ONCE], lock=lock)
            asked, stops = _questions(connection, rows), _stops(connection, rows)
            for row in rows:
                question, agreed_at = asked[row.id]
                facts = Facts(
                    row.state,
                    row.outcome,
                    row.results,
                    purged=row.number.startswith(PURGED),
                    ran_out=question == EXPIRED,
                    settled=question not in ("", OPEN, EXPIRED),
                    agreed_at=agreed_at,
                    received_at=row.received_at,
                    stopped=row.stop_requested or stops.get(row.number, 0) > row.id,
                )
                plan = _plan(row, decide(facts, now=now, act_within_s=self._act_within_s))
                found.append((row, plan, facts))
        return found

    def _bury(
        self, connection: Connection, *, ids: Sequence[int], author: str, reason: str, farewell: Farewell | None
    ) -> list[Plan]:
        now = self._database.now()
        plans = []
        for row in _rows(connection, ids, lock=True):
            if row.state not in _BURIABLE:
                why = f"{row.state}: only what waits for operations can be buried"
                plan = _plan(row, Decision(Deed.NOTHING, why))
                plans.append(replace(plan, why="given up before") if plan.is_given_up else plan)
                continue
            unheard = row.state == InboxState.WAITING or not row.answers
            told = unheard and farewell and _tell(connection, row.id, farewell, now)
            connection.execute(
                update(inbox)
                .where(inbox.c.id == row.id)
                .values(state=InboxState.REFUSED, outcome=BURIED, due_at=null(), finished_at=now)
            )
            numbers.promote(connection, [row.number])
            history.note(connection, now, row.id, "buried", author[:96], reason=reason, was=row.state)
            plans.append(_plan(row, Decision(Deed.BURY, "given up, and told so" if told else "given up")))
        return plans


def _tell(connection: Connection, row_id: int, farewell: Farewell, now: float) -> bool:
    columns = [inbox.c[one.name] for one in fields(ClaimedRow) if one.name in inbox.c]
    values = dict(connection.execute(select(*columns).where(inbox.c.id == row_id)).one()._mapping)
    chosen = languages(connection, [str(values["number"])]).get(str(values["number"]), "")
    row = ClaimedRow(**values | {"token": "", "language": chosen, "queue": Queue(values["queue"])})
    answer = farewell(with_questions(connection, [row])[0])
    if answer is None:
        return False
    asker = connection.execute(select(*answers.ASKER).where(inbox.c.id == row_id)).one()
    answers.add_one(connection, asker, answer, now)
    return True


def _answered(connection: Connection, row: Row[*tuple[Any, ...]], plan: Plan, now: float) -> Plan:
    if answers.repeat_answer(connection, row.id, row.number, row.bind, now):
        return plan
    return _plan(row, Decision(Deed.NOTHING, _why_no_answer(row)))


_now: Update = (
    update(inbox)
    .where(inbox.c.id == bindparam("row"))
    .values(due_at=bindparam("at"), queue=literal(Queue.BULK), head=true())
)
# Statistics count its end anew, even if that is called the same: more of its steps may have been done.
_anew = _now.values(attempts=0, asks=0, crashes=0, finished_at=null(), noticed=false(), counted=literal(""))
# Known not to have taken effect: under its own transaction id it is called as if for the first time.
_open_again = _anew.values(state=literal(InboxState.WAITING), results=bindparam("kept"))
_DUE: Mapping[str, Update] = {
    Deed.ASK: _anew.values(state=literal(InboxState.UNKNOWN), doubtful=true(), stop_requested=bindparam("stopped")),
    Deed.AGAIN: _open_again,
    Deed.CONSENT: _open_again,
    Deed.NOW: _now,
}
"""What makes messages due again, by what is done with them."""


def _parameters(row: Row[*tuple[Any, ...]], deed: str, stopped: bool, now: float) -> dict[str, object]:
    more: dict[str, object] = {"stopped": stopped} if deed == Deed.ASK else {}
    if _DUE[deed] is _open_again:
        more["kept"] = without_refusals(row.results)
    return {"row": row.id, "at": now, **more}


def _plan(row: Row[*tuple[Any, ...]], decision: Decision) -> Plan:
    return Plan(row.id, row.transaction_id, row.state, row.outcome, decision.deed, decision.why)


def _why_no_answer(row: Row[*tuple[Any, ...]]) -> str:
    return "its answer is on its way" if row.answers else "it had no answer that could be sent again"


def _rows(connection: Connection, ids: Sequence[int], *, lock: bool = False) -> list[Row[*tuple[Any, ...]]]:
    return [*connection.execute(_LOCKED if lock else _WANTED, {"ids": ids})]


_ids: BindParameter[int] = bindparam("ids", expanding=True)
_WANTED = (
    select(
        *(inbox.c.id, inbox.c.transaction_id, inbox.c.number, inbox.c.bind, inbox.c.state, inbox.c.outcome),
        *(inbox.c.results, inbox.c.answers, inbox.c.finished_at, inbox.c.stop_requested, inbox.c.received_at),
    )
    .where(inbox.c.id.in_(_ids))
    .order_by(inbox.c.id)
)
_LOCKED = _WANTED.with_for_update()
_newest = (
    select(func.max(questions.c.id))
    .where(questions.c.number.in_(bindparam("numbers", expanding=True)), questions.c.inbox_id.in_(_ids))
    .group_by(questions.c.inbox_id)
)
_ASKED = select(questions.c.inbox_id, questions.c.state).where(questions.c.id.in_(_newest))
_SAID_YES = (
    select(questions.c.closed_by, questions.c.way, questions.c.asked_at, inbox.c.received_at)
    .join(inbox, inbox.c.id == questions.c.closed_by)
    .where(questions.c.closed_by.in_(_ids), questions.c.state == literal_column(f"'{GRANTED}'"))
)
_CLOSED = (
    select(inbox.c.number, func.max(inbox.c.id))
    .where(inbox.c.number.in_(bindparam("numbers", expanding=True)), inbox.c.results.contains('"action":"close"'))
    .group_by(inbox.c.number)
)
"""Made once, all: a replay asks them for every few messages, and all that is live waits meanwhile on SQLite."""


def _questions(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[int, tuple[str, float | None]]:
    """By message: how the question stands that it was answered with, empty for none, and when it said yes to one."""
    ids = [row.id for row in rows]
    asked = connection.execute(_ASKED, {"ids": ids, "numbers": sorted({row.number for row in rows})})
    stands = {row.inbox_id: row.state for row in asked}
    agreed = {
        row.closed_by: row.asked_at if row.way == "external" else row.received_at
        for row in connection.execute(_SAID_YES, {"ids": ids})
    }
    return {id_: (stands.get(id_, ""), agreed.get(id_)) for id_ in ids}


def _stops(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[str, int]:
    """By number: the last message by which it closed the service."""
    open_again = {row.number for row in rows if row.state in _MAY_BE_CALLED}
    return dict(connection.execute(_CLOSED, {"numbers": sorted(open_again)}).all()) if open_again else {}
