"""Questions before a charge: asked and closed in the transaction of the message that does so.

A number's messages are worked on one at a time, so between a claim and its ending only time can close a question; and
time waits for whatever arrived before it was over.  A state is written once: closing what is closed does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    exists,
    false,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from workers.journal import answers, consents, outbox
from workers.journal.asking import ConsentChange, StoredQuestion
from workers.journal.leaving import Answer
from workers.journal.line import numbers
from workers.journal.rows import ClaimedRow
from workers.journal.states import InboxState, OutboxState
from workers.journal.tables import inbox, questions
from workers.journal.tables import outbox as texts

OPEN, GRANTED, REFUSED, EXPIRED, REPLACED, WITHDRAWN = (
    *("open", "granted", "refused"),
    *("expired", "replaced", "withdrawn"),
)

_GRACE_S = 10.0
"""How long after its end a question is left open for a YES that arrived in time and is just being committed."""
_AT_ONCE = 100
"""Questions one sweep closes: a promotion's worth must not hold up what else the journal does."""

_open = questions.c.state == literal_column(f"'{OPEN}'")
_MAY_HAVE_LEFT: list[ColumnElement[str]] = [
    literal_column(f"'{error}'") for error in (outbox.NO_RESPONSE, outbox.SENDER_GONE)
]
_unsent = and_(
    _open,
    exists()
    .where(
        texts.c.inbox_id == questions.c.inbox_id,
        texts.c.destination == questions.c.number,
        texts.c.created_at == questions.c.asked_at,  # of one transaction; others of its message tell something else
        texts.c.state == literal_column(f"'{OutboxState.QUEUED}'"),
        texts.c.resends == literal_column("0"),
        texts.c.error.not_in(_MAY_HAVE_LEFT),
        texts.c.on_screen == false(),
        texts.c.pushed_at.is_(None),
    )
    .correlate(questions),
)
"""Its text has certainly not left: neither an SMSC nor a screen has had it."""
_QUESTION = [questions.c[field.name] for field in fields(StoredQuestion) if field.name != "unsent"]
_answers_in_work = (
    exists()
    .where(
        inbox.c.number == questions.c.number,
        inbox.c.received_at <= questions.c.expires_at,
        inbox.c.received_at >= questions.c.asked_at,
        or_(
            inbox.c.state.in_(numbers.holding),
            and_(inbox.c.state == literal_column(f"'{InboxState.UNKNOWN}'"), inbox.c.due_at.is_not(None)),
        ),
    )
    .correlate(questions)
)
"""Something of its number arrived in time and is not finished: it may be the YES."""


_theirs = questions.c.number.in_(bindparam("numbers", expanding=True))
_last = select(func.max(questions.c.id)).where(_theirs).group_by(questions.c.number)
_granted_by_them = and_(
    questions.c.state == literal_column(f"'{GRANTED}'"), questions.c.closed_by.in_(bindparam("rows", expanding=True))
)
_OF_ROWS = (
    select(*_QUESTION, _unsent.label("unsent"))
    .where(_theirs, or_(_open, questions.c.id.in_(_last), _granted_by_them))
    .order_by(questions.c.id)
)
"""Made once: each claim asks it."""


def with_questions(connection: Connection, rows: Sequence[ClaimedRow]) -> list[ClaimedRow]:
    """Return claimed messages with the questions that they may answer, or follow."""
    asked = {"numbers": sorted({row.number for row in rows}), "rows": [row.id for row in rows]}
    found = [StoredQuestion(**row._mapping) for row in connection.execute(_OF_ROWS, asked)]
    if not found:
        return list(rows)
    return [replace(row, questions=tuple(one for one in found if one.number == row.number)) for row in rows]


def change(connection: Connection, changes: Sequence[tuple[ClaimedRow, ConsentChange]], now: float) -> None:
    """Close and ask what endings say, and append to the record; the chain is held last, and until commit."""
    records: list[consents.Entry] = []
    for row, wanted in changes:
        closed = {id_ for id_, state in wanted.close if _close(connection, id_, state, row.id, now)}
        if wanted.ask:
            connection.execute(insert(questions).values(_parameters(row, wanted, now)))
        records += [
            consents.Entry(row, consent, now)
            for consent in wanted.record
            if consent.question_id is None or consent.question_id in closed
        ]
    consents.append(connection, records)


def expire(connection: Connection, now: float) -> int:
    """Close questions that nobody answered in time; return how many of their numbers are told."""
    due = connection.execute(
        select(questions.c.id, questions.c.inbox_id, questions.c.number, questions.c.text_if_expired)
        .where(_open, questions.c.expires_at < now - _GRACE_S, ~_answers_in_work)
        .order_by(questions.c.expires_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, of=questions)
    ).all()
    if not due:
        return 0
    connection.execute(
        update(questions)
        .where(questions.c.id.in_([row.id for row in due]))
        .values(state=EXPIRED, closed_at=now, closed_by=null())
    )
    told = [row for row in due if row.text_if_expired and _tell(connection, row, now)]
    return len(told)


def _tell(connection: Connection, question: Row[*tuple[Any, ...]], now: float) -> bool:
    asker = connection.execute(
        select(*answers.ASKER).where(inbox.c.id == question.inbox_id).with_for_update()
    ).one_or_none()
    if asker is None:  # purged: nobody is left to be told
        return False
    answers.add_one(connection, asker, Answer(question.number, question.text_if_expired), now)
    return True


def _close(connection: Connection, id_: int, state: str, by: int, now: float) -> bool:
    closing = update(questions).where(questions.c.id == id_, _open).values(state=state, closed_at=now, closed_by=by)
    return connection.execute(closing).rowcount == 1


def _parameters(row: ClaimedRow, wanted: ConsentChange, now: float) -> dict[str, object]:
    asked = wanted.ask
    assert asked is not None  # noqa: S101 - its only caller has looked
    return {
        "inbox_id": row.id,
        "number": row.number,
        "short_code": row.short_code,
        "key": asked.key,
        "way": asked.way,
        "action": asked.action,
        "asked": asked.asked,
        "recipient": asked.recipient,
        "language": asked.language,
        "state": GRANTED if asked.granted else OPEN,
        "asked_at": now if asked.asked_at is None else asked.asked_at,
        "expires_at": now + asked.expires_in_s,
        "closed_at": now if asked.granted else None,
        "closed_by": row.id if asked.granted else None,
        "text_if_expired": asked.text_if_expired,
    }
