"""Looking into the journal: what waits, what became of a message; nothing here changes anything."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, or_, select

from workers.journal.database import Database
from workers.journal.line import destinations
from workers.journal.quotas import of_message
from workers.journal.states import InboxState
from workers.journal.tables import charges, history, inbox, outbox, outbox_parts, receipts

_UNFINISHED = (
    InboxState.RECEIVED,
    InboxState.CLAIMED,
    InboxState.WAITING,
    InboxState.ACCEPTED,
    InboxState.UNKNOWN,
    InboxState.DEAD,
)


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


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages; what is empty or None doesn't count."""

    number: str = field(default="", repr=False)
    state: str = ""
    outcome: str = ""
    bind: str = ""
    code: str = field(default="", repr=False)
    """Part of the text, a tone code for instance."""
    since: float | None = None
    until: float | None = None
    before_id: int | None = None
    """Only older rows: for paging."""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Life:
    """The whole life of one message: its row, its answers with their parts, and its history, as plain values."""

    message: dict[str, Any] = field(repr=False)
    answers: list[dict[str, Any]] = field(repr=False)
    history: list[dict[str, Any]] = field(repr=False)
    charges: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """What it reserved or was charged, with the offer each price came from; only where there are offers or limits."""


class Reader:
    """Reads one journal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def depths(self) -> list[Depth]:
        """Count what is not finished: messages by queue and state, answers by bind and state."""
        now = self._database.now()
        with self._database.read() as connection:
            messages = connection.execute(
                select(inbox.c.queue, inbox.c.state, func.count(), func.min(inbox.c.received_at))
                .where(inbox.c.state.in_(_UNFINISHED))
                .group_by(inbox.c.queue, inbox.c.state)
                .order_by(inbox.c.queue, inbox.c.state)
            ).all()
            answers = connection.execute(
                select(outbox.c.bind, outbox.c.state, func.count(), func.min(outbox.c.created_at))
                .where(outbox.c.state.in_(destinations.holding))
                .group_by(outbox.c.bind, outbox.c.state)
                .order_by(outbox.c.bind, outbox.c.state)
            ).all()
        return [
            Depth(box, name, state, count, max(now - oldest, 0.0))
            for box, rows in (("inbox", messages), ("outbox", answers))
            for name, state, count, oldest in rows
        ]

    def orphan_receipts(self) -> int:
        """Count receipts that name no answer of ours."""
        with self._database.read() as connection:
            return int(connection.scalar(select(func.count()).select_from(receipts)) or 0)

    def messages(self, wanted: Filter) -> list[dict[str, Any]]:
        """Return messages, the newest first, at most `wanted.limit`."""
        query = select(inbox).order_by(inbox.c.id.desc()).limit(wanted.limit)
        for column, value in (
            (inbox.c.number, wanted.number),
            (inbox.c.state, wanted.state),
            (inbox.c.outcome, wanted.outcome),
            (inbox.c.bind, wanted.bind),
        ):
            if value:
                query = query.where(column == value)
        if wanted.code:
            query = query.where(inbox.c.text.contains(wanted.code, autoescape=True))
        if wanted.since is not None:
            query = query.where(inbox.c.received_at >= wanted.since)
        if wanted.until is not None:
            query = query.where(inbox.c.received_at < wanted.until)
        if wanted.before_id is not None:
            query = query.where(inbox.c.id < wanted.before_id)
        with self._database.read() as connection:
            return [_plain(row) for row in connection.execute(query)]

    def life(self, identity: str) -> Life | None:
        """Return one message by its row's number or its transaction id (a step's counts too); None: no such message."""
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
        )


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
