"""An answer's way out: sent at most once again for want of a response, in parts where it needs several.

A sender has it in hand under a lease, and writes how its tries ended as the owner or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    bindparam,
    literal_column,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from workers.journal import outgoing_parts, receipts
from workers.journal.leaving import OutgoingText
from workers.journal.line import destinations
from workers.journal.message_ids import message_key
from workers.journal.owner import is_dead
from workers.journal.states import OutboxState
from workers.journal.tables import inbox, outbox

NO_RESPONSE, SENDER_GONE = "no submit_sm_resp", "the sender is gone"
"""Errors of a queued answer that may have reached its handset all the same."""

_RESENDS = 1

_SENDING: ColumnElement[str] = literal_column(f"'{OutboxState.SENDING}'")
_QUEUED: ColumnElement[str] = literal_column(f"'{OutboxState.QUEUED}'")
_MESSAGE = ("transaction_id", "channel", "received_at")
_TEXT = [outbox.c[field.name] for field in fields(OutgoingText) if field.name not in ("parts", *_MESSAGE)]


@dataclass(frozen=True, slots=True)
class Sending:
    """A sender's wish for answers to send: at most `limit` of some binds."""

    binds: tuple[str, ...]
    limit: int
    owner: str
    lease_s: float


_ids: BindParameter[int] = bindparam("ids", expanding=True)
_DUE = (
    select(outbox.c.id, outbox.c.priority, outbox.c.due_at)
    .where(
        outbox.c.bind == bindparam("by"),
        outbox.c.head == true(),
        outbox.c.due_at.is_not(None),
        outbox.c.due_at <= bindparam("now"),
        ~destinations.has_older,
    )
    .order_by(outbox.c.priority, outbox.c.due_at, outbox.c.id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True, of=outbox)
)
_TAKE = (
    update(outbox)
    .where(outbox.c.id.in_(_ids))
    .values(state=_SENDING, due_at=null(), owner=bindparam("new_owner"), lease_until=bindparam("until"))
    .returning(*_TEXT)
)
_ANSWERED = select(inbox.c.id, *(inbox.c[name] for name in _MESSAGE)).where(inbox.c.id.in_(_ids))
_DESTINATIONS = select(outbox.c.destination).where(outbox.c.id.in_(_ids))
_RESENT = select(outbox.c.id, outbox.c.resends).where(outbox.c.id.in_(_ids))
"""Made once, all: every answer waits for them."""


def claim(connection: Connection, wishes: Sequence[Sending], now: float) -> list[list[OutgoingText]]:
    """Take due answers, the most urgent of all binds first, one in flight for each destination."""
    return [_claim(connection, wish, now) for wish in wishes]


def _claim(connection: Connection, wish: Sending, now: float) -> list[OutgoingText]:
    # Bind by bind, as the index has them: over several at once all that is due would have to be sorted.
    due = [row for bind in dict.fromkeys(wish.binds) for row in _due(connection, bind, wish.limit, now)]
    ids = [row.id for row in sorted(due, key=lambda row: (row.priority, row.due_at, row.id))][: wish.limit]
    if not ids:
        return []
    rows = connection.execute(_TAKE, {"ids": ids, "new_owner": wish.owner, "until": now + wish.lease_s}).all()
    parts = outgoing_parts.of(connection, [row.id for row in rows if row.plan])
    messages = _messages(connection, [row.inbox_id for row in rows])
    texts = [
        OutgoingText(**row._mapping, **messages.get(row.inbox_id, {}), parts=parts.get(row.id, ())) for row in rows
    ]
    return sorted(texts, key=lambda text: (text.priority, text.id))


def _messages(connection: Connection, ids: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    """Of the messages that are answered, by their id: what whoever watches an answer wants to know."""
    found = connection.execute(_ANSWERED, {"ids": ids})
    return {row.id: {name: row._mapping[name] for name in _MESSAGE} for row in found}


def _due(connection: Connection, bind: str, limit: int, now: float) -> Sequence[Row[*tuple[Any, ...]]]:
    return connection.execute(_DUE, {"by": bind, "now": now, "at_most": limit}).all()


@dataclass(frozen=True, slots=True)
class Renewal:
    """A sender's wish to keep the answers it has in hand."""

    ids: tuple[int, ...]
    owner: str
    lease_s: float


def renew(connection: Connection, wishes: Sequence[Renewal], now: float) -> list[frozenset[int]]:
    """Prolong the leases of what senders still have in hand, and return that."""
    return [
        frozenset(
            connection.scalars(
                update(outbox)
                .where(outbox.c.id.in_(wish.ids), outbox.c.owner == wish.owner, outbox.c.state == _SENDING)
                .values(lease_until=now + wish.lease_s)
                .returning(outbox.c.id)
            )
        )
        for wish in wishes
    ]


@dataclass(frozen=True, slots=True)
class Sent:
    """How one try to send ended, of a text or of one of its parts.

    A part that is sent leaves its text in hand; whatever else ends a part ends the try of the text as well.
    """

    id: int
    owner: str
    state: OutboxState
    message_id: str | None = None
    error: str = ""
    due_in_s: float | None = None
    unanswered: bool = False
    """submit_sm had no response in time: it may have been sent."""
    number: int = 0
    """The part, from 1; 0 for a text in one, and for the end of a text whose parts are all sent."""
    via: str = ""
    """The bind that it left by, where it is sent."""


_TRY_ENDED = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), outbox.c.owner == bindparam("by"), outbox.c.state == _SENDING)
    .values(
        state=bindparam("new_state"),
        message_id=bindparam("new_message_id"),
        message_key=bindparam("new_message_key"),
        error=bindparam("new_error"),
        due_at=bindparam("new_due_at"),
        sent_at=bindparam("new_sent_at"),
        sent_via=bindparam("new_sent_via"),
        resends=outbox.c.resends + bindparam("more_resends"),
        owner=null(),
        lease_until=null(),
    )
)


