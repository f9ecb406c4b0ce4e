"""What a sweep does to the journal: take back what the dead had in hand, and see what is due.

Any number of sweepers may run: each statement finds only what no other has mended yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from workers.journal import answers, due, gift_deadlines, long_texts, outbox, questions, renewals, subscribers
from workers.journal.leaving import Answer
from workers.journal.line import destinations, numbers
from workers.journal.states import Queue


@dataclass(frozen=True, slots=True)
class Sweep:
    """How a sweep judges: seconds to settle, attempts before a row is dead, and what its subscriber hears."""

    settle_s: float
    attempts: int
    author: str
    text_for_dead: Callable[[str, str], str] = field(repr=False)
    """By the number, E.164 digits, and the language that it has chosen, if any."""
    forget_after_s: float = 120.0
    """How long the parts of long texts that were handed on are kept, to know their redeliveries by."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What it found."""

    due: list[Queue]
    died: int
    answers_freed: int


def sweep(connection: Connection, wishes: Sequence[Sweep], now: float) -> list[Swept]:
    """Do it, once for each wish."""
    return [_sweep(connection, wish, now) for wish in wishes]


def _sweep(connection: Connection, wish: Sweep, now: float) -> Swept:
    dead = due.expire(connection, now, settle_s=wish.settle_s, attempts=wish.attempts, author=wish.author)
    chosen = subscribers.languages(connection, [row.number for row in dead])
    for row in dead:
        text = wish.text_for_dead(row.number, chosen.get(row.number, ""))
        answers.add_one(connection, row, Answer(row.number, text), now)
    freed = outbox.expire(connection, now) + questions.expire(connection, now) + gift_deadlines.sweep(connection, now)
    renewals.sweep(connection, now)
    long_texts.forget(connection, now, wish.forget_after_s)
    numbers.mend(connection)
    destinations.mend(connection)
    return Swept(due.queues_due(connection, now), len(dead), freed)
