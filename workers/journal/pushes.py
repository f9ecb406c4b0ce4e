"""Questions that are shown on a screen before they go by text: network-initiated USSD.

The text is in the outbox like any other, due only when the screen has had its time: a gateway that can't show it, a
handset that is off, a listener that died, and it goes by text all the same (promise 4).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, literal_column, null, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.line import destinations
from workers.journal.states import OutboxState
from workers.journal.tables import outbox

_QUEUED: ColumnElement[str] = literal_column(f"'{OutboxState.QUEUED}'")
_FRESH = (outbox.c.push != literal_column("''"), outbox.c.pushed_at.is_(None), outbox.c.state == _QUEUED)
_ENOUGH_S = 1.0
"""A text that is due by then is not worth a screen any more."""


@dataclass(frozen=True, slots=True)
class PushWish:
    """Which questions a listener can show."""

    binds: tuple[str, ...]
    """Whose texts they are."""
    limit: int


@dataclass(frozen=True, slots=True)
class Push:
    """A question for a screen."""

    id: int
    """The outbox row's."""
    bind: str
    number: str = field(repr=False)
    """E.164 digits."""
    short_code: str
    text: str = field(repr=False)
    """As it goes by text if no screen shows it."""
    push: str = field(repr=False)
    """The screen and its variables, as JSON (`workers.dials.pushes`)."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a question's screen."""

    id: int
    answered: bool
    """Whether somebody has read and answered it; if not, it goes by text now."""


def claim(connection: Connection, wishes: Sequence[PushWish], now: float) -> list[list[Push]]:
    """Give out questions to be shown, each once: what comes of one that dies on the way is told by text."""
    return [_claimed(connection, wish, now) for wish in wishes]


def _claimed(connection: Connection, wish: PushWish, now: float) -> list[Push]:
    chosen = (
        select(outbox.c.id)
        .where(*_FRESH, outbox.c.bind.in_(wish.binds), outbox.c.due_at > now + _ENOUGH_S)
        .order_by(outbox.c.due_at)
        .limit(wish.limit)
        .with_for_update(skip_locked=True)
    )
    columns = (outbox.c.id, outbox.c.bind, outbox.c.destination, outbox.c.source, outbox.c.text, outbox.c.push)
    taken = connection.execute(
        update(outbox).where(outbox.c.id.in_(chosen), *_FRESH).values(pushed_at=now).returning(*columns)
    ).all()
    return [Push(*row) for row in sorted(taken, key=lambda row: row.id)]


def ended(connection: Connection, pushed: Sequence[Pushed], now: float) -> list[None]:
    """Take out what was answered on its screen, and let go by text what was not."""
    answered = [one.id for one in pushed if one.answered]
    _end(connection, answered, {"state": OutboxState.SHOWN, "due_at": null(), "sent_at": now})
    destinations.promote(connection, _destinations(connection, answered))
    _end(connection, [one.id for one in pushed if not one.answered], {"due_at": now, "on_screen": False})
    return [None] * len(pushed)


def _end(connection: Connection, ids: Collection[int], values: dict[str, object]) -> None:
    if ids:
        connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(ids), outbox.c.state == _QUEUED, outbox.c.on_screen == true())
            .values(**values)
        )


def _destinations(connection: Connection, ids: Collection[int]) -> list[str]:
    if not ids:
        return []
    return list(connection.scalars(select(outbox.c.destination).where(outbox.c.id.in_(ids))))
