"""Gifts from their confirmation to their end, and who is to be sent none.

    confirmed ─▶ presented ─▶ accepted | refused | expired | failed
        └────────────────────────────────────────────────▶ failed

`confirm` opens a gift before the core is called: while it is confirmed or presented, its giver gives the same tone to
the same number no second time.  `change` goes on with it in the transaction of the message that does so, the giver's
or the recipient's or one of our own; what is ended already stays as it is, so that of two who end it one tells the
giver, and once.  Only what failed is opened again, or found presented, where operations have it done again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, literal_column, null, or_, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from workers.journal import answers, history, quotas
from workers.journal.asking import GiftChange, NewGift, StoredGift
from workers.journal.database import Database
from workers.journal.leaving import Answer
from workers.journal.on_conflict import INSERT_BY_DIALECT
from workers.journal.rows import ClaimedRow
from workers.journal.tables import do_not_disturb, gifts, inbox

CONFIRMED, PRESENTED, ACCEPTED, REFUSED, EXPIRED, FAILED = (
    *("confirmed", "presented"),
    *("accepted", "refused", "expired", "failed"),
)
REPEATED, UNWANTED = "gift_repeated", "gift_unwanted"
"""Why a gift is not presented."""

SUBSCRIBER = "subscriber"
"""Who says that a number is not to be disturbed, where it has said so itself."""

_REMEMBERED_S = 86400.0
"""How long the end of a gift is known to its recipient's messages: a late YES is told, and not asked of the core."""

is_confirmed: ColumnElement[bool] = gifts.c.state == literal_column(f"'{CONFIRMED}'")
is_presented: ColumnElement[bool] = gifts.c.state == literal_column(f"'{PRESENTED}'")
_is_open = gifts.c.state.in_((literal_column(f"'{CONFIRMED}'"), literal_column(f"'{PRESENTED}'")))
_another = gifts.alias("another")
_is_open_anew = (
    exists()
    .where(
        *(_another.c[name] == gifts.c[name] for name in ("giver", "recipient", "tone_code")),
        _another.c.state.in_((literal_column(f"'{CONFIRMED}'"), literal_column(f"'{PRESENTED}'"))),
    )
    .correlate(gifts)
)
"""Its giver has given the same again since it was given up: only one of them can be open."""
_GIFT = [gifts.c[field.name] for field in fields(StoredGift)]


def confirm(connection: Connection, wanted: Sequence[NewGift], now: float) -> list[str]:
    """Open each before its call; return why not, empty where it is open now, or was by the same step."""
    return [_confirm(connection, one, now) for one in wanted]


def _confirm(connection: Connection, one: NewGift, now: float) -> str:
    mine = gifts.c.transaction_id == one.transaction_id
    before = connection.scalar(select(gifts.c.state).where(mine))
    if before is not None and before != FAILED:
        return ""
    if reason := _refusal(connection, one):
        return reason
    if before == FAILED:  # given up, and done again by operations
        connection.execute(update(gifts).where(mine).values(state=CONFIRMED, ended_at=null(), ended_by=null()))
        return ""
    message = inbox.c.transaction_id == one.transaction_id[:24]
    opened = (
        INSERT_BY_DIALECT[connection.dialect.name](gifts)
        .values(
            transaction_id=one.transaction_id,
            inbox_id=select(inbox.c.id).where(message).scalar_subquery(),
            giver=one.giver,
            recipient=one.recipient,
            tone_code=one.tone_code,
            tone="",
            key="",
            short_code=select(inbox.c.short_code).where(message).scalar_subquery(),
            language="",
            state=CONFIRMED,
            unpaid=False,
            created_at=now,
            text_of_reminder="",
        )
        .on_conflict_do_nothing()
        .returning(gifts.c.id)
    )
    return "" if connection.execute(opened).first() else REPEATED


def _refusal(connection: Connection, one: NewGift) -> str:
    if connection.scalar(select(exists().where(do_not_disturb.c.number == one.recipient))):
        return UNWANTED
    same = and_(gifts.c.giver == one.giver, gifts.c.recipient == one.recipient, gifts.c.tone_code == one.tone_code)
    other = exists().where(same, _is_open, gifts.c.transaction_id != one.transaction_id)
    return REPEATED if connection.scalar(select(other)) else ""


_OF_ROWS = (
    select(*_GIFT)
    .where(
        gifts.c.recipient.in_(bindparam("recipients", expanding=True)),
        gifts.c.presented_at.is_not(None),
        or_(is_presented, gifts.c.ended_at > bindparam("ended_after")),
    )
    .order_by(gifts.c.id)
)
"""Made once: each claim asks it."""