def tried(connection: Connection, tries: Sequence[Sent], now: float) -> list[None]:
    """Write how tries to send ended; those that nobody owns any more are dropped."""
    resends = _resends_of(connection, [one for one in tries if one.unanswered])
    parts = [_part_parameters(one, resends, now) for one in tries if one.number]
    if parts:  # before the rows, under whose owner they stand
        outgoing_parts.end(connection, parts)
    whole = [one for one in tries if not (one.number and one.state is OutboxState.SENT)]
    if whole:
        connection.execute(_TRY_ENDED, [_try_parameters(one, resends, now) for one in whole])
    outgoing_parts.settle(connection, [one.id for one in whole if one.state is OutboxState.SENT and not one.message_id])
    receipts.apply_early(connection, [one.message_id for one in tries if one.message_id], now)
    ended = [one.id for one in whole if one.state is not OutboxState.QUEUED or one.unanswered]
    keys = connection.scalars(_DESTINATIONS, {"ids": ended}).all() if ended else []
    destinations.promote(connection, keys)
    return [None] * len(tries)


def _resends_of(connection: Connection, tries: Sequence[Sent]) -> Mapping[tuple[int, int], int]:
    """By text and part, how often each went out again before."""
    found: dict[tuple[int, int], int] = {}
    if ids := [one.id for one in tries if not one.number]:
        found |= {(row.id, 0): row.resends for row in connection.execute(_RESENT, {"ids": ids})}
    if ids := [one.id for one in tries if one.number]:
        for id_, parts in outgoing_parts.of(connection, ids).items():
            found |= {(id_, part.number): part.resends for part in parts}
    return found


def _try_parameters(one: Sent, resends: Mapping[tuple[int, int], int], now: float) -> dict[str, object]:
    state, due_in_s = one.state, one.due_in_s
    if one.unanswered:  # once more, then never again: the handset may have it twice already
        again = resends.get((one.id, one.number), 0) < _RESENDS
        state, due_in_s = (OutboxState.QUEUED, 0.0) if again else (OutboxState.FAILED, None)
    return {
        "row_id": one.id,
        "by": one.owner,
        "new_state": state,
        "new_message_id": one.message_id,
        "new_message_key": message_key(one.message_id or "") or None,
        "new_error": one.error[:64],
        "new_due_at": None if due_in_s is None else now + due_in_s,
        "new_sent_at": now if state == OutboxState.SENT else None,
        "new_sent_via": one.via,
        "more_resends": int(one.unanswered and not one.number),
    }


def _part_parameters(one: Sent, resends: Mapping[tuple[int, int], int], now: float) -> dict[str, object]:
    values = _try_parameters(one, resends, now) | {"part_no": one.number, "more_resends": int(one.unanswered)}
    del values["new_due_at"]  # when it goes on is the answer's own
    return values


def reachable(connection: Connection, numbers: Sequence[str], now: float) -> list[int]:
    """Make due what waits for a later try to send to these numbers; return how many answers of each."""
    return [
        connection.execute(
            update(outbox)
            .where(
                outbox.c.destination == number,
                outbox.c.state.in_(destinations.holding),  # as the index of lines says it
                outbox.c.state == _QUEUED,
                outbox.c.due_at > now,
            )
            .values(due_at=now)
        ).rowcount
        for number in numbers
    ]


def expire(connection: Connection, now: float) -> int:
    """Queue again what a sender that is gone had in hand: the text may go out twice, never the order."""
    sending = connection.execute(
        select(outbox.c.id, outbox.c.owner, outbox.c.lease_until).where(outbox.c.state == _SENDING)
    ).all()
    dead_owners = {owner for owner in {row.owner for row in sending if row.owner} if is_dead(owner)}
    gone = [row.id for row in sending if row.lease_until <= now or row.owner in dead_owners]
    if not gone:
        return 0
    return connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(gone), outbox.c.state == _SENDING, _is_let_go(now, dead_owners))
        .values(state=OutboxState.QUEUED, due_at=now, owner=null(), lease_until=null(), error=SENDER_GONE)
    ).rowcount


def _is_let_go(now: float, dead_owners: Collection[str]) -> ColumnElement[bool]:
    """Asked of the row itself: who had to wait for it would else take it from a sender that has just kept it."""
    return or_(outbox.c.lease_until <= now, outbox.c.owner.in_(dead_owners))
