"""Messages that have come to an end and are not counted as that, each with what it is counted by.

All that belongs to a batch is found by joins with the very index that the batch was found by, up to its last message:
four statements, however many messages there are.  The joins are outer ones, so that no planner begins with the other
table: of charges and questions there are as many as there are messages.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, literal_column, select

from workers.journal.gifts import ACCEPTED
from workers.journal.questions import GRANTED
from workers.journal.quotas import KEPT
from workers.journal.statistics.values import Charged, EndedMessage, TakenGift
from workers.journal.tables import charges, gifts, inbox, questions
from workers.journal.tables.messages import to_count

_MESSAGE = (
    *(inbox.c.id, inbox.c.channel, inbox.c.number, inbox.c.text, inbox.c.language, inbox.c.brand, inbox.c.state),
    *(inbox.c.outcome, inbox.c.results, inbox.c.received_at, inbox.c.claimed_at, inbox.c.counted_as),
)
_BATCH = select(*_MESSAGE).where(to_count).order_by(inbox.c.id)
_STAY = (inbox.c.id, inbox.c.claimed_at, inbox.c.state, inbox.c.outcome)
"""What tells one end of a message from another: whatever is done to it, it was claimed, or ended by operations."""
_STILL = select(*_STAY).where(to_count).with_for_update(skip_locked=True, of=inbox)
"""Not those that operations have in hand just now: they come with another batch."""

_of_its_steps = charges.c.transaction_id.between(
    inbox.c.transaction_id.concat(literal_column("'00'")), inbox.c.transaction_id.concat(literal_column("'99'"))
)
_CHARGES = (
    select(inbox.c.id, charges.c.transaction_id, charges.c.offer_id, charges.c.amount, charges.c.state)
    .select_from(inbox)
    .outerjoin(charges, _of_its_steps)
    .where(to_count)
)
_closed_by_it = and_(questions.c.closed_by == inbox.c.id, questions.c.state == literal_column(f"'{GRANTED}'"))
_SAID_YES = (
    select(inbox.c.id, questions.c.id.label("question"), questions.c.action, questions.c.asked)
    .select_from(inbox)
    .outerjoin(
        questions, and_(questions.c.closed_by == inbox.c.id, questions.c.state == literal_column(f"'{GRANTED}'"))
    )
    .where(to_count)
)
_taken_by_it = and_(
    gifts.c.recipient == inbox.c.number,
    gifts.c.ended_by == inbox.c.id,
    gifts.c.state == literal_column(f"'{ACCEPTED}'"),
)
_TAKEN = (
    select(
        *(inbox.c.id, gifts.c.giver, gifts.c.tone_code, gifts.c.tone, gifts.c.fee, gifts.c.charged, charges.c.offer_id)
    )
    .select_from(inbox)
    .outerjoin(gifts, _taken_by_it)
    .outerjoin(charges, charges.c.transaction_id == gifts.c.transaction_id)
    .where(to_count)
)


def look(connection: Connection, at_most: int) -> list[EndedMessage]:
    """Return the first of them, in the order they came."""
    rows = connection.execute(_BATCH.limit(at_most)).all()
    if not rows:
        return []
    up_to = inbox.c.id <= rows[-1].id
    charged, said_yes = _charges(connection, up_to), _agreements(connection, up_to)
    taken = {row.id: _gift(row) for row in connection.execute(_TAKEN.where(up_to)) if row.giver is not None}
    return [
        EndedMessage(
            *row,
            charges=charged.get(row.id, {}),
            agreed_to=said_yes.get(row.id, ""),
            gift=taken.get(row.id),
        )
        for row in rows
    ]


def lock(connection: Connection, looked_at: Sequence[EndedMessage]) -> set[int]:
    """Lock what was looked at until commit; return the ids of those that have not been counted or changed since."""
    before = {(one.id, one.claimed_at, one.state, one.outcome) for one in looked_at}
    rows = connection.execute(_STILL.where(inbox.c.id <= looked_at[-1].id))
    return {row.id for row in rows if tuple(row) in before}


def _charges(connection: Connection, up_to: Any) -> Mapping[int, dict[str, Charged]]:
    found = defaultdict[int, dict[str, Charged]](dict)
    for row in connection.execute(_CHARGES.where(up_to)):
        if row.transaction_id is None:
            continue
        amount = row.amount if row.state == KEPT else 0  # of a gift that nobody took, nothing
        found[row.id][row.transaction_id[-2:]] = Charged(row.offer_id, amount)
    return found


def _agreements(connection: Connection, up_to: Any) -> dict[int, str]:
    found = [row for row in connection.execute(_SAID_YES.where(up_to)) if row.question is not None]
    found.sort(key=lambda row: row.question)
    return {row.id: row.action for row in found if not _was_only_meant(row.asked)}


def _was_only_meant(asked: str) -> bool:
    """Whether the yes was to a wrong letter: that agrees to no price."""
    return any("meant" in one for one in json.loads(asked))


def _gift(row: Row[*tuple[Any, ...]]) -> TakenGift:
    return TakenGift(row.giver, row.tone_code, row.tone, row.fee, row.charged, row.offer_id or "")