def with_gifts(connection: Connection, rows: Sequence[ClaimedRow], now: float) -> list[ClaimedRow]:
    """Return claimed messages with the gifts that they may answer."""
    # What a lost call may have done is done to the same gift, however late it is looked for (promise 2).
    since = min((row.received_at for row in rows if row.doubtful), default=now)
    theirs = {"recipients": sorted({row.number for row in rows}), "ended_after": min(since, now - _REMEMBERED_S)}
    found = [StoredGift(**gift._mapping) for gift in connection.execute(_OF_ROWS, theirs)]
    if not found:
        return list(rows)
    return [replace(row, gifts=tuple(one for one in found if one.recipient == row.number)) for row in rows]


def change(connection: Connection, changes: Sequence[tuple[ClaimedRow, GiftChange]], now: float) -> None:
    """Write what endings say of gifts, and tell givers what it came to."""
    for row, wanted in changes:
        changing = _changed(row, wanted, now).returning(gifts.c.inbox_id, gifts.c.transaction_id)
        gift = connection.execute(changing).first()
        if gift is None:
            continue
        if wanted.state in (REFUSED, EXPIRED, FAILED):
            quotas.end_gift(connection, gift.transaction_id)
        if wanted.state != PRESENTED:
            history.append(connection, now, [(gift.inbox_id, f"gift_{wanted.state}", "worker", "{}")])
        if wanted.told:
            tell(connection, gift.inbox_id, wanted.told, now)


def tell(connection: Connection, inbox_id: int, answer: Answer, now: float) -> None:
    """Send what a gift has come to the way that its giver's message came."""
    asker = connection.execute(select(*answers.ASKER).where(inbox.c.id == inbox_id).with_for_update()).one_or_none()
    if asker is not None:  # else purged: nobody is left to be told
        answers.add_one(connection, asker, answer, now)


def _changed(row: ClaimedRow, wanted: GiftChange, now: float) -> Any:
    one = and_(gifts.c.transaction_id == wanted.transaction_id, is_confirmed)
    if wanted.id:
        one = and_(gifts.c.id == wanted.id, is_presented)
    changing = update(gifts)
    if wanted.unpaid:
        return changing.where(one, ~gifts.c.unpaid).values(unpaid=true())
    if wanted.presented is None:
        ended = {"ended_at": now, "ended_by": row.id, "charged": wanted.charged, "remind_at": None}
        return changing.where(one).values(state=wanted.state, **ended)
    made = wanted.presented
    # Given up, and found presented once operations had its message done again: it has its end still to come.
    failed = and_(gifts.c.state == FAILED, ~_is_open_anew)
    found = and_(gifts.c.transaction_id == wanted.transaction_id, or_(is_confirmed, failed))
    return changing.where(found).values(
        state=PRESENTED,
        ended_at=None,
        ended_by=None,
        key=made.key,
        tone=made.tone,
        fee=made.fee,
        language=made.language,
        presented_at=now,
        deadline_at=now + made.deadline_in_s,
        remind_at=None if made.remind_in_s is None else now + made.remind_in_s,
        text_of_reminder=made.text_of_reminder,
    )


def wish(connection: Connection, wishes: Sequence[tuple[str, bool]], now: float) -> None:
    """Keep what numbers say themselves: whether they may be sent what they did not ask for."""
    for number, disturb in sorted(wishes):
        if disturb:
            connection.execute(do_not_disturb.delete().where(do_not_disturb.c.number == number))
        else:
            leave_alone = INSERT_BY_DIALECT[connection.dialect.name](do_not_disturb).on_conflict_do_nothing()
            connection.execute(leave_alone, {"number": number, "author": SUBSCRIBER, "at": now})


class GiftBook:
    """Gifts and the wish not to be disturbed, for those who look; each call blocks and raises `JournalUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def refusal(self, one: NewGift) -> str:
        """Why a gift would not be opened now; empty where it would."""
        with self._database.read() as connection:
            return _refusal(connection, one)

    def open_to(self, number: str) -> list[StoredGift]:
        """The gifts that a number may still take, the oldest first."""
        theirs = and_(gifts.c.recipient == number, is_presented, gifts.c.deadline_at > self._database.now())
        with self._database.read() as connection:
            found = connection.execute(select(*_GIFT).where(theirs).order_by(gifts.c.id))
            return [StoredGift(**gift._mapping) for gift in found]

    def undisturbed(self) -> list[Row[Any]]:
        """Numbers that are not to be disturbed, since when, and who says so."""
        with self._database.read() as connection:
            return list(connection.execute(select(do_not_disturb).order_by(do_not_disturb.c.at)))

    def leave_alone(self, numbers: Collection[str], author: str) -> None:
        """Send these numbers nothing that they did not ask for."""
        now = self._database.now()
        rows = [{"number": number, "author": author, "at": now} for number in sorted(numbers)]

        def add(connection: Connection) -> None:
            connection.execute(
                INSERT_BY_DIALECT[connection.dialect.name](do_not_disturb).on_conflict_do_nothing(), rows
            )

        self._database.write(add)

    def disturb(self, number: str) -> bool:
        """Take a number's wish back; False where it had none."""
        gone = do_not_disturb.delete().where(do_not_disturb.c.number == number)
        return bool(self._database.write(lambda connection: connection.execute(gone).rowcount))
