"""Answers that wait over one bind go over another: for a bind that nobody will bind again.

An answer leaves by its `bind` alone, and holds up the younger ones to its number on every bind.  Which binds the
other hosts have no settings tell, so nothing is moved but on operations' word.  What stays and why:

    in hand     a sender has it: it ends it, or its lease runs out, and then it may be moved
    half sent   a part has gone out, or may have: a handset joins only what one sender has split

Its line is that of its number and is not touched: what was sent next is sent next (promise 5).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    case,
    delete,
    distinct,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from workers.journal import deeds, history
from workers.journal.database import Database
from workers.journal.line import destinations
from workers.journal.states import OutboxState
from workers.journal.tables import outbox, outbox_parts

_MOVED_AT_ONCE = 50
"""Answers moved in one transaction."""

_QUEUED: ColumnElement[str] = literal_column(f"'{OutboxState.QUEUED}'")
_FREE, _IN_HAND, _HALF_SENT = "free", "in hand", "half sent"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits over one bind."""

    answers: int = 0
    """That may be moved."""
    numbers: int = 0
    """That these go to."""
    oldest_at: float | None = None
    """When the oldest of these was written, seconds since the epoch."""
    in_hand: int = 0
    half_sent: int = 0


class Moving:
    """Operations' door to the bind of answers; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, bind: str) -> Waiting:
        """Count what waits over this bind."""
        with self._database.read() as connection:
            found = {row.kind: row for row in connection.execute(_COUNTED, {"old": bind})}
        free = found.get(_FREE)
        in_hand, half_sent = (found[kind].answers if kind in found else 0 for kind in (_IN_HAND, _HALF_SENT))
        if free is None:
            return Waiting(in_hand=in_hand, half_sent=half_sent)
        return Waiting(free.answers, free.numbers, free.oldest_at, in_hand, half_sent)

    def binds(self) -> list[str]:
        """The binds that answers wait over."""
        with self._database.read() as connection:
            return sorted(connection.scalars(_BINDS))

    def move(self, old: str, new: str, *, author: str, reason: str, stepped: Callable[[], None] = lambda: None) -> int:
        """Let what waits over `old` go over `new`, and return how many answers do.

        Promises 1 and 2: each is `old`'s or `new`'s at any time, and no sender's meanwhile.  Many are moved some at
        once, `stepped` is called after each: what is live goes between, and who is cut short says the same again.
        """
        with self._database.read() as connection:
            ids = [*connection.scalars(_IDS, {"old": old})]
        moved = 0
        for begin in range(0, len(ids), _MOVED_AT_ONCE):
            step = partial(self._step, ids=ids[begin : begin + _MOVED_AT_ONCE], old=old, new=new)
            whole = 0 if moved else len(ids)
            done = self._database.write(partial(step, whole=whole, author=author[:96], reason=reason))
            moved += done
            if done:
                stepped()
        return moved

    def _step(
        self, connection: Connection, *, ids: Sequence[int], old: str, new: str, whole: int, author: str, reason: str
    ) -> int:
        """Move some; `whole`, of how many in all, is what the deed says, which is noted with the first of them."""
        now = self._database.now()
        rows = connection.execute(_HELD, {"ids": ids, "old": old}).all()
        # Asked for by itself, once they are held: a sender that was faster has written meanwhile what it sent.
        half_sent = {*connection.scalars(_BEGUN, {"ids": [row.id for row in rows]})} if rows else set()
        free = [row for row in rows if row.id not in half_sent]
        if not free:
            return 0
        if split := [{"row_id": row.id} for row in free if row.plan]:
            connection.execute(_UNSPLIT, split)
        connection.execute(_MOVE, [{"row_id": row.id, "new_bind": new} for row in free])
        said = {"from": old, "to": new, "reason": reason}
        history.append(
            connection,
            now,
            [(row.inbox_id, "answer_moved", author, json.dumps({"answer": row.answer_no} | said)) for row in free],
        )
        if whole:
            deeds.note(connection, now, "answers moved", author, answers=whole, **said)
        return len(free)


_ids: BindParameter[int] = bindparam("ids", expanding=True)
_over_it: tuple[ColumnElement[bool], ...] = (
    outbox.c.bind == bindparam("old"),
    outbox.c.state.in_(destinations.holding),  # as the index of lines says it
)
_begun: ColumnElement[bool] = or_(outbox_parts.c.state != _QUEUED, outbox_parts.c.resends > 0)
_half_sent: ColumnElement[bool] = exists().where(outbox_parts.c.outbox_id == outbox.c.id, _begun)
_kinds = (
    select(
        outbox.c.destination,
        outbox.c.created_at,
        case(
            (outbox.c.state != _QUEUED, literal_column(f"'{_IN_HAND}'")),
            (_half_sent, literal_column(f"'{_HALF_SENT}'")),
            else_=literal_column(f"'{_FREE}'"),
        ).label("kind"),
    )
    .where(*_over_it)
    .subquery()
)
_COUNTED = select(
    _kinds.c.kind,
    func.count().label("answers"),
    func.count(distinct(_kinds.c.destination)).label("numbers"),
    func.min(_kinds.c.created_at).label("oldest_at"),
).group_by(_kinds.c.kind)
_BINDS = select(outbox.c.bind).where(outbox.c.state.in_(destinations.holding)).distinct()
_IDS = select(outbox.c.id).where(*_over_it, outbox.c.state == _QUEUED, ~_half_sent).order_by(outbox.c.id)
_HELD = (
    select(outbox.c.id, outbox.c.inbox_id, outbox.c.answer_no, outbox.c.plan)
    .where(outbox.c.id.in_(_ids), outbox.c.bind == bindparam("old"), outbox.c.state == _QUEUED)
    .order_by(outbox.c.id)
    .with_for_update()
)
_BEGUN = select(outbox_parts.c.outbox_id).where(outbox_parts.c.outbox_id.in_(_ids), _begun).distinct()
# How `old` would have split it, of which nothing has gone out: `new` may have other alphabets.
_UNSPLIT = delete(outbox_parts).where(outbox_parts.c.outbox_id == bindparam("row_id"))
_MOVE = update(outbox).where(outbox.c.id == bindparam("row_id")).values(bind=bindparam("new_bind"), plan="")
