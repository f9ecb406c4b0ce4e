"""`tonegate purge`: what would lose its texts and numbers, and then what has."""

from __future__ import annotations

import re
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from workers.composing import counting_of
from workers.journal.purging import Purge, Purged
from workers.ops.look import opened
from workers.ops.shown import as_json, as_table, moment
from workers.retention import DAY_S, gone_before, key_of
from workers.settings import Settings

_DAYS = re.compile(r"(\d+)\s*d?")
_MOST_DAYS = 36_500
"""Beyond a century it is a slip, and no calendar goes on for ever."""
_PAUSE_S = 0.02


def days(text: str) -> int:
    """`90d` or `90` as days, a century at most; raises ValueError."""
    found = _DAYS.fullmatch(text.strip())
    if not found or not 0 < int(found[1]) <= _MOST_DAYS:
        raise ValueError(text)
    return int(found[1])


def purge(settings: Settings, older_than_days: int, *, yes: bool, author: str, reason: str, json: bool) -> None:
    """Show what would be purged, or purge it; raises `NoKeyError`."""
    now = time.time()
    before, gone = now - older_than_days * DAY_S, gone_before(settings, now, older_than_days)
    with opened(settings) as database:
        purging = Purge(database, key_of(settings, database), counting_of(settings, database))
        purged = purging.count(before, gone)
        if yes:
            purged = _run(purging, before, gone, purged, author, reason)
    if json:
        as_json(
            {"dry_run": not yes, "before": before, "deleted_before": gone, "rows": dict(purged.rows)}
            | {"deleted": dict(purged.deleted), "left": purged.left}
        )
        return
    rows = [(name, purged.rows.get(name), purged.deleted.get(name)) for name in {**purged.rows, **purged.deleted}]
    columns = ("table", "purged", "deleted") if yes else ("table", "would be purged", "would be deleted")
    as_table(columns, rows, f"nothing is older than {moment(before)}")
    if purged.left:
        print(f"{purged.left} as old are not finished, and stay: `tonegate messages --state unknown,dead`")
    if not yes and rows:
        print("nothing is done yet: --yes does it; it can't be undone")


def _run(purging: Purge, before: float, gone: float | None, planned: Purged, author: str, reason: str) -> Purged:
    columns = (TextColumn("purge"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=planned.rows.get("inbox", 0))
        return purging.run(
            before,
            gone,
            author=author,
            reason=reason,
            pause_s=_PAUSE_S,
            progress=lambda done: bar.update(task, completed=done),
        )
