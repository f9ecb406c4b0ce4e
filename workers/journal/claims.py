"""A message's stay with a worker: claimed under a token and a lease, ended under that token or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from sqlalchemy import (
    Connection,
    Row,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    null,
    select,
    true,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from workers.journal import answers, gifts, history, memberships, questions, quotas, renewals, subscribers
from workers.journal.core_calls import appended
from workers.journal.line import numbers
from workers.journal.rows import Claim, Claimed, ClaimedRow, Ending, Finished
from workers.journal.states import LIVE, InboxState, Queue
from workers.journal.tables import inbox

_CLAIMED: ColumnElement[str] = literal_column(f"'{InboxState.CLAIMED}'")
_other = inbox.alias("other")
_NUMBER_IS_FREE = and_(
    ~numbers.has_older,
    ~exists().where(_other.c.number == inbox.c.number, _other.c.state == _CLAIMED).correlate(inbox),
)

_SUSPECTS_AMONG = 50
"""Due rows among which a suspect is looked for."""
_ELSEWHERE = ("token", "questions", "gifts", "language", "member_of")
_ROW = [inbox.c[field.name] for field in fields(ClaimedRow) if field.name not in _ELSEWHERE]


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a message's number."""

    language: str
    member_of: str


def claim(connection: Connection, claims: Sequence[Claim], now: float) -> list[Claimed]:
    """Take due rows in the order they came, at most one of a number, each claim under its own token."""
    return [_claim(connection, wish, now) for wish in claims]


_CANDIDATES = (
    select(
        inbox.c.id,
        inbox.c.number,
        inbox.c.crashes,
        subscribers.chosen_language.label("language"),
        memberships.member_of.label("member_of"),
    )
    .where(
        inbox.c.queue == bindparam("of_queue"),
        inbox.c.head == true(),
        inbox.c.due_at.is_not(None),
        inbox.c.due_at <= bindparam("now"),
        _NUMBER_IS_FREE,
    )
    .order_by(inbox.c.due_at, inbox.c.id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True, of=inbox)
)
_TAKE = (
    update(inbox)
    .where(inbox.c.id.in_(bindparam("chosen", expanding=True)))
    .values(
        state=_CLAIMED,
        due_at=null(),
        claim_token=bindparam("new_token"),
        owner=bindparam("new_owner"),
        lease_until=bindparam("until"),
        claimed_at=bindparam("now"),
        waiting_for="",
    )
    .returning(*_ROW)
)
"""Made once, both: every message that comes waits for them."""


def _claim(connection: Connection, wish: Claim, now: float) -> Claimed:
    at_most = wish.limit if not wish.suspects else _SUSPECTS_AMONG
    candidates = connection.execute(_CANDIDATES, {"of_queue": wish.queue, "now": now, "at_most": at_most}).all()
    suspects_due, more = any(row.crashes for row in candidates), len(candidates) == at_most
    ids: dict[str, int] = {}  # one row of a number: its unknown and its newest may both be due
    for row in candidates:
        if bool(row.crashes) == wish.suspects:
            ids.setdefault(row.number, row.id)
    chosen = list(ids.values())[: 1 if wish.suspects else wish.limit]
    if not chosen:
        return Claimed([], suspects_due, more)
    mine = {"chosen": chosen, "new_token": wish.token, "new_owner": wish.owner, "until": now + wish.lease_s, "now": now}
    rows = connection.execute(_TAKE, mine).all()
    known = {row.id: Known(row.language, row.member_of) for row in candidates}
    taken = sorted((_claimed_row(row, wish.token, known[row.id]) for row in rows), key=lambda row: row.id)
    return Claimed(gifts.with_gifts(connection, questions.with_questions(connection, taken), now), suspects_due, more)


def _claimed_row(row: Row[tuple[object, ...]], token: str, known: Known) -> ClaimedRow:
    values = dict(row._mapping)
    values["queue"] = Queue(str(values["queue"]))
    return ClaimedRow(token=token, language=known.language, member_of=known.member_of, **values)


def renew(connection: Connection, renewals: Sequence[tuple[str, float]], now: float) -> list[int]:
    """Prolong the leases of (token, lease in seconds); return how many rows each still holds."""
    return [
        connection.execute(
            update(inbox)
            .where(inbox.c.claim_token == token, inbox.c.state == _CLAIMED)
            .values(lease_until=now + lease_s)
        ).rowcount
        for token, lease_s in renewals
    ]


