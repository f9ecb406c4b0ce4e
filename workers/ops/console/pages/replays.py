"""Replays that were begun: how far they are, what they did, and going on with one that was interrupted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workers.journal.replay_rules import Deed
from workers.ops.console.asking import Asked, CannotDoError, File, Moved, Page, Shown
from workers.ops.console.surroundings import Surroundings
from workers.ops.replaying import IN_WORDS, NoSuchRunError
from workers.ops.spreadsheet import csv_line
from workers.ops.users import Role

_ROWS_SHOWN = 200
_COLUMNS = ("id", "transaction_id", "planned", "deed", "why", "at", "state", "outcome")


async def replay(around: Surroundings, asked: Asked) -> Shown:
    """One run, and what became of its messages."""
    number = _number(asked)
    replaying = around.replays.replaying
    try:
        report = await asyncio.to_thread(replaying.report, number)
    except NoSuchRunError:
        raise CannotDoError("There is no such replay.", 404) from None
    rows = await asyncio.to_thread(replaying.rows, number, _ROWS_SHOWN)
    running = around.replays.is_running(number)
    now = around.database.now()
    left = report.run.ended_at is None and not running and await asyncio.to_thread(replaying.is_silent, report.run, now)
    return Shown(
        "replay.html",
        {
            "run": report.run,
            "groups": report.groups,
            "rows": [row | {"what": _what(str(row["deed"] or ""))} for row in rows],
            "more": report.run.total - len(rows),
            "running": running,
            "left": left,
        },
    )


async def as_csv(around: Surroundings, asked: Asked) -> File:
    """The report of a run, to be kept."""
    number = _number(asked)
    rows = await asyncio.to_thread(around.replays.replaying.rows, number)
    lines = [csv_line(_COLUMNS), *(csv_line(row[column] for column in _COLUMNS) for row in rows)]
    return File("".join(lines).encode(), "text/csv; charset=utf-8", f"replay-{number}.csv")


async def go_on(around: Surroundings, asked: Asked) -> Moved:
    """Go on with what a console that ended, or a command line, has left."""
    number = _number(asked)
    try:
        await asyncio.to_thread(around.replays.replaying.state, number)
    except NoSuchRunError:
        raise CannotDoError("There is no such replay.", 404) from None
    around.replays.go_on(number)
    return Moved(f"/replays/{number}")


def _what(deed: str) -> str:
    """What was done to a message, in the words of its dry run; '' where its turn has not come."""
    return IN_WORDS[Deed(deed)] if deed else ""


def _number(asked: Asked) -> int:
    word = asked.path["id"]
    if not (word.isascii() and word.isdecimal() and len(word) < 19):
        raise CannotDoError("There is no such replay.", 404)
    return int(word)


PAGES: Sequence[Page] = (
    Page("/replays/{id}", replay, under="/parked"),
    Page("/replays/{id}/report.csv", as_csv),
    Page("/replays/{id}/go-on", go_on, Role.OPERATOR, changes=True, under="/parked"),
)
