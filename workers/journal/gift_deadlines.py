"""What a sweep does to gifts: reminds, begins the end of those whose time is over, ends those that were left lying.

Ending one needs the core, so a message of our own is put into its recipient's line, behind whatever he sent in time:
it is claimed, retried and found after a death as any other is (promise 2).  Small steps: a promotion's worth of gifts
must not hold up what else the journal does.
"""

from __future__ import annotations

from sqlalchemy import Connection, and_, exists, literal_column, null, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.gifts import FAILED, is_confirmed, is_presented, tell
from workers.journal.leaving import Answer
from workers.journal.line import numbers
from workers.journal.own_messages import OUR_OWN, put
from workers.journal.states import InboxState
from workers.journal.tables import do_not_disturb, gifts, inbox

CHANNEL = OUR_OWN[0]
"""Of our own messages; their text is the gift's id."""

_GRACE_S = 10.0
"""How long after its deadline a gift waits for a YES that arrived in time and is just being committed."""
_AGAIN_S = 3600.0
"""How long after its end a message of ours that ended nothing is followed by another."""
_AT_ONCE = 50
_FINAL: tuple[ColumnElement[str], ...] = tuple(
    literal_column(f"'{state}'") for state in (InboxState.DONE, InboxState.REFUSED, InboxState.DEAD)
)

_answer_in_work = (
    exists()
    .where(
        inbox.c.number == gifts.c.recipient,
        inbox.c.received_at <= gifts.c.deadline_at,
        inbox.c.received_at >= gifts.c.presented_at,
        or_(
            inbox.c.state.in_(numbers.holding),
            and_(inbox.c.state == literal_column(f"'{InboxState.UNKNOWN}'"), inbox.c.due_at.is_not(None)),
        ),
    )
    .correlate(gifts)
)
"""Something of its recipient arrived in time and is not finished: it may be the YES."""


def sweep(connection: Connection, now: float) -> int:
    """Do it; return how many were reminded."""
    _begin_ends(connection, now)
    _end_what_was_left(connection, now)
    return _remind(connection, now)


def _remind(connection: Connection, now: float) -> int:
    wanted = ~exists().where(do_not_disturb.c.number == gifts.c.recipient).correlate(gifts)
    due = connection.execute(
        select(gifts.c.id, gifts.c.inbox_id, gifts.c.recipient, gifts.c.text_of_reminder, wanted.label("wanted"))
        .where(gifts.c.remind_at.is_not(None), gifts.c.remind_at <= now, is_presented, gifts.c.deadline_at > now)
        .order_by(gifts.c.remind_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, of=gifts)
    ).all()
    if not due:
        return 0
    connection.execute(update(gifts).where(gifts.c.id.in_([gift.id for gift in due])).values(remind_at=null()))
    told = [gift for gift in due if gift.wanted]
    for gift in told:
        tell(connection, gift.inbox_id, Answer(gift.recipient, gift.text_of_reminder), now)
    return len(told)


def _begin_ends(connection: Connection, now: float) -> None:
    ended_nothing = exists().where(
        inbox.c.id == gifts.c.deadline_message, inbox.c.state.in_(_FINAL), inbox.c.claimed_at < now - _AGAIN_S
    )
    begins = or_(gifts.c.deadline_message.is_(None), ended_nothing.correlate(gifts))
    due = connection.execute(
        select(gifts.c.id, gifts.c.inbox_id, gifts.c.recipient, gifts.c.short_code)
        .where(is_presented, gifts.c.deadline_at < now - _GRACE_S, begins, ~_answer_in_work)
        .order_by(gifts.c.deadline_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, of=gifts)
    ).all()
    numbers.lock(connection, [gift.recipient for gift in due])
    for gift in due:
        bind = connection.scalar(select(inbox.c.bind).where(inbox.c.id == gift.inbox_id)) or ""
        message = put(
            connection, now, channel=CHANNEL, bind=bind, number=gift.recipient, short_code=gift.short_code,
            text=str(gift.id),
        )  # fmt: skip
        connection.execute(update(gifts).where(gifts.c.id == gift.id).values(deadline_message=message))


def _end_what_was_left(connection: Connection, now: float) -> None:
    """Operations buried the giver's message, or it died: it is known not to have been presented, and he knows."""
    over = exists().where(inbox.c.id == gifts.c.inbox_id, inbox.c.state.in_(_FINAL)).correlate(gifts)
    connection.execute(update(gifts).where(is_confirmed, over).values(state=FAILED, ended_at=now))
