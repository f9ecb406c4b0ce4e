"""Retention: what is older than so many days loses its texts and numbers, when an admin says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from workers.composing import counting_of
from workers.journal.purging import Purge
from workers.ops.console.asking import Asked, CannotDoError, Moved, Page, Shown
from workers.ops.console.pulse import DAY_S
from workers.ops.console.surroundings import Surroundings
from workers.ops.purging import days as days_of
from workers.ops.users import Role
from workers.retention import NoKeyError, gone_before, key_of

_RUNNING = "purge"
_DAYS = 90
_PAUSE_S = 0.02
"""Between two transactions, for the live path."""


async def retention(around: Surroundings, asked: Asked) -> Shown:
    """The dry run: what would be purged, nothing is changed."""
    days = _days(asked.query.get("days", "") or str(around.settings.retention.days or _DAYS))
    purge = await _purge(around)
    now = around.database.now()
    gone = gone_before(around.settings, now, days)
    planned = await asyncio.to_thread(purge.count, now - days * DAY_S, gone)
    return Shown(
        "retention.html",
        {
            "days": days,
            "rows": [
                {"table": name, "purged": planned.rows.get(name), "deleted": planned.deleted.get(name)}
                for name in {**planned.rows, **planned.deleted}
            ],
            "gone": gone,
            "left": planned.left,
            "running": around.background.is_running(_RUNNING),
            "by_itself": around.settings.retention.days,
        },
    )


async def begin(around: Surroundings, asked: Asked) -> Moved:
    """Purge, in the background; it may be interrupted and done again."""
    reason, days, purge = asked.reason(), _days(asked.one("days")), await _purge(around)
    now, author = around.database.now(), asked.who.author
    before, gone = now - days * DAY_S, gone_before(around.settings, now, days)

    def run(stopping: Callable[[], bool]) -> None:
        purge.run(before, gone, author=author, reason=reason, pause_s=_PAUSE_S, stopping=stopping)

    around.background.begin(_RUNNING, run)
    return Moved(f"/retention?days={days}", "The purge goes on in the background; it will stand under Who did what.")


async def _purge(around: Surroundings) -> Purge:
    try:
        key = await asyncio.to_thread(key_of, around.settings, around.database)
        return Purge(around.database, key, await asyncio.to_thread(counting_of, around.settings, around.database))
    except NoKeyError as error:
        raise CannotDoError(f"{error}.", 503) from None


def _days(text: str) -> int:
    try:
        return days_of(text)
    except ValueError:
        raise CannotDoError("Say how many days, such as 90.") from None


PAGES: Sequence[Page] = (
    Page("/retention", retention, Role.ADMIN, name="Retention"),
    Page("/retention", begin, Role.ADMIN, changes=True),
)
