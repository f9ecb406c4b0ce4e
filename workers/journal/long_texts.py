"""Long texts on their way in: each part is safe before it is acknowledged, until all of them are handed on as one.

Which long text a part belongs to is decided in `placing`.  One that is whole, or whose missing parts are waited for
no longer, is handed on with the message that it becomes, in one transaction and once.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, null, or_, select, update

from workers.journal import history, redeliveries
from workers.journal.arriving import LongText, NewPart, StoredPart, content_digest
from workers.journal.placing import Kept, Place, place
from workers.journal.tables import inbox, inbox_parts, long_texts

_NOBODYS_S = 300.0
"""How long after its time a long text waits for a listener that has its bind."""
_HAND_ON_S = 10.0
"""How long whoever was given a long text has for handing it on, before it is given out again."""
_AT_ONCE = 100
"""Long texts in one look, or one step of forgetting: neither may hold up those who write."""


class Parts:
    """Keeps parts; `dedupe_s` is how long a redelivery is looked for among what was handed on."""

    def __init__(self, dedupe_s: float) -> None:
        self._dedupe_s = dedupe_s

    def keep(self, connection: Connection, parts: Sequence[NewPart], now: float) -> list[LongText | None]:
        """Keep parts; with each, the long text that it belongs to where that is whole and not handed on yet."""
        _one_at_a_time(connection, parts)
        return [self._keep(connection, part, now) for part in parts]

    def _keep(self, connection: Connection, part: NewPart, now: float) -> LongText | None:
        stored = StoredPart(part.part_no, part.octets, part.header, part.data_coding)
        where, text = place(stored, self._like(connection, part, now))
        if text is None:
            text = _begin(connection, part, now)
        if where in (Place.BEGINS, Place.JOINS):
            _add(connection, text, part, stored, now)
            wait_s = _HAND_ON_S if text.is_whole() else part.within_s
            connection.execute(update(long_texts).where(long_texts.c.id == text.id).values(due_at=now + wait_s))
        elif where is Place.REPEATS_DONE:
            redeliveries.attach_if_unheard(connection, text.transaction_id, redeliveries.of(part), now)
        elif where is Place.TOO_LATE:
            _add(connection, text, part, stored, now)
            _note_late(connection, text, part, now)
        if not text.open or not text.is_whole():
            return None
        ordered = tuple(text.parts[number] for number in sorted(text.parts))
        return LongText(text.id, part.bind, part.session, part.number, part.short_code, part.total, ordered)

    def _like(self, connection: Connection, part: NewPart, now: float) -> list[Kept]:
        """The long texts that a part may be of, the newest first."""
        rows = connection.execute(
            select(
                long_texts.c.id,
                long_texts.c.total,
                long_texts.c.due_at,
                long_texts.c.transaction_id,
                inbox_parts.c.number,
                inbox_parts.c.octets,
                inbox_parts.c.header,
                inbox_parts.c.data_coding,
            )
            .outerjoin(inbox_parts, inbox_parts.c.long_text_id == long_texts.c.id)
            .where(
                long_texts.c.number == part.number,
                long_texts.c.short_code == part.short_code,
                long_texts.c.bind.in_(part.binds or (part.bind,)),
                long_texts.c.reference == part.reference,
                long_texts.c.total == part.total,
                long_texts.c.kind == part.kind,
                or_(long_texts.c.due_at.is_not(None), long_texts.c.done_at > now - self._dedupe_s),
            )
            .order_by(long_texts.c.id.desc())
            .with_for_update(of=long_texts)  # nobody hands it on before its part has joined it
        ).all()
        found: dict[int, Kept] = {}
        for row in rows:
            text = found.setdefault(row.id, Kept(row.id, row.total, row.due_at is not None, row.transaction_id))
            if row.number is not None:
                text.parts[row.number] = StoredPart(row.number, row.octets, row.header, row.data_coding)
        return [*found.values()]


def _one_at_a_time(connection: Connection, parts: Sequence[NewPart]) -> None:
    """Let no other host place parts of the same senders meanwhile; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        for key in sorted({content_digest(part.number, part.short_code, "long text") for part in parts}):
            connection.execute(select(func.pg_advisory_xact_lock(key)))


