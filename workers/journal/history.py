"""The append-only history: what is not usual, who did it and why."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, insert

from workers.journal.tables import history


def note(connection: Connection, now: float, inbox_id: int, event: str, author: str, **detail: object) -> None:
    """Append one event; `detail` holds neither numbers nor texts."""
    append(connection, now, [(inbox_id, event, author, json.dumps(detail) if detail else "")])


def append(connection: Connection, now: float, events: Sequence[tuple[int, str, str, str]]) -> None:
    """Append many: (inbox id, event, author, detail as JSON)."""
    if events:
        connection.execute(
            insert(history),
            [
                {"inbox_id": inbox_id, "at": now, "event": event, "author": author, "detail": detail}
                for inbox_id, event, author, detail in events
            ],
        )