_END = (
    update(inbox)
    .where(inbox.c.id == bindparam("row_id"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "state",
                "due_at",
                "head",
                "outcome",
                "results",
                "attempts",
                "asks",
                "doubtful",
                "waiting_for",
                "noticed",
                "answers",
                "finished_at",
            )
        }
        | {"claim_token": null(), "owner": null(), "lease_until": null(), "crashes": 0}
        | {"core_calls": appended(bindparam("new_core_calls"))}
        | {
            name: func.coalesce(func.nullif(bindparam(f"new_{name}", type_=String()), ""), inbox.c[name])
            for name in ("language", "brand")  # as an earlier stay left them, where this one says nothing
        }
    )
)
_HELD = (
    select(inbox.c.id, inbox.c.claim_token, inbox.c.answers)
    .where(inbox.c.id.in_(bindparam("ended", expanding=True)), inbox.c.state == _CLAIMED)
    .with_for_update()
)


def finish(connection: Connection, endings: Sequence[Ending], now: float) -> list[Finished]:
    """Write how stays ended, with their answers and history, for the rows that are still ours."""
    held = connection.execute(_HELD, {"ended": [ending.row.id for ending in endings]}).all()
    tokens = {row.id: row.claim_token for row in held}
    answered = {row.id: row.answers for row in held}
    mine = [
        _after(ending, answered[ending.row.id]) for ending in endings if tokens.get(ending.row.id) == ending.row.token
    ]
    if mine:
        connection.execute(_END, [_end_parameters(ending, now) for ending in mine])
        answers.add(connection, [(ending.row, ending.answers) for ending in mine if ending.answers], now)
        history.append(
            connection,
            now,
            [(ending.row.id, event, "worker", detail) for ending in mine for event, detail in ending.events],
        )
        subscribers.remember(
            connection, [(ending.row.number, ending.language) for ending in mine if ending.language], now
        )
        gifts.wish(
            connection, [(ending.row.number, ending.disturb) for ending in mine if ending.disturb is not None], now
        )
        renewals.expect(connection, [(ending.row, one) for ending in mine for one in ending.expected])
        renewals.change(connection, [ending.renewal for ending in mine if ending.renewal])
        quotas.settle(connection, [ending.settlement for ending in mine if ending.settlement])
        gifts.change(connection, [(ending.row, gift) for ending in mine for gift in ending.gifts], now)
        questions.change(connection, [(ending.row, ending.consent) for ending in mine if ending.consent], now)
    left_line = [ending.row.number for ending in mine if ending.state not in LIVE]
    promoted = bool(numbers.promote(connection, left_line))
    return [Finished(tokens.get(ending.row.id) == ending.row.token, promoted) for ending in endings]


def _after(ending: Ending, answers: int) -> Ending:
    """As it is for a message with so many answers: a redelivery may have had one repeated since the claim."""
    return ending if ending.row.answers == answers else replace(ending, row=replace(ending.row, answers=answers))


def _end_parameters(ending: Ending, now: float) -> dict[str, object]:
    row = ending.row
    final = ending.state in (InboxState.DONE, InboxState.REFUSED, InboxState.DEAD)
    return {
        "row_id": row.id,
        "new_state": ending.state,
        "new_due_at": None if ending.due_in_s is None else now + ending.due_in_s,
        "new_head": True,  # it was claimed, so it stands at the head or outside of the line
        "new_outcome": ending.outcome,
        "new_results": ending.results or row.results,
        "new_attempts": row.attempts + ending.uses_attempt,
        "new_asks": row.asks + ending.asked,
        "new_doubtful": ending.doubtful,
        "new_waiting_for": ending.waiting_for,
        "new_noticed": row.noticed or ending.noticed,
        "new_answers": row.answers + len(ending.answers),
        "new_finished_at": now if final else None,
        "new_core_calls": ending.core_calls,
        "new_language": _language(ending)[:16],
        "new_brand": ending.brand[:32],
    }


def _language(ending: Ending) -> str:
    """That of the answer to its own number."""
    theirs = (one.language for one in ending.answers if one.destination == ending.row.number)
    return next((language for language in theirs if language), "")
