"""The parts of answers that need more than one: how each was split, how far it has come, what its receipts say.

A part is `queued` until its submit_sm_resp has come, so a sender that takes over from a dead one goes on at the
first part that is queued.  The answer's own row says whether somebody is at it, and how all of it ended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, insert, literal_column, select, update
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.leaving import OutgoingPart, Receipt
from workers.journal.matching import after, state_of
from workers.journal.states import ANSWERED, OutboxState
from workers.journal.tables import outbox, outbox_parts

_SENDING: ColumnElement[str] = literal_column(f"'{OutboxState.SENDING}'")
is_answered: ColumnElement[bool] = outbox.c.state.in_([literal_column(f"'{state}'") for state in ANSWERED])
"""True for an answer that its SMSC has.  Literals, not parameters: a list of these can't go into a statement that is
executed for many rows at once.
"""


@dataclass(frozen=True, slots=True)
class Split:
    """How a sender means to send an answer in several parts."""

    id: int
    owner: str
    plan: str
    parts: int


_PLAN = update(outbox).where(outbox.c.id == bindparam("row_id")).values(plan=bindparam("new_plan"))


def begin(connection: Connection, splits: Sequence[Split], _now: float) -> list[None]:
    """Write how answers are split, where that isn't written yet and the sender has them in hand."""
    found = connection.execute(
        select(outbox.c.id, outbox.c.owner, outbox.c.plan)
        .where(outbox.c.id.in_([one.id for one in splits]), outbox.c.state == _SENDING)
        .with_for_update()
    ).all()
    unsplit = {row.id: row.owner for row in found if not row.plan}
    fresh = {one.id: one for one in splits if unsplit.get(one.id) == one.owner}
    if fresh:
        connection.execute(_PLAN, [{"row_id": one.id, "new_plan": one.plan[:64]} for one in fresh.values()])
        connection.execute(
            insert(outbox_parts),
            [
                {"outbox_id": one.id, "number": number, "state": OutboxState.QUEUED, "resends": 0, "error": ""}
                for one in fresh.values()
                for number in range(1, one.parts + 1)
            ],
        )
    return [None] * len(splits)


def of(connection: Connection, ids: Collection[int]) -> Mapping[int, tuple[OutgoingPart, ...]]:
    """The parts of answers, in order; nothing for one that isn't split."""
    return {
        id_: tuple(OutgoingPart(row.number, OutboxState(row.state), row.resends) for row in rows)
        for id_, rows in _rows(connection, ids).items()
    }


_ENDED = (
    update(outbox_parts)
    .where(
        outbox_parts.c.outbox_id == bindparam("row_id"),
        outbox_parts.c.number == bindparam("part_no"),
        outbox_parts.c.state == OutboxState.QUEUED,
        exists().where(
            outbox.c.id == outbox_parts.c.outbox_id, outbox.c.owner == bindparam("by"), outbox.c.state == _SENDING
        ),
    )
    .values(
        state=bindparam("new_state"),
        message_id=bindparam("new_message_id"),
        message_key=bindparam("new_message_key"),
        error=bindparam("new_error"),
        sent_at=bindparam("new_sent_at"),
        sent_via=bindparam("new_sent_via"),
        resends=outbox_parts.c.resends + bindparam("more_resends"),
    )
)


def end(connection: Connection, parameters: Sequence[Mapping[str, object]]) -> None:
    """Write how tries to send parts ended, where the sender still has the answer in hand."""
    connection.execute(_ENDED, [*parameters])


_TOLD = (
    update(outbox_parts)
    .where(outbox_parts.c.outbox_id == bindparam("row_id"), outbox_parts.c.number == bindparam("part_no"))
    .values(
        state=bindparam("new_state"),
        error=bindparam("new_error"),
        receipt_at=bindparam("at"),
        rule=bindparam("new_rule"),
    )
)


def receipts(connection: Connection, given: Sequence[tuple[int, int, Receipt]], now: float) -> None:
    """Write what receipts say of parts (answer, number), and what follows for the answers that are all sent."""
    if not given:
        return
    ids = {id_ for id_, _, _ in given}
    rows = _rows(connection, ids)  # read again: the answers are locked now
    states = {(row.outbox_id, row.number): OutboxState(row.state) for theirs in rows.values() for row in theirs}
    told: dict[tuple[int, int], dict[str, object]] = {}
    for id_, number, receipt in given:
        was = states[id_, number]
        states[id_, number] = after(was, receipt.state)
        if states[id_, number] != was or was is OutboxState.SENT:
            told[id_, number] = {
                "row_id": id_,
                "part_no": number,
                "new_state": states[id_, number],
                "new_error": receipt.error,
                "new_rule": receipt.part,
                "at": now,
            }
    if told:
        connection.execute(_TOLD, [*told.values()])
        settle(connection, ids)


_SETTLED = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), is_answered)
    .values(state=bindparam("new_state"), error=bindparam("new_error"), receipt_at=bindparam("at"))
)


def settle(connection: Connection, ids: Collection[int]) -> None:
    """Let the receipts of parts decide for answers that are sent as a whole; one still in hand waits for that."""
    settled = [parameters for rows in _rows(connection, ids).values() if (parameters := _settled(rows)) is not None]
    if settled:
        connection.execute(_SETTLED, settled)


def _settled(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[str, object] | None:
    heard = [row for row in rows if row.receipt_at is not None]
    if not heard:
        return None
    last = max(heard, key=lambda row: (row.receipt_at, row.number))
    state = state_of([OutboxState(row.state) for row in rows], last.rule)
    error = next((row.error for row in rows if row.state == state == OutboxState.UNDELIVERED), last.error)
    return {"row_id": last.outbox_id, "new_state": state, "new_error": error, "at": last.receipt_at}


_OF_TEXTS = (
    select(outbox_parts)
    .where(outbox_parts.c.outbox_id.in_(bindparam("ids", expanding=True)))
    .order_by(outbox_parts.c.outbox_id, outbox_parts.c.number)
)


def _rows(connection: Connection, ids: Collection[int]) -> Mapping[int, Sequence[Row[*tuple[Any, ...]]]]:
    found: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    if ids:
        for row in connection.execute(_OF_TEXTS, {"ids": sorted(ids)}):
            found[row.outbox_id].append(row)
    return found
