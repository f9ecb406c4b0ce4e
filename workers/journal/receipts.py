"""What the SMSC says became of an answer, written to the answer or the part that it speaks of.

One that names none of ours is kept: it may have overtaken its submit_sm_resp, and is looked at again when that
comes; if none does, operations can see it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, literal, select, update

from workers.journal import outgoing_parts
from workers.journal.leaving import Receipt
from workers.journal.matching import Candidate, after, choose
from workers.journal.message_ids import forms, message_key, receipt_forms
from workers.journal.states import OutboxState
from workers.journal.tables import inbox, outbox, outbox_parts
from workers.journal.tables import receipts as kept_receipts

__all__ = ["Receipt", "apply_early", "receive"]

_EARLY_S = 60.0
"""How long before its response a receipt may come; an older one is of another message: SMSCs use ids again."""

_keys: BindParameter[str] = bindparam("keys", expanding=True)
_TEXTS = (
    select(
        outbox.c.id,
        literal(0).label("number"),
        outbox.c.message_key,
        outbox.c.sent_via,
        outbox.c.destination,
        outbox.c.state,
    )
    .where(outbox.c.message_key.in_(_keys), outgoing_parts.is_answered)
    .with_for_update()
)
_PARTS = (
    select(
        outbox.c.id,
        outbox_parts.c.number,
        outbox_parts.c.message_key,
        outbox_parts.c.sent_via,
        outbox.c.destination,
        outbox_parts.c.state,
    )
    .join(outbox, outbox.c.id == outbox_parts.c.outbox_id)
    .where(outbox_parts.c.message_key.in_(_keys))
    .with_for_update(of=outbox)  # so that two receipts of one text see each other's part
)
_EARLY = (
    select(kept_receipts)
    .where(kept_receipts.c.message_key.in_(_keys), kept_receipts.c.received_at > bindparam("since"))
    .order_by(kept_receipts.c.id)
)
_ANSWERED = (
    select(outbox.c.id, inbox.c.transaction_id)
    .join(inbox, inbox.c.id == outbox.c.inbox_id)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
)
"""Made once, all: every answer has its receipt."""

_TOLD_ROW = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), outgoing_parts.is_answered)
    .values(state=bindparam("new_state"), error=bindparam("new_error"), receipt_at=bindparam("at"))
)


def receive(connection: Connection, given: Sequence[Receipt], now: float) -> list[str]:
    """Record receipts; returns whose answers they speak of, empty for one that names none of ours, which is kept."""
    given = [_storable(receipt) for receipt in given]
    known = _apply(connection, given, now)
    strange = [receipt for receipt, answer in zip(given, known, strict=True) if not answer]
    if strange:
        connection.execute(insert(kept_receipts), [_kept(receipt, now) for receipt in strange])
    messages = _messages(connection, [answer for answer in known if answer])
    return [messages.get(answer, "") for answer in known]


def _messages(connection: Connection, answers: Sequence[int]) -> Mapping[int, str]:
    """The transaction ids of the messages that answers answer."""
    if not answers:
        return {}
    found = connection.execute(_ANSWERED, {"ids": sorted(set(answers))})
    return {row.id: row.transaction_id for row in found}


def apply_early(connection: Connection, message_ids: Sequence[str], now: float) -> None:
    """Apply receipts that overtook the submit_sm_resp with these ids, as some SMSCs send them."""
    keys = {form for message_id in message_ids for form in receipt_forms(message_key(message_id))}
    if not keys:
        return
    early = connection.execute(_EARLY, {"keys": sorted(keys), "since": now - _EARLY_S}).all()
    if not early:
        return
    receipts = [
        Receipt(
            row.bind,
            row.message_id,
            row.state,
            row.error,
            number=row.number,
            binds=tuple(row.binds.split()),
            ids=row.ids,
            part=row.part,
        )
        for row in early
    ]
    applied = [row.id for row, answer in zip(early, _apply(connection, receipts, now), strict=True) if answer]
    if applied:
        connection.execute(delete(kept_receipts).where(kept_receipts.c.id.in_(applied)))


def _apply(connection: Connection, given: Sequence[Receipt], now: float) -> list[int]:
    """Write receipts to what they speak of, all in a few statements; the answers' ids, 0 for one that names nothing."""
    found = _candidates(connection, given)
    known: list[int] = []
    rows: dict[int, dict[str, object]] = {}
    parts: list[tuple[Candidate, Receipt]] = []
    for receipt in given:
        keys = forms(message_key(receipt.message_id), receipt.ids)
        candidates = [candidate for key in keys for candidate in found.get(key, ())]
        chosen = choose(receipt, keys, candidates)
        known.append(chosen.outbox_id if chosen else 0)
        if chosen is None:
            continue
        state = after(chosen.state, receipt.state)
        if chosen.number:
            parts.append((chosen, receipt))
        elif state != chosen.state or chosen.state is OutboxState.SENT:
            rows[chosen.outbox_id] = {
                "row_id": chosen.outbox_id,
                "new_state": state,
                "new_error": receipt.error,
                "at": now,
            }
        chosen.state = state
    if rows:
        connection.execute(_TOLD_ROW, [*rows.values()])
    outgoing_parts.receipts(connection, [(one.outbox_id, one.number, receipt) for one, receipt in parts], now)
    return known


def _candidates(connection: Connection, given: Sequence[Receipt]) -> Mapping[str, list[Candidate]]:
    """By key: what has gone out under the ids that receipts may speak of."""
    keys = sorted({key for receipt in given for key in forms(message_key(receipt.message_id), receipt.ids)})
    found: dict[str, list[Candidate]] = defaultdict(list)
    if not keys:
        return found
    rows = connection.execute(_TEXTS, {"keys": keys}).all()
    parts = connection.execute(_PARTS, {"keys": keys}).all()
    for row in (*rows, *parts):
        found[row.message_key].append(
            Candidate(row.id, row.number, row.message_key, row.sent_via, row.destination, OutboxState(row.state))
        )
    return found


def _storable(receipt: Receipt) -> Receipt:
    """As the columns hold it: a receipt's text may have anything in it, and PostgreSQL refuses NUL."""

    def fit(value: str, longest: int) -> str:
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:longest]

    return Receipt(
        receipt.bind,
        fit(receipt.message_id, 65),
        fit(receipt.state, 16),
        fit(receipt.error, 64),
        number=fit(receipt.number, 20),
        binds=receipt.binds or (receipt.bind,),
        ids=receipt.ids,
        part=receipt.part,
    )


def _kept(receipt: Receipt, now: float) -> dict[str, object]:
    return {
        "bind": receipt.bind,
        "message_id": receipt.message_id,
        "message_key": message_key(receipt.message_id),
        "state": receipt.state,
        "error": receipt.error,
        "number": receipt.number,
        "binds": " ".join(receipt.binds),
        "ids": receipt.ids,
        "part": receipt.part,
        "received_at": now,
    }
