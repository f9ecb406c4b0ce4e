"""Retention: what is long over loses its texts and its numbers, and later goes as a whole; all in small transactions.

`blanking` says what of a message is taken away, `beside` what of the rest, `deleting` what goes years after that.

Numbers are hashed with the operator's key: the same number stays the same, so that people can still be counted, and
nobody without the key finds out whose they are.

Never what is not finished: unknown and dead messages wait for operations, who need their numbers; an open gift, an
answer that has not left, a tone that renews.  do_not_disturb is a wish that holds until it is taken back.  The
history has neither numbers nor texts; what a purge did stands there, under no message.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, and_, exists, func, or_, select, tuple_, update
from sqlalchemy.sql.elements import ColumnElement

from workers.journal import blanking, deleting, history
from workers.journal.beside import BESIDE, Beside
from workers.journal.database import Database
from workers.journal.deeds import NO_MESSAGE
from workers.journal.deleting import LAST_PURGE, is_last
from workers.journal.line import destinations
from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.parked import literals
from workers.journal.replay_rules import PURGED
from workers.journal.searching import first_since
from workers.journal.states import InboxState
from workers.journal.statistics.counting import Counting
from workers.journal.switches import ON
from workers.journal.tables import bind_switches, inbox, outbox
from workers.journal.tables import history as history_table
from workers.journal.tables.messages import COUNTED_END

_AT_ONCE = 50
"""Rows in one transaction: live messages wait no longer for it than for each other."""
_LOOKED_AT = 5_000
"""Messages looked at for them."""
_SLACK_S = 2 * 60.0
"""Rows that were committed at once may have changed places."""
_TURN = "*purge"
_FINISHED = (InboxState.DONE, InboxState.REFUSED)
_UNSENT = exists().where(outbox.c.inbox_id == inbox.c.id, outbox.c.state.in_(destinations.holding)).correlate(inbox)
_OVER = and_(inbox.c.state.in_(literals(_FINISHED)), ~_UNSENT)
_TO_PURGE = and_(_OVER, inbox.c.counted == COUNTED_END)
"""Not before it is counted: whose it was, and the word that nobody understood, are known from nowhere else."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did, or would do."""

    rows: Mapping[str, int]
    """By table; with a message go its answers, questions, consents and charges."""
    left: int = 0
    """Messages as old that are not finished, and stay as they are."""
    deleted: Mapping[str, int] = field(default_factory=dict)
    """Likewise by table: what was blanked so long ago that it goes as a whole."""


