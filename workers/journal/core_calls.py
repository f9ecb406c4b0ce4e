"""What a message asked of the core, kept in its row: one line of JSON for each call, appended with the stay's ending.

    [1732500000.25, "orderTone", "310001", 42, "01"]     when it began, operation, result, milliseconds, step

The result is the core's code, or the reason why there is none (`timeout`, `refused_connection` …).  A stay that was
killed leaves none of its calls; the history says that its worker was lost.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import case, func, literal
from sqlalchemy.sql.elements import ColumnElement

from workers.journal.tables import inbox

_LONGEST = 8000
"""Characters kept of one message: what is asked about again and again for days must not grow for ever."""


@dataclass(frozen=True, slots=True)
class CoreCall:
    """One call."""

    at: float
    """When it began, seconds since the epoch."""
    operation: str
    result: str
    elapsed_ms: int
    step: str = ""
    """What stands behind the message's transaction id in the call's own; empty for a look that changes nothing."""


def written(calls: Sequence[CoreCall]) -> str:
    """Return the lines for a row."""
    return "".join(json.dumps(astuple(call), separators=(",", ":")) + "\n" for call in calls)


def read(text: str) -> list[CoreCall]:
    """Return what `written` wrote, in the order in which the stays ended."""
    return [CoreCall(*json.loads(line)) for line in text.splitlines()]


def appended(lines: ColumnElement[str]) -> ColumnElement[str]:
    """The column's new value: with these lines behind those that are there."""
    room = func.length(inbox.c.core_calls) < literal(_LONGEST)
    return case((room, inbox.c.core_calls.concat(lines)), else_=inbox.c.core_calls)
