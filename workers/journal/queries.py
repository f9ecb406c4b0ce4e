"""Looking into the journal: what waits, what became of a message; nothing here changes anything."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.database import Database
from workers.journal.line import destinations, numbers
from workers.journal.parked import parked_as
from workers.journal.quotas import of_message
from workers.journal.searching import first_since, is_name
from workers.journal.states import InboxState
from workers.journal.tables import (
    charges,
    consents,
    gifts,
    history,
    inbox,
    inbox_parts,
    long_texts,
    outbox,
    outbox_parts,
    questions,
    receipts,
)

_RATE_S = 60.0
_UNFINISHED = (
    inbox.c.state.in_(numbers.holding),
    parked_as(InboxState.ACCEPTED, InboxState.UNKNOWN, InboxState.DEAD),
)
"""Each finds its rows by an index of what is not finished."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How many rows are in one state of one queue or bind, and how old the oldest is, in seconds."""

    box: str
    """`inbox` or `outbox`."""
    name: str
    """The queue, or the bind that sends."""
    state: str
    count: int
    oldest_s: float
    channel: str = ""
    """Of messages: what they came by."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many messages of one channel and queue came, and were answered, each second of the last minute."""

    channel: str
    queue: str
    received_per_s: float
    answered_per_s: float


@dataclass(frozen=True, slots=True)
class Life:
    """The whole life of one message, as plain values: its row, its answers with their parts, its history and more."""

    message: dict[str, Any] = field(repr=False)
    answers: list[dict[str, Any]] = field(repr=False)
    history: list[dict[str, Any]] = field(repr=False)
    charges: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """What it reserved or was charged, with the offer each price came from; only where there are offers or limits."""
    parts: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """Of a long text, as they came; they are kept for some minutes only."""
    questions: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """That it was answered with, or that it has answered."""
    consents: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """What it has put into the record."""
    gifts: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """That it has made, or ended."""


class Reader:
    """Reads one journal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def depths(self) -> list[Depth]:
        """Count what is not finished: messages by queue and state, answers by bind and state."""
        now = self._database.now()
        with self._database.read() as connection:
            by = inbox.c.queue, inbox.c.state, inbox.c.channel
            messages = [
                row
                for condition in _UNFINISHED
                for row in connection.execute(
                    select(*by, func.count(), func.min(inbox.c.received_at)).where(condition).group_by(*by)
                )
            ]
            answers = connection.execute(
                select(outbox.c.bind, outbox.c.state, func.count(), func.min(outbox.c.created_at))
                .where(outbox.c.state.in_(destinations.holding))
                .group_by(outbox.c.bind, outbox.c.state)
                .order_by(outbox.c.bind, outbox.c.state)
            )
            return [
                *(
                    Depth("inbox", queue, state, count, max(now - oldest, 0.0), channel)
                    for queue, state, channel, count, oldest in sorted(messages)
                ),
                *(
                    Depth("outbox", bind, state, count, max(now - oldest, 0.0))
                    for bind, state, count, oldest in answers
                ),
            ]

    def rates(self) -> list[Rate]:
        """How fast messages come and are answered, over the last minute; what has neither is left out."""
        begin = self._database.now() - _RATE_S
        with self._database.read() as connection:
            by = inbox.c.channel, inbox.c.queue
            came = connection.execute(
                select(*by, func.count())
                .where(inbox.c.id >= first_since(connection, begin), inbox.c.received_at >= begin)
                .group_by(*by)
            )
            received = {(channel, queue): count for channel, queue, count in came}
            answered = connection.execute(
                select(*by, func.count(outbox.c.inbox_id.distinct()))
                .join(inbox, inbox.c.id == outbox.c.inbox_id)
                .where(
                    outbox.c.id >= first_since(connection, begin, outbox, outbox.c.created_at),
                    outbox.c.created_at >= begin,
                )
                .group_by(*by)
            )
            gone = {(channel, queue): count for channel, queue, count in answered}
        return [
            Rate(*key, round(received.get(key, 0) / _RATE_S, 2), round(gone.get(key, 0) / _RATE_S, 2))
            for key in sorted(received.keys() | gone.keys())
        ]

    def orphan_receipts(self) -> int:
        """Count receipts that name no answer of ours."""
        with self._database.read() as connection:
            return int(connection.scalar(select(func.count()).select_from(receipts)) or 0)

    def life(self, identity: str) -> Life | None:
        """Return one message by its row's number or its transaction id (a step's counts too); None: no such message."""
        if not is_name(identity):
            return None
        by = [inbox.c.transaction_id == identity, inbox.c.transaction_id == identity[:24]]
        if identity.isdecimal() and len(identity) < 19:
            by.append(inbox.c.id == int(identity))
        with self._database.read() as connection:
            row = connection.execute(select(inbox).where(or_(*by)).limit(1)).first()
            if row is None:
                return None
            answers = connection.execute(
                select(outbox).where(outbox.c.inbox_id == row.id).order_by(outbox.c.answer_no)
            ).all()
            parts = connection.execute(
                select(outbox_parts)
                .where(outbox_parts.c.outbox_id.in_([answer.id for answer in answers]))
                .order_by(outbox_parts.c.outbox_id, outbox_parts.c.number)
            ).all()
            events = connection.execute(
                select(history).where(history.c.inbox_id == row.id).order_by(history.c.id)
            ).all()
            paid = connection.execute(
                select(charges).where(of_message(row.transaction_id)).order_by(charges.c.transaction_id)
            ).all()
            more = {name: _all(connection, *which) for name, which in _beside(row).items()}
            more["questions"] = [one | {"asked": json.loads(one["asked"])} for one in more["questions"]]
            more["consents"] = [one | {"content": json.loads(one["content"])} for one in more["consents"]]
        message = _plain(row)
        message["results"] = json.loads(row.results) if row.results else {}
        return Life(
            message,
            [
                _plain(answer) | {"parts": [_part(part) for part in parts if part.outbox_id == answer.id]}
                for answer in answers
            ],
            [_event(event) for event in events],
            [_plain(charge) for charge in paid],
            **more,
        )


def _beside(row: Row[Any]) -> dict[str, tuple[Table, ColumnElement[bool]]]:
    """What else is kept of a message: (where, which), by its name in `Life`; each by an index."""
    its_text = select(long_texts.c.id).where(
        long_texts.c.number == row.number, long_texts.c.transaction_id == row.transaction_id
    )
    its_questions = or_(questions.c.inbox_id == row.id, questions.c.closed_by == row.id)
    given = and_(gifts.c.transaction_id > row.transaction_id, gifts.c.transaction_id < f"{row.transaction_id}:")
    ended = and_(gifts.c.recipient == row.number, gifts.c.ended_by == row.id)
    return {
        "parts": (inbox_parts, inbox_parts.c.long_text_id.in_(its_text)),
        "questions": (questions, and_(questions.c.number == row.number, its_questions)),
        "consents": (consents, consents.c.transaction_id == row.transaction_id),
        "gifts": (gifts, or_(given, ended)),
    }


def _all(connection: Connection, table: Table, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    return [_plain(one) for one in connection.execute(select(table).where(which).order_by(*table.primary_key))]


def _plain(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)


def _part(row: Row[Any]) -> dict[str, Any]:
    part = _plain(row)
    part["part"] = part.pop("number")  # `number` is a subscriber's wherever values are shown
    del part["outbox_id"], part["message_key"]
    return part


def _event(row: Row[Any]) -> dict[str, Any]:
    event = _plain(row)
    event["detail"] = json.loads(row.detail) if row.detail else {}
    return event