class Purge:
    """Purges one journal with one key; each call blocks and raises `JournalUnavailable`."""

    def __init__(
        self,
        database: Database,
        key: bytes,
        counting: Counting | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`counting` counts what is to be blanked before it is; without it only what is counted already is blanked."""
        self._database = database
        self._counting = counting
        self._hashed = blanking.hashing(key)
        self._sleep = sleep

    def count(self, before: float, gone_before: float | None = None) -> Purged:
        """Count what would be purged of before that moment, and deleted of before the other; nothing is changed."""
        with self._database.read() as connection:
            begin, end = _span(connection, before)
            span = and_(inbox.c.id >= begin, inbox.c.id < end, inbox.c.received_at < before, _is_plain)
            rows = {"inbox": _count(connection, and_(span, _OVER))}
            rows |= {one.table.name: _rows(connection, one, before) for one in BESIDE}
            deleted: dict[str, int] = {}
            if gone_before is not None:
                old = inbox.c.id < first_since(connection, gone_before + _SLACK_S), inbox.c.received_at < gone_before
                deleted["inbox"] = _count(connection, and_(*old, or_(~_is_plain, _OVER), ~is_last(inbox)))
                deleted |= {one.table.name: _rows(connection, one, gone_before) for one in deleting.BESIDE}
            return Purged(_some(rows), _count(connection, and_(span, ~_OVER)), _some(deleted))

    def run(
        self,
        before: float,
        gone_before: float | None = None,
        *,
        author: str,
        reason: str = "",
        pause_s: float = 0.0,
        progress: Callable[[int], None] = lambda _: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Purged:
        """Purge what came before that moment, and delete what was purged and came before the other.

        `pause_s` lies between two transactions, for the live path.
        May end at any line and be done again: what is purged is known by its number, and is left alone.
        """
        if self._counting:
            self._counting.run(pause_s=pause_s, stopping=stopping)
        with self._database.read() as connection:
            begin, end = _span(connection, before)
        done: Counter[str] = Counter()
        at, mark, left = begin, begin, 0
        while at < end and not stopping():
            ids, next_, unfinished = self._look(at, end, before)
            for some in _in_batches(ids):
                done += self._database.write(partial(self._messages, ids=some, before=before))
                progress(done["inbox"])
                self._sleep(pause_s)
            at, left = next_, left + unfinished
            if not left:
                mark = at
        for one in BESIDE:
            done[one.table.name] += self._beside(one, before, pause_s, stopping)
        deleted = Counter[str]() if gone_before is None else self._delete(gone_before, pause_s, stopping)
        purged = Purged(_some(done), left, _some(deleted))
        self._database.write(lambda connection: self._note(connection, purged, before, mark, author, reason))
        return purged

    def takes_turn(self, every_s: float) -> bool:
        """Whether nobody has purged for so long: then it is this one's turn, and nobody else's."""
        return self._database.write(lambda connection: _takes_turn(connection, self._database.now(), every_s))

    def _look(self, at: int, end: int, before: float) -> tuple[list[int], int, int]:
        """What of the next messages is to be purged, where to go on, and how many are not finished."""
        with self._database.read() as connection:
            ids = connection.scalars(
                select(inbox.c.id).where(inbox.c.id >= at, inbox.c.id < end).order_by(inbox.c.id).limit(_LOOKED_AT)
            ).all()
            if not ids:
                return [], end, 0
            span = and_(inbox.c.id >= ids[0], inbox.c.id <= ids[-1], inbox.c.received_at < before, _is_plain)
            found = connection.scalars(select(inbox.c.id).where(span, _TO_PURGE).order_by(inbox.c.id)).all()
            return [*found], ids[-1] + 1, _count(connection, and_(span, ~_TO_PURGE))

    def _messages(self, connection: Connection, *, ids: Sequence[int], before: float) -> Counter[str]:
        # Looked at again under lock, since operations may be replaying one of them, and by a statement that begins with
        # it: who waited for the lock sees in PostgreSQL the row as it is now, and the answers as they were before.
        connection.execute(select(inbox.c.id).where(inbox.c.id.in_(ids)).order_by(inbox.c.id).with_for_update())
        rows = connection.execute(
            select(inbox.c.id, inbox.c.number, inbox.c.transaction_id, inbox.c.results).where(
                inbox.c.id.in_(ids), _TO_PURGE
            )
        ).all()
        return blanking.messages(connection, rows, self._hashed, before) if rows else Counter()

    def _delete(self, before: float, pause_s: float, stopping: Callable[[], bool]) -> Counter[str]:
        done: Counter[str] = Counter()
        with self._database.read() as connection:
            end = first_since(connection, before + _SLACK_S)
        while not stopping():
            some = self._database.write(partial(_delete_messages, before=before, end=end))
            done += some
            if not some["inbox"]:
                break
            self._sleep(pause_s)
        for one in deleting.BESIDE:
            done[one.table.name] += self._beside(one, before, pause_s, stopping)
        return done

    def _beside(self, one: Beside, before: float, pause_s: float, stopping: Callable[[], bool]) -> int:
        done, last = 0, None
        while not stopping():
            found, blanked = self._database.write(partial(self._some, one=one, before=before, last=last))
            done += blanked
            if not found:  # fewer than were asked for may be some that were no longer over once they could be locked
                break
            last = found[-1]
            self._sleep(pause_s)
        return done

    def _some(
        self, connection: Connection, *, one: Beside, before: float, last: Any
    ) -> tuple[Sequence[tuple[Any, ...]], int]:
        """Blank the next rows; returns the keys of those that were found, and how many of them were over."""
        key = [*one.table.primary_key]
        query = select(one.table).where(one.is_over(before)).order_by(*key).limit(_AT_ONCE)
        if last is not None:
            query = query.where(tuple_(*key) > tuple_(*last))
        found = [tuple(row) for row in connection.execute(query.with_only_columns(*key).with_for_update())]
        if not found:
            return found, 0
        # Likewise looked at again: whoever was waited for may have had the offer, or kept the membership anew.
        theirs = {*found}
        still = [row for row in connection.execute(query) if tuple(row._mapping[one.name] for one in key) in theirs]
        if still:
            one.blank(connection, still, self._hashed)
        return found, len(still)

    def _note(self, connection: Connection, purged: Purged, before: float, mark: int, author: str, reason: str) -> None:
        detail = {"before": before, "mark": mark, "rows": dict(purged.rows), "left": purged.left, "reason": reason}
        detail |= {"deleted": dict(purged.deleted)} if purged.deleted else {}
        history.note(connection, self._database.now(), NO_MESSAGE, LAST_PURGE, author[:96], **detail)


_is_plain: ColumnElement[bool] = ~inbox.c.number.startswith(PURGED)


def _span(connection: Connection, before: float) -> tuple[int, int]:
    """From the first message that no purge has been through, to one above the last that is old enough."""
    last = connection.execute(
        select(history_table.c.detail)
        .where(history_table.c.inbox_id == NO_MESSAGE, history_table.c.event == LAST_PURGE)
        .order_by(history_table.c.id.desc())
        .limit(1)
    ).first()
    begin = int(json.loads(last.detail)["mark"]) if last else 0
    return begin, first_since(connection, before + _SLACK_S)


def _delete_messages(connection: Connection, *, before: float, end: int) -> Counter[str]:
    """The oldest that are to go: what is not finished stays before them, and is passed over by the index of ids."""
    rows = connection.execute(
        select(inbox.c.id, inbox.c.number, inbox.c.transaction_id)
        .where(inbox.c.id < end, deleting.is_gone(before))
        .order_by(inbox.c.id)
        .limit(_AT_ONCE)
        .with_for_update()
    ).all()
    return deleting.messages(connection, rows) if rows else Counter()


def _takes_turn(connection: Connection, now: float, every_s: float) -> bool:
    mine = update(bind_switches).where(bind_switches.c.bind == _TURN, bind_switches.c.at <= now - every_s)
    if connection.execute(mine.values(at=now, generation=bind_switches.c.generation + 1)).rowcount:
        return True
    first = {"wanted": ON, "generation": 1, "author": "retention", "reason": "", "at": now}
    made = (
        INSERT_BY_DIALECT[connection.dialect.name](bind_switches).values(bind=_TURN, **first).on_conflict_do_nothing()
    )
    return connection.execute(made.returning(bind_switches.c.bind)).first() is not None


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return int(connection.scalar(select(func.count()).select_from(inbox).where(which)) or 0)


def _rows(connection: Connection, one: Beside, before: float) -> int:
    return int(connection.scalar(select(func.count()).select_from(one.table).where(one.is_over(before))) or 0)


def _in_batches(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[begin : begin + _AT_ONCE] for begin in range(0, len(ids), _AT_ONCE)]


def _some(rows: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in rows.items() if count}