def _begin(connection: Connection, part: NewPart, now: float) -> Kept:
    id_ = connection.execute(
        insert(long_texts)
        .values(
            bind=part.bind,
            number=part.number,
            short_code=part.short_code,
            kind=part.kind,
            reference=part.reference,
            total=part.total,
            first_at=now,
            due_at=now + part.within_s,
        )
        .returning(long_texts.c.id)
    ).scalar_one()
    return Kept(id_, part.total, True, "")


def _add(connection: Connection, text: Kept, part: NewPart, stored: StoredPart, now: float) -> None:
    connection.execute(
        insert(inbox_parts).values(
            long_text_id=text.id,
            number=stored.number,
            octets=stored.octets,
            header=stored.header,
            data_coding=stored.data_coding,
            session=part.session,
            received_at=now,
        )
    )
    text.parts[stored.number] = stored


def _note_late(connection: Connection, text: Kept, part: NewPart, now: float) -> None:
    row = connection.execute(select(inbox.c.id).where(inbox.c.transaction_id == text.transaction_id)).first()
    if row:
        history.note(connection, now, row.id, "part_too_late", "smsc", part=part.part_no, of=part.total)


def close(connection: Connection, id_: int, transaction_id: str, now: float) -> bool:
    """Hand a long text on with the message of this transaction; False where it was before, or is forgotten."""
    closed = connection.execute(
        update(long_texts)
        .where(long_texts.c.id == id_, long_texts.c.due_at.is_not(None))
        .values(due_at=null(), done_at=now, transaction_id=transaction_id)
    )
    return closed.rowcount == 1


def transaction_id_of(connection: Connection, id_: int) -> str:
    """Of the message that a long text has become; empty where that is forgotten."""
    return connection.scalar(select(long_texts.c.transaction_id).where(long_texts.c.id == id_)) or ""


def due(connection: Connection, wishes: Sequence[Collection[str]], now: float) -> list[list[LongText]]:
    """Give out what is to be handed on for some binds: whole ones that were left lying, and those out of time.

    After a while those of any bind: a bind may have been taken out of the settings of every host.  Each is given out
    again after a while, should nobody hand it on; one that can't be holds up no other.
    """
    return [_due(connection, binds, now) for binds in wishes]


def _due(connection: Connection, binds: Collection[str], now: float) -> list[LongText]:
    texts = connection.execute(
        select(long_texts)
        .where(
            long_texts.c.due_at.is_not(None),
            long_texts.c.due_at <= now,
            or_(long_texts.c.bind.in_(sorted(binds)), long_texts.c.due_at <= now - _NOBODYS_S),
        )
        .order_by(long_texts.c.due_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    if not texts:
        return []
    ids = [text.id for text in texts]
    connection.execute(update(long_texts).where(long_texts.c.id.in_(ids)).values(due_at=now + _HAND_ON_S))
    parts = _parts(connection, ids)
    return [_long_text(text, parts[text.id]) for text in texts]


def _long_text(text: Row[*tuple[Any, ...]], parts: Sequence[Row[*tuple[Any, ...]]]) -> LongText:
    last = max(parts, key=operator.attrgetter("received_at"))
    stored = tuple(StoredPart(part.number, part.octets, part.header, part.data_coding) for part in parts)
    return LongText(text.id, text.bind, last.session, text.number, text.short_code, text.total, stored)


def _parts(connection: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[Row[*tuple[Any, ...]]]]:
    found: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for part in connection.execute(
        select(inbox_parts)
        .where(inbox_parts.c.long_text_id.in_(ids))
        .order_by(inbox_parts.c.long_text_id, inbox_parts.c.number)
    ):
        found[part.long_text_id].append(part)
    return found


def forget(connection: Connection, now: float, after_s: float) -> None:
    """Delete long texts that were handed on so long ago that no redelivery of theirs is looked for: a small step."""
    ids = connection.scalars(
        select(long_texts.c.id)
        .where(long_texts.c.done_at.is_not(None), long_texts.c.done_at < now - after_s)
        .order_by(long_texts.c.done_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    if ids:
        connection.execute(delete(inbox_parts).where(inbox_parts.c.long_text_id.in_(ids)))
        connection.execute(delete(long_texts).where(long_texts.c.id.in_(ids)))
