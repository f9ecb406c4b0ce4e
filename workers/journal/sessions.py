"""The sessions of binds: whether a response to the SMSC may have been lost with the bind it was sent on."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, update

from workers.journal.tables import bind_sessions


@dataclass(frozen=True, slots=True)
class SessionStart:
    """A bind has been bound; `id` is new and never used again."""

    id: str
    bind: str


def opened(connection: Connection, starts: Sequence[SessionStart], now: float) -> list[None]:
    """Record new sessions; those this host left open under the same bind ended with the process that had them."""
    host = socket.gethostname()[:64]
    for start in starts:
        left_open = (
            bind_sessions.c.bind == start.bind,
            bind_sessions.c.host == host,
            bind_sessions.c.ended_at.is_(None),
        )
        connection.execute(update(bind_sessions).where(*left_open).values(ended_at=now))
        connection.execute(insert(bind_sessions).values(id=start.id, bind=start.bind, host=host, started_at=now))
    return [None] * len(starts)


def closed(connection: Connection, ids: Sequence[str], now: float) -> list[None]:
    """Record that sessions have ended."""
    connection.execute(update(bind_sessions).where(bind_sessions.c.id.in_(ids)).values(ended_at=now))
    return [None] * len(ids)
